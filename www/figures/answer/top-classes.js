// @ts-check
// A photo, the crop that the network gets, and its first guesses.

import { el } from "../../shell/dom.js";
import { className } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { block, cropImage, guesses, picture } from "../kit/draw.js";

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const model = await stage.load();
  const input = await stage.input(model);
  const seen = await model.preprocess(input);
  const { top } = await model.classify(input, { topK: stage.state.topK ?? 5 });
  const digit = input instanceof ImageData;
  stage.show(
    el(
      "div",
      { class: "figure-row" },
      !digit && block(f("photoTitle"), await photoWithCrop(input, seen.box, seen.source)),
      block(f("networkSees"), picture(cropImage(seen.crop), { label: f("cropLabel"), part: "crop" })),
      block(f("answers", { network: model.info.title }), guesses(top, className)),
    ),
  );
  stage.report("top", top[0].label);
  stage.report("probability", top[0].probability);
}

/**
 * The photo with the crop outlined.
 * @param {Blob} blob
 * @param {{ x: number, y: number, width: number, height: number }} box
 * @param {{ width: number, height: number }} source
 */
async function photoWithCrop(blob, box, source) {
  const bitmap = await createImageBitmap(blob);
  const scale = Math.min(1, 480 / bitmap.width);
  const canvas = el("canvas", {
    width: Math.round(bitmap.width * scale),
    height: Math.round(bitmap.height * scale),
    class: "tile smooth wide",
    role: "img",
    "aria-label": f("photoTitle"),
    "data-part": "photo",
  });
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const [sx, sy] = [canvas.width / source.width, canvas.height / source.height];
  const rectangle = /** @type {const} */ ([box.x * sx, box.y * sy, box.width * sx, box.height * sy]);
  context.lineWidth = 5;
  context.strokeStyle = "#08141a";
  context.strokeRect(...rectangle);
  context.lineWidth = 3;
  context.strokeStyle = "#ffb224";
  context.strokeRect(...rectangle);
  return canvas;
}
