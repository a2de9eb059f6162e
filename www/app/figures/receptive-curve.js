// @ts-check
// How far a cell sees, from stage to stage: the receptive field in theory.

import { number } from "../text.js";
import { f } from "../lessons/words.js";
import { curves } from "./draw.js";

/** @typedef {{ name: string, kind: string, field: number, jump: number }} Point */

/** @param {import("./mount.js").Stage} stage */
export async function figure(stage) {
  const models = await Promise.all(stage.state.models.map((/** @type {string} */ id) => stage.load(id)));
  const all = await Promise.all(models.map((model) => /** @type {Promise<Point[]>} */ (model.call("receptiveCurve"))));
  // One point for each layer that widens the field: what comes between repeats it, and a shortcut's own convolution sees less.
  const layers = all.map((points) => points.filter(({ field }, i) => points.slice(0, i).every((before) => before.field < field)));
  stage.show(curves({
    series: models.map((model, m) => ({ label: model.info.title, part: `model:${model.info.id}`, dots: true, points: layers[m].map(({ field }, i) => /** @type {[number, number]} */ ([i + 1, field])) })),
    xName: f("layerAxis"), yName: f("fieldAxis"), yText: (y) => number(y, { maximumFractionDigits: 0 }), low: 0, label: f("receptiveCurveLabel"), part: "theory",
  }));
}
