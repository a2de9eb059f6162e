// @ts-check
// Swin's windows over the photo, what one patch reads within its window, and what shifting the windows does.

import { el, fill } from "../dom.js";
import { number, percent } from "../text.js";
import { f } from "../lessons/words.js";
import { extent, scaleOf } from "../../views/colour.js";
import { choices, cropImage, legend, patchPad, picture, tile } from "./draw.js";
import { NotBuilt, notBuilt } from "./mount.js";

/** @typedef {{ side: number, window: number, shift: number }} Grid */

/** @param {import("./mount.js").Stage} stage */
export async function figure(stage) {
  const { state } = stage;
  const model = await stage.load();
  const weights = model.stages.filter((one) => one.kind === "attention-weights");
  if (weights.length === 0) throw new NotBuilt();
  const input = await stage.input(model);
  const image = cropImage((await model.preprocess(input)).crop);
  const observed = await model.observe(input, weights.map(({ name }) => name));
  const blocks = weights.map(({ name }) => name.replace(/\.attn.*$/, ""));
  let block = Math.max(0, blocks.indexOf(state.block));
  let show = state.show ?? "windows";
  let head = 0;
  /** @type {[number, number]} */
  let query = [5, 5];
  const gridOf = () => {
    const [windows, , tokens] = observed[weights[block].name].shape;
    const window = Math.round(Math.sqrt(tokens));
    const across = Math.round(Math.sqrt(windows));
    const shifted = model.stages.some(({ name }) => name === `${blocks[block]}.shift`);
    return { side: window * across, window, shift: shifted ? Math.floor(window / 2) : 0 };
  };
  const view = el("div", { class: "figure-row" });
  const draw = () => {
    const grid = gridOf();
    query = [Math.min(query[0], grid.side - 1), Math.min(query[1], grid.side - 1)];
    const tensor = observed[weights[block].name];
    const heads = tensor.shape[1];
    head = Math.min(head, heads - 1);
    const row = attentionOf(tensor, grid, query, head);
    const read = row.filter((value) => value >= 1e-6).length;
    const scale = scaleOf(extent(row));
    const lines = windowLines(grid);
    const layers = [picture(image, { label: f("cropLabel") }), ...(show === "mask" ? [regions(grid)] : [tile(row, grid.side, grid.side, { class: "over", part: "attention", scale })]), lines];
    const { node, pad } = patchPad({
      layers, rows: grid.side, columns: grid.side, query, part: "query", label: f("patchPad"),
      text: () => f("windowReads", { row: number(query[0] + 1), column: number(query[1] + 1), count: number(read), all: number(grid.window ** 2) }),
      choose(r, c) {
        query = [r, c];
        const held = pad.contains(document.activeElement);
        draw();
        if (held) /** @type {HTMLElement | null} */ (view.querySelector(".patch-pad"))?.focus({ preventScroll: true });
      },
    });
    fill(view,
      el("div", { class: "figure-block" }, node, show !== "mask" && legend(scale)),
      el("div", { class: "figure-block" },
        el("p", null, f(grid.shift ? "windowsShifted" : "windowsPlain", { size: number(grid.window), shift: number(grid.shift), side: number(grid.side) })),
        show === "mask" && el("p", { "data-part": "mask" }, f(grid.shift ? "maskNote" : "maskNone")),
        show === "bias" && el("div", { "data-part": "bias" }, notBuilt()),
        el("p", { class: "quiet" }, f("strongestShare", { share: percent(Math.max(...row)) })),
        choices({ label: f("heads"), options: Array.from({ length: heads }, (_, h) => ({ value: h, text: number(h) })), value: head, part: "attention", change(value) {
          head = value;
          draw();
        } })));
  };
  draw();
  stage.show(
    view,
    choices({ label: f("block"), options: blocks.map((name) => ({ value: name, text: name.replace("layers.", "").replace(".blocks.", " · ") })), value: blocks[block], change(value) {
      block = blocks.indexOf(value);
      stage.report("block", value);
      draw();
    } }),
    choices({ label: f("view"), options: ["windows", "mask"].map((value) => ({ value, text: f(`show.${value}`), part: value })), value: show === "mask" ? "mask" : "windows", change(value) {
      show = value;
      stage.report("show", value);
      draw();
    } }),
  );
}

/**
 * The attention of one patch, laid out over the whole map; zero outside its window.
 * @param {{ data: Float32Array, shape: number[] }} tensor @param {Grid} grid @param {[number, number]} query @param {number} head
 */
function attentionOf({ data, shape }, { side, window, shift }, [row, column], head) {
  const [, heads, tokens] = shape;
  const across = side / window;
  // A shifted block rolls the map up and left before it cuts windows.
  const rolled = (/** @type {number} */ at) => (at - shift + side) % side;
  const [r, c] = [rolled(row), rolled(column)];
  const index = Math.floor(r / window) * across + Math.floor(c / window);
  const token = (r % window) * window + (c % window);
  const start = ((index * heads + head) * tokens + token) * tokens;
  const out = new Float32Array(side * side);
  for (let k = 0; k < tokens; k++) {
    const y = (Math.floor(index / across) * window + Math.floor(k / window) + shift) % side;
    const x = ((index % across) * window + (k % window) + shift) % side;
    out[y * side + x] = data[start + k];
  }
  return out;
}

/** The borders of the windows. @param {Grid} grid */
function windowLines({ side, window, shift }) {
  const canvas = el("canvas", { width: 512, height: 512, class: "tile smooth over full", "data-part": shift ? "windows shift" : "windows", "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const step = 512 / side;
  for (const [width, colour] of /** @type {const} */ ([[7, "#08141a"], [4, "#ffb224"]])) {
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
  const canvas = el("canvas", { width: side, height: side, class: "tile over", "data-part": "mask", "aria-hidden": "true" });
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
