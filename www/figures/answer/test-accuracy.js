// @ts-check
// Networks on the bundled test images: how many each answers right, measured here, beside what it stores and computes.

import { el, fill } from "../../shell/dom.js";
import { number, percent, short } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { barRows, block } from "../kit/draw.js";
import { measurement } from "../kit/measurement.js";
import { sheetFor } from "../kit/test-images.js";

/** Images between two drawings. */
const BATCH = 10;

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { app, state } = stage;
  const { chosen } = stage.kept;
  /** @type {import("../../shell/types.js").Model[]} */
  const models = await Promise.all(state.models.map((/** @type {string} */ id) => stage.load(id)));
  const sheet = await sheetFor(models[0].info.input.channels);
  const rows = (/** @type {(index: number) => number} */ value, /** @type {(value: number) => string} */ text) =>
    models.map((model, index) => ({
      label: model.info.title,
      value: value(index),
      text: text(value(index)),
      part: `model:${model.info.id}`,
    }));
  const accuracy = el("div", { "data-part": "accuracy" });
  const draw = (/** @type {number[]} */ right, /** @type {number} */ read) =>
    fill(
      accuracy,
      barRows(
        rows(
          (index) => (read > 0 ? right[index] / read : 0),
          (share) => (read > 0 ? percent(share) : "–"),
        ),
        { most: 1, label: f("rightAnswers") },
      ),
    );
  /** @param {AbortSignal} signal */
  async function* measure(signal) {
    const of = sheet.labels.length;
    const right = models.map(() => 0);
    for (let read = 0; read < of; ) {
      const image = sheet.tile(read);
      for (const [index, model] of models.entries()) {
        const { top } = await model.classify(image, { topK: 1, signal });
        if (top[0].index === sheet.labels[read]) right[index]++;
      }
      read++;
      if (read % BATCH === 0 || read === of) {
        draw(right, read);
        yield { read, of };
      }
    }
    chosen.measured = { right, of };
  }
  draw(chosen.measured?.right ?? [], chosen.measured?.of ?? 0);
  const macs = (/** @type {number} */ index) => app.session.entry(models[index].info.id)?.multiply_adds ?? 0;
  stage.show(
    block(f("rightAnswers"), accuracy),
    measurement(stage, measure, (of) => f("testImagesRead", { count: number(of) }), chosen.measured?.of).node,
    el(
      "div",
      { class: "figure-row" },
      el(
        "div",
        { "data-part": "parameters" },
        block(
          f("parameters"),
          barRows(
            rows((index) => models[index].info.parameters, short),
            { label: f("parameters") },
          ),
        ),
      ),
      el(
        "div",
        { "data-part": "macs" },
        block(f("multiplyAdds"), barRows(rows(macs, short), { label: f("multiplyAdds") })),
      ),
    ),
  );
}
