// @ts-check
// The learned kernels of a convolution, in colour where it reads a photo.

import { el } from "../../shell/dom.js";
import { number, ordinal } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { extent, scaleOf } from "../kit/colour.js";
import { block, legend, picture, tile } from "../kit/draw.js";
import { NotBuilt } from "../kit/mount.js";

const MANY = 96;

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state } = stage;
  const model = await stage.load();
  const { data, shape } = await model.filters({ stage: state.stage });
  // A dense layer that does not read an image has no pictures.
  if (shape.length !== 4) throw new NotBuilt();
  const [count, channels, rows, columns] = shape;
  const area = rows * columns;
  const shared = scaleOf(extent(data));
  const one = (/** @type {number} */ index) => {
    const values = data.subarray(index * channels * area, (index + 1) * channels * area);
    const label = f("filterLabel", { filter: ordinal(index) });
    return channels === 3
      ? picture(coloured(values, rows, columns), { label })
      : tile(values.subarray(0, area), rows, columns, { scale: shared, label });
  };
  const groups = state.groups ? await groupsBehind(model, state.stage, count) : 1;
  const each = count / groups;
  const grid = (/** @type {number} */ group) =>
    el(
      "div",
      { class: `map-grid filters ${each <= 16 ? "few" : ""}`, "data-part": `grid group:${group}` },
      Array.from({ length: Math.min(each, MANY) }, (_, i) => one(group * each + i)),
    );
  stage.show(
    groups > 1
      ? el(
          "div",
          { class: "figure-row" },
          Array.from({ length: groups }, (_, group) =>
            block(f("groupTitle", { group: ordinal(group), count: number(each) }), grid(group)),
          ),
        )
      : block(
          f("filtersTitle", { stage: state.stage, count: number(count), rows: number(rows), columns: number(columns) }),
          grid(0),
        ),
    channels === 3 ? el("p", { class: "quiet" }, f("filterColours")) : legend(shared),
  );
}

/**
 * Into how many groups the channels of a convolution go: the next one's filters read so many of them each.
 * @param {import("../../shell/types.js").Model} model @param {string} stage @param {number} channels
 */
async function groupsBehind(model, stage, channels) {
  const from = model.stages.findIndex(({ name }) => name === stage);
  const next = model.stages.slice(from + 1).find(({ kind }) => kind === "conv");
  if (!next) return 1;
  const { shape } = await model.filters({ stage: next.name });
  return Math.round(channels / shape[1]);
}

/**
 * Weights for red, green and blue as a colour; grey is zero. @param {Float32Array} values @param {number} rows @param
 * {number} columns
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
