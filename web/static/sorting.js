// @ts-check
/**
 * The inputs that come later in a talk: feelings by family and shade, cards, and one's own lines.
 *
 * @typedef {import("./types").Ask} Ask
 * @typedef {import("./types").Choice} Choice
 * @typedef {import("./types").Hands} Hands
 */
import { button, el, group, sender, word } from "./inputs.js";
import { boxes, several } from "./picking.js";

let groups = 0;   // radio groups need a name of their own

/** Families first; shades of the chosen ones come up beneath. @param {Ask} ask @param {Hands} hands */
export function feelings({ families = [], ...ask }, hands) {
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
export function cards({ cards: deck = [], piles = [], pick, ...ask }, hands) {
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
export function approve({ lines = [], ...ask }, hands) {
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
