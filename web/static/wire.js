// @ts-check
/**
 * One talk over one socket that may break at any moment: every act is kept in this tab until the
 * server has acked it, every event is handed on once and in order. No words, no page in here.
 *
 * @typedef {import("./types").Act} Act
 * @typedef {import("./types").TalkEvent} TalkEvent
 * @typedef {import("./types").Listener} Listener
 */

const TOKEN = "makeroom.token", OUTBOX = "makeroom.outbox";
const FRAME_BYTES = 15_000;   // the server takes 16 KiB; the rest is for the frame's own fields
const PATIENCE_MS = 15_000;   // an act without an ack is sent again on the same socket
const QUIET_MS = 20_000;      // then we ping …
const PONG_MS = 10_000;       // … and a dead line is known 30 s after its last word
const LONGEST_MS = 30_000;
const LATER = new Set(["busy", "store_unavailable", "too_fast", "not_ready"]);

/** A store that forgets instead of failing where the browser allows none. @param {() => Storage} open */
function shelf(open) {
  /** @type {Map<string, string>} */
  const memory = new Map();
  /** @template T @param {(store: Storage) => T} use @param {() => T} instead @returns {T} */
  const either = (use, instead) => { try { return use(open()); } catch { return instead(); } };
  return {
    /** @param {string} key */
    get: (key) => either((s) => s.getItem(key), () => memory.get(key) ?? null),
    /** @param {string} key @param {string} value */
    set: (key, value) => either((s) => s.setItem(key, value), () => void memory.set(key, value)),
    /** @param {string} key */
    drop: (key) => either((s) => s.removeItem(key), () => void memory.delete(key)),
  };
}

export const tab = shelf(() => sessionStorage);
export const device = shelf(() => localStorage);

/** 24 characters of `[A-Za-z0-9_-]`, 144 random bits. */
function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

export const openSocket = () => new WebSocket(`${location.origin.replace("http", "ws")}/ws`, "makeroom.v1");

export class Wire {
  /** @type {WebSocket | null} */ #socket = null;
  /** @type {Map<number, TalkEvent>} */ #later = new Map();
  /** @type {(Act & { sent?: number })[]} */ #outbox = [];
  #listener; #hello; #talk = ""; #carded = "";
  #have = 0; #head = 0; #old = 0; #ready = false; #paging = false; #over = false;
  #tries = 0; #retry = 0; #bye = 0; #timer = 0; #heard = 0; #pinged = 0;

