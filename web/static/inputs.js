// @ts-check
/**
 * An input for each kind of ask: real buttons, fieldsets, checkboxes, radios and sliders.
 * The words come from the page's template; free text is always beside these and not in here.
 *
 * @typedef {import("./types").Ask} Ask
 * @typedef {import("./types").Choice} Choice
 * @typedef {import("./types").Hands} Hands
 */

const MANY = 8;   // more choices than this are a list to pick from, not a wall of buttons
let groups = 0;   // radio groups need a name of their own

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

/** A sentence of the page's own, from its template. @param {string} key @param {Record<string, string | number>} [values] */
export function word(key, values = {}) {
  const store = /** @type {HTMLTemplateElement} */ (document.getElementById("phrases"));
  const found = store.content.querySelector(`[data-word="${key}"]`)?.textContent;
  if (found == null) throw new Error(`the page has no words for ${key}`);
  return found.replace(/{(\w+)}/g, (_, name) => String(values[name]));
}

/** @param {string} label @param {() => void} onclick @param {string} [className] */
export const button = (label, onclick, className = "") =>
  el("button", { type: "button", className, onclick, dir: "auto" }, label);

/** What a person wrote or a label that may run either way. @param {string} text */
export const bdi = (text) => el("bdi", {}, text);

/** @param {string} legend @param {string} className @param {...(Node | null | false)} inside */
const group = (legend, className, ...inside) =>
  el("fieldset", { className }, el("legend", {}, legend), ...inside);

/** The button that sends what was set. @param {string} label @param {() => void} onclick */
const sender = (label, onclick) => button(label, onclick, "main");

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
function choice({ choices = [], ...ask }, hands) {
  if (choices.length <= MANY) return group(word("one"), "row", ...pickButtons(choices, ask, hands));
  const select = el("select", { ariaLabel: word("list") }, el("option", { value: "" }, word("list")),
    ...choices.map(({ id, label }) => el("option", { value: id, selected: id === ask.was?.choice }, label)));
  const send = sender(word("send_choice"), () => hands.answer({ choice: select.value }));
  select.onchange = () => { send.disabled = !select.value; };
  send.disabled = !select.value;
  return group(word("one"), "line", select, send);
}

/**
 * Checkboxes; what is ticked is read from the page, so that there is one truth.
 * @param {readonly Choice[]} items @param {readonly string[]} was @param {(ids: string[]) => void} changed
 */
