// @ts-check
// The class token's attention rolled out over all blocks.

import { el } from "../../shell/dom.js";
import { f } from "../../lessons/words.js";
import { extent, scaleOf } from "../kit/colour.js";
import { block, cropImage, legend, note, picture, tile } from "../kit/draw.js";

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const model = await stage.load();
  const input = await stage.input(model);
  const image = cropImage((await model.preprocess(input)).crop);
  const { data, shape } = await model.rollout({ image: input, signal: stage.signal });
  const [rows, columns] = shape;
  const scale = scaleOf(extent(data));
  stage.show(
    el(
      "div",
      { class: "figure-row" },
      block(f("networkSees"), picture(image, { label: f("cropLabel"), part: "photo" })),
      block(
        f("rolloutTitle"),
        el(
          "div",
          { class: "stack-box", "data-part": "map" },
          picture(image),
          tile(data, rows, columns, { class: "over", scale, label: f("rolloutTitle") }),
        ),
        legend(scale),
      ),
    ),
    note(f("rolloutNote")),
  );
}
