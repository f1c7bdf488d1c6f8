// @ts-check
/**
 * What a person takes along at the end: their narrative, their ratings, and the whole talk.
 * The files are made here and nowhere else.
 *
 * @typedef {import("./types").Ask} Ask
 * @typedef {import("./types").TalkEvent} TalkEvent
 */
import { bdi, button, el, group, word } from "./inputs.js";
import { cardInWords, inWords } from "./lines.js";
import { confirms } from "./sure.js";

const DAY_MS = 86_400_000;
const FILE_MS = 60_000;   // the browser has read the file long before
const MARKUP = /^(\s*)([#>+*=-]|\d+[.)])|[\\`*_[\]<>|~]/gm;

/** Each answer with what was asked before it. @param {readonly TalkEvent[]} events */
function answered(events) {
  /** @type {Ask | null | undefined} */
  let ask = null, part = 0;
  return events.flatMap((event) => {
    if (event.who === "you") return [{ event, ask, part }];
    ask = event.ask ?? ask;
    part = event.progress?.part ?? part;
    return [];
  });
}

/** The person's new narrative as they approved it last. @param {readonly TalkEvent[]} events */
function narrative(events) {
  const last = answered(events).findLast(({ event }) => event.approve);
  return last ? inWords(last.event, last.ask) : "";
}

/** @param {readonly TalkEvent[]} events @param {(head: string) => string} head @param {(text: string) => string} plain */
function written(events, head, plain) {
  /** @type {Ask | null | undefined} */
  let ask = null;
  const parts = events.map((event) => {
    if (event.who === "you") return `${word("you")} ${plain(inWords(event, ask))}`;
    ask = event.ask;
    const card = event.card ? cardInWords(event.card) : [];
    return `${word("guide")} ${[...event.lines.map(({ text }) => text), ...card].map(plain).join("\n")}`;
  });
  const story = narrative(events);
  return [word("saved"), ...(story ? [head(word("story")), plain(story)] : []), head(word("talk")), ...parts].join("\n\n") + "\n";
}

/** @param {readonly TalkEvent[]} events */
const asText = (events) => written(events, (head) => head, (text) => text);

/** Markdown in which every sign that was typed stays that sign. @param {readonly TalkEvent[]} events */
const asMarkdown = (events) => "# " + written(events, (head) => "## " + head,
  (text) => text.replace(MARKUP, (all, space = "", sign) => sign ? `${space}${sign.slice(0, -1)}\\${sign.at(-1)}` : `\\${all}`).replaceAll("\n", "  \n"));

/** @param {string} text @param {string} name @param {string} ending @param {string} type */
function download(text, name, ending, type) {
  const href = URL.createObjectURL(new Blob([text], { type: `text/${type};charset=utf-8` }));
  el("a", { href, download: `${name}.${ending}` }).click();
  setTimeout(() => URL.revokeObjectURL(href), FILE_MS);
}

/** @param {readonly TalkEvent[]} events */
export const save = (events) => download(asText(events), word("file"), "txt", "plain");

/** One's own numbers on each scale that was asked more than once: a table that is its own chart. @param {readonly TalkEvent[]} events */
function charts(events) {
  const rated = answered(events).filter(({ event }) => event.rating !== undefined);
  const scales = new Map(rated.map(({ ask }) => [`${ask?.low}\n${ask?.high}`, ask]));
  return [...scales].map(([key, scale]) => {
    const own = rated.filter(({ ask }) => `${ask?.low}\n${ask?.high}` === key);
    return own.length < 2 ? null : el("table", {},
      el("caption", {}, word("numbers", { low: scale?.low ?? "", high: scale?.high ?? "" })),
      el("tbody", {}, ...own.map(({ event, part }) => el("tr", {}, el("th", { scope: "row" }, word("in_part", { n: part })),
        el("td", {}, el("progress", { max: 10, value: event.rating ?? 0, ariaHidden: "true" })), el("td", {}, String(event.rating))))));
  });
}

/** An appointment with oneself at this time of day, as calendars read it (RFC 5545). @param {number} days */
function calendar(days) {
  const stamp = (/** @type {number} */ ms) => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
  const now = Date.now(), then = now + days * DAY_MS;
  return ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Makeroom//EN", "BEGIN:VEVENT", `UID:${crypto.randomUUID()}`, `DTSTAMP:${stamp(now)}`,
    `DTSTART:${stamp(then)}`, "DURATION:PT15M", `SUMMARY:${word("return_title")}`, `DESCRIPTION:${location.origin}/chat`,
    "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
}

/** @param {number} days */
const later = (days) => button(word(`return_${days}`), () => download(calendar(days), word("return_file"), "ics", "calendar"));

/** What is shown when the talk has ended. @param {import("./types").Own} own */
export function ending({ events: all, begin, forget }) {
  const events = all(), story = narrative(events);
  const gone = async () => { if (await confirms("forget_sure", "forget")) forget(); };
  return el("section", { className: "story" },
    story && el("div", { className: "paper" }, el("h2", {}, word("story")),
      ...story.split("\n").map((line) => el("p", {}, bdi(line)))),
    ...charts(events),
    el("div", { className: "row" }, button(word("save"), () => save(events), "main"),
      button(word("save_md"), () => download(asMarkdown(events), word("file"), "md", "markdown")),
      button(word("print"), () => print())),
    group(word("return"), "row", ...[1, 3, 7].map(later)),
    el("div", { className: "row" }, button(word("new"), () => begin()), button(word("forget"), gone)));
}
