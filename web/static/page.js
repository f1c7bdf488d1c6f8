// @ts-check
/** The fixed parts of the page: what is said aside, where one is, and the quick way out. */
import { el, word } from "./inputs.js";

const SPOKEN_MS = 6_000;   // a live region's text stays this long: shorter is missed by some screen readers
const SHIFTS = 3, SHIFTS_MS = 2_000;
const AIR = 8;   // pixels between what is shown and the fixed parts

/** A fixed part of the page; whoever takes it says what it is. @param {string} id @returns {any} */
export const part = (id) => document.getElementById(id);

/** Whoever else hears what is told. @type {Set<(text: string) => void>} */
export const listeners = new Set();

/** Say it to a screen reader, once. @param {string} text */
export function tell(text) {
  for (const hear of listeners) hear(text);
  const spoken = el("p", { dir: "auto" }, text);
  part("live").append(spoken);
  setTimeout(() => spoken.remove(), SPOKEN_MS);
}

/** A sentence above the text box; an empty one clears it. @param {string} text */
export function say(text) {
  part("note").textContent = text;
  if (text) tell(text);
}

/** The first control of the panel, where one was used up; the slider, which takes the digits, before its buttons. */
export function focusPanel() {
  /** @type {HTMLElement} */
  const panel = part("panel");
  const first = panel.querySelector("[type=range]") ?? panel.querySelector("button:enabled, input:enabled, select, textarea");
  const coarse = matchMedia("(pointer: coarse)").matches;   // a phone would cover the question with its keyboard
  const next = first ?? (coarse ? panel : part("words"));
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
}

/** @param {import("./types").GuideEvent} event */
export function showProgress({ progress, ended }) {
  /** @type {HTMLProgressElement} */
  const bar = part("bar");
  const { part: n, of } = progress ?? { part: 0, of: 0 };
  part("part").textContent = ended ? word("ended") : n > 0 && of > 0 ? word("part", { n, of }) : "";
  bar.hidden = ended || n <= 0;
  bar.className = of === 5 ? "five" : "";
  bar.max = of || 1;
  bar.value = n;
}

/** @param {string} what @returns {number} how much of the window this fixed part covers */
function covered(what) {
  const node = document.querySelector(what);
  return node && getComputedStyle(node).position === "sticky" ? node.clientHeight : 0;
}

/** Show the newest lines and as much of the input as fits beneath them. @param {boolean} atOnce */
export function showNewest(atOnce) {
  const newest = [...document.querySelectorAll("#lines > .guide")].at(-1);
  /** @type {HTMLElement} */
  const panel = part("panel");
  const above = covered(".top") + AIR, below = innerHeight - covered(".dock") - AIR;
  const end = panel.getBoundingClientRect().bottom, from = newest?.getBoundingClientRect().top ?? end;
  const by = end - from > below - above ? from - above : end - below;
  scrollTo({ top: scrollY + by, behavior: atOnce ? "instant" : "auto" });
}

/**
 * A button, or Shift three times in a row, empties the page and puts another site in its place:
 * the chat's entry in the history becomes the other site's.
 * @param {string} id @param {() => void} clean erases what this tab keeps
 */
export function exitBy(id, clean) {
  const leave = () => {
    document.body.replaceChildren();
    document.title = "";
    globalThis.speechSynthesis?.cancel();
    clean();
    (top ?? window).location.replace(document.body.dataset.exit ?? "about:blank");   // out of a frame too
  };
  /** @type {number[]} */
  let shifts = [];
  part(id).addEventListener("click", leave);
  addEventListener("keydown", ({ key, repeat, timeStamp }) => {
    if (repeat) return;
    shifts = key === "Shift" ? [...shifts.filter((then) => timeStamp - then < SHIFTS_MS), timeStamp] : [];
    if (shifts.length === SHIFTS) leave();
  });
}
