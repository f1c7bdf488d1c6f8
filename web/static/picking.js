// @ts-check
/**
 * Checkboxes for several choices, and the scale from 0 to 10.
 *
 * @typedef {import("./types").Ask} Ask
 * @typedef {import("./types").Choice} Choice
 * @typedef {import("./types").Hands} Hands
 */
import { figure } from "./figure.js";
import { bdi, button, el, group, sender, word } from "./inputs.js";

/**
 * Checkboxes; what is ticked is read from the page, so that there is one truth.
 * @param {readonly Choice[]} items @param {readonly string[]} was @param {(ids: string[]) => void} changed
 */
export function boxes(items, was, changed) {
  const node = el("div", { className: "row" }, ...items.map(({ id, label, about }) =>
    el("label", { className: "box" },
      el("input", { type: "checkbox", value: id, checked: was.includes(id) }),
      el("span", { dir: "auto" }, label, about ? el("small", {}, bdi(about)) : null))));
  const all = () => [...node.querySelectorAll("input")];
  const ids = () => all().filter((box) => box.checked).map((box) => box.value);
  const alone = new Set(items.filter((item) => item.alone).map(({ id }) => id));
  node.onchange = ({ target }) => {
    const { value, checked } = /** @type {HTMLInputElement} */ (target);
    if (checked && alone.size) for (const box of all()) if (box.value !== value && (alone.has(value) || alone.has(box.value))) box.checked = false;
    changed(ids());
  };
  /** @param {boolean} full */
  const close = (full) => all().forEach((box) => { box.disabled = full && !box.checked; });
  return { node, ids, close };
}

/** @param {number} min @param {number} max @param {number} all */
function howMany(min, max, all) {
  if (max >= all) return word(min > 0 ? "some" : "any");
  return word(min === max ? "exactly" : "up_to", { n: max });
}

/** @param {readonly Choice[]} items @param {{min: number, max: number, was: readonly string[]}} limits @param {(ids: string[]) => void} send */
export function several(items, { min, max, was }, send) {
  const go = sender(word("send_choices"), () => send(picks.ids()));
  const count = el("p", { className: "hint" });
  /** @param {string[]} ids */
  const draw = (ids) => {
    picks.close(ids.length >= max);
    go.disabled = ids.length < min || ids.length > max;
    count.textContent = word(ids.length >= max && max < items.length ? "full" : "picked", { n: ids.length });
  };
  const picks = boxes(items, was, draw);
  draw(picks.ids());
  return group(howMany(min, max, items.length), "", picks.node, el("div", { className: "line" }, go, count));
}

/** A list to pick from: many choices would be a wall of buttons. @param {Ask} ask @param {Hands} hands */
export function list({ choices: items = [], ...ask }, hands) {
  const select = el("select", { ariaLabel: word("list") }, el("option", { value: "" }, word("list")),
    ...items.map(({ id, label }) => el("option", { value: id, selected: id === ask.was?.choice }, label)));
  const send = sender(word("send_choice"), () => hands.answer({ choice: select.value }));
  select.onchange = () => { send.disabled = !select.value; };
  send.disabled = !select.value;
  return group(word("one"), "line", select, send);
}

/** @param {Ask} ask @param {Hands} hands */
export const choices = ({ choices: items = [], ...ask }, hands) => several(items,
  { min: ask.min ?? 1, max: ask.max ?? items.length, was: ask.was?.choices ?? [] },
  (ids) => hands.answer({ choices: ids }));

/** The list is the input; the figure beside it ticks the same boxes. @param {Ask} ask @param {Hands} hands */
export function body({ areas = [], ...ask }, hands) {
  const node = several(areas, { min: ask.min ?? 1, max: ask.max ?? areas.length, was: ask.was?.choices ?? [] },
    (ids) => hands.answer({ choices: ids }));
  const picture = figure(node), row = node.querySelector(".row");
  if (!picture || !row) return node;
  const both = el("div", { className: "body" }, picture);
  row.replaceWith(both);
  both.append(row);
  return node;
}

/** Nothing is chosen until the slider is touched: a start value would answer for the person. @param {Ask} ask @param {Hands} hands */
export function rating({ low = "", high = "", ...ask }, hands) {
  const was = ask.was?.rating;
  const range = el("input", { type: "range", min: "0", max: "10", step: "1", value: String(was ?? 5), ariaLabel: word("rate", { low, high }) });
  const shown = el("output", { className: "number" });
  const go = sender(word("send_rating"), () => hands.answer({ rating: range.valueAsNumber }));
  /** @param {number} value */
  const set = (value) => {
    range.valueAsNumber = Math.min(10, Math.max(0, value));
    shown.textContent = range.ariaValueText = range.value;
    range.classList.remove("unset");
    go.disabled = false;
  };
  range.oninput = range.onpointerdown = () => set(range.valueAsNumber);
  range.onkeydown = ({ key }) => {
    if (key >= "0" && key <= "9" && key.length === 1) set(Number(key));
    if (key === "Enter" && !go.disabled) go.click();
  };
  range.className = "unset";
  range.ariaValueText = shown.textContent = word("unset");
  go.disabled = true;
  if (was !== undefined) set(was);
  /** @param {string} key @param {string} sign @param {number} by */
  const nudge = (key, sign, by) => Object.assign(button(sign, () => set(range.valueAsNumber + by), "nudge"), { ariaLabel: word(key) });
  return group(word("scale"), "scale", shown,
    el("div", { className: "slide" }, nudge("less", "−", -1), range, nudge("more", "+", 1)),
    el("p", { className: "ends" }, el("span", {}, "0 ", bdi(low)), el("span", {}, "10 ", bdi(high))),
    el("div", { className: "line" }, go,
      ask.same !== undefined && button(word("same", { n: ask.same }), () => hands.answer({ rating: Number(ask.same) }))));
}
