// @ts-check
/**
 * What a person takes along at the end: their narrative, their ratings, and the whole talk.
 * The files are made here and nowhere else.
 *
 * @typedef {import("./types").Ask} Ask
 * @typedef {import("./types").TalkEvent} TalkEvent
 */
import { bdi, button, el, word } from "./inputs.js";
import { cardInWords, inWords } from "./lines.js";

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
const asMarkdown = (events) => `# ${written(events, (head) => `## ${head}`,
  (text) => text.replace(MARKUP, (all, space = "", sign) => sign ? `${space}${sign.slice(0, -1)}\\${sign.at(-1)}` : `\\${all}`).replaceAll("\n", "  \n"))}`;

/** @param {string} text @param {string} ending @param {string} type */
function download(text, ending, type) {
  const href = URL.createObjectURL(new Blob([text], { type: `text/${type};charset=utf-8` }));
  el("a", { href, download: `${word("file")}.${ending}` }).click();
  setTimeout(() => URL.revokeObjectURL(href), FILE_MS);
}

/** @param {readonly TalkEvent[]} events */
export const save = (events) => download(asText(events), "txt", "plain");

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

/** What is shown when the talk has ended. @param {readonly TalkEvent[]} events @param {...Node} more */
export function ending(events, ...more) {
  const story = narrative(events);
  return el("section", { className: "story" },
    story && el("div", { className: "paper" }, el("h2", {}, word("story")),
      ...story.split("\n").map((line) => el("p", {}, bdi(line)))),
    ...charts(events),
    el("div", { className: "row" }, button(word("save"), () => save(events), "main"),
      button(word("save_md"), () => download(asMarkdown(events), "md", "markdown")),
      button(word("print"), () => print()), ...more));
}
