// @ts-check
/** The question before something that can't be undone. */
import { word } from "./inputs.js";
import { part } from "./page.js";

/** Ask before something that can't be undone. @param {string} question @param {string} yes @returns {Promise<boolean>} */
export function confirms(question, yes) {
  const sure = part("sure", HTMLDialogElement);
  part("sure-text", HTMLElement).textContent = word(question);
  part("sure-yes", HTMLButtonElement).textContent = word(yes);
  sure.returnValue = "";
  sure.showModal();
  return new Promise((done) => sure.addEventListener("close", () => done(sure.returnValue === "yes"), { once: true }));
}
