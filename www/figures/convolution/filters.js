// @ts-check
// The learned kernels of a convolution, in colour where it reads a photo; elsewhere those for one channel that it reads.

import { el, fill } from "../../shell/dom.js";
import { number, ordinal } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { extent, scaleOf } from "../kit/colour.js";
import { block, legend, picture, slider, tile } from "../kit/draw.js";
import { NotBuilt } from "../kit/mount.js";

const MANY = 96;

/** @typedef {import("../../shell/types.js").Model} Model */
/** @typedef {import("../../engine.js").Tensor} Tensor */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal } = stage;
  const model = await stage.load();
  let name = String(state.stage);
  let channel = Number(state.channel ?? 0);
  const view = el("div");
  const reads = el("div");
  let ticket = 0;
  const compute = async () => {
    const mine = ++ticket;
    const kernels = await model.filters({ stage: name, signal });
    // A dense layer that does not read an image has no pictures.
    if (kernels.shape.length !== 4) throw new NotBuilt();
    const [count, channels] = kernels.shape;
    const groups = state.groups ? await groupsBehind(model, name, count) : 1;
    if (mine !== ticket || signal.aborted) return;
    channel = Math.max(0, Math.min(channels - 1, Math.trunc(channel)));
    const draw = () => fill(view, drawn(name, kernels, groups, channel));
    fill(
      reads,
      state.choose &&
        !inColour(kernels) &&
        channels > 1 &&
        slider({
          label: f("filterInput"),
          min: 1,
          max: channels,
          step: 1,
          value: channel + 1,
          text: (value) => number(value),
          change(value) {
            channel = value - 1;
            stage.chose("channel", channel);
            draw();
          },
        }),
    );
    draw();
  };
  await compute();
  stage.show(
    view,
    state.choose &&
      stageChoice(model, name, (value) => {
        [name, channel] = [value, 0];
        stage.chose("stage", name);
        stage.chose("channel", channel);
        stage.follow(compute());
      }),
    reads,
  );
}

/** Which convolution. @param {Model} model @param {string} value @param {(name: string) => void} change */
function stageChoice({ stages }, value, change) {
  const names = stages.filter(({ kind }) => kind === "conv").map(({ name }) => name);
  const choice = el(
    "select",
    { onchange: () => change(choice.value) },
    names.map((name) => el("option", { value: name, selected: name === value }, name)),
  );
  return el("label", { class: "picker", "data-part": "stage" }, f("stage"), " ", choice);
}

/** @param {Tensor} kernels */
const inColour = ({ shape }) => shape[1] === 3;

/** @param {string} name @param {Tensor} kernels @param {number} groups @param {number} channel of those that it reads */
function drawn(name, kernels, groups, channel) {
  const { data, shape } = kernels;
  const [count, channels, rows, columns] = shape;
  const area = rows * columns;
  const shared = scaleOf(extent(data));
  const one = (/** @type {number} */ index) => {
    const values = data.subarray(index * channels * area, (index + 1) * channels * area);
    const label = f("filterLabel", { filter: ordinal(index) });
    return inColour(kernels)
      ? picture(coloured(values, rows, columns), { label })
      : tile(values.subarray(channel * area, (channel + 1) * area), rows, columns, { scale: shared, label });
  };
  const each = count / groups;
  const shown = Math.min(each, MANY);
  const grid = (/** @type {number} */ group) =>
    el(
      "div",
      { class: `map-grid filters ${each <= 16 ? "few" : ""}`, "data-part": `grid group:${group}` },
      Array.from({ length: shown }, (_, i) => one(group * each + i)),
    );
  const title = { stage: name, count: number(count), rows: number(rows), columns: number(columns) };
  const said = [
    shown < each && f("filtersShown", { shown: number(shown), count: number(each) }),
    !inColour(kernels) && channels > 1 && f("filterChannel", { channel: ordinal(channel), channels: number(channels) }),
    inColour(kernels) && f("filterColours"),
  ].filter(Boolean);
  return [
    groups > 1
      ? el(
          "div",
          { class: "figure-row" },
          Array.from({ length: groups }, (_, group) =>
            block(f("groupTitle", { group: ordinal(group), count: number(each) }), grid(group)),
          ),
        )
      : block(f("filtersTitle", title), grid(0)),
    said.length > 0 && el("p", { class: "quiet" }, said.join(" ")),
    !inColour(kernels) && legend(shared),
  ];
}

/**
 * Into how many groups the channels of a convolution go: the next one's filters read so many of them each.
 * @param {Model} model @param {string} stage @param {number} channels
 */
async function groupsBehind(model, stage, channels) {
  const from = model.stages.findIndex(({ name }) => name === stage);
  const next = model.stages.slice(from + 1).find(({ kind }) => kind === "conv");
  if (!next) return 1;
  const { shape } = await model.filters({ stage: next.name });
  return Math.round(channels / shape[1]);
}

/**
 * Weights for red, green and blue as a colour; grey is zero. @param {Float32Array} values @param {number} rows
 * @param {number} columns
 */
function coloured(values, rows, columns) {
  const area = rows * columns;
  const { low, high } = extent(values);
  const most = Math.max(-low, high) || 1;
  const image = new ImageData(columns, rows);
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = 127.5 * (1 + values[c * area + i] / most);
    image.data[4 * i + 3] = 255;
  }
  return image;
}
