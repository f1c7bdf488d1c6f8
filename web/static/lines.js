// @ts-check
/**
 * What was said, as bubbles and as plain text, and the card of help lines.
 *
 * @typedef {import("./types").Act} Act
 * @typedef {import("./types").Ask} Ask
 * @typedef {import("./types").Answer} Answer
 * @typedef {import("./types").Card} Card
 * @typedef {import("./types").TalkEvent} TalkEvent
 */
import { bdi, el, word } from "./inputs.js";

/** Labels of everything an ask offers, by id. @param {Ask | null | undefined} ask @returns {Map<string, string>} */
function labels(ask) {
  const families = ask?.families ?? [];
  const offered = [ask?.choices, ask?.chips, ask?.areas, ask?.cards, ask?.piles, families, ...families.map((f) => f.shades)];
  return new Map(offered.flatMap((items) => items ?? []).map(({ id, label }) => [id, label]));
}

/** What the person did, in words. @param {Answer & {kind?: string}} given @param {Ask | null | undefined} ask @returns {string} */
export function inWords(given, ask) {
  const named = labels(ask), name = (/** @type {string} */ id) => named.get(id) ?? id;
  if (given.text !== undefined) return given.text;
  if (given.choice !== undefined) return name(given.choice);
  if (given.rating !== undefined) return String(given.rating);
  const ids = given.choices ?? given.feelings;
  if (ids) return ids.map(name).join(", ") || word("none");
  if (given.cards) return Object.entries(given.cards).map(([card, pile]) => `${name(card)}: ${name(pile)}`).join("\n");
  if (given.approve) return approved(given.approve, ask);
  return called(given.exercise?.outcome ?? given.kind);
}

/** A step has the name of its button. @param {string} [step] */
const called = (step) => document.querySelector(`[data-step=${step}]`)?.textContent ?? word(step === "okay" ? "did_okay" : "toomuch");

/** @param {Record<string, boolean | string>} verdicts @param {Ask | null | undefined} ask */
function approved(verdicts, ask) {
  const was = new Map(ask?.lines?.map(({ id, text }) => [id, text]));
  const kept = Object.entries(verdicts).filter(([, verdict]) => verdict);
  return kept.map(([id, verdict]) => (verdict === true ? was.get(id) ?? "" : verdict)).join("\n") || word("none");
}

/** @param {"guide" | "you"} who @param {readonly string[]} texts @param {...(Node | null)} more */
export const bubble = (who, texts, ...more) => el("li", { className: who },
  el("span", { className: "sr" }, `${word(who)} `),
  ...texts.map((text) => el("p", { dir: "auto" }, text)), ...more);

/** A link only where the printed string alone makes one. @param {string} printed @param {string} scheme @param {RegExp} form @param {(...parts: string[]) => string} rest */
function link(printed, scheme, form, rest) {
  const parts = form.exec(printed);
  return parts ? el("a", { href: scheme + rest(...parts), rel: "noopener noreferrer", target: scheme === "https://" ? "_blank" : "" }, bdi(printed)) : bdi(printed);
}

const DIAL = /^[+\d(][\d ().-]*$/, SMS = /^(?:(\S+) to )?(\d{3,8})$/i, SITE = /^[\w-]+(\.[\w-]+)+(\/[\w./-]*)?$/;
/** @param {string} number */
const call = (number) => link(number, "tel:", DIAL, (all) => all.replaceAll(" ", ""));
/** @param {string} text */
const sms = (text) => link(text, "sms:", SMS, (_, keyword, to) => to + (keyword ? `?body=${encodeURIComponent(keyword)}` : ""));
/** @param {string} place */
const site = (place) => link(place, "https://", SITE, (all) => all);

/** @param {import("./types").HelpLine} line */
function helpLine(line) {
  /** @type {[string, Node | null][]} */
  const ways = [["call", line.call ? call(line.call) : null], ["text", line.text ? sms(line.text) : null], ["chat", line.chat ? site(line.chat) : null]];
  return el("li", {}, el("strong", { dir: "auto" }, line.name),
    ...ways.map(([key, way]) => way && el("span", { className: "way" }, `${word(key)} `, way)),
    el("small", { dir: "auto" }, [line.hours, looked(line)].filter(Boolean).join(" · ")));
}

/** @param {{ seen?: string, confirmed?: boolean }} record */
const looked = ({ seen, confirmed }) => seen && word(confirmed ? "confirmed" : "unconfirmed", { date: seen });

/** How to call without speaking. @param {NonNullable<Card["silence"]>} silence */
const silent = (silence) => el("p", { dir: "auto" }, el("strong", {}, word("silent")), ` ${silence.how}`, el("small", {}, looked(silence)));

/** @param {Card} card */
const heading = ({ region, name }) => region === "XX" ? word("emergency") : word("emergency_in", { place: name });

/** Emergency number first and large, then the lines, then where to find others. @param {Card} card */
export const helpCard = (card) => el("section", { className: "help-card", ariaLabel: word("lines_for", { place: card.name }) },
  el("h2", { dir: "auto" }, heading(card)),
  el("p", { className: "emergency" }, ...card.emergency.flatMap((number, i) => [i ? word("or") : "", call(number)])),
  card.silence ? silent(card.silence) : null,
  el("ul", {}, ...card.lines.map(helpLine)),
  card.note && el("p", { dir: "auto" }, card.note),
  card.find.length > 0 && el("p", {}, word("find"), " ", ...card.find.flatMap((place, i) => [i ? " · " : "", site(place)])));

/** @param {Card} card */
export const cardInWords = (card) => [`${heading(card)}: ${card.emergency.join(word("or"))}`,
  ...card.silence ? [`${word("silent")} ${card.silence.how}`] : [],
  ...card.lines.map((line) => [line.name, line.call, line.text, line.chat].filter(Boolean).join(", "))];
