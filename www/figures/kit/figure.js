// @ts-check
// The frame around every drawing: title, badge, legend, a cursor for mouse, finger and arrow keys with a readout, a
// summary for screen readers, and ways to take it along.

import { badge } from "../../shell/badge.js";
import { button, el, fill } from "../../shell/dom.js";
import { t } from "../../shell/text.js";
import { rampImage } from "./colour.js";
import { figure as digits } from "./heatmap.js";
import { saveCsv, saveJson, savePng } from "./save.js";
import { themeOf } from "./theme.js";

/** @typedef {import("./view-types.js").Cell} Cell */

/**
 * @template D
 * @typedef {object} FrameOptions
 * @property {import("./view-types.js").View<D>} view
 * @property {D} data
 * @property {string} title
 * @property {import("../../shell/badge.js").Origin} origin
 * @property {AbortSignal} signal
 * @property {(cell: Cell, width: number) => void} [onChoose] the cell was clicked, or Enter pressed on it
 * @property {(cell: Cell) => void} [onPoint] the cursor is on another cell
 * @property {(cell: Cell, width: number) => string} [readout] instead of the view's own
 */

/**
 * @template D
 * @param {FrameOptions<D>} options
 * @returns {{ node: HTMLElement, update: (data: D, title?: string) => void, highlight: (part: string | null) => void }}
 */
export function frame(options) {
  const { view, origin, signal } = options;
  let { data, title } = options;
  /** @type {Cell | null} */
  let cursor = null;
  /** @type {string | null} */
  let lit = null;
  const canvas = el("canvas", { class: "drawing", role: "img", tabindex: view.cells ? 0 : null, "data-part": "grid" });
  const heading = el("span", { class: "figure-title" });
  const legend = el("div", { class: "legend", "data-part": "legend" });
  const readout = el("p", { class: "readout numbers", role: "status" });
  const node = el(
    "figure",
    { class: "figure", "data-view": view.name },
    el("figcaption", null, heading, badge(origin)),
    el("div", { class: "drawing-holder" }, canvas),
    el("div", { class: "figure-foot" }, legend, readout),
    takeAlong(() => ({ title, table: view.table(data), canvas })),
  );

  const area = () => {
    const width = canvas.parentElement?.clientWidth ?? 0;
    return { width, height: view.height(data, width), ratio: devicePixelRatio || 1 };
  };
  const draw = () => {
    const { width, height, ratio } = area();
    if (width < 2) return;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = `${height}px`;
    const context = canvas.getContext("2d");
    if (!context) return;
    context.scale(ratio, ratio);
    view.draw(context, data, { width, height, ratio, theme: themeOf(node), cursor, highlight: lit });
  };
  const describe = () => {
    heading.textContent = title;
    canvas.setAttribute("aria-label", view.summary(data) + (view.cells ? ` ${t("views.keys")}` : ""));
    showLegend(legend, view.legend?.(data) ?? null);
  };
  const point = (/** @type {Cell | null} */ cell) => {
    cursor = cell;
    const { width } = area();
    readout.textContent = cell ? (options.readout?.(cell, width) ?? view.readout?.(data, cell) ?? "") : "";
    draw();
    if (cell) options.onPoint?.(cell);
  };
  const choose = () => cursor && options.onChoose?.(cursor, area().width);
  follow(canvas, { view, data: () => data, area, cursor: () => cursor, point, choose });
  const watcher = new ResizeObserver(draw);
  watcher.observe(canvas.parentElement ?? canvas);
  signal.addEventListener("abort", () => watcher.disconnect());
  addEventListener("themechange", draw, { signal });
  describe();
  return {
    node,
    update(next, nextTitle = title) {
      data = next;
      title = nextTitle;
      describe();
      point(within(view, next, cursor, area().width));
    },
    highlight(part) {
      lit = part;
      for (const item of node.querySelectorAll("[data-part]"))
        item.classList.toggle("lit", /** @type {HTMLElement} */ (item).dataset.part === part);
      draw();
    },
  };
}

/**
 * @template D
 * @param {import("./view-types.js").View<D>} view
 * @param {D} data
 * @param {Cell | null} cell
 * @param {number} width
 */
function within(view, data, cell, width) {
  const size = view.cells?.(data, width);
  return cell && size && cell.row < size.rows && cell.column < size.columns ? cell : null;
}

const STEPS = /** @type {Record<string, [number, number]>} */ ({
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
});

/**
 * Mouse, finger and keys move the cursor; a click or Enter chooses.
 * @template D
 * @param {HTMLCanvasElement} canvas
 * @param {{ view: import("./view-types.js").View<D>, data: () => D, area: () => { width: number, height: number }, cursor: () => Cell | null,
 *   point: (cell: Cell | null) => void, choose: () => void }} on
 */
function follow(canvas, { view, data, area, cursor, point, choose }) {
  if (!view.cells) return;
  const cellAt = (/** @type {MouseEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    return view.at?.(data(), area(), event.clientX - box.left, event.clientY - box.top) ?? null;
  };
  canvas.addEventListener("pointermove", (event) => {
    const cell = cellAt(event);
    const now = cursor();
    if (cell?.row !== now?.row || cell?.column !== now?.column) point(cell);
  });
  canvas.addEventListener("pointerleave", () => document.activeElement !== canvas && point(null));
  canvas.addEventListener("click", (event) => {
    const cell = cellAt(event);
    if (cell) point(cell);
    if (cell) choose();
  });
  canvas.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose();
    }
    if (!step) return;
    event.preventDefault();
    const { rows, columns } = view.cells?.(data(), area().width) ?? { rows: 1, columns: 1 };
    const now = cursor();
    const clamp = (/** @type {number} */ value, /** @type {number} */ count) => Math.max(0, Math.min(count - 1, value));
    point(
      now
        ? { row: clamp(now.row + step[0], rows), column: clamp(now.column + step[1], columns) }
        : { row: 0, column: 0 },
    );
  });
}

/** @param {HTMLElement} holder @param {import("./view-types.js").Legend | null} legend */
function showLegend(holder, legend) {
  holder.hidden = !legend;
  if (!legend) return;
  const bar = el("canvas", { width: 256, height: 1, class: "ramp", "aria-hidden": true });
  bar.getContext("2d")?.putImageData(rampImage(legend.colours), 0, 0);
  fill(
    holder,
    el("span", { class: "numbers" }, digits(legend.low)),
    bar,
    el("span", { class: "numbers" }, digits(legend.high)),
    el("span", { class: "quiet" }, legend.unit),
  );
}

/** @param {() => { title: string, table: import("./view-types.js").Table, canvas: HTMLCanvasElement }} get */
function takeAlong(get) {
  const png = () => {
    const { title, canvas } = get();
    savePng(title, canvas, themeOf(document.body).surface);
  };
  return el(
    "div",
    { class: "take-along" },
    button(t("views.png"), png, { icon: "image", class: "plain" }),
    button(t("views.csv"), () => saveCsv(get().title, get().table), { icon: "table", class: "plain" }),
    button(t("views.json"), () => saveJson(get().title, get().table), { icon: "download", class: "plain" }),
  );
}