  /** @param {Listener} listener @param {{script?: string, lang?: string}} hello */
  constructor(listener, hello) {
    this.#listener = listener;
    this.#hello = hello;
    try {
      const kept = JSON.parse(tab.get(OUTBOX) ?? "{}");
      this.#talk = kept.talk ?? "";
      this.#outbox = kept.acts ?? [];
    } catch { tab.drop(OUTBOX); }
    setInterval(() => this.#tick(), 5_000);
    for (const name of ["online", "pageshow"]) addEventListener(name, () => this.#hurry());
    addEventListener("offline", () => this.#lost(0));
    document.addEventListener("visibilitychange", () => this.#hurry());
  }

  /** Acts that nobody has acked yet, oldest first. @returns {readonly Act[]} */
  get pending() { return this.#outbox; }
  get isOpen() { return this.#ready; }
  get isKept() { return device.get(TOKEN) !== null; }

  /** Keep the talk's key on this device, or in this tab only. @param {boolean} kept */
  keep(kept) {
    const token = this.token;
    if (token === null) return;
    (kept ? tab : device).drop(TOKEN);
    (kept ? device : tab).set(TOKEN, token);
  }

  /**
   * Send an act now or as soon as may be; it survives a reload of this tab.
   * @param {Omit<Act, "cid">} act @returns {Act | null} null when it is too long to be sent.
   */
  act(act) {
    const whole = { ...act, cid: freshId() };
    if (new TextEncoder().encode(JSON.stringify(whole)).length > FRAME_BYTES) return null;
    this.#outbox.push(whole);
    this.#save();
    if (this.#ready) this.#send(whole);
    return whole;
  }

  connect() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.#socket || this.#over) return;
    const socket = openSocket();
    this.#socket = socket;
    this.#bye = this.#retry = 0;
    this.#heard = Date.now();
    socket.onopen = () => this.#post(this.#greeting());
    socket.onmessage = ({ data }) => { if (socket === this.#socket) this.#take(data); };
    socket.onclose = ({ code }) => { if (socket === this.#socket) this.#lost(code); };
  }

  /** Leave this talk; the next `connect` begins another one, or goes to the one with a key. @param {string} [token] */
  leave(token) {
    this.#over = false;
    this.#drop();
    this.clear();
    this.#talk = "";
    this.#reset();
    if (token) tab.set(TOKEN, token);
  }

  /** Erase every trace in this tab and, unless only the tab is asked for, on this device. */
  clear(onlyTab = false) {
    this.#outbox = [];
    for (const key of [TOKEN, OUTBOX]) {
      tab.drop(key);
      if (!onlyTab) device.drop(key);
    }
  }

  /** The talk's key. */
  get token() { return tab.get(TOKEN) ?? device.get(TOKEN); }

  #greeting() {
    const token = this.token;
    return { t: "hello", v: 1, have: this.#have, ...this.#hello, ...(token && { token }), ...(this.isKept && { keep: true }) };
  }

  /** @param {object} frame */
  #post(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /** @param {Act & {sent?: number}} act */
  #send(act) {
    const { sent, ...frame } = act;
    act.sent = Date.now();
    this.#post(frame);
  }

  /** @param {string} data */
  #take(data) {
    this.#heard = Date.now();
    this.#pinged = 0;
    /** @type {import("./types").ServerFrame} */
    const frame = JSON.parse(data);
    switch (frame.t) {
      case "welcome": return this.#welcome(frame);
      case "event": return this.#events(["event" in frame ? frame.event : frame]);
      case "events": this.#paging = false; return this.#events(frame.events);
      case "ack": return this.#acked(frame.cid);
      case "error": return this.#error(frame);
      case "bye": this.#bye = Number(frame.code) || 0; this.#retry = frame.retry_ms ?? 0; return;
      case "gone": return this.#gone();
    }
  }

  /** @param {import("./types").Welcome} frame */
  #welcome(frame) {
    if (frame.reset) this.#reset();
    if (frame.token) (this.isKept ? device : tab).set(TOKEN, frame.token);
    if (this.#talk && this.#talk !== frame.talk) this.#disown();
    if (!this.#have && frame.resumed) this.#old = frame.head;
    this.#talk = frame.talk;
    this.#head = Math.max(this.#head, frame.head);
    this.#ready = true;
    this.#paging = false;
    this.#tries = 0;
    this.#events(frame.events);
    this.#save();
    this.#listener.state("open", 0);
    this.#flush();
  }

  /** Acts that were meant for another talk are given back to the page. */
  #disown() {
    for (const act of this.#outbox.splice(0)) this.#listener.refused(act, "stale");
  }

  /** @param {TalkEvent[]} events */
  #events(events) {
    for (const event of events) if (event.seq > this.#have) this.#later.set(event.seq, event);
    /** @type {TalkEvent[]} */
    const fresh = [];
    for (let next; (next = this.#later.get(this.#have + 1)); fresh.push(next)) this.#later.delete(++this.#have);
    this.#head = Math.max(this.#head, this.#have, ...this.#later.keys());
    const before = fresh.filter((event) => event.seq <= this.#old), since = fresh.slice(before.length);
    if (before.length) this.#listener.events(before, true);
    if (since.length) this.#listener.events(since, false);
    for (const event of fresh) if (event.who === "you" && event.cid) this.#acked(event.cid);
    if (this.#have < this.#head && !this.#paging && this.#ready) {
      this.#paging = true;
      this.#post({ t: "page", from: this.#have + 1, n: 200 });
    }
  }

  /** @param {string} cid */
  #acked(cid) {
    if (this.#withdraw(cid)) this.#listener.acked(cid);
  }

  /** @param {string | undefined} cid */
  #withdraw(cid) {
    const place = this.#outbox.findIndex((act) => act.cid === cid);
    if (place < 0) return null;
    const [act] = this.#outbox.splice(place, 1);
    this.#save();
    return act;
  }

  /** @param {{cid?: string, code: string, retry_ms?: number, head?: number, card?: import("./types").Card}} frame */
  #error(frame) {
    const isNew = frame.card && frame.cid !== this.#carded;   // what is sent again and again is met once
    this.#carded = frame.cid ?? "";
    if (frame.card && isNew) this.#listener.card(frame.card);
    if (LATER.has(frame.code)) return void setTimeout(() => this.#flush(), frame.retry_ms ?? this.#delay());
    this.#paging = false;
    this.#head = Math.max(this.#head, frame.head ?? 0);
    const act = this.#withdraw(frame.cid);
    if (act) this.#listener.refused(act, frame.code);
    this.#events([]);
  }

  #flush() {
    if (!this.#ready) return;
    for (const act of this.#outbox) this.#send(act);
    this.#paging = false;
    this.#events([]);
  }

  #save() {
    if (!this.#outbox.length) return tab.drop(OUTBOX);
    tab.set(OUTBOX, JSON.stringify({ talk: this.#talk, acts: this.#outbox }));
  }

  #gone() {
    const token = this.token;
    this.#over = true;
    this.#drop();
    this.clear();
    this.#reset();
    this.#listener.gone(token);
  }

  #reset() {
    this.#have = this.#head = this.#old = 0;
    this.#later.clear();
    this.#listener.reset();
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    this.#ready = false;
    this.#pinged = 0;
    clearTimeout(this.#timer);
    this.#timer = 0;
    socket?.close();
  }

  /** @param {number} code 0 when the line is dead and nobody said so. */
  #lost(code) {
    const why = code >= 4000 ? code : this.#bye || code;
    this.#drop();
    if (why < 4500) return this.#comeBack();
    if (why >= 4503 && why <= 4505 && this.#outbox.some((act) => act.t === "forget")) return this.#gone();
    this.#over = true;
    this.#listener.state("over", why);
  }

  #comeBack() {
    if (this.#over) return;
    this.#listener.state(this.#have ? "away" : "connecting", 0);
    this.#timer = setTimeout(() => this.connect(), this.#retry ? this.#retry * (1 + Math.random() / 4) : this.#delay());
  }

  /** Doubles with each try, spread by half, so that many pages don't come back at once. */
  #delay() {
    return Math.min(LONGEST_MS, 500 * 2 ** this.#tries++) * (0.5 + Math.random());
  }

  /** The network or the person is back: don't wait for the timer. */
  #hurry() {
    if (this.#timer && !this.#retry && document.visibilityState === "visible") this.connect();
  }

  #tick() {
    const now = Date.now();
    if (this.#socket && !this.#ready && now - this.#heard > PATIENCE_MS) return this.#lost(0);
    if (!this.#ready) return;
    if (this.#pinged && now - this.#pinged > PONG_MS) return this.#lost(0);
    if (!this.#pinged && now - this.#heard > QUIET_MS) {
      this.#pinged = now;
      this.#post({ t: "ping", n: 1 });
    }
    for (const act of this.#outbox) if (now - (act.sent ?? 0) > PATIENCE_MS) this.#send(act);
  }
}
