// @ts-check
// A cell's formula in numbers, and the region that it reads, outlined on its source.

import { el } from "../dom.js";
import { number } from "../text.js";
import { f } from "../lessons/words.js";
import { mapsOf, oneMap } from "../../views/maps.js";
import { picture, tile } from "./draw.js";

/** @typedef {{ weight: number, input: number, from: number, index: number[] }} Term */
/** @typedef {{ stage: string | null, first: number[], last: number[] }} Region */
/**
 * @typedef {{ op: string, rule: string, value: number, recomputed: number, sum: number, bias: number, terms: Term[], count: number,
 *   facts: Record<string, number>, inputs: Region[], changed: boolean }} Formula
 */
/** @typedef {{ data: Float32Array, shape: number[] }} Tensor */
/** @typedef {import("../../engine.js").Stage & { layout?: string }} Stage */

const SHOWN = 25;
const figures = (/** @type {number} */ value) => number(value, { maximumSignificantDigits: 3 });

/** @param {Formula} formula */
export function explained({ op, rule, value, sum, bias, terms, count, facts }) {
  const shown = terms.slice(0, SHOWN);
  const products = shown.map(({ weight, input }) => el("li", null, `${figures(weight)} × ${figures(input)}`));
  const more = count > shown.length && el("li", { class: "quiet" }, f("moreTerms", { count: number(count - shown.length) }));
  const extra = Object.entries(facts).map(([name, fact]) => `${name} = ${figures(fact)}`).join(", ");
  return [
    el("p", { class: "headline" }, figures(value)),
    el("p", null, el("strong", null, f(`op.${op}`)), ": ", el("span", { lang: "en" }, rule, extra && ` (${extra})`)),
    el("p", { class: "numbers" }, f("sumAndBias", { sum: figures(sum), bias: figures(bias), count: number(count) })),
    el("ol", { class: "terms numbers", "aria-label": f("largestTerms") }, products, more),
  ];
}

/** @param {Region} source */
export const regionTitle = ({ stage }) => f("cellReads", { stage: stage === "input" ? f("inputImage") : stage ?? "" });

/**
 * A region on its source: the map of its first channel, or what the network sees of the photo; in words where it is no map.
 * @param {import("../types.js").Model} model @param {Region} source @param {Tensor | null} before @param {ImageData | null} image
 */
export function regionOn(model, source, before, image) {
  return el("section", { class: "figure-block" }, el("h3", null, regionTitle(source)), windowOn(model, source, before, image) ?? el("p", { class: "numbers" }, f("region", { first: source.first.join(", "), last: source.last.join(", ") })));
}

/** @param {import("../types.js").Model} model @param {Region} source @param {Tensor | null} before @param {ImageData | null} image */
export function windowOn(model, source, before, image) {
  const stated = /** @type {Stage | undefined} */ (model.stages.find(({ name }) => name === source.stage));
  const layout = before?.shape.length === 3 ? "tokens" : stated?.layout ?? "nchw";
  const maps = before && layout !== "heads" ? mapsOf(before, { layout: stated?.layout }) : null;
  if (before ? !maps || maps.rows < 2 : !image || source.stage !== "input") return null;
  const [rows, columns] = maps ? [maps.rows, maps.columns] : [image?.height ?? 1, image?.width ?? 1];
  const extra = before && layout === "tokens" ? before.shape[1] - rows * columns : 0;
  const [top, left, bottom, right] = boundsOf(source, layout, columns, extra);
  const channel = layout === "nchw" ? source.first[0] : source.first.at(-1) ?? 0;
  const base = maps ? tile(oneMap(maps, channel), rows, columns, { label: f("mapLabel", { stage: source.stage ?? "", channel: number(channel) }) }) : image && picture(image, { label: f("cropLabel") });
  const box = el("span", { class: "field-box", "aria-hidden": true, style: {
    left: `${(100 * left) / columns}%`, top: `${(100 * top) / rows}%`, width: `${(100 * (right - left + 1)) / columns}%`, height: `${(100 * (bottom - top + 1)) / rows}%`,
  } });
  return el("div", { class: "stack-box" }, base, box);
}

/**
 * First row and column, last row and column. Tokens that span rows take whole rows.
 * @param {Region} region @param {string} layout @param {number} columns @param {number} extra tokens before the first patch
 * @returns {[number, number, number, number]}
 */
function boundsOf({ first, last }, layout, columns, extra) {
  if (layout === "nhwc") return [first[0], first[1], last[0], last[1]];
  if (layout !== "tokens") return [first[1], first[2], last[1], last[2]];
  const [from, to] = [Math.max(0, first[0] - extra), Math.max(0, last[0] - extra)];
  const [top, bottom] = [Math.floor(from / columns), Math.floor(to / columns)];
  return top === bottom ? [top, from % columns, bottom, to % columns] : [top, 0, bottom, columns - 1];
}
