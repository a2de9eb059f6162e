// @ts-check
// Where one number comes from: windows, kernels and their products as grids that add up to it. Shown beside the cursor,
// kept when the cell is chosen.

import { colourText, scaleOf } from "../figures/kit/colour.js";
import { button, el, fill } from "../shell/dom.js";
import { failureOf, failureText, isAborted } from "../shell/failure.js";
import { number, t } from "../shell/text.js";
import { f } from "../figures/kit/words.js";
import { fullName, unitOf } from "./names.js";
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
const figures = (/** @type {number} */ value) => number(value, { maximumSignificantDigits: 3 });

/**
 * @param {import("./picture.js").Picture} view
 * @param {{ actions: (cell: Cell) => import("../shell/dom.js").Children, close: () => void, kept: (cell: Cell | null, spot: Spot | null) => void,
 * end: () => number }} more `end`: where the answer begins
 * @param {AbortSignal} signal
 */
export function cellCard(view, { actions, close, kept, end }, signal) {
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
    kept(null, null);
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
      pinned &&
        el(
          "div",
          { class: "actions cell-actions" },
          actions(cell),
          button(t("actions.close"), close, { class: "plain" }),
        ),
    );
    node.hidden = false;
    place(cell);
    view.light({ cell, windows: spot.windows });
    if (pinned) kept(cell, spot);
  };
  /** What the card's place was chosen for. */
  let stands = "";
  /**
   * Beside the tile, towards the answer: what the number is computed from lies towards the photo. @param {Cell} cell
   */
  const place = (cell) => {
    const spot = view.placeOf(cell);
    const outer = /** @type {HTMLElement} */ (node.parentElement).getBoundingClientRect();
    if (outer.width < 720) {
      node.style.removeProperty("left");
      node.style.removeProperty("top");
      return;
    }
    if (!spot) return;
    const { width, height } = node.getBoundingClientRect();
    const right = Math.min(spot.tile.x + spot.tile.width + 18, outer.width - width - 8);
    const least = spot.cell.x + spot.cell.width + 12;
    const clear = end() - width - 12;
    // Not over the answer, unless it would be over its own number.
    const beside = clear >= least ? Math.min(right, clear) : right;
    const before = right < least;
    // Where there is no room behind the number, not on the lines that lead to it either.
    const above = spot.cell.y - height - 20;
    const below = spot.cell.y + spot.cell.height + 20;
    const aside = above >= 6 ? above : below;
    node.style.left = `${before ? Math.max(8, spot.tile.x - width - 18) : beside}px`;
    const top = before ? aside : spot.cell.y - height / 2;
    node.style.top = `${Math.max(6, Math.min(outer.height - height - 6, top))}px`;
  };
  // The tile may come after its number, and goes where the camera goes.
  view.watch(() => {
    if (!shown || node.hidden) return;
    const spot = view.placeOf(shown);
    const key = spot && `${Math.round(spot.cell.x)} ${Math.round(spot.cell.y)} ${node.clientHeight}`;
    if (!key || key === stands) return;
    stands = key;
    place(shown);
  });
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
    el("span", { class: "label-path" }, ` ${item.shows}`),
    el("br"),
    place,
  );
}

/** What else the rule names. @param {Spot} spot */
function facts({ formula }) {
  const rows = Object.entries(formula.facts).map(([name, value]) => `${name.replaceAll("_", " ")} = ${figures(value)}`);
  return rows.length > 0 && el("p", { class: "cell-facts numbers" }, rows.join(" · "));
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
    el("p", { class: "cell-from" }, from),
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
    notation: Math.abs(value) < 0.001 && value !== 0 ? "scientific" : "standard",
  });

/**
 * Numbers as coloured cells, printed where there are few. @param {(number | null)[]} values @param {number[]} size
 * @param {string} label
 */
function grid(values, [rows, columns], label) {
  const known = values.filter((value) => value !== null);
  const scale = scaleOf({ low: Math.min(...known, 0), high: Math.max(...known, 0) });
  const printed = rows <= PRINTED && columns <= PRINTED;
  const narrow = matchMedia("(max-width: 719px)").matches;
  const side = printed ? (narrow ? 28 : 37) : Math.max(2, Math.min(22, 108 / Math.max(rows, columns)));
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
    context.font = `${(narrow ? 8 : 10) - (text.length > 6 ? 1.5 : 0)}px system-ui, sans-serif`;
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
