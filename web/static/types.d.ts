/** The shapes of `makeroom.v1` as the page sees them. Read by `tsc` only; no browser loads this file. */

export interface Choice { id: string; label: string; about?: string; alone?: boolean }
export interface Family { id: string; label: string; shades: Choice[] }
export interface Line { id: string; text: string }
export interface Frame { text: string; seconds: number; breath?: "in" | "hold" | "out" | null }
export type Kind =
  "choice" | "choices" | "rating" | "text" | "feelings" | "body" | "cards" | "exercise" | "approve";
export type StepKind = "back" | "skip" | "pause" | "stop" | "help" | "toomuch" | "why";

/** Exactly one field is given. */
export interface Answer {
  text?: string;
  choice?: string;
  choices?: string[];
  rating?: number;
  feelings?: string[];
  cards?: Record<string, string>;
  exercise?: { outcome: "okay" | "stop" | "toomuch"; seconds: number };
  approve?: Record<string, boolean | string>;
}

export interface Ask {
  kind: Kind;
  choices?: Choice[];
  min?: number;
  max?: number;
  low?: string;
  high?: string;
  same?: number;
  keep?: boolean;
  chips?: Choice[];
  placeholder?: string;
  families?: Family[];
  areas?: Choice[];
  cards?: Choice[];
  piles?: Choice[];
  pick?: number;
  frames?: Frame[];
  live?: Choice[];
  lines?: Line[];
  was?: Answer | null;
}

export interface HelpLine {
  name: string;
  call?: string | null;
  text?: string | null;
  chat?: string | null;
  hours?: string | null;
  seen?: string;
  confirmed?: boolean;
}
export interface Card {
  region: string; name: string; emergency: string[]; lines: HelpLine[]; find: string[]; note?: string;
  silence?: { how: string; seen: string; confirmed?: boolean } | null;
}

interface Place { seq: number; at: number }
export interface GuideEvent extends Place {
  who: "guide";
  lines: Line[];
  stage: string;
  step: string;
  progress?: { part: number; of: number };
  ask?: Ask | null;
  ended?: boolean;
  card?: Card | null;
}
export interface YouEvent extends Place, Answer { who: "you"; cid?: string; kind?: StepKind }
export type TalkEvent = GuideEvent | YouEvent;

/** What the person did, before it has its place in the talk: kept until it is acked. */
export interface Act extends Answer { t: "say" | "step" | "forget"; cid: string; re?: number; kind?: StepKind }

export interface Welcome {
  t: "welcome"; talk: string; head: number; resumed: boolean; reset: boolean; token?: string;
  limits?: Record<string, number>; events: TalkEvent[]; more: boolean;
}
export type ServerFrame =
  | Welcome
  | ({ t: "event" } & TalkEvent)
  | { t: "event"; event: TalkEvent }
  | { t: "events"; from: number; events: TalkEvent[] }
  | { t: "ack"; cid: string; seq: number; dup: boolean }
  | { t: "error"; cid?: string; code: string; retry_ms?: number; head?: number; card?: Card }
  | { t: "bye"; code: number; retry_ms?: number }
  | { t: "gone" }
  | { t: "pong" };

/** `connecting` before the first welcome, `open`, `away` while coming back, `over` when it won't. */
export type State = "connecting" | "open" | "away" | "over";

/** What a wire tells the page. */
export interface Listener {
  state(now: State, code: number): void;
  /** In order, each once. `old` were there before this page was opened. */
  events(fresh: TalkEvent[], old: boolean): void;
  acked(cid: string): void;
  /** Danger was heard in what couldn't be taken: who can be called, once for each act. */
  card(card: Card): void;
  /** It won't be sent again: the act is the page's to give back. */
  refused(act: Act, code: string): void;
  reset(): void;
  gone(token: string | null): void;
}

/** What the menu may do. */
export interface Own {
  wire: import("./wire.js").Wire;
  events(): readonly TalkEvent[];
  /** Begin anew, or go to the talk with a key. */
  begin(token?: string): void;
  forget(): void;
}

/** What an input may do. `answer` and `step` send; `tell` speaks to screen readers. */
export interface Hands {
  answer(answer: Answer): void;
  step(kind: StepKind): void;
  tell(text: string): void;
}
