// @ts-check
// What hiding patches saves: the encoder's multiply-adds counted, the time of the whole reconstruction measured.

import { el, fill } from "../../shell/dom.js";
import { number, percent, time } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { curves, note } from "../kit/draw.js";
import { patchesOf, randomMask } from "./reconstruction.js";

const RUNS = 5;

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal } = stage;
  const model = await stage.load();
  const seen = await model.preprocess(await stage.input(model));
  const tensor = { data: seen.data, shape: seen.shape };
  const patches = patchesOf(model);
  /** @type {number[]} */
  const ratios = state.ratios;
  const counted = ratios.map((ratio) =>
    encoderMacs(model, patches - Math.min(patches - 1, Math.round(patches * ratio))),
  );
  // Not measured: the first run of each size, which makes things ready.
  /** @type {number[]} */
  const times = [];
  for (const ratio of ratios) {
    const mask = randomMask(patches, ratio, 1);
    await model.reconstruct(tensor, { mask, signal });
    const runs = [];
    for (let i = 0; i < RUNS; i++) {
      const begun = performance.now();
      await model.reconstruct(tensor, { mask, signal });
      runs.push(performance.now() - begun);
    }
    times.push(runs.sort((a, b) => a - b)[Math.floor(RUNS / 2)]);
  }
  const relative = (/** @type {number[]} */ values) =>
    values.map((value, i) => /** @type {[number, number]} */ ([ratios[i], value / values[0]]));
  const box = el("div");
  fill(
    box,
    curves({
      series: [
        { label: f("encoderMacs"), part: "macs", points: relative(counted) },
        { label: f("measuredWhole"), part: "measured", points: relative(times), dots: true, line: false },
      ],
      xName: f("maskRatio"),
      yName: f("shareOfFull"),
      xText: percent,
      yText: percent,
      low: 0,
      ticks: ratios,
      label: f("maeCostLabel"),
    }),
  );
  stage.show(
    box,
    el(
      "table",
      { class: "stage-table" },
      el(
        "thead",
        null,
        el(
          "tr",
          null,
          [f("maskRatio"), f("encoderMacs"), f("time")].map((head) => el("th", { scope: "col" }, head)),
        ),
      ),
      el(
        "tbody",
        null,
        ratios.map((ratio, i) =>
          el(
            "tr",
            null,
            el("th", { scope: "row" }, percent(ratio)),
            el("td", { "data-part": "macs" }, number(Math.round(counted[i]))),
            el("td", { "data-part": "measured" }, time(times[i])),
          ),
        ),
      ),
    ),
    note(f("maeCostNote")),
  );
}

/**
 * Multiply-adds of the encoder for a number of visible patches, from what its stages state for theirs: attention between
 * tokens grows with the square of their number, the patch embedding sees all patches, everything else grows linearly.
 * @param {import("../../shell/types.js").Model} model @param {number} visible
 */
function encoderMacs(model, visible) {
  const stages = /** @type {{ name: string, kind: string, shape: number[], multiply_adds: number }[]} */ (
    /** @type {unknown} */ (model.stages)
  );
  const leaves = stages.filter(
    (one) => one.name.startsWith("vit.") && !stages.some((other) => other.name.startsWith(`${one.name}.`)),
  );
  return leaves.reduce((sum, one) => {
    if (one.name.includes("patch_embeddings")) return sum + one.multiply_adds;
    const stated = one.shape.at(-2) ?? 1;
    const growth = (visible + 1) / stated;
    const pairs = one.kind === "attention-weights" || /attention\.heads$/.test(one.name);
    return sum + one.multiply_adds * (pairs ? growth * growth : growth);
  }, 0);
}
