// @ts-check
/**
 * A practice with timed frames. Nothing moves before Start; it can be held, walked through at one's
 * own pace, read as a list, stopped, and "too much" is one press away all the time.
 *
 * @typedef {import("./types").Ask} Ask
 * @typedef {import("./types").Hands} Hands
 */
import { button, el, word } from "./inputs.js";

const TICK_MS = 200;
const SLOWER = 1.5, SLOWEST = 3;   // each press, and how slow it may get
const PULSES = { in: [60], hold: [], out: [30, 80, 30] };
const SIZES = { in: [0.55, 1], hold: [1, 1], out: [1, 0.55] };

/** The circle that widens and narrows with the breath, still for whoever asked for less motion. */
class Breath {
  node = el("div", { className: "breath", ariaHidden: "true", hidden: true }, el("span"));
  /** @type {Animation | undefined} */ #motion;
  isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;

  /** @param {import("./types").Frame} frame */
  show({ breath, seconds }) {
    this.#motion?.cancel();
    if (!breath || this.isStill) return;
    this.#motion = this.node.firstElementChild?.animate(
      { transform: SIZES[breath].map((size) => `scale(${size})`) },
      { duration: seconds * 1000, fill: "both", easing: "ease-in-out" });
  }

  /** @param {boolean} running */
  run(running) { running ? this.#motion?.play() : this.#motion?.pause(); }
}

/** @param {Ask} ask @param {Hands} hands @returns {HTMLElement} */
export function practice({ frames = [], live = [] }, hands) {
  const total = frames.reduce((sum, frame) => sum + frame.seconds, 0);
  let at = -1, inFrame = 0, spent = 0, running = false, last = 0, timer = 0, pace = 1;
  const breath = new Breath();
  const hint = el("p", { className: "hint" });
  hint.hidden = !frames.some((frame) => frame.breath);
  breath.node.hidden = hint.hidden || breath.isStill;
  const buzz = el("input", { type: "checkbox" });
  const words = el("p", { className: "frame", dir: "auto" }, word("before", { n: total }));
  const bar = el("progress", { max: total, value: 0, ariaLabel: word("practice") });
  /** @param {string} id @param {string} key */
  const label = (id, key) => live.find((one) => one.id === id)?.label ?? word(key);
  /** @param {"okay" | "stop"} outcome */
  const end = (outcome) => { run(false); hands.answer({ exercise: { outcome, seconds: Math.round(spent) } }); };
  /** @param {string} id */
  const choose = (id) => { run(false); hands.answer({ choice: id }); };
  const go = button(word("start"), () => at >= frames.length ? end("okay") : at < 0 ? show(0) : run(!running), "main");
  const next = button(word("next"), () => show(at + 1));
  const slower = button(word("slower"), () => {
    pace = Math.min(SLOWEST, pace * SLOWER);
    slower.disabled = pace === SLOWEST;
    if (at >= 0 && at < frames.length) breath.show({ ...frames[at], seconds: frames[at].seconds * pace });
    breath.run(running);
  });
  const controls = [go, next, slower,
    ...live.filter(({ id }) => !["okay", "stop", "toomuch"].includes(id)).map((one) => button(one.label, () => choose(one.id))),
    button(label("stop", "stop"), () => end("stop")),
    button(label("toomuch", "toomuch"), () => { run(false); hands.step("toomuch"); }, "firm")];

  /** @param {boolean} on */
  function run(on) {
    running = on;
    last = performance.now();
    clearInterval(timer);
    if (on) timer = setInterval(tick, TICK_MS);
    breath.run(on);
    if (at < frames.length) go.textContent = word(on ? "hold" : at < 0 ? "start" : "go_on");
  }

  /** @param {number} place */
  function show(place) {
    at = place;
    inFrame = 0;
    const frame = frames[at];
    bar.value = frames.slice(0, at).reduce((sum, { seconds }) => sum + seconds, 0);
    words.textContent = frame?.text ?? word("after");
    count();
    breath.show(frame ? { ...frame, seconds: frame.seconds * pace } : { text: "", seconds: 0 });
    if (buzz.checked && frame?.breath) navigator.vibrate(PULSES[frame.breath]);
    next.disabled = !frame;
    run(Boolean(frame));
    if (!frame) go.textContent = label("okay", "done");
    hands.tell(words.textContent);
  }

  /** Which way the breath goes; in words with a count where nothing may move. */
  function count() {
    const frame = frames[at], left = Math.max(1, Math.ceil((frame?.seconds ?? 0) * pace - inFrame));
    hint.textContent = frame?.breath ? [word(`breath_${frame.breath}`), breath.isStill && left].filter(Boolean).join(" · ") : "";
  }

  function tick() {
    const now = performance.now(), passed = (now - last) / 1000;
    if (!words.isConnected) return run(false);
    last = now;
    spent += passed;
    inFrame += passed;
    bar.value += passed / pace;
    if (inFrame >= frames[at].seconds * pace) show(at + 1);
    else count();
  }

  return el("fieldset", { className: "practice" }, el("legend", { className: "sr" }, word("practice")), breath.node, hint, words, bar,
    el("div", { className: "line" }, ...controls),
    !hint.hidden && "vibrate" in navigator && matchMedia("(pointer: coarse)").matches
      && el("label", { className: "box" }, buzz, el("span", {}, word("buzz"))),
    el("details", {}, el("summary", {}, word("read")),
      el("ol", {}, ...frames.map((frame) => el("li", { dir: "auto" }, `${frame.text} (${word("seconds", { n: frame.seconds })})`))),
      button(label("okay", "done"), () => end("okay"))));
}
