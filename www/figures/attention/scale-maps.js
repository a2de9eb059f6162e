// @ts-check
// What a hierarchical transformer hands to a detector or segmenter, beside what a plain one does: maps of several
// sizes, and of one.

import { el, fill } from "../../shell/dom.js";
import { number, short } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { choices, cropImage, note, picture, tile } from "../kit/draw.js";
import { extent, scaleOf } from "../kit/colour.js";
import { channelOrder, oneMap, placesOf } from "../kit/maps.js";

/** Maps of each stage. */
const FEW = 4;

/** @typedef {import("../../shell/types.js").Model} Model */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal } = stage;
  /** @type {{ model: Model, stages: string[] }[]} */
  const networks = await Promise.all(
    state.models.map(async (/** @type {string} */ id) => {
      const model = await stage.load(id);
      return { model, stages: mapsOf(model) };
    }),
  );
  const photo = await stage.photo();
  /** @type {number[]} */
  const sizes = state.sizes;
  let size = Number(state.size ?? sizes[sizes.length - 1]);
  const view = el("div", { class: "scale-maps" });
  let ticket = 0;
  const draw = async () => {
    const mine = ++ticket;
    const parts = [];
    for (const { model, stages } of networks) {
      const seen = await model.preprocess(photo, { size, signal });
      const image = { data: seen.data, shape: seen.shape };
      const { multiplyAdds, attention } = await model.costAt({ size, signal });
      const found = await model.observe(image, stages, { signal });
      if (mine !== ticket || signal.aborted) return;
      const rows = stages.map((name) => stageRow(name, found[name]));
      parts.push(
        el(
          "section",
          { class: "figure-block", "data-part": `model:${model.info.id}` },
          el("h3", null, model.info.title),
          el("div", { class: "scale-input" }, picture(cropImage(seen.crop), { label: f("cropLabel") })),
          rows,
          el(
            "p",
            { class: "quiet numbers", "data-part": "macs" },
            f("scaleCost", { all: short(multiplyAdds), attention: short(attention) }),
          ),
        ),
      );
    }
    fill(view, parts);
  };
  await draw();
  stage.show(
    view,
    choices({
      label: f("scaleSize"),
      value: size,
      part: "size",
      options: sizes.map((value) => ({ value, text: f("pixels", { count: number(value) }) })),
      change(value) {
        size = value;
        stage.chose("size", value);
        stage.follow(draw());
      },
    }),
    note(f("scaleNote")),
  );
}

/**
 * The last value of each size: of a hierarchy its layers, of a plain transformer its last block. @param {Model} model
 */
function mapsOf({ stages }) {
  const layers = stages.filter(({ kind, name, grid }) => grid && kind === "layer" && /^layers\.\d+$/.test(name));
  if (layers.length > 0) return layers.map(({ name }) => name);
  return stages
    .filter(({ kind, grid }) => grid && kind === "block")
    .slice(-1)
    .map(({ name }) => name);
}

/**
 * @param {string} name @param {import("../../engine.js").Tensor} found of any size: its shape tells rows and columns
 */
function stageRow(name, { data, shape }) {
  const channels = shape[shape.length - 1];
  // Swin's values lie in rows and columns already; of ViT's tokens the first is the class token.
  const [rows, columns] = shape.length === 4 ? shape.slice(1, 3) : squareOf(shape[1]);
  const places = /** @type {import("../kit/maps.js").Places} */ (
    placesOf(shape, { layout: shape.length === 4 ? "nhwc" : "tokens", grid: [rows, columns] })
  );
  const maps = { ...places, values: data };
  const extents = Array.from({ length: channels }, (_, channel) =>
    extent(data, places.start + channel, data.length, channels),
  );
  const tiles = channelOrder(extents, "activation")
    .slice(0, FEW)
    .map((channel) =>
      tile(oneMap(maps, channel), rows, columns, {
        scale: scaleOf(extents[channel]),
        label: f("mapLabel", { stage: name, channel: number(channel) }),
      }),
    );
  const facts = { stage: name, count: number(channels), rows: number(rows), columns: number(columns) };
  return el(
    "div",
    { class: "scale-stage", "data-part": "grid" },
    el("p", { class: "quiet" }, f("mapsTitle", facts)),
    el("div", { class: "scale-tiles" }, tiles),
  );
}

/** Rows and columns of the patches among tokens. @param {number} tokens @returns {[number, number]} */
function squareOf(tokens) {
  const side = Math.floor(Math.sqrt(tokens));
  return [side, side];
}
