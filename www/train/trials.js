// @ts-check
// What the networks of a moment are tried with beside the visitor's picture: shifted digits, and the nearest of other
// images.

import { el } from "../shell/dom.js";
import { className, ordinal, percent, t } from "../shell/text.js";
import { f } from "../lessons/words.js";
import { block, cropImage, curves, picture, tile } from "../figures/kit/draw.js";
import { sheetFor } from "../figures/kit/test-images.js";
import { digits, stacked } from "../figures/convolution/digits.js";

/** @typedef {import("../shell/types.js").Model} Model */

/** Digits that are read at each shift. */
const READ = 100;
const SHIFTS = [0, 1, 2, 3, 4, 6, 8];
/** Images among which neighbours are looked for, and how many are shown. */
const AMONG = 50;
const NEAREST = 4;

/**
 * How many of the first hundred bundled digits a network reads rightly when they are shifted, as points of a curve.
 * @param {Model} model @param {AbortSignal} signal
 */
export async function shiftPoints(model, signal) {
  const bundle = await digits();
  const labels = bundle.labels.slice(0, READ);
  const pictures = stacked(bundle, 0, READ);
  /** @type {[number, number][]} */
  const points = [];
  for (const shift of SHIFTS)
    points.push([shift, (await model.rightAfterShift(pictures, { labels, shift, signal })) / READ]);
  return points;
}

/** @param {{ label: string, points: [number, number][] }[]} series */
export const shiftCurves = (series) =>
  block(
    t("train.shifted"),
    curves({
      series: series.map((one) => ({ ...one, dots: true })),
      xName: f("shiftAxis"),
      yName: f("accuracyAxis"),
      yText: percent,
      low: 0,
      high: 1,
      ticks: SHIFTS.filter((shift) => shift % 2 === 0),
      label: f("shiftAccuracyLabel"),
    }),
  );

/**
 * What the class token of a network reads in the picture, head by head.
 * @param {Model} model @param {Blob | ImageData} image @param {AbortSignal} signal
 */
export async function headMaps(model, image, signal) {
  const seen = await model.preprocess(image, { signal });
  const { data, shape } = await model.classHeads({ image: { data: seen.data, shape: seen.shape }, mass: 0.6, signal });
  const [heads, rows, columns] = shape;
  const crop = cropImage(seen.crop);
  return el(
    "div",
    { class: "train-heads" },
    Array.from({ length: heads }, (_, head) => {
      const values = data.subarray(head * rows * columns, (head + 1) * rows * columns);
      const label = f("headMapLabel", { head: ordinal(head) });
      return el("div", { class: "stack-box" }, picture(crop), tile(values, rows, columns, { class: "over", label }));
    }),
  );
}

/**
 * Of fifty images that are not learned from the nearest to the picture, by the cosine of a network's features.
 * @param {Model} model @param {Blob | ImageData} image @param {AbortSignal} signal
 */
export async function nearest(model, image, signal) {
  const sheet = await sheetFor(3);
  const own = unit(await model.features({ image, signal }));
  const found = [];
  for (let index = 0; index < AMONG; index++) {
    const other = unit(await model.features({ image: sheet.tile(index), signal }));
    found.push({ index, cosine: own.reduce((sum, value, i) => sum + value * other[i], 0) });
  }
  found.sort((a, b) => b.cosine - a.cosine);
  const named = (/** @type {number} */ index) => className(sheet.classes[sheet.labels[index]]);
  return el(
    "div",
    { class: "photo-tiles" },
    found
      .slice(0, NEAREST)
      .map(({ index }) =>
        el(
          "span",
          { class: "photo-tile" },
          picture(sheet.tile(index), { label: named(index) }),
          el("span", { class: "photo-tile-group" }, named(index)),
        ),
      ),
  );
}

/** @param {number[]} values */
function unit(values) {
  const length = Math.hypot(...values) || 1;
  return values.map((value) => value / length);
}
