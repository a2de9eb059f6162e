// @ts-check
// Patch features along their three principal components, as red, green and blue.

import { el } from "../../shell/dom.js";
import { list, number, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { extent } from "../kit/colour.js";
import { states } from "../kit/numbers.js";
import { block, cropImage, note, picture, slider } from "../kit/draw.js";

/** @typedef {import("../../engine.js").Tensor & { shares: number[] }} Components */

/** How much of the photo the colours hide at first. */
const COVER = 0.85;

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const model = await stage.load();
  const input = await stage.input(model);
  const image = cropImage((await model.preprocess(input)).crop);
  const { data, shape, shares } = await model.pca({ image: input, signal: stage.signal });
  const [, rows, columns] = shape;
  const colours = picture(coloured(data, rows, columns), { class: "over", label: f("pcaTitle") });
  const count = rows * columns;
  states(colours, () => ({
    head: ["row", "column", "red", "green", "blue"].map((name, i) => (i < 2 ? name : `component ${i - 1} (${name})`)),
    rows: Array.from({ length: count }, (_, i) => [
      Math.floor(i / columns) + 1,
      (i % columns) + 1,
      ...[0, 1, 2].map((c) => data[c * count + i]),
    ]),
  }));
  const share = Number(stage.state.cover ?? COVER);
  const cover = (/** @type {number} */ share) => colours.style.setProperty("opacity", String(share));
  cover(share);
  stage.show(
    el(
      "div",
      { class: "figure-row" },
      block(f("networkSees"), picture(image, { label: f("cropLabel"), part: "photo" })),
      block(f("pcaTitle"), el("div", { class: "stack-box", "data-part": "colours" }, picture(image), colours)),
    ),
    slider({
      label: f("pcaCover"),
      min: 0,
      max: 1,
      step: 0.05,
      value: share,
      text: percent,
      change(value) {
        stage.chose("cover", value);
        cover(value);
      },
    }),
    note(
      f("pcaNote", {
        count: number(count),
        shares: list(shares.map(percent)),
        sum: percent(shares.reduce((sum, share) => sum + share, 0)),
      }),
    ),
  );
}

/**
 * Each component over its own range, from none of its colour to all. @param {Float32Array} data @param {number} rows
 * @param {number} columns
 */
function coloured(data, rows, columns) {
  const count = rows * columns;
  const image = new ImageData(columns, rows);
  for (let c = 0; c < 3; c++) {
    const { low, high } = extent(data, c * count, (c + 1) * count);
    for (let i = 0; i < count; i++) image.data[4 * i + c] = (255 * (data[c * count + i] - low)) / (high - low || 1);
  }
  for (let i = 0; i < count; i++) image.data[4 * i + 3] = 255;
  return image;
}
