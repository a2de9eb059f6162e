// @ts-check
// Swin's windows over the photo, what one patch reads within its window, and what shifting the windows does.

import { el, fill } from "../../shell/dom.js";
import { number, ordinal, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { extent, scaleOf } from "../kit/colour.js";
import { choices, cropImage, legend, patchPad, picture, tile } from "../kit/draw.js";
import { blockName } from "../kit/stage-reader.js";
import { NotBuilt } from "../kit/mount.js";

/** @typedef {import("../../engine.js").WindowAttention} Windows */
/** @typedef {import("../../engine.js").Tensor} Tensor */
/** @typedef {import("../../engine.js").RelativeBias} Bias */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal } = stage;
  const model = await stage.load();
  const weights = model.stages.filter((one) => one.kind === "attention-weights");
  if (weights.length === 0) throw new NotBuilt();
  const input = await stage.input(model);
  const seen = await model.preprocess(input);
  const image = cropImage(seen.crop);
  const tensor = { data: seen.data, shape: seen.shape };
  const blocks = weights.map(({ name }) => blockName(name));
  let block = Math.max(0, blocks.indexOf(state.block));
  let show = state.show ?? "windows";
  let head = Number(state.head ?? 0);
  /** @type {[number, number]} */
  let query = state.query ?? [5, 5];
  const view = el("div", { class: "figure-row" });
  let ticket = 0;
  const draw = async () => {
    const mine = ++ticket;
    head = Math.min(head, weights[block].shape[1] - 1);
    const found = await model.windowAttention({ block, head, query, image: tensor, signal });
    const { data, shape, window, shift, heads } = found;
    const [side] = shape;
    const patch = found.query[0] * side + found.query[1];
    const bias = show === "bias" ? await model.relativeBias({ block, head, query: patch, signal }) : null;
    if (mine !== ticket || signal.aborted) return;
    query = found.query;
    const scale = scaleOf(extent(data));
    const shown =
      show === "mask" ? groupsOver(found) : tile(data, side, side, { class: "over", part: "attention", scale });
    const held = view.querySelector(".patch-pad") === document.activeElement;
    const { node, pad } = patchPad({
      layers: [picture(image, { label: f("cropLabel") }), shown, windowLines(found)],
      rows: side,
      columns: side,
      query,
      part: "query",
      label: f("patchPad"),
      text: () =>
        f("windowReads", {
          row: number(query[0] + 1),
          column: number(query[1] + 1),
          count: number(found.reads),
          all: number(window * window),
        }),
      choose(r, c) {
        query = [r, c];
        stage.chose("query", query);
        follow();
      },
    });
    fill(
      view,
      el(
        "div",
        { class: "figure-block" },
        show === "bias" && el("h3", null, f("attentionMap")),
        node,
        show !== "mask" && legend(scale),
      ),
      ...(bias ? biasBlocks(bias) : []),
      el(
        "div",
        { class: "figure-block" },
        el(
          "p",
          null,
          f(shift ? "windowsShifted" : "windowsPlain", {
            size: number(window),
            shift: number(shift),
            side: number(side),
          }),
        ),
        show === "mask" && el("p", { "data-part": "mask" }, f(shift ? "maskNote" : "maskNone")),
        el("p", { class: "quiet" }, f("strongestShare", { share: percent(found.strongest) })),
        choices({
          label: f("heads"),
          options: Array.from({ length: heads }, (_, h) => ({ value: h, text: ordinal(h) })),
          value: head,
          part: "attention",
          change(value) {
            head = value;
            stage.chose("head", value);
            follow();
          },
        }),
      ),
    );
    if (held) pad.focus({ preventScroll: true });
  };
  const follow = () => stage.follow(draw());
  await draw();
  stage.show(
    view,
    choices({
      label: f("block"),
      options: blocks.map((name) => ({ value: name, text: placeOf(name) })),
      value: blocks[block],
      change(value) {
        block = blocks.indexOf(value);
        stage.chose("block", value);
        follow();
      },
    }),
    choices({
      label: f("view"),
      options: ["windows", "mask", "bias"].map((value) => ({ value, text: f(`show.${value}`), part: value })),
      value: show === "shift" ? "windows" : show,
      change(value) {
        show = value;
        stage.chose("show", value);
        follow();
      },
    }),
  );
}

/** "layers.1.blocks.0" as the texts count it. @param {string} name */
function placeOf(name) {
  const [stage, block] = [...name.matchAll(/\d+/g)].map(([index]) => ordinal(Number(index)));
  return f("stageAndBlock", { stage, block });
}

/** What is added to the scores of the query, over the map and as the table that it comes from. @param {Bias} bias */
function biasBlocks({ data, shape: [rows, columns], table }) {
  const across = table.shape[0];
  const scale = scaleOf(extent(table.data));
  return [
    el(
      "div",
      { class: "figure-block", "data-part": "bias" },
      el("h3", null, f("biasMap")),
      tile(data, rows, columns, { scale, label: f("biasMap") }),
      legend(scale),
    ),
    el(
      "div",
      { class: "figure-block", "data-part": "bias" },
      el("h3", null, f("biasTable", { side: number(across) })),
      tile(table.data, across, across, { scale, label: f("biasTable", { side: number(across) }) }),
      el("p", { class: "quiet" }, f("biasNote")),
    ),
  ];
}

/** The borders of the windows. @param {Windows} windows */
function windowLines({ shape: [side], rows, columns, shift }) {
  const canvas = el("canvas", {
    width: 512,
    height: 512,
    class: "tile smooth over full",
    "data-part": shift ? "windows shift" : "windows",
    "aria-hidden": "true",
  });
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const step = 512 / side;
  for (const [width, colour] of /** @type {const} */ ([
    [7, "#08141a"],
    [4, "#ffb224"],
  ])) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.beginPath();
    for (const at of columns) {
      context.moveTo(at * step, 0);
      context.lineTo(at * step, 512);
    }
    for (const at of rows) {
      context.moveTo(0, at * step);
      context.lineTo(512, at * step);
    }
    context.rect(2, 2, 508, 508);
    context.stroke();
  }
  return canvas;
}

/** Which patches may read each other: a colour for each group. @param {Windows} windows */
function groupsOver({ shape: [rows, columns], groups }) {
  const canvas = el("canvas", {
    width: columns,
    height: rows,
    class: "tile over",
    "data-part": "mask",
    "aria-hidden": "true",
  });
  const context = canvas.getContext("2d");
  groups.forEach((group, patch) => {
    if (!context) return;
    // Neighbours in number are far apart in hue: by the golden angle.
    context.fillStyle = `hsl(${(group * 137.5) % 360} 70% ${42 + (group % 3) * 12}%)`;
    context.fillRect(patch % columns, Math.floor(patch / columns), 1, 1);
  });
  return canvas;
}
