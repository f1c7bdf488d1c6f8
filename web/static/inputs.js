// @ts-check
/**
 * What every input is made of, and those that a talk begins with; the others come with `more.js`.
 * The words come from the page's template; free text is always beside these and not in here.
 *
 * @typedef {import("./types").Ask} Ask
 * @typedef {import("./types").Choice} Choice
 * @typedef {import("./types").Hands} Hands
 */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Partial<HTMLElementTagNameMap[K]>} [props]
 * @param {...(Node | string | null | undefined | false)} inside
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, props = {}, ...inside) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...inside.filter((part) => part !== null && part !== undefined && part !== false));
  return node;
}

/** @type {Map<string, string>} */
const words = new Map();

/** Take in sentences of the page's own, one `name: sentence` on a line. @param {string} text */
export function learn(text) {
  for (const [, name, sentence] of text.matchAll(/^(\w+): ?(.*)$/gm)) words.set(name, sentence);
}
learn(document.querySelector("template")?.content.textContent ?? "");

/** A sentence of the page's own. @param {string} key @param {Record<string, string | number>} [values] */
export function word(key, values = {}) {
  return (words.get(key) ?? key).replace(/{(\w+)}/g, (_, name) => String(values[name]));
}

/** @param {string} label @param {() => void} onclick @param {string} [className] */
export const button = (label, onclick, className = "") =>
  el("button", { className, onclick, dir: "auto" }, label);

/** What a person wrote or a label that may run either way. @param {string} text */
export const bdi = (text) => el("bdi", {}, text);

/** @param {string} legend @param {string} className @param {...(Node | null | false)} inside */
export const group = (legend, className, ...inside) =>
  el("fieldset", { className }, el("legend", {}, legend), ...inside);

/** The button that sends what was set. @param {string} label @param {() => void} onclick */
export const sender = (label, onclick) => button(label, onclick, "main");

/** A button that answers at once; the answer given before is marked. @param {Choice} item @param {boolean} was @param {() => void} pick */
function pickButton(item, was, pick) {
  const node = button(item.label, pick, "choice");
  if (item.about) node.append(el("small", {}, bdi(item.about)));
  if (was) node.append(el("small", {}, word("was")));
  return node;
}

/** @param {readonly Choice[]} items @param {Ask} ask @param {Hands} hands */
const pickButtons = (items, ask, hands) =>
  items.map((item) => pickButton(item, ask.was?.choice === item.id, () => hands.answer({ choice: item.id })));

/** @param {Ask} ask @param {Hands} hands */
const choice = ({ choices = [], ...ask }, hands) => group(word("one"), "row", ...pickButtons(choices, ask, hands));

/** @param {Ask} ask @param {Hands} hands */
const text = ({ chips = [], ...ask }, hands) =>
  chips.length ? group(word("chips"), "row", ...pickButtons(chips, ask, hands)) : null;

/** By the kind of ask; null when the free-text box is all it needs. @type {Record<string, (ask: Ask, hands: Hands) => HTMLElement | null>} */
export const INPUTS = { choice, text };
