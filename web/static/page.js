// @ts-check
/** The fixed parts of the page: what is said aside, asked before something final, and the quick way out. */
import { el, word } from "./inputs.js";

const SPOKEN_MS = 6_000;   // a live region's text stays this long: shorter is missed by some screen readers
const SHIFTS = 3, SHIFTS_MS = 2_000;

/** @template {HTMLElement} T @param {string} id @param {new () => T} type @returns {T} */
export function part(id, type) {
  const node = document.getElementById(id);
  if (!(node instanceof type)) throw new Error(`the page has no ${id}`);
  return node;
}

/** Say it to a screen reader, once. @param {string} text */
export function tell(text) {
  const spoken = el("p", { dir: "auto" }, text);
  part("live", HTMLElement).append(spoken);
  setTimeout(() => spoken.remove(), SPOKEN_MS);
}

/** A sentence above the text box; an empty one clears it. @param {string} text */
export function say(text) {
  part("note", HTMLElement).textContent = text;
  if (text) tell(text);
}

/** Ask before something that can't be undone. @param {string} question @param {string} yes @returns {Promise<boolean>} */
export function confirms(question, yes) {
  const sure = part("sure", HTMLDialogElement);
  part("sure-text", HTMLElement).textContent = word(question);
  part("sure-yes", HTMLButtonElement).textContent = word(yes);
  sure.returnValue = "";
  sure.showModal();
  return new Promise((done) => sure.addEventListener("close", () => done(sure.returnValue === "yes"), { once: true }));
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
    clean();
    location.replace(document.body.dataset.exit ?? "about:blank");
  };
  /** @type {number[]} */
  let shifts = [];
  part(id, HTMLButtonElement).addEventListener("click", leave);
  addEventListener("keydown", ({ key, repeat, timeStamp }) => {
    if (repeat) return;
    shifts = key === "Shift" ? [...shifts.filter((then) => timeStamp - then < SHIFTS_MS), timeStamp] : [];
    if (shifts.length === SHIFTS) leave();
  });
}
