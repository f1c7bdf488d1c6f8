// @ts-check
/**
 * The chat: joins the wire, the transcript and the input for the open prompt.
 * Focus is moved only when the focused control goes away; each new line is announced once.
 *
 * @typedef {import("./types").Act} Act
 * @typedef {import("./types").GuideEvent} GuideEvent
 * @typedef {import("./types").TalkEvent} TalkEvent
 */
import { INPUTS, button, el, word } from "./inputs.js";
import { bubble, cardInWords, helpCard, inWords } from "./lines.js";
import { exitBy, focusPanel, part, say, showNewest, showProgress, tell } from "./page.js";
import { Wire, tab } from "./wire.js";

const DRAFT = "makeroom.draft";
const MANY = 8;   // more choices than this are a list to pick from, not a wall of buttons
const HELP_MS = 3_000;        // then help is shown from this page's own means

/** @type {Record<string, HTMLElement>} */
const { lines, panel, note, state, near } = Object.fromEntries(["lines", "panel", "note", "state", "near"].map((id) => [id, part(id)]));
/** @type {HTMLTextAreaElement} */
const box = part("words");
/** @type {HTMLDetailsElement} */
const menu = part("talk");

/** @type {TalkEvent[]} */
let events = [];
/** The guide's last event that asks something or ends the talk. @type {GuideEvent | null} */
let prompt = null;
let heard = 0;   // seq of the guide's last event: what an act answers
/** The act that answers the open prompt and has no reply yet. @type {string | null} */
let waiting = null;
/** @type {Map<string, HTMLLIElement>} */
const unplaced = new Map();
/** @type {typeof import("./more.js").late | undefined} */
let late;
let wasAway = false, isOver = false, missed = 0;

const query = new URLSearchParams(location.search);
const wire = new Wire({ state: showState, events: take, acked, refused, reset, gone, card: showNear }, {
  lang: query.get("lang") || document.documentElement.lang,
  script: query.get("script") || undefined,
});

/** @type {import("./types").Hands} */
const hands = { answer: (answer) => void answerWith(answer), step, tell };
/** @type {import("./types").Own} */
const own = { wire, events: () => events, begin, forget };

/* ---- what comes from the guide ---- */

/** @param {TalkEvent[]} fresh @param {boolean} old */
function take(fresh, old) {
  for (const event of fresh) {
    if (event.who === "you") showYou(event, old);
    else showGuide(event, old);
    events.push(event);
  }
  const last = fresh.findLast((event) => event.who === "guide");
  if (last?.who === "guide") open(last, old);
}

/** @param {import("./types").YouEvent} event @param {boolean} old */
function showYou(event, old) {
  const cid = event.cid ?? "", mine = unplaced.get(cid);
  const isMine = mine || wire.pending.some((act) => act.cid === cid);
  if (isMine) for (const fate of lines.querySelectorAll(".fate.done")) fate.remove();
  else if (!old) say(word("elsewhere"));
  mine?.remove();
  unplaced.delete(cid);
  lines.append(bubble("you", [inWords(event, prompt?.ask)], isMine ? el("small", { className: "fate done" }, word("sent")) : null),
    ...unplaced.values());
}

/** @param {GuideEvent} event @param {boolean} old */
function showGuide(event, old) {
  const card = event.card ? helpCard(event.card) : null;
  if (card) late?.fold(lines);
  lines.append(bubble("guide", event.lines.map(({ text }) => text), card), ...unplaced.values());
  if (event.ask || event.ended) prompt = event;
  heard = event.seq;
  if (event.card) near.hidden = true;
  if (old) return;
  if (event.ended) dispatchEvent(new Event("makeroom:end"));
  for (const { text } of event.lines) tell(text);
  if (event.card) cardInWords(event.card).forEach(tell);
}

