// @ts-check
/** What a talk needs after its first answers: fetched then, so that the page opens sooner. */
import { fold } from "./folding.js";
import { learn } from "./inputs.js";
import { menu } from "./menu.js";
import { body, choices, list, rating } from "./picking.js";
import { practice } from "./practice.js";
import { ending } from "./saving.js";
import { approve, cards, feelings } from "./sorting.js";
import { opensNothing } from "./sure.js";

// The server puts the two files into these.
const WORDS = "%more.words%", SHEET = "%more.css%";

const sheet = new CSSStyleSheet();
sheet.replaceSync(SHEET);
document.adoptedStyleSheets.push(sheet);
learn(WORDS);

/** @type {typeof import("./inputs.js").INPUTS} */
const inputs = { exercise: practice, approve, body, cards, choices, feelings, list, rating };
export const late = { inputs, ending, fold, menu, opensNothing };
