// @ts-check
/**
 * “Your talk”: where its key is, how to come back to it or be rid of it, and how it is heard.
 *
 * @typedef {import("./types").Own} Own
 */
import { button, el, word } from "./inputs.js";
import { listeners, say } from "./page.js";
import { save } from "./saving.js";
import { confirms } from "./sure.js";

/** @param {string} key @param {string} about @param {boolean} checked @param {(on: boolean) => void} turn */
function box(key, about, checked, turn) {
  const input = el("input", { type: "checkbox", checked });
  input.onchange = () => turn(input.checked);
  return el("label", { className: "box" }, input, el("span", {}, word(key), el("small", {}, word(about))));
}

/** @param {string} id @param {() => void} press */
const act = (id, press) => Object.assign(button(word(id), press), { id });

/** @param {Own} own @returns {HTMLElement[]} */
export function menu(own) {
  const { wire } = own, place = el("div", { className: "code" });
  const ours = ownVoice();
  /** @param {string} what @param {() => void} go */
  const asked = async (what, go) => { if (await confirms(`${what}_sure`, what)) go(); };
  return [
    el("p", {}, word("kept_tab")),
    box("keep_key", "keep_about", wire.isKept, (on) => wire.keep(on)),
    el("div", { className: "line" },
      act("save", () => save(own.events())),
      wire.token && act("code", () => void showCode(place, wire.token ?? "")),
      act("have", () => askCode(place, own.begin))),
    place,
    ...(ours ? [box("aloud", "aloud_about", listeners.has(readAloud), (on) => turnVoice(on))] : []),
    el("div", { className: "line" },
      act("new", () => void asked("new", () => own.begin())),
      act("forget", () => void asked("forget", own.forget))),
    el("p", {}, word("exit_about")),
    el("p", {}, el("a", { href: `/help?lang=${document.documentElement.lang}`, target: "_blank", rel: "noopener" }, word("help_lines"))),
  ];
}

/* ---- a return code: made and read in this page ---- */

async function codes() {
  const path = "./static/code.js";
  /** @type {[typeof import("./code.js"), Response]} */
  const [made, list] = await Promise.all([import(path), fetch("/static/code.json")]);
  /** @type {string[]} */
  const words = await list.json();
  return { ...made, words };
}

/** @param {HTMLElement} place @param {string} token */
async function showCode(place, token) {
  const { encode, words } = await codes(), code = encode(token, words);
  place.replaceChildren(
    el("p", { className: "hint" }, word("code_about")),
    el("ol", { className: "twenty" }, ...code.map((one) => el("li", {}, one))),
    button(word("copy"), () => void navigator.clipboard.writeText(code.join(" ")).then(() => say(word("copied")))));
  place.tabIndex = -1;
  place.focus();
}

/** @param {HTMLElement} place @param {(token: string) => void} go */
function askCode(place, go) {
  const typed = el("textarea", { rows: 4, autocomplete: "off", spellcheck: false, id: "twenty" }), wrong = el("p", { className: "hint" });
  const open = async () => {
    const { decode, words } = await codes(), read = decode(typed.value, words);
    if ("token" in read) return go(read.token);
    const [[key, n]] = Object.entries(read);
    wrong.textContent = word(`code_${key}`, { n });
    say(wrong.textContent);
    typed.focus();
  };
  place.replaceChildren(el("label", { htmlFor: "twenty" }, word("have_label")), typed, button(word("have_send"), () => void open(), "main"), wrong);
  typed.focus();
}

/* ---- reading aloud ---- */

/** A voice of this device for the page's language; others would send the words away. */
function ownVoice() {
  const { lang } = document.documentElement;
  return globalThis.speechSynthesis?.getVoices().find((voice) => voice.localService && voice.lang.startsWith(lang));
}

/** @param {string} text */
function readAloud(text) {
  const voice = ownVoice();
  if (voice) speechSynthesis.speak(Object.assign(new SpeechSynthesisUtterance(text), { voice, lang: voice.lang }));
}

/** @param {boolean} on */
function turnVoice(on) {
  if (on) listeners.add(readAloud);
  else {
    listeners.delete(readAloud);
    speechSynthesis.cancel();
  }
}
