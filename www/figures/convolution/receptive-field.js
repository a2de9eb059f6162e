// @ts-check
// What one cell of a stage sees of the photo: in theory a rectangle, measured a gradient.

import { el, fill } from "../../shell/dom.js";
import { number, ordinal } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { extent, scaleOf } from "../kit/colour.js";
import { cellIndex } from "../kit/maps.js";
import { stageReader } from "../kit/stage-reader.js";
import { block, choices, cropImage, legend, patchPad, picture, tile } from "../kit/draw.js";

/** @typedef {import("../../engine.js").ReceptiveField} Field */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal } = stage;
  const model = await stage.load();
  const input = await stage.input(model);
  const seen = await model.preprocess(input);
  const image = cropImage(seen.crop);
  const tensor = { data: seen.data, shape: seen.shape };
  const names = model.stages
    .filter((one) => one.shape.length > 2 && ["conv", "pool", "block"].includes(one.kind))
    .map(({ name }) => name);
  let name = String(state.stage);
  let [row, column] = state.cell;
  const read = stageReader(model, tensor, signal);
  let ticket = 0;
  const view = el("div", { class: "figure-row" });
  const compute = async () => {
    const mine = ++ticket;
    const own = model.stages.find((one) => one.name === name);
    const [rowsHere, columnsHere] = own?.grid ?? [1, 1];
    [row, column] = [Math.min(row, rowsHere - 1), Math.min(column, columnsHere - 1)];
    // The channel that answers most here: where a ReLU is off nothing flows back.
    const maps = read.places(name);
    const answers = maps ? await read.cell(name, row, column) : [0];
    const channel = answers.indexOf(Math.max(...answers));
    const found = await model.receptiveField(
      name,
      maps ? cellIndex(maps, own?.shape ?? [], channel, row, column) : [channel, row, column],
      { image: tensor, signal },
    );
    if (mine !== ticket || signal.aborted) return;
    const [rows, columns] = found.map.shape.slice(-2);
    const scale = scaleOf(extent(found.map.data));
    const focus = view.querySelector(".patch-pad") === document.activeElement;
    const { node, pad } = patchPad({
      layers: [picture(image, { label: f("cropLabel"), part: "photo" })],
      rows: rowsHere,
      columns: columnsHere,
      query: [row, column],
      label: f("cellPad"),
      text: () =>
        f("fieldFacts", {
          row: number(row + 1),
          column: number(column + 1),
          width: number(found.box?.width ?? 0),
          height: number(found.box?.height ?? 0),
          pixels: number(found.pixels),
        }),
      choose(r, c) {
        [row, column] = [r, c];
        stage.chose("cell", [row, column]);
        follow();
      },
    });
    if (found.box) pad.append(boxOver(found.box, rows, columns));
    const measured = el(
      "div",
      { class: "stack-box" },
      picture(image),
      tile(found.map.data, rows, columns, { class: "over", scale, label: f("measuredField") }),
      found.box && boxOver(found.box, rows, columns),
    );
    const box = block(f("measuredFieldOf", { channel: ordinal(channel) }), measured, legend(scale));
    box.setAttribute("data-part", "measured");
    fill(view, block(f("theoryField", { stage: name }), node), box);
    if (focus) pad.focus({ preventScroll: true });
  };
  const follow = () => stage.follow(compute());
  await compute();
  stage.show(
    view,
    choices({
      label: f("stage"),
      options: names.map((value) => ({ value, text: value })),
      value: name,
      change(value) {
        name = value;
        stage.chose("stage", value);
        follow();
      },
    }),
  );
}

/** @param {{ x: number, y: number, width: number, height: number }} box @param {number} rows @param {number} columns */
const boxOver = (box, rows, columns) =>
  el("span", {
    class: "field-box",
    "data-part": "theory",
    "aria-hidden": true,
    style: {
      left: `${(100 * box.x) / columns}%`,
      top: `${(100 * box.y) / rows}%`,
      width: `${(100 * box.width) / columns}%`,
      height: `${(100 * box.height) / rows}%`,
    },
  });