/** Make the newest prompt the open one. @param {GuideEvent} event @param {boolean} old */
function open(event, old) {
  const held = panel.contains(document.activeElement);
  waiting = null;
  panel.ariaBusy = "false";
  if (event === prompt) showInput(event, held);
  showProgress(event);
  const was = event.ask?.was?.text;
  if (was && !box.value) box.value = was;
  box.placeholder = event.ask?.placeholder ?? word("own");
  if (event.seq > 1) showNewest(old);
  else scrollTo({ top: 0, behavior: "instant" });   // a talk begins with the way to help in sight
  if (old) resumed(event);
}

/** The input for a prompt; typing works while the code for it is still on its way. @param {GuideEvent} event @param {boolean} held the focus was in the panel */
function showInput(event, held) {
  const { ask, ended } = event, kind = (ask?.choices?.length ?? 0) > MANY && ask?.kind === "choice" ? "list" : ask?.kind ?? "";
  const isLate = ended || !(kind in INPUTS);
  if (isLate && !late) {
    panel.replaceChildren();
    if (held) panel.focus({ preventScroll: true });
    void fetchRest().then(() => {
      if (!late || event !== prompt) return;
      showInput(event, held && document.activeElement === panel);
      showNewest(true);
    });
    return;
  }
  const input = ended ? late?.ending(own)
    : ask && { ...INPUTS, ...late?.inputs }[kind]?.(ask, hands);
  panel.replaceChildren(...(input ? [input] : []));
  if (held) focusPanel();
}

/** What isn't needed to open the page; a failure is remembered by browsers, so the next try has a name of its own. */
async function fetchRest() {
  try { late ??= (await import(`./more.${document.documentElement.lang}.js${missed ? "?" + missed : ""}`)).late; } catch { missed++; }
}

/** Say one of the words that come later, or a plainer one without them. @param {string} key @param {string} otherwise */
async function sayLate(key, otherwise) {
  await fetchRest();
  say(word(late ? key : otherwise));
}

/** Someone who comes back hears where they are, not the whole talk. @param {GuideEvent} event */
function resumed(event) {
  say(word("resumed"));
  for (const { text } of event.lines) tell(text);
}

/* ---- what goes to the guide ---- */

/** @param {import("./types").Answer} answer @returns {boolean} whether it is on its way */
function answerWith(answer) {
  if (waiting && answer.text === undefined) return say(word("wait")), false;
  return send({ t: "say", re: heard, ...answer });
}

/** @param {import("./types").StepKind} kind */
function step(kind) {
  if (waiting && !["help", "stop", "toomuch", "pause"].includes(kind)) return say(word("wait"));
  send({ t: "step", re: heard, kind });
}

/** @param {Omit<Act, "cid">} act */
function send(act) {
  if (isOver) return false;
  const sent = wire.act(act);
  if (!sent) {
    void sayLate("too_long", "refused");
    return false;
  }
  waiting = sent.cid;
  panel.ariaBusy = "true";
  note.textContent = "";
  showUnplaced(sent);
  return true;
}

/** @param {Act} act */
function showUnplaced(act) {
  if (act.t === "forget") return;
  const mine = bubble("you", [inWords(act, prompt?.ask)], el("small", { className: "fate" }, word(wire.isOpen ? "sending" : "kept")));
  unplaced.set(act.cid, mine);
  lines.append(mine);
  mine.scrollIntoView({ block: "nearest" });
}

/** @param {string} cid @param {string} key */
function mark(cid, key) {
  const fate = unplaced.get(cid)?.querySelector(".fate");
  if (fate) fate.textContent = word(key);
}

/** @param {string} cid */
function acked(cid) {
  mark(cid, "sent");
  void fetchRest();   // someone who answers stays: the rest is here before it is needed
}

/** Nothing that was typed is lost: it goes back into the box. @param {Act} act @param {string} code */
function refused(act, code) {
  unplaced.get(act.cid)?.remove();
  unplaced.delete(act.cid);
  if (waiting === act.cid) {
    waiting = null;
    panel.ariaBusy = "false";
  }
  if (act.text) {
    box.value = [act.text, box.value].filter(Boolean).join("\n");
    tab.set(DRAFT, box.value);
  }
  const key = { stale: "stale", too_long: "too_long", not_allowed: "full" }[code] ?? "refused";
  const text = act.text ? "_text" : "";
  void sayLate(key + text, `refused${text}`);
}

