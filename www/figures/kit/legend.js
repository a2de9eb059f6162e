// @ts-check
// What the colours of a map mean.

import { el } from "../../shell/dom.js";
import { number } from "../../shell/text.js";
import { rampImage } from "./colour.js";
import { picture } from "./tiles.js";

/** @typedef {import("./colour.js").Scale} Scale */

/** @param {Scale} scale @param {string} [unit] @param {(value: number) => string} [show] */
export function legend(
  { low, high, colours },
  unit = "",
  show = (value) => number(value, { maximumSignificantDigits: 3 }),
) {
  const strip = picture(rampImage(colours), { class: "ramp" });
  return el(
    "div",
    { class: "legend", "data-part": "legend" },
    el("span", null, show(low)),
    strip,
    el("span", null, show(high)),
    unit && el("span", null, unit),
  );
}
