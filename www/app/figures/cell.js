// @ts-check
// One number of a stage, and how it comes about: what it reads, and the sum with its real numbers.

import { el, fill } from "../dom.js";
import { number } from "../text.js";
import { f } from "../lessons/words.js";
import { extent, scaleOf } from "../../views/colour.js";
import { mapsOf, oneMap } from "../../views/maps.js";
import { block, cropImage, patchPad, picture, tile } from "./draw.js";
import { NotBuilt } from "./mount.js";

/** @typedef {{ weight: number, input: number, from: number, index: number[] }} Term */
/** @typedef {{ stage: string | null, first: number[], last: number[] }} Region */
/**
 * @typedef {{ op: string, rule: string, value: number, recomputed: number, sum: number, bias: number, terms: Term[], count: number,
 *   facts: Record<string, number>, inputs: Region[], changed: boolean }} Formula
 */

const SHOWN = 25;
const figures = (/** @type {number} */ value) => number(value, { maximumSignificantDigits: 3 });

/** @param {import("./mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal } = stage;
  const model = await stage.load();
  const input = await stage.input(model);
  const own = /** @type {{ name: string, shape: number[], layout?: string, from: string[] } | undefined} */ (/** @type {unknown} */ (model.stages.find(({ name }) => name === state.stage)));
  if (!own) throw new NotBuilt();
  const seen = await model.preprocess(input);
  const image = cropImage(seen.crop);
  const tensor = { data: seen.data, shape: seen.shape };
  const values = (await model.observe(tensor, [own.name]))[own.name];
  const maps = mapsOf(values, { layout: /** @type {any} */ (own.layout) });
  if (!maps) throw new NotBuilt();
  const channel = Number(state.channel ?? 0);
  let [row, column] = [Math.min(state.cell[0], maps.rows - 1), Math.min(state.cell[1] ?? 0, maps.columns - 1)];
  const map = oneMap(maps, channel);
  const scale = scaleOf(extent(map));
  const indexOf = () => {
    if (own.shape.length === 3) return [own.shape[1] - maps.rows * maps.columns + row * maps.columns + column, channel];
    return own.layout === "nhwc" ? [row, column, channel] : [channel, row, column];
  };
  const reads = el("div", { class: "figure-block", "data-part": "window" });
  const sum = el("div", { class: "cell-formula", "data-part": "formula", "aria-live": "polite" });
  let ticket = 0;
  const compute = async () => {
    const mine = ++ticket;
    const formula = /** @type {Formula} */ (await model.call("cell", { stage: own.name, cell: indexOf() }, tensor, { signal }));
    const source = formula.inputs[0];
    const before = source?.stage && source.stage !== "input" ? (await model.observe(tensor, [source.stage]))[source.stage] : null;
    if (mine !== ticket || signal.aborted) return;
    fill(reads, el("h3", null, f("cellReads", { stage: source?.stage === "input" ? f("inputImage") : source?.stage ?? "" })), windowOn(model, source, before, image));
    fill(sum, sumOf(formula));
  };
  const { node } = patchPad({
    layers: [tile(map, maps.rows, maps.columns, { scale, label: f("mapLabel", { stage: own.name, channel: number(channel) }) })],
    rows: maps.rows, columns: maps.columns, query: [row, column], part: "cell", label: f("cellPad"), text: (r, c) => f("cellAt", { row: number(r + 1), column: number(c + 1) }),
    choose(r, c) {
      [row, column] = [r, c];
      void compute().catch(() => {});
    },
  });
  await compute();
  stage.show(el("div", { class: "figure-row" }, reads, block(f("cellOf", { stage: own.name, channel: number(channel) }), node)), sum);
}

/**
 * What the cell reads, outlined on its source.
 * @param {import("../types.js").Model} model @param {Region | undefined} source @param {{ data: Float32Array, shape: number[] } | null} before @param {ImageData} image
 */
function windowOn(model, source, before, image) {
  if (!source) return null;
  const stated = /** @type {{ layout?: string } | undefined} */ (/** @type {unknown} */ (model.stages.find(({ name }) => name === source.stage)));
  const maps = before ? mapsOf(before, { layout: /** @type {any} */ (stated?.layout) }) : null;
  if (before && !maps) return null;
  const layout = maps && before ? (before.shape.length === 3 ? "tokens" : stated?.layout ?? "nchw") : "nchw";
  const [rows, columns] = maps ? [maps.rows, maps.columns] : [image.height, image.width];
  const [top, left, bottom, right] = boundsOf(source, layout, columns);
  const channel = layout === "nchw" ? source.first[0] : source.first.at(-1) ?? 0;
  const base = maps ? tile(oneMap(maps, channel), rows, columns, { label: f("mapLabel", { stage: source.stage ?? "", channel: number(channel) }) }) : picture(image, { label: f("cropLabel") });
  const box = el("span", { class: "field-box", "aria-hidden": true, style: {
    left: `${(100 * left) / columns}%`, top: `${(100 * top) / rows}%`, width: `${(100 * (right - left + 1)) / columns}%`, height: `${(100 * (bottom - top + 1)) / rows}%`,
  } });
  return el("div", { class: "stack-box" }, base, box);
}

/** @param {Region} region @param {string} layout @param {number} columns @returns {[number, number, number, number]} first row and column, last row and column */
function boundsOf({ first, last }, layout, columns) {
  if (layout === "tokens") return [Math.floor(first[0] / columns), first[0] % columns, Math.floor(last[0] / columns), last[0] % columns];
  if (layout === "nhwc") return [first[0], first[1], last[0], last[1]];
  return [first[1], first[2], last[1], last[2]];
}

/** @param {Formula} formula */
function sumOf({ op, rule, value, sum, bias, terms, count, facts }) {
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
