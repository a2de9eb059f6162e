// @ts-check
// How far each head looks on average, block by block, beside how far a convolutional network can see at all.

import { ordinal } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { curves, note } from "../kit/draw.js";

/** @typedef {import("../../engine.js").BlockAttention} BlockAttention */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const model = await stage.load();
  const blocks = await model.attentionStats({ image: await stage.input(model) });
  const heads = blocks[0].distance.length;
  const series = Array.from({ length: heads }, (_, h) => ({
    label: f("headTitle", { head: ordinal(h) }),
    part: "heads",
    line: false,
    dots: true,
    points: blocks.map(({ distance }, b) => /** @type {[number, number]} */ ([b + 1, distance[h]])),
  }));
  const against = stage.state.against ? await stage.load(stage.state.against) : null;
  const field = against ? await against.receptiveCurve() : [];
  const reach = blocks.map(
    (_, b) =>
      /** @type {[number, number]} */ ([
        b + 1,
        Math.min(
          against?.info.input.size ?? 0,
          field[Math.min(field.length - 1, Math.round(((b + 1) / blocks.length) * (field.length - 1)))]?.field ?? 0,
        ) / 2,
      ]),
  );
  stage.show(
    curves({
      series: [
        ...series,
        ...(against ? [{ label: f("halfField", { title: against.info.title }), part: "against", points: reach }] : []),
      ],
      xName: f("blockAxis"),
      yName: f("distanceAxis"),
      low: 0,
      ticks: blocks.map((_, b) => b + 1),
      label: f("distanceLabel"),
    }),
    note(f("distanceNote")),
  );
}
