// @ts-check
// How far a cell sees, from stage to stage: the receptive field in theory, and as the gradient on the photo tells it.

import { el, fill } from "../../shell/dom.js";
import { failureOf, failureText } from "../../shell/failure.js";
import { number } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { cellIndex } from "../kit/maps.js";
import { stageReader } from "../kit/stage-reader.js";
import { chart } from "../kit/draw.js";

/** @typedef {import("../../engine.js").CurvePoint} Point */
/** @typedef {import("../../shell/types.js").Model} Model */
/** @typedef {{ model: Model, layers: Point[], measured: [number, number][] }} Line */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const models = await Promise.all(stage.state.models.map((/** @type {string} */ id) => stage.load(id)));
  const lines = await Promise.all(
    models.map(async (model) => ({
      model,
      layers: longest(await model.receptiveCurve()),
      measured: /** @type {[number, number][]} */ ([]),
    })),
  );
  const plot = drawing(lines);
  const progress = el("p", { class: "quiet", "aria-live": "polite" });
  // The plot stays while it grows: whoever reads it off keeps their place.
  const draw = () => plot.update(seriesOf(lines));
  stage.show(plot.node, progress, el("p", { class: "quiet" }, f("effectiveNote")));
  // Theory stands at once; what is measured follows, layer by layer.
  void measure(stage, lines, progress, draw).catch((error) => {
    if (!stage.signal.aborted) fill(progress, failureText(failureOf(error)));
  });
}

/**
 * One point for each layer that widens the field: what comes between repeats it, and a shortcut's own convolution sees
 * less. @param {Point[]} points
 */
const longest = (points) => points.filter(({ field }, i) => points.slice(0, i).every((before) => before.field < field));

/**
 * @param {import("../kit/mount.js").Stage} stage @param {Line[]} lines @param {HTMLElement} progress
 * @param {() => void} draw
 */
async function measure(stage, lines, progress, draw) {
  const { signal } = stage;
  for (const { model, layers, measured } of lines) {
    const read = stageReader(model, await stage.input(model), signal);
    for (const [i, { name }] of layers.entries()) {
      const places = read.places(name);
      const shape = model.stages.find((one) => one.name === name)?.shape ?? [];
      if (!places) continue;
      fill(progress, f("effectiveMeasuring", { network: model.info.title, stage: name }));
      const [row, column] = [Math.floor(places.rows / 2), Math.floor(places.columns / 2)];
      // The channel that answers most here: where a ReLU is off nothing flows back.
      const answers = await read.cell(name, row, column);
      const cell = cellIndex(places, shape, answers.indexOf(Math.max(...answers)), row, column);
      const { effective } = await model.receptiveField(name, cell, { image: await read.image, signal });
      measured.push([i + 1, effective]);
      draw();
    }
  }
  fill(progress);
}

/** @param {Line[]} lines */
const seriesOf = (lines) =>
  lines.flatMap(({ model, layers, measured }, m) => [
    {
      label: f("fieldTheory", { network: model.info.title }),
      part: `model:${model.info.id} theory`,
      style: m,
      points: layers.map(({ field }, i) => /** @type {[number, number]} */ ([i + 1, field])),
    },
    {
      label: f("fieldMeasured", { network: model.info.title }),
      part: `model:${model.info.id} measured`,
      style: m,
      points: measured,
      dots: true,
      line: false,
    },
  ]);

/** @param {Line[]} lines */
const drawing = (lines) =>
  chart({
    series: seriesOf(lines),
    xName: f("layerAxis"),
    yName: f("fieldAxis"),
    yText: (y) => number(y, { maximumFractionDigits: 1 }),
    low: 0,
    label: f("receptiveCurveLabel"),
  });
