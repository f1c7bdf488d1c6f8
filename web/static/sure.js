// @ts-check
/** The question before something that can't be undone, and the proof that it was done. */
import { el, word } from "./inputs.js";
import { openSocket } from "./wire.js";

const PROOF_MS = 5_000;
const NO_SUCH_TALK = 4503;

/** @param {string} question @param {string} yes @returns {Promise<boolean>} */
export function confirms(question, yes) {
  const text = el("p", { id: "sure-text" }, word(question));
  const sure = el("dialog", { id: "sure" }, el("form", { method: "dialog" }, text, el("div", { className: "line" },
    el("button", { value: "yes", id: "sure-yes", className: "main" }, word(yes)),
    el("button", { value: "no", autofocus: true }, word("no")))));
  sure.ariaLabel = text.textContent;
  document.body.append(sure);
  sure.showModal();
  return new Promise((done) => sure.addEventListener("close", () => {
    done(sure.returnValue === "yes");
    sure.remove();
  }));
}

/** Try a key that must open nothing any more. @param {string | null} token @returns {Promise<boolean>} */
export const opensNothing = (token) => new Promise((done) => {
  const socket = openSocket();
  socket.onopen = () => socket.send(JSON.stringify({ t: "hello", v: 1, have: 0, token }));
  socket.onclose = ({ code }) => done(code === NO_SUCH_TALK);
  setTimeout(() => socket.close(), PROOF_MS);
});