/* ---- the connection ---- */

/** @param {import("./types").State} now @param {number} code */
function showState(now, code) {
  state.className = `state ${now}`;
  state.textContent = word(now);
  for (const { cid } of wire.pending) mark(cid, now === "open" ? "sending" : "kept");
  if (now === "open") {
    if (wasAway) say(word("back_again"));
    for (const act of wire.pending) if (!unplaced.has(act.cid)) showUnplaced(act);
    waiting ??= wire.pending.at(-1)?.cid ?? null;
    if (prompt && !panel.firstChild) showInput(prompt, false);
  }
  if (now === "away" && !wasAway) say(word("cut"));
  wasAway = now === "away";
  if (now === "over") void endFor(`over_${[4503, 4504, 4505, 4508].includes(code) ? code : 4500}`);
}

/** The talk can't go on in this page. @param {string} key */
async function endFor(key) {
  isOver = true;
  await sayLate(key, "over");
  panel.replaceChildren(el("div", { className: "row" }, button(word("new"), () => begin(), "main")));
}

function reset() {
  events = [];
  prompt = null;
  heard = 0;
  unplaced.clear();
  lines.replaceChildren();
  panel.replaceChildren();
}

/** Proved by the key itself: it must open nothing any more. @param {string | null} token */
async function gone(token) {
  tab.drop(DRAFT);
  box.value = state.textContent = "";
  await endFor(await late?.opensNothing(token) ? "gone_checked" : "gone");
  focusPanel();
}

/* ---- the talk as a whole ---- */

/** Begin anew, or go to the talk with a key. @param {string} [token] */
function begin(token) {
  isOver = false;
  tab.drop(DRAFT);
  box.value = "";
  say("");
  wire.leave(token);
  wire.connect();
  panel.focus();
}

function forget() {
  wire.act({ t: "forget" });
  say(word("forgetting"));
}

/** What belongs to the talk as a whole comes when somebody looks for it. */
async function showMenu() {
  await fetchRest();
  const inside = part("own");
  if (menu.open) inside.replaceChildren(...(late ? late.menu(own) : [word("cut")]));
}

/* ---- help ---- */

/** Sent like anything else, and shown from here when no answer comes soon. */
function help() {
  const known = events.length;
  step("help");
  if (!wire.isOpen || isOver) return showNear();
  setTimeout(() => { if (!events.slice(known).some((event) => event.who === "guide")) showNear(); }, HELP_MS);
}

/** @param {import("./types").Card} [card] those that came now, or those that came last */
function showNear(card) {
  const last = events.findLast((event) => event.who === "guide" && event.card);
  card ??= last?.who === "guide" && last.card || undefined;
  part("near-card").replaceChildren(...(card ? [helpCard(card)] : []));
  near.hidden = false;
  near.focus();
}

/* ---- the box, the tools, the start ---- */

function sayWords() {
  const text = box.value.trim();
  if (!text) return box.focus();
  if (!answerWith({ text })) return;
  box.value = "";
  tab.drop(DRAFT);
}

part("say").addEventListener("submit", (/** @type {Event} */ event) => { event.preventDefault(); sayWords(); });
box.addEventListener("input", () => { if (prompt?.ask?.keep !== false) tab.set(DRAFT, box.value); });
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
  event.preventDefault();
  sayWords();
});
for (const tool of document.querySelectorAll("[data-step]")) {
  const kind = /** @type {import("./types").StepKind} */ (tool.getAttribute("data-step"));
  tool.addEventListener("click", () => kind === "help" ? help() : step(kind));
}
part("near-close").addEventListener("click", () => { near.hidden = true; box.focus(); });
exitBy("exit", () => { wire.clear(true); tab.drop(DRAFT); });
menu.addEventListener("toggle", showMenu);
addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || document.querySelector("dialog[open]")) return;
  if (menu.contains(document.activeElement)) menu.querySelector("summary")?.focus();
  menu.open = false;
});

box.value = tab.get(DRAFT) ?? "";
state.textContent = word("connecting");
wire.connect();
