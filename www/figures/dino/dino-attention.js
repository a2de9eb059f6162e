// @ts-check
// What DINO's class token reads, head by head, and the mask made of the patches that hold most of it.

import { el, fill } from "../../shell/dom.js";
import { number, ordinal, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { cropImage, picture, slider, tile } from "../kit/draw.js";
import { NotBuilt } from "../kit/mount.js";

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { signal } = stage;
  const model = await stage.load();
  if (!model.info.capabilities.includes("class-token")) throw new NotBuilt();
  const seen = await model.preprocess(await stage.input(model));
  const image = cropImage(seen.crop);
  const tensor = { data: seen.data, shape: seen.shape };
  const grid = el("div", { class: "dino-heads" });
  let ticket = 0;
  const draw = async (/** @type {number} */ mass) => {
    const mine = ++ticket;
    const found = await model.classHeads({ mass, image: tensor, signal });
    if (mine === ticket && !signal.aborted) fill(grid, headsOf(found, image));
  };
  await draw(Number(stage.state.mass));
  stage.show(
    grid,
    slider({
      label: f("mass"),
      min: 0.1,
      max: 0.95,
      step: 0.05,
      value: Number(stage.state.mass),
      part: "mass",
      text: percent,
      change(value) {
        stage.follow(draw(value));
        stage.chose("mass", value);
      },
    }),
  );
}

/**
 * Each head's weights over the photo, and what its mask leaves. @param {import("../../engine.js").ClassHeads} found
 * @param {ImageData} image
 */
function headsOf({ data, shape: [heads, rows, columns], masks, kept }, image) {
  const patches = rows * columns;
  return Array.from({ length: heads }, (_, head) => {
    const [from, to] = [head * patches, (head + 1) * patches];
    const map = tile(data.subarray(from, to), rows, columns, {
      class: "over",
      label: f("headMapLabel", { head: ordinal(head) }),
    });
    const left = picture(masked(image, masks.subarray(from, to), rows, columns), {
      label: f("headMaskLabel", { head: ordinal(head) }),
    });
    return el(
      "figure",
      { class: "dino-head" },
      el(
        "div",
        { class: "dino-pair" },
        el("div", { class: "stack-box", "data-part": "heads" }, picture(image), map),
        el("div", { class: "stack-box", "data-part": "mask" }, left),
      ),
      el(
        "figcaption",
        { class: "quiet" },
        f("keptPatches", { head: ordinal(head), count: number(kept[head]), all: number(patches) }),
      ),
    );
  });
}

/**
 * The picture with other patches darkened. @param {ImageData} image @param {Uint8Array} mask @param {number} rows
 * @param {number} columns
 */
function masked({ data, width, height }, mask, rows, columns) {
  const out = new ImageData(new Uint8ClampedArray(data), width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (mask[Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width)]) continue;
      for (let c = 0; c < 3; c++) out.data[4 * (y * width + x) + c] *= 0.18;
    }
  }
  return out;
}
