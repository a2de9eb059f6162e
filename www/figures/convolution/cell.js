// @ts-check
// One number of a stage, and how it comes about: what it reads, and the sum with its real numbers.

import { el, fill } from "../../shell/dom.js";
import { number, ordinal } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { extent, scaleOf } from "../kit/colour.js";
import { cellIndex } from "../kit/maps.js";
import { stageReader } from "../kit/stage-reader.js";
import { block, cropImage, patchPad, tile } from "../kit/draw.js";
import { explained, regionTitle, sourceOf, windowOn } from "../kit/formula.js";
import { NotBuilt } from "../kit/mount.js";

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal } = stage;
  const model = await stage.load();
  const input = await stage.input(model);
  const own = model.stages.find(({ name }) => name === state.stage);
  if (!own) throw new NotBuilt();
  const seen = await model.preprocess(input);
  const image = cropImage(seen.crop);
  const tensor = { data: seen.data, shape: seen.shape };
  const read = stageReader(model, tensor, signal);
  const maps = read.places(own.name);
  if (!maps) throw new NotBuilt();
  const channel = Number(state.channel ?? 0);
  let [row, column] = [Math.min(state.cell[0], maps.rows - 1), Math.min(state.cell[1] ?? 0, maps.columns - 1)];
  const map = await read.channel(own.name, channel);
  const scale = scaleOf(extent(map));
  const reads = el("div", { class: "figure-block", "data-part": "window" });
  const sum = el("div", { class: "cell-formula", "data-part": "formula", "aria-live": "polite" });
  let ticket = 0;
  const compute = async () => {
    const mine = ++ticket;
    const formula = await model.cell(own.name, cellIndex(maps, own.shape, channel, row, column), {
      image: tensor,
      signal,
    });
    const source = formula.inputs[0];
    const before = source ? await sourceOf(read, source) : null;
    if (mine !== ticket || signal.aborted) return;
    fill(reads, source && [el("h3", null, regionTitle(source)), windowOn(source, before, image)]);
    fill(sum, explained(formula));
  };
  const { node } = patchPad({
    layers: [
      tile(map, maps.rows, maps.columns, {
        scale,
        label: f("mapLabel", { stage: own.name, channel: ordinal(channel) }),
      }),
    ],
    rows: maps.rows,
    columns: maps.columns,
    query: [row, column],
    part: "cell",
    label: f("cellPad"),
    text: (r, c) => f("cellAt", { row: number(r + 1), column: number(c + 1) }),
    choose(r, c) {
      [row, column] = [r, c];
      stage.chose("cell", [row, column]);
      stage.follow(compute());
    },
  });
  await compute();
  stage.show(
    el("div", { class: "figure-row" }, reads, block(f("cellOf", { stage: own.name, channel: ordinal(channel) }), node)),
    sum,
  );
}
