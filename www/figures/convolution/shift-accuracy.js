// @ts-check
// How many of the bundled digits are read rightly after each shift: first over a hundred, then over all.

import { el, fill } from "../../shell/dom.js";
import { number, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { curves, note } from "../kit/draw.js";
import { digits, placed } from "./digits.js";

const BATCH = 100;
const SIDE = 32;

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal } = stage;
  const models = await Promise.all(state.models.map((/** @type {string} */ id) => stage.load(id)));
  const bundle = await digits();
  /** @type {number[]} */
  const shifts = state.shifts;
  const right = models.map(() => shifts.map(() => 0));
  let read = 0;
  const plot = el("div");
  const count = note("");
  const draw = () => {
    fill(
      plot,
      curves({
        series: models.map((model, m) => ({
          label: model.info.title,
          part: `model:${model.info.id}`,
          dots: true,
          points: shifts.map((shift, s) => /** @type {[number, number]} */ ([shift, right[m][s] / read])),
        })),
        xName: f("shiftAxis"),
        yName: f("accuracyAxis"),
        yText: percent,
        low: 0,
        high: 1,
        ticks: shifts.filter((shift) => shift % 2 === 0),
        label: f("shiftAccuracyLabel"),
        part: "curves",
      }),
    );
    count.textContent = f("digitsRead", { count: number(read) });
  };
  const batch = async (/** @type {number} */ from) => {
    const to = Math.min(from + BATCH, bundle.pixels.length);
    const found = models.map(() => shifts.map(() => 0));
    for (const [m, model] of models.entries()) {
      for (const [s, shift] of shifts.entries()) found[m][s] = await rightIn(model, bundle, from, to, shift, signal);
    }
    found.forEach((row, m) => row.forEach((hits, s) => (right[m][s] += hits)));
    read = to;
    draw();
  };
  await batch(0);
  stage.show(plot, count);
  void (async () => {
    for (let from = BATCH; from < bundle.pixels.length; from += BATCH) {
      if (signal.aborted) return;
      await batch(from);
    }
  })().catch(() => {});
}

/**
 * @param {import("../../shell/types.js").Model} model
 * @param {import("./digits.js").Digits} bundle
 * @param {number} from @param {number} to @param {number} shift @param {AbortSignal} signal
 */
async function rightIn(model, bundle, from, to, shift, signal) {
  const { mean, std } = /** @type {{ mean?: number[], std?: number[] }} */ (/** @type {unknown} */ (model.info));
  const data = new Float32Array((to - from) * SIDE * SIDE);
  for (let i = from; i < to; i++) {
    placed(bundle.pixels[i], bundle.tile, shift).forEach(
      (value, at) => (data[(i - from) * SIDE * SIDE + at] = (value / 255 - (mean?.[0] ?? 0)) / (std?.[0] ?? 1)),
    );
  }
  const answer = await model.forward({ data, shape: [to - from, 1, SIDE, SIDE] }, { signal });
  const classes = answer.shape[1];
  let hits = 0;
  for (let i = 0; i < to - from; i++) {
    const row = answer.data.subarray(i * classes, (i + 1) * classes);
    if (row.indexOf(Math.max(...row)) === bundle.labels[from + i]) hits++;
  }
  return hits;
}
