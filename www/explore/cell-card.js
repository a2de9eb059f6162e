// @ts-check
// Where one number comes from: windows, kernels and their products as grids that add up to it. Shown beside the cursor,
// kept when the cell is chosen.

import { colourText, scaleOf } from "../figures/kit/colour.js";
import { inPowers } from "../figures/kit/scientific.js";
import { breakable, button, el, fill, unbroken } from "../shell/dom.js";
import { failureOf, failureText, isAborted } from "../shell/failure.js";
import { number, t } from "../shell/text.js";
import { f } from "../figures/kit/words.js";
import { fullName, unitOf } from "./names.js";
import { placeFor } from "./placing.js";
import { anyOf } from "../engine/signals.js";

/** @typedef {import("../engine.js").Spot} Spot */
/** @typedef {import("../engine.js").SpotWindow} SpotWindow */
/** @typedef {import("./cells.js").Cell} Cell */

/** The cursor rests for so long before its cell is computed. */
const REST_MS = 140;
/** What is under the finger must not move before a second tap could come. */
const TWICE_MS = 340;
/** Larger grids have no numbers in their cells. */
const PRINTED = 3;
/** Pixels of a printed cell, and of a grid without numbers at most; on large screens, and on others. */
const LARGE = { side: 37, grid: 108, font: 10 };
const SMALL = { side: 28, grid: 84, font: 8 };
/** The same where photo, picture, card and answer stand beside each other in a small window. */
const LEAST = { side: 24, grid: 72, font: 7.5 };
const sizesNow = () => {
  if (matchMedia("(min-width: 1500px)").matches) return LARGE;
  return matchMedia("(min-width: 720px) and (max-width: 899px)").matches ? LEAST : SMALL;
};
/** Smaller numbers are told in powers of ten. */
const TINY = 0.001;
const figures = (/** @type {number} */ value) =>
  value !== 0 && Math.abs(value) < TINY ? inPowers(value, 3) : number(value, { maximumSignificantDigits: 3 });

/**
 * @param {import("./picture.js").Picture} view
 * @param {{ actions: (cell: Cell) => import("../shell/dom.js").Children, close: () => void, shows: (cell: Cell | null, spot: Spot | null, chosen: boolean) => void,
 * ends: () => import("./place.js").Rect[] }} more `shows` is told of every number, `ends`: where the photo and the
 * answer stand
 * @param {AbortSignal} signal
 */
