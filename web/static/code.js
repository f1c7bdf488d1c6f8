// @ts-check
/**
 * A talk's key in twenty plain words, to take it to another device by hand or by voice. It is made
 * and read here: no server ever sees a code. 192 bits of key and 8 of check are 20 words of 1,024.
 *
 * @typedef {{token: string} | {wrong: number} | {count: number} | {sum: true}} Read
 */

export const WORDS = 20;
const MOST = 512;   // ways to read a code with typos that are tried; the check tells which is meant

/** @param {string} token 32 characters of base64url @param {readonly string[]} words @returns {string[]} */
export function encode(token, words) {
  const bytes = [...atob(token.replaceAll("-", "+").replaceAll("_", "/"))].map((sign) => sign.charCodeAt(0));
  const bits = [...bytes, check(bytes)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return Array.from({ length: WORDS }, (_, n) => words[parseInt(bits.slice(n * 10, n * 10 + 10), 2)]);
}

/**
 * Read what somebody typed: capitals, commas and numbering don't matter, nor does a letter too
 * many, too few, wrong or swapped in a word, and its first four letters are enough.
 * @param {string} text @param {readonly string[]} words
 * @returns {Read} the token; or which word isn't known (from 1), how many there were instead of
 *   twenty, or that all are known and don't belong together.
 */
export function decode(text, words) {
  const typed = text.normalize("NFKC").toLowerCase().match(/[a-z]+/g) ?? [];
  if (typed.length !== WORDS) return { count: typed.length };
  const meant = typed.map((word) => near(word, words));
  const unknown = meant.findIndex((places) => !places.length);
  if (unknown >= 0) return { wrong: unknown + 1 };
  const likely = typed.map((word, at) => short(word, words) ?? meant[at]);
  for (const choice of [likely, meant]) {
    const found = ways(choice).map(token).filter((read) => read !== null);
    if (found.length === 1) return { token: /** @type {string} */ (found[0]) };
  }
  return { sum: true };
}

/** The word of which somebody typed just the first four letters. @param {string} typed @param {readonly string[]} words */
function short(typed, words) {
  const at = typed.length === 4 && !words.includes(typed) ? words.findIndex((word) => word.startsWith(typed)) : -1;
  return at < 0 ? null : [at];
}

/** Where a word may stand in the list. @param {string} typed @param {readonly string[]} words @returns {number[]} */
function near(typed, words) {
  const exact = words.indexOf(typed);
  if (exact >= 0) return [exact];
  return words.flatMap((word, at) => begins(word, typed) || isOneOff(word, typed) ? [at] : []);
}

/** @param {string} word @param {string} typed */
function begins(word, typed) {
  return typed.length >= 4 && word.slice(0, 4) === typed.slice(0, 4);
}

/** One letter wrong, missing or too many, or two swapped. @param {string} one @param {string} two */
function isOneOff(one, two) {
  let at = 0;
  while (at < one.length && one[at] === two[at]) at++;
  const a = one.slice(at), b = two.slice(at);
  return a.slice(1) === b || a === b.slice(1) || a.slice(1) === b.slice(1)
    || (a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2));
}

/** All ways to choose one place from each. @param {number[][]} meant @returns {number[][]} */
function ways(meant) {
  const count = meant.reduce((product, places) => product * places.length, 1);
  if (count > MOST) return [];
  return meant.reduce((all, places) => all.flatMap((way) => places.map((place) => [...way, place])), [/** @type {number[]} */ ([])]);
}

/** @param {number[]} places @returns {string | null} null when the check says no. */
function token(places) {
  const bits = places.map((place) => place.toString(2).padStart(10, "0")).join("");
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2));
  const sum = bytes.pop();
  if (check(bytes) !== sum) return null;
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

/** CRC-8, polynomial 0x07 (ITU-T I.432.1, without the last step). @param {number[]} bytes */
function check(bytes) {
  return bytes.reduce((sum, byte) => {
    let rest = sum ^ byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 0x80 ? ((rest << 1) ^ 0x07) & 0xff : rest << 1;
    return rest;
  }, 0);
}
