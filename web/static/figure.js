// @ts-check
/** A figure to tap, beside the list of places in the body: an extra, so it is hidden from those who can't see it. */

const SVG = "http://www.w3.org/2000/svg";
const BODY = "M60 5c12 0 19 9 19 21 0 10-5 18-11 22v8c14 2 25 5 29 14 5 13 8 52 9 84 1 9-2 15-6 15-5 0-7-5-8-13l-7-56-4 46c-1 32-2 62-4 90H62l-2-78-2 78H43c-2-28-3-58-4-90l-4-46-7 56c-1 8-3 13-8 13-4 0-7-6-6-15 1-32 4-71 9-84 4-9 15-12 29-14v-8c-6-4-11-12-11-22C41 14 48 5 60 5z";
/** Where a place lies on the figure, by its id; places without a shape are in the list only. @type {Record<string, string>} */
const SHAPES = {
  head: "M60 5c12 0 19 9 19 21H41C41 14 48 5 60 5z",
  face: "M41 27h38c-1 12-9 22-19 22S42 39 41 27z",
  throat: "M52 50h16v9H52z",
  back: "M53 58h14c15 2 26 5 29 13l3 11H21l3-11c3-8 14-11 29-13z",
  chest: "M36 83h48l-3 27H39z",
  stomach: "M39 111h42l1 31H38z",
  belly: "M39 111h42l1 31H38z",
  arms: "M20 84h15l-7 57-2 12H14c0-26 3-52 6-69zM100 84H85l7 57 2 12h12c0-26-3-52-6-69z",
  hands: "M14 154h12c-1 10-3 15-7 15s-5-5-5-15zM106 154H94c1 10 3 15 7 15s5-5 5-15z",
  legs: "M38 143h21l-1 103H43c-2-28-4-70-5-103zM82 143H61l1 103h15c2-28 4-70 5-103z",
};

/** @param {SVGElement} into @param {string} tag @param {Record<string, string>} attributes */
function draw(into, tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  into.append(node);
  return node;
}

/** Tapping it ticks a box, and what is ticked is lit. @param {HTMLElement} list the checkboxes @returns {SVGElement | null} */
export function figure(list) {
  const boxes = [...list.querySelectorAll("input")].filter(({ value }) => value in SHAPES);
  if (!boxes.length) return null;
  const svg = /** @type {SVGElement} */ (document.createElementNS(SVG, "svg"));
  for (const [name, value] of [["viewBox", "0 0 120 252"], ["class", "figure"], ["aria-hidden", "true"]]) svg.setAttribute(name, value);
  draw(svg, "path", { d: BODY });
  const places = boxes.map((box) => ({ box, shape: draw(svg, "path", { d: SHAPES[box.value], class: "place" }) }));
  for (const { box, shape } of places) shape.addEventListener("click", () => box.click());
  const light = () => { for (const { box, shape } of places) shape.classList.toggle("on", box.checked); };
  list.addEventListener("change", light);
  light();
  return svg;
}
