// @ts-check
// A cell's formula in numbers, and the region that it reads, outlined on its source.

import { el } from "../../shell/dom.js";
import { number, ordinal } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { picture, tile } from "./draw.js";
import { states } from "./numbers.js";

/** @typedef {import("../../engine/generated.js").Term} Term */
/** @typedef {import("../../engine/generated.js").Region} Region */
/** @typedef {import("../../engine.js").Formula} Formula */

const SHOWN = 25;
const figures = (/** @type {number} */ value) => number(value, { maximumSignificantDigits: 3 });

/** @param {Formula} formula */
export function explained({ op, value, sum, bias, terms, count, facts }) {
  const shown = terms.slice(0, SHOWN);
  const bare = taken(op) || added({ bias, terms, count });
  const products = shown.map(({ weight, input }) =>
    el("li", null, bare ? figures(input) : `${figures(weight)} × ${figures(input)}`),
  );
  const more =
    count > shown.length && el("li", { class: "quiet" }, f("moreTerms", { count: number(count - shown.length) }));
  const extra = Object.entries(facts)
    .map(([name, fact]) => `${f(`fact.${name}`)} = ${figures(fact)}`)
    .join(", ");
  return [
    el("p", { class: "headline" }, figures(value)),
    el("p", null, el("strong", null, f(`op.${op}`)), ": ", el("span", null, f(`rule.${op}`), extra && ` (${extra})`)),
    el("p", { class: "numbers" }, sumLine({ op, sum, bias, terms, count })),
    // A single number that is taken as it is has been said: a list of one would only repeat it.
    !plain({ bias, terms, count }) &&
      states(
        el("ol", { class: "terms numbers", "aria-label": f(bare ? "numbersRead" : "largestTerms") }, products, more),
        () => ({
          head: ["weight", "input"],
          rows: terms.map(({ weight, input }) => [weight, input]),
        }),
      ),
  ];
}

/**
 * Whether an operation reads one number as it is, as ReLU does.
 * @param {Pick<Formula, "bias" | "terms" | "count">} formula
 */
const plain = ({ bias, terms, count }) => count === 1 && terms[0]?.weight === 1 && bias === 0;

/** Whether it takes one of the numbers, so that nothing is multiplied. @param {string} op */
const taken = (op) => op === "max pool";

/** Whether it adds numbers as they are. @param {Pick<Formula, "bias" | "terms" | "count">} formula */
const added = ({ bias, terms, count }) =>
  bias === 0 && terms.length === count && terms.every(({ weight }) => weight === 1);

/** @param {Pick<Formula, "op" | "sum" | "bias" | "terms" | "count">} formula */
function sumLine({ op, sum, bias, terms, count }) {
  if (plain({ bias, terms, count })) return f("oneNumber", { sum: figures(sum) });
  if (taken(op)) return f("largestOf", { sum: figures(sum), count: number(count) });
  if (added({ bias, terms, count })) return f("sumOf", { sum: figures(sum), count: number(count) });
  const values = { sum: figures(sum), bias: figures(bias), count: number(count) };
  return f(count === 1 ? "oneProduct" : "sumAndBias", values);
}

/** @param {Region} source */
export const regionTitle = ({ stage }) =>
  f("cellReads", { stage: stage === "input" ? f("inputImage") : (stage ?? "") });

/**
 * One map of a region's source, with where it lies. @typedef
 * {{ values: Float32Array, channel: number, places: import("./maps.js").Places, layout: string }} Source
 */

/**
 * Of the value that a region lies in, the map of the region's first channel; null where it is no map.
 * @param {import("./stage-reader.js").Reader} read @param {Region} region @returns {Promise<Source | null>}
 */
export async function sourceOf(read, { stage, first }) {
  const layout = read.layout(stage ?? "");
  const places = stage && stage !== "input" && layout !== "heads" ? read.places(stage) : null;
  if (!stage || !places || places.rows < 2) return null;
  const channel = layout === "nchw" ? first[0] : (first.at(-1) ?? 0);
  return { values: await read.channel(stage, channel), channel, places, layout };
}

/**
 * A region outlined on its source, or on what the network sees of the photo; null where it is no map.
 * @param {Region} region @param {Source | null} source @param {ImageData | null} image
 */
export function windowOn(region, source, image) {
  if (!source && (!image || region.stage !== "input")) return null;
  const { rows, columns } = source?.places ?? { rows: image?.height ?? 1, columns: image?.width ?? 1 };
  const layout = source?.layout ?? "nchw";
  const extra = layout === "tokens" ? (source?.places.start ?? 0) / (source?.places.byColumn ?? 1) : 0;
  const [top, left, bottom, right] = boundsOf(region, layout, columns, extra);
  const base = source
    ? tile(source.values, rows, columns, {
        label: f("mapLabel", { stage: region.stage ?? "", channel: ordinal(source.channel) }),
      })
    : image && picture(image, { label: f("cropLabel") });
  const box = el("span", {
    class: "field-box",
    "aria-hidden": true,
    style: {
      left: `${(100 * left) / columns}%`,
      top: `${(100 * top) / rows}%`,
      width: `${(100 * (right - left + 1)) / columns}%`,
      height: `${(100 * (bottom - top + 1)) / rows}%`,
    },
  });
  return el("div", { class: "stack-box" }, base, box);
}

/**
 * First row and column, last row and column. Tokens that span rows take whole rows.
 * @param {Region} region @param {string} layout @param {number} columns @param {number} extra tokens before the first
 * patch
 * @returns {[number, number, number, number]}
 */
function boundsOf({ first, last }, layout, columns, extra) {
  if (layout === "nhwc") return [first[0], first[1], last[0], last[1]];
  if (layout !== "tokens") return [first[1], first[2], last[1], last[2]];
  const [from, to] = [Math.max(0, first[0] - extra), Math.max(0, last[0] - extra)];
  const [top, bottom] = [Math.floor(from / columns), Math.floor(to / columns)];
  return top === bottom ? [top, from % columns, bottom, to % columns] : [top, 0, bottom, columns - 1];
}