function boxes(items, was, changed) {
  const node = el("div", { className: "row" }, ...items.map(({ id, label, about }) =>
    el("label", { className: "box" },
      el("input", { type: "checkbox", value: id, checked: was.includes(id) }),
      el("span", { dir: "auto" }, label, about ? el("small", {}, bdi(about)) : null))));
  const all = () => [...node.querySelectorAll("input")];
  const ids = () => all().filter((box) => box.checked).map((box) => box.value);
  node.onchange = () => changed(ids());
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
function several(items, { min, max, was }, send) {
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

/** @param {Ask} ask @param {Hands} hands */
const choices = ({ choices: items = [], ...ask }, hands) => several(items,
  { min: ask.min ?? 1, max: ask.max ?? items.length, was: ask.was?.choices ?? [] },
  (ids) => hands.answer({ choices: ids }));

/** @param {Ask} ask @param {Hands} hands */
const body = ({ areas = [], ...ask }, hands) => several(areas,
  { min: ask.min ?? 1, max: ask.max ?? areas.length, was: ask.was?.choices ?? [] },
  (ids) => hands.answer({ choices: ids }));

/** Nothing is chosen until the slider is touched: a start value would answer for the person. @param {Ask} ask @param {Hands} hands */
function rating({ low = "", high = "", ...ask }, hands) {
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
    el("div", { className: "line" }, go, sameAs(ask.same ? hands.rated({ low, high }) : undefined, hands)));
}

/** @param {number | undefined} value the last answer on this scale @param {Hands} hands */
const sameAs = (value, hands) =>
  value === undefined ? null : button(word("same", { n: value }), () => hands.answer({ rating: value }));

/** @param {Ask} ask @param {Hands} hands */
const text = ({ chips = [], ...ask }, hands) =>
  chips.length ? group(word("chips"), "row", ...pickButtons(chips, ask, hands)) : null;

/** Families first; shades of the chosen ones come up beneath. @param {Ask} ask @param {Hands} hands */
function feelings({ families = [], ...ask }, hands) {
  const was = ask.was?.feelings ?? [];
  const fine = families.map((family) => {
    const shades = boxes(family.shades, was, () => {});
    return { ...family, shades, part: group(word("closer", { feeling: family.label }), "shades", shades.node) };
  });
  const had = families.filter(({ id, shades }) => [id, ...shades.map((s) => s.id)].some((one) => was.includes(one)));
  const coarse = boxes(families, had.map(({ id }) => id), draw);
  const go = sender(word("send_feelings"), () => hands.answer({ feelings: chosen() }));
  const chosen = () => fine.filter(({ part }) => !part.hidden).flatMap(({ id, shades }) => shades.ids().length ? shades.ids() : [id]);
  /** @param {string[]} ids */
  function draw(ids) {
    for (const { id, part } of fine) part.hidden = !ids.includes(id);
    go.disabled = !ids.length;
  }
  draw(coarse.ids());
  return group(word("feelings"), "", coarse.node, ...fine.map(({ part }) => part), el("div", { className: "line" }, go));
}

/** @param {Ask} ask @param {Hands} hands */
function cards({ cards: deck = [], piles = [], pick, ...ask }, hands) {
  if (!piles.length) {
    const max = pick ?? ask.max ?? deck.length;
    return several(deck, { min: ask.min ?? 1, max, was: ask.was?.choices ?? [] }, (ids) => hands.answer({ choices: ids }));
  }
  return sorting(deck, piles, new Map(Object.entries(ask.was?.cards ?? {})), hands);
}

/** One card at a time, a button for each pile. @param {readonly Choice[]} deck @param {readonly Choice[]} piles @param {Map<string, string>} placed @param {Hands} hands */
function sorting(deck, piles, placed, hands) {
  const order = [...placed.keys()];
  const face = el("div", { className: "card" }), sum = el("ul", { className: "piles" });
  const row = el("div", { className: "row" }, ...piles.map((pile) => button(pile.label, () => place(pile.id), "choice")));
  const undo = button(word("undo"), () => { placed.delete(order.pop() ?? ""); draw(true); });
  const go = sender(word("send_cards"), () => hands.answer({ cards: Object.fromEntries(placed) }));
  /** @param {string} pile */
  function place(pile) {
    const card = deck.find(({ id }) => !placed.has(id));
    if (!card) return;
    placed.set(card.id, pile);
    order.push(card.id);
    draw(true);
  }
  /** @param {boolean} speak */
  function draw(speak) {
    const at = deck.findIndex(({ id }) => !placed.has(id)), card = deck[at];
    face.replaceChildren(el("small", {}, card ? word("card", { n: at + 1, of: deck.length }) : word("sorted")),
      el("strong", { dir: "auto" }, card?.label ?? ""), el("span", { dir: "auto" }, card?.about ?? ""));
    const moved = row.contains(document.activeElement) && !card;
    row.hidden = !card;
    go.hidden = Boolean(card);
    undo.disabled = !order.length;
    sum.replaceChildren(...piles.map(({ id, label }) => el("li", { dir: "auto" }, `${label}: ${deck.filter((c) => placed.get(c.id) === id).map((c) => c.label).join(", ") || "–"}`)));
    if (moved) go.focus();
    if (speak) hands.tell(card ? `${card.label}. ${card.about ?? ""}` : word("sorted"));
  }
  draw(false);
  return group(word("sort"), "", face, row, el("div", { className: "line" }, go, undo), sum);
}

/** @param {Ask} ask @param {Hands} hands */
function approve({ lines = [], ...ask }, hands) {
  const was = ask.was?.approve ?? {};
  const parts = lines.map(({ id, text: line }) => verdict(id, line, was[id]));
  const go = sender(word("send_lines"), () =>
    hands.answer({ approve: Object.fromEntries(parts.map(({ id, value }) => [id, value()])) }));
  return el("div", { className: "lines" }, ...parts.map(({ node }) => node), el("div", { className: "line" }, go));
}

/** @param {string} id @param {string} line @param {boolean | string | undefined} was */
function verdict(id, line, was) {
  const name = `verdict${groups++}`;
  const edit = el("textarea", { rows: 3, dir: "auto", value: typeof was === "string" ? was : line, ariaLabel: word("edit") });
  const radios = ["keep", "change", "remove"].map((value) => el("input", { type: "radio", name, value }));
  const start = typeof was === "string" ? 1 : was === false ? 2 : 0;
  radios[start].checked = true;
  const draw = () => { edit.hidden = !radios[1].checked; };
  const node = group("", "verdict", el("div", { className: "row" }, ...radios.map((radio) =>
    el("label", { className: "box" }, radio, word(radio.value)))), edit);
  node.firstElementChild?.append(el("q", { dir: "auto" }, line));
  node.onchange = () => { draw(); if (radios[1].checked) edit.focus(); };
  draw();
  const value = () => radios[2].checked ? false : radios[0].checked || edit.value.trim() || false;
  return { id, node, value };
}

/** @type {Record<string, (ask: Ask, hands: Hands) => HTMLElement | null>} */
const KINDS = { choice, choices, rating, text, feelings, body, cards, approve };

/** The input for an ask; null when the free-text box is all it needs. @param {Ask} ask @param {Hands} hands */
export const inputFor = (ask, hands) => KINDS[ask.kind]?.(ask, hands) ?? null;
