// @ts-check
// What DINO's class token reads, head by head, and the mask made of the patches that hold most of it.

import { el, fill } from "../../shell/dom.js";
import { number, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { stageReader } from "../kit/stage-reader.js";
import { cropImage, picture, slider, tile } from "../kit/draw.js";
import { NotBuilt } from "../kit/mount.js";

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const model = await stage.load();
  const last = model.stages.findLast((one) => one.kind === "attention-weights");
  if (!last) throw new NotBuilt();
  const input = await stage.input(model);
  const seen = await model.preprocess(input);
  const image = cropImage(seen.crop);
  const [, heads, , tokens] = last.shape;
  // The class token's row alone.
  const { data } = await stageReader(model, { data: seen.data, shape: seen.shape }, stage.signal).part(last.name, [
    null,
    null,
    [0, 1],
    null,
  ]);
  const side = Math.floor(Math.sqrt(tokens));
  const extra = tokens - side * side;
  const rows = Array.from({ length: heads }, (_, head) => data.slice(head * tokens + extra, (head + 1) * tokens));
  const grid = el("div", { class: "dino-heads" });
  const draw = (/** @type {number} */ mass) =>
    fill(
      grid,
      rows.map((row, head) => {
        const kept = keep(row, mass);
        return el(
          "figure",
          { class: "dino-head" },
          el(
            "div",
            { class: "dino-pair" },
            el(
              "div",
              { class: "stack-box", "data-part": "heads" },
              picture(image),
              tile(row, side, side, { class: "over", label: f("headMapLabel", { head: number(head) }) }),
            ),
            el(
              "div",
              { class: "stack-box", "data-part": "mask" },
              picture(masked(image, kept, side), { label: f("headMaskLabel", { head: number(head) }) }),
            ),
          ),
          el(
            "figcaption",
            { class: "quiet" },
            f("keptPatches", { head: number(head), count: number(kept.size), all: number(side * side) }),
          ),
        );
      }),
    );
  draw(Number(stage.state.mass));
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
        draw(value);
        stage.report("mass", value);
      },
    }),
  );
}

/** The fewest patches that hold a share of the attention on all patches. @param {Float32Array} row @param {number} mass */
function keep(row, mass) {
  const order = Array.from(row.keys()).sort((a, b) => row[b] - row[a]);
  const all = row.reduce((sum, value) => sum + value, 0);
  const kept = new Set();
  let held = 0;
  for (const index of order) {
    if (held >= mass * all) break;
    held += row[index];
    kept.add(index);
  }
  return kept;
}

/** The picture with other patches darkened. @param {ImageData} image @param {Set<number>} kept @param {number} side */
function masked({ data, width, height }, kept, side) {
  const out = new ImageData(new Uint8ClampedArray(data), width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (kept.has(Math.floor((y * side) / height) * side + Math.floor((x * side) / width))) continue;
      for (let c = 0; c < 3; c++) out.data[4 * (y * width + x) + c] *= 0.18;
    }
  }
  return out;
}
