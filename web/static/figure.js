// @ts-check
/** A figure to tap, beside the list of places in the body: an extra, so it is hidden from those who can't see it. */

const SVG = "http://www.w3.org/2000/svg";
/** Where a place lies on the figure, by its id; places without a shape are in the list only. @type {Record<string, string>} */
const SHAPES = {
  head: "M60 6a19 19 0 0 1 19 19H41A19 19 0 0 1 60 6z",
  face: "M41 28h38a19 19 0 0 1-38 0z",
  throat: "M53 50h14v10H53z",
  back: "M50 63h20q16 2 20 13H30q4-11 20-13z",
  chest: "M39 79h42v26H39z",
  stomach: "M40 108h40l-2 34H42z",
  belly: "M40 108h40l-2 34H42z",
  arms: "M28 80h8l-3 36-5 40h-8l3-40zM92 80h-8l3 36 5 40h8l-3-40z",
  hands: "M20 158h9v15h-9zM91 158h9v15h-9z",
  legs: "M42 145h17l-2 89H45zM78 145H61l2 89h12z",
};

/** @param {HTMLElement} list the checkboxes @returns {SVGElement | null} */
export function figure(list) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 120 240");
  svg.setAttribute("class", "figure");
  svg.setAttribute("aria-hidden", "true");
  for (const box of list.querySelectorAll("input")) {
    const shape = document.createElementNS(SVG, "path");
    if (!SHAPES[box.value]) continue;
    shape.setAttribute("d", SHAPES[box.value]);
    shape.addEventListener("click", () => box.click());
    svg.append(shape);
    box.dataset.on = String(svg.childElementCount - 1);
  }
  return svg.childElementCount ? svg : null;
}

/** Light what is ticked. @param {SVGElement | null} svg @param {HTMLElement} list */
export function light(svg, list) {
  for (const { checked, dataset } of list.querySelectorAll("input"))
    if (dataset.on) svg?.children[Number(dataset.on)].classList.toggle("on", checked);
}
