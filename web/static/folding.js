// @ts-check
/** Help cards that are no longer the newest. */
import { el } from "./inputs.js";

/** Cards shown before become one line each: the newest is the one to use. @param {Element} within */
export function fold(within) {
  for (const card of within.querySelectorAll("li > .help-card")) {
    const label = el("summary", {}, card.ariaLabel);
    const folded = el("details", { className: "folded" }, label);
    card.replaceWith(folded);
    folded.append(card);
  }
}
