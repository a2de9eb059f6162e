// @ts-check
// Swin's windows over the photo, what one patch reads within its window, and what shifting the windows does.

import { el, fill } from "../../shell/dom.js";
import { number, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { extent, scaleOf } from "../kit/colour.js";
import { choices, cropImage, legend, patchPad, picture, tile } from "../kit/draw.js";
import { blockName, stageReader } from "../kit/stage-reader.js";
import { NotBuilt } from "../kit/mount.js";

/** @typedef {{ side: number, window: number, shift: number }} Grid */
/** @typedef {{ data: Float32Array, shape: number[] }} Tensor */
/** @typedef {Tensor & { table: Tensor }} Bias */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state } = stage;
  const model = await stage.load();
  const weights = model.stages.filter((one) => one.kind === "attention-weights");
  if (weights.length === 0) throw new NotBuilt();
  const input = await stage.input(model);
  const seen = await model.preprocess(input);
  const image = cropImage(seen.crop);
  const read = stageReader(model, { data: seen.data, shape: seen.shape }, stage.signal);
  const blocks = weights.map(({ name }) => blockName(name));
  let block = Math.max(0, blocks.indexOf(state.block));
  let show = state.show ?? "windows";
  let head = 0;
  /** @type {[number, number]} */
  let query = [5, 5];
  const gridOf = () => {
    const [windows, , tokens] = weights[block].shape;
    const window = Math.round(Math.sqrt(tokens));
    const across = Math.round(Math.sqrt(windows));
    const shifted = model.stages.some(({ name }) => name === `${blocks[block]}.shift`);
    return { side: window * across, window, shift: shifted ? Math.floor(window / 2) : 0 };
  };
  const view = el("div", { class: "figure-row" });
  let ticket = 0;
  const draw = async () => {
    const mine = ++ticket;
    const grid = gridOf();
    query = [Math.min(query[0], grid.side - 1), Math.min(query[1], grid.side - 1)];
    const heads = weights[block].shape[1];
    head = Math.min(head, heads - 1);
    const at = placeOf(grid, query);
    const [{ data }, bias] = await Promise.all([
      read.part(weights[block].name, [[at.window, at.window + 1], [head, head + 1], [at.token, at.token + 1], null]),
      show === "bias"
        ? /** @type {Promise<Bias>} */ (
            model.call("relativeBias", { block, head, query: query[0] * grid.side + query[1] }, null, {
              signal: stage.signal,
            })
          )
        : null,
    ]);
    if (mine !== ticket || stage.signal.aborted) return;
    const row = laidOut(data, grid, at.window);
    const count = row.filter((value) => value >= 1e-6).length;
    const scale = scaleOf(extent(row));
    const shown =
      show === "mask" ? regions(grid) : tile(row, grid.side, grid.side, { class: "over", part: "attention", scale });
    const held = view.querySelector(".patch-pad") === document.activeElement;
    const { node, pad } = patchPad({
      layers: [picture(image, { label: f("cropLabel") }), shown, windowLines(grid)],
      rows: grid.side,
      columns: grid.side,
      query,
      part: "query",
      label: f("patchPad"),
      text: () =>
        f("windowReads", {
          row: number(query[0] + 1),
          column: number(query[1] + 1),
          count: number(count),
          all: number(grid.window ** 2),
        }),
      choose(r, c) {
        query = [r, c];
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
      bias && biasBlock(bias, grid),
      el(
        "div",
        { class: "figure-block" },
        el(
          "p",
          null,
          f(grid.shift ? "windowsShifted" : "windowsPlain", {
            size: number(grid.window),
            shift: number(grid.shift),
            side: number(grid.side),
          }),
        ),
        show === "mask" && el("p", { "data-part": "mask" }, f(grid.shift ? "maskNote" : "maskNone")),
        el("p", { class: "quiet" }, f("strongestShare", { share: percent(Math.max(...row)) })),
        choices({
          label: f("heads"),
          options: Array.from({ length: heads }, (_, h) => ({ value: h, text: number(h) })),
          value: head,
          part: "attention",
          change(value) {
            head = value;
            follow();
          },
        }),
      ),
    );
    if (held) pad.focus({ preventScroll: true });
  };
  const follow = () => void draw().catch(() => {});
  await draw();
  stage.show(
    view,
    choices({
      label: f("block"),
      options: blocks.map((name) => ({ value: name, text: name.replace("layers.", "").replace(".blocks.", " · ") })),
      value: blocks[block],
      change(value) {
        block = blocks.indexOf(value);
        stage.report("block", value);
        follow();
      },
    }),
    choices({
      label: f("view"),
      options: ["windows", "mask", "bias"].map((value) => ({ value, text: f(`show.${value}`), part: value })),
      value: show === "shift" ? "windows" : show,
      change(value) {
        show = value;
        stage.report("show", value);
        follow();
      },
    }),
  );
}

/** What is added to the scores of the query, over the map and as the table that it comes from. @param {Bias} bias @param {Grid} grid */
function biasBlock({ data, table }, { side }) {
  const across = table.shape[0];
  const scale = scaleOf(extent(table.data));
  return el(
    "div",
    { class: "figure-block", "data-part": "bias" },
    el("h3", null, f("biasMap")),
    tile(data, side, side, { scale, label: f("biasMap") }),
    legend(scale),
    el("h3", null, f("biasTable", { side: number(across) })),
    tile(table.data, across, across, { scale, label: f("biasTable", { side: number(across) }) }),
    el("p", { class: "quiet" }, f("biasNote")),
  );
}

/** The window and token that a patch is. @param {Grid} grid @param {[number, number]} query */
function placeOf({ side, window, shift }, [row, column]) {
  // A shifted block rolls the map up and left before it cuts windows.
  const rolled = (/** @type {number} */ at) => (at - shift + side) % side;
  const [r, c] = [rolled(row), rolled(column)];
  return {
    window: Math.floor(r / window) * (side / window) + Math.floor(c / window),
    token: (r % window) * window + (c % window),
  };
}

/** A window's weights over the whole map; zero outside. @param {Float32Array} weights @param {Grid} grid @param {number} index of the window */
function laidOut(weights, { side, window, shift }, index) {
  const across = side / window;
  const out = new Float32Array(side * side);
  weights.forEach((weight, k) => {
    const y = (Math.floor(index / across) * window + Math.floor(k / window) + shift) % side;
    const x = ((index % across) * window + (k % window) + shift) % side;
    out[y * side + x] = weight;
  });
  return out;
}

/** The borders of the windows. @param {Grid} grid */
function windowLines({ side, window, shift }) {
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
    for (let at = shift % window; at <= side; at += window) {
      context.moveTo(at * step, 0);
      context.lineTo(at * step, 512);
      context.moveTo(0, at * step);
      context.lineTo(512, at * step);
    }
    context.rect(2, 2, 508, 508);
    context.stroke();
  }
  return canvas;
}

/** Which patches share a window, and which of these are strangers: one colour for each region that may talk. @param {Grid} grid */
function regions({ side, window, shift }) {
  const canvas = el("canvas", {
    width: side,
    height: side,
    class: "tile over",
    "data-part": "mask",
    "aria-hidden": "true",
  });
  const context = canvas.getContext("2d");
  const band = (/** @type {number} */ at) => {
    const rolled = (at - shift + side) % side;
    return Math.floor(rolled / window) * 2 + Number(shift > 0 && rolled >= side - shift);
  };
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (!context) continue;
      context.fillStyle = `hsl(${(band(y) * 83 + band(x) * 47) % 360} 70% ${42 + ((band(y) + band(x)) % 3) * 12}%)`;
      context.fillRect(x, y, 1, 1);
    }
  }
  return canvas;
}