export function cellCard(view, { actions, close, shows, ends }, signal) {
  const body = el("div", { class: "cell-body" });
  const node = el(
    "section",
    { class: "cell-card", hidden: true, "aria-label": t("cell.title"), "aria-live": "polite" },
    body,
  );
  /** @type {Cell | null} */
  let shown = null;
  let pinned = false;
  let rest = 0;
  let settling = 0;
  let settled = false;
  let ticket = 0;
  let control = new AbortController();

  /** The card stays, and the picture may make room for it. @param {Cell} cell */
  const keep = (cell) => {
    if (!pinned) {
      settling = setTimeout(() => {
        settled = true;
        view.draw();
      }, TWICE_MS);
    }
    pinned = true;
    shown = cell;
    node.classList.add("pinned");
    clearTimeout(rest);
  };
  const hide = () => {
    clearTimeout(rest);
    clearTimeout(settling);
    settled = false;
    ticket++;
    control.abort();
    shown = null;
    pinned = false;
    node.hidden = true;
    node.classList.remove("pinned");
    view.light(null);
    shows(null, null, false);
  };
  const compute = async (/** @type {Cell} */ cell) => {
    const mine = ++ticket;
    const { source } = view.tiles;
    if (!source) return;
    control.abort();
    control = new AbortController();
    try {
      const spot = await source.model.spot(
        { stage: cell.item.shows, channel: cell.channel, row: cell.row, column: cell.column },
        { image: source.image, signal: anyOf([signal, control.signal]) },
      );
      if (mine !== ticket || signal.aborted) return;
      show(cell, spot);
    } catch (error) {
      if (mine !== ticket || signal.aborted || isAborted(error)) return;
      fill(
        body,
        title(cell),
        el("p", { class: "quiet" }, failureText(failureOf(error)), " ", failureOf(error).message),
      );
      node.hidden = false;
    }
  };
  const show = (/** @type {Cell} */ cell, /** @type {Spot} */ spot) => {
    node.dataset.value = String(spot.formula.recomputed);
    node.dataset.observed = String(spot.formula.value);
    fill(
      body,
      title(cell),
      el("p", { class: "cell-value numbers" }, figures(spot.formula.value)),
      el(
        "p",
        { class: "cell-rule" },
        el("strong", null, f(`op.${spot.formula.op}`)),
        `: ${f(`rule.${spot.formula.op}`)}`,
      ),
      facts(spot),
      windows(spot),
      total(spot),
      // Where there is room for the legend it stands there.
      pinned && el("p", { class: "cell-held" }, t("cell.held")),
      pinned &&
        el(
          "div",
          { class: "actions cell-actions" },
          actions(cell),
          button(t("actions.close"), close, { class: "plain" }),
        ),
    );
    node.hidden = false;
    view.light({ cell, windows: spot.windows });
    shows(cell, spot, pinned);
  };
  const place = (/** @type {Cell} */ cell) => {
    const stage = /** @type {HTMLElement} */ (node.parentElement).getBoundingClientRect();
    if (view.upright) {
      node.style.removeProperty("left");
      node.style.removeProperty("top");
      delete node.dataset.stands;
      return;
    }
    const spot = view.originOf(cell);
    if (!spot) return;
    const { width, height } = node.getBoundingClientRect();
    // What its place was chosen for: the number, the windows that it reads, and its own size.
    const key = [spot.cell, ...spot.windows]
      .map((rect) => placed(rect))
      .concat(`${width} ${height}`)
      .join();
    if (key === node.dataset.stands) return;
    node.dataset.stands = key;
    const { x, y } = placeFor({ width, height }, stage, { ...spot, ends: ends() });
    node.style.left = `${x}px`;
    node.style.top = `${y}px`;
  };
  // The tiles may come after their number, and go where the camera goes.
  view.watch(() => shown && !node.hidden && place(shown));
  signal.addEventListener("abort", () => {
    clearTimeout(rest);
    clearTimeout(settling);
  });

  return {
    node,
    hide,
    get pinned() {
      return pinned ? shown : null;
    },
    /** Whether the picture makes room for it. */
    get stands() {
      return settled && !node.hidden;
    },
    /** The cursor is over a cell, or over none. @param {Cell | null} cell */
    hover(cell) {
      if (pinned) return;
      if (!cell) {
        if (shown) hide();
        return;
      }
      if (shown && same(shown, cell)) return;
      shown = cell;
      clearTimeout(rest);
      rest = setTimeout(() => void compute(cell), REST_MS);
    },
    /** One cell after the other, as the computation goes. @param {Cell} cell */
    async follow(cell) {
      keep(cell);
      await compute(cell);
    },
    /** A cell was chosen: it stays. @param {Cell} cell */
    pin(cell) {
      keep(cell);
      void compute(cell);
    },
  };
}

/** @param {import("./place.js").Rect} rect */
const placed = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ");

/** @param {Cell} a @param {Cell} b */
const same = (a, b) => a.item.id === b.item.id && a.channel === b.channel && a.row === b.row && a.column === b.column;

/** @param {Cell} cell */
function title({ item, channel, row, column }) {
  const place =
    item.tiles === "vector"
      ? t("picture.unit", { index: number(channel + 1) })
      : t(`picture.${unitOf(item)}At`, {
          index: number(channel + 1),
          row: number(row + 1),
          column: number(column + 1),
        });
  return el(
    "h2",
    { class: "cell-title" },
    fullName(item),
    " ",
    el("span", { class: "label-path" }, breakable(item.shows)),
    el("br"),
    place,
  );
}

/** What else the rule names. @param {Spot} spot */
function facts({ formula }) {
  const rows = Object.entries(formula.facts).map(([name, value]) => `${f(`fact.${name}`)} = ${figures(value)}`);
  return rows.length > 0 && el("p", { class: "cell-facts numbers" }, unbroken(rows, " ·"));
}

/** @param {Spot} spot */
function windows({ windows: found, count, rest }) {
  return [
    ...found.map(products),
    count > found.length &&
      el(
        "p",
        { class: "cell-rest numbers" },
        t("cell.rest", { count: number(count - found.length), sum: figures(rest) }),
      ),
  ];
}

/** @param {SpotWindow} window */
function products({ stage, channel, first, size, weights, inputs, sum }) {
  const name = stage === "input" ? f("inputImage") : (stage ?? "");
  const from =
    channel === null
      ? name
      : t("cell.from", {
          stage: name,
          channel: number(channel + 1),
          row: number(first[0] + 1),
          column: number(first[1] + 1),
        });
  const made = weights.map((weight, i) => (weight === null ? null : weight * /** @type {number} */ (inputs[i])));
  const row = (/** @type {(number | null)[]} */ values, /** @type {string} */ label) => grid(values, size, label);
  return el(
    "div",
    { class: "cell-window" },
    el("p", { class: "cell-from" }, breakable(from)),
    el(
      "div",
      { class: "cell-grids" },
      row(inputs, t("cell.window")),
      el("span", { class: "cell-sign", "aria-hidden": true }, "×"),
      row(weights, t("cell.kernel")),
      el("span", { class: "cell-sign", "aria-hidden": true }, "="),
      row(made, t("cell.products")),
      el("span", { class: "cell-sum numbers" }, "Σ ", figures(sum)),
    ),
  );
}

/** A number in a cell; that minus zero is zero nobody needs to be told. @param {number} value */
const printedText = (value) =>
  number(value || 0, {
    maximumSignificantDigits: 2,
    notation: Math.abs(value) < TINY && value !== 0 ? "scientific" : "standard",
  });

/**
 * Numbers as coloured cells, printed where there are few. @param {(number | null)[]} values @param {number[]} size
 * @param {string} label
 */
function grid(values, [rows, columns], label) {
  const known = values.filter((value) => value !== null);
  const scale = scaleOf({ low: Math.min(...known, 0), high: Math.max(...known, 0) });
  const printed = rows <= PRINTED && columns <= PRINTED;
  const sizes = sizesNow();
  const side = printed ? sizes.side : Math.max(2, Math.min(22, sizes.grid / Math.max(rows, columns)));
  const ratio = Math.min(3, devicePixelRatio || 1);
  const canvas = el("canvas", {
    class: "cell-grid",
    width: Math.round(columns * side * ratio),
    height: Math.round(rows * side * ratio),
    role: "img",
    "aria-label": printed
      ? `${label}: ${values.map((value) => (value === null ? "–" : figures(value))).join(", ")}`
      : t("cell.gridOf", { label, rows: number(rows), columns: number(columns) }),
    style: { width: `${columns * side}px`, height: `${rows * side}px` },
  });
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  context.scale(ratio, ratio);
  context.textAlign = "center";
  context.textBaseline = "middle";
  values.forEach((value, i) => {
    const [x, y] = [(i % columns) * side, Math.floor(i / columns) * side];
    if (value === null) return;
    context.fillStyle = colourText(value, scale);
    context.fillRect(x, y, side - (printed ? 1 : 0.4), side - (printed ? 1 : 0.4));
    if (!printed) return;
    const share = Math.abs(value) / Math.max(Math.abs(scale.low), scale.high, 1e-30);
    context.fillStyle = share > 0.62 ? "#101820" : "#f4f7f9";
    const text = printedText(value);
    const font = (/** @type {number} */ size) => `${size}px system-ui, sans-serif`;
    context.font = font(sizes.font);
    context.font = font(sizes.font * Math.min(1, (side - 4) / context.measureText(text).width));
    context.fillText(text, x + side / 2 - 0.5, y + side / 2 + 0.5);
  });
  return el("figure", { class: "cell-figure" }, canvas, el("figcaption", null, label));
}

/** @param {Spot} spot */
function total({ formula }) {
  return el(
    "p",
    { class: "cell-total numbers" },
    t("cell.total", { sum: figures(formula.sum), bias: figures(formula.bias), value: figures(formula.value) }),
    formula.changed && el("span", { class: "quiet" }, ` ${t("cell.changed")}`),
  );
}
