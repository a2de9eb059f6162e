// @ts-check
// Curves over one axis, drawn by uPlot: told apart by dashes and names as well as by colour, read off by pointer and
// keys.

import uPlot from "uplot";
import { el, fill } from "../../shell/dom.js";
import { number } from "../../shell/text.js";
import { extent } from "./colour.js";
import { states } from "./numbers.js";
import { svg } from "./svg.js";

/**
 * `style`: the look of another series, its index if not said. `keyed`: whether the key names it.
 * @typedef {{ label: string, part?: string, points: [number, number][], dots?: boolean, line?: boolean, style?: number, keyed?: boolean }} Series
 * `low` and `high`: the ends of y, `first` and `last` those of x. `ticks`: where x is labelled; else where numbers are
 * round.
 * @typedef {{ series: Series[], xName: string, yName: string, xText?: (x: number) => string, yText?: (y: number) => string, log?: boolean,
 *   low?: number, high?: number, first?: number, last?: number, label: string, ticks?: number[], part?: string }}
 * Options
 * @typedef {{ colour: string, dash: number[] }} Look
 */

const STYLES = 6;
const HEIGHT = { wide: 300, narrow: 250 };
/** Below this a plot is as one on a phone. */
const NARROW = 420;

/** Curves that stay as they are. @param {Options} options */
export const curves = (options) => chart(options).node;

/** Curves whose series can be given anew, as while something is being measured. @param {Options} options */
export function chart(options) {
  let { series } = options;
  const table = () => tableOf({ ...options, series });
  const host = el("div", { class: "plot-host", "data-part": ["axis", options.part].filter(Boolean).join(" ") });
  const tip = el("div", { class: "plot-tip", hidden: true, "aria-hidden": "true" });
  const spoken = el("p", { class: "visually-hidden", role: "status" });
  const key = el("ul", { class: "series-key" });
  const node = el(
    "div",
    { class: "plot", role: "group", tabindex: 0, "aria-label": options.label, "data-keys": true },
    el("p", { class: "plot-y", "aria-hidden": "true" }, options.yName),
    host,
    tip,
    key,
    spoken,
  );
  /** @type {uPlot | null} */
  let plot = null;
  /** @type {Look[]} */
  let looks = [];
  let made = new AbortController();
  fill(key, keyOf(series));

  const drop = () => {
    made.abort();
    plot?.destroy();
    plot = null;
  };
  const make = (/** @type {number} */ width) => {
    drop();
    made = new AbortController();
    looks = looksOf(node, series);
    plot = new uPlot(
      plotOptions({ ...options, series }, width, {
        look: (index) => looks[index],
        lit: (index) => isLit(node, series[index].part),
        moved: (at) => showAt(at),
        font: `13px ${getComputedStyle(node).fontFamily}`,
        inks: () => inksOf(node),
      }),
      aligned(series, Boolean(options.log)),
      host,
    );
    const again = () => {
      looks = looksOf(node, series);
      plot?.redraw(false);
    };
    addEventListener("themechange", again, { signal: made.signal });
    // A lesson's word lights up what it speaks of: the key's items hold the parts' names.
    const lights = new MutationObserver(() => plot?.redraw(false));
    lights.observe(key, { subtree: true, attributeFilter: ["class"] });
    made.signal.addEventListener("abort", () => lights.disconnect());
  };
  /** The values of all series at one place of x. @param {number | null} at */
  const textAt = (at) => {
    if (!plot || at === null) return null;
    const x = /** @type {number} */ (plot.data[0][at]);
    const rows = series.flatMap(({ label }, index) => {
      const y = plot?.data[index + 1][at];
      return y === null || y === undefined ? [] : [{ index, label, y: valueText(options, y) }];
    });
    return rows.length > 0 ? { x: (options.xText ?? ((v) => number(v)))(x), at: x, rows } : null;
  };
  const showAt = (/** @type {number | null} */ at) => {
    const found = textAt(at);
    tip.hidden = !found;
    if (!found || !plot) return;
    fill(
      tip,
      el("p", null, `${options.xName}: ${found.x}`),
      found.rows.map(({ index, label, y }) =>
        el("p", { class: styleOf(series, index) }, swatch(series[index]), `${label}: `, el("strong", null, y)),
      ),
    );
    const left = plot.valToPos(found.at, "x") + plot.over.offsetLeft;
    const right = left > host.clientWidth / 2;
    tip.style.setProperty("left", right ? "auto" : `${left + 12}px`);
    tip.style.setProperty("right", right ? `${host.clientWidth - left + 12}px` : "auto");
  };
  node.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || !plot) return;
    event.preventDefault();
    const count = plot.data[0].length;
    const now = plot.cursor.idx ?? (by > 0 ? -1 : count);
    const next = Math.max(0, Math.min(count - 1, now + by));
    plot.setCursor({ left: plot.valToPos(/** @type {number} */ (plot.data[0][next]), "x"), top: 0 });
    const found = textAt(next);
    fill(
      spoken,
      found && `${options.xName} ${found.x}: ${found.rows.map(({ label, y }) => `${label} ${y}`).join(", ")}`,
    );
  });
  node.addEventListener("blur", () => showAt(null));
  new ResizeObserver(() => {
    const width = Math.floor(host.clientWidth);
    if (!host.isConnected) drop();
    else if (width > 0 && !plot) make(width);
    else if (width > 0 && plot && plot.width !== width) plot.setSize({ width, height: heightOf(width) });
  }).observe(host);

  /** @param {Series[]} next */
  const update = (next) => {
    const same = next.length === series.length;
    series = next;
    fill(key, keyOf(series));
    if (!plot) return;
    if (same) plot.setData(aligned(series, Boolean(options.log)));
    else make(plot.width);
  };
  return { node: states(node, table), update };
}

/** @param {Options} options */
const tableOf = ({ series, xName, yName }) => ({
  head: ["series", xName, yName],
  rows: series.flatMap(({ label, points }) => points.map(([x, y]) => [label, x, y])),
});

/** @param {Pick<Options, "yText">} options @param {number} y */
const valueText = ({ yText }, y) => (yText ? yText(y) : number(y, { maximumSignificantDigits: 3 }));

/** @param {number} width */
const heightOf = (width) => (width < NARROW ? HEIGHT.narrow : HEIGHT.wide);

/** @param {Series[]} series @param {number} index */
const styleOf = (series, index) => `s${(series[index].style ?? index) % STYLES}`;

/**
 * All places of x, and each series' value there or null. @param {Series[]} series @param {boolean} log
 * @returns {uPlot.AlignedData}
 */
function aligned(series, log) {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  const place = new Map(xs.map((x, i) => [x, i]));
  const rows = series.map(({ points }) => {
    /** @type {(number | null)[]} */
    const row = new Array(xs.length).fill(null);
    for (const [x, y] of points) if (!log || y > 0) row[/** @type {number} */ (place.get(x))] = y;
    return row;
  });
  return [xs, ...rows];
}

/**
 * @param {Options} options @param {number} width
 * @param {{ look: (index: number) => Look, lit: (index: number) => boolean, moved: (at: number | null) => void, font: string,
 *   inks: () => { text: string, line: string } }} from
 * @returns {uPlot.Options}
 */
function plotOptions(
  { series, xName, xText = (x) => number(x), yText, log = false, low, high, first, last, ticks },
  width,
  from,
) {
  const all = series.flatMap(({ points }) => points);
  const xs = extent([...all.map(([x]) => x), ...[first, last].filter((x) => x !== undefined)]);
  const ys = extent(all.map(([, y]) => y).filter((y) => !log || y > 0));
  const bottom = low ?? (log ? ys.low : Math.min(0, ys.low));
  const top = high ?? ys.high;
  const axis = {
    font: from.font,
    labelFont: from.font,
    stroke: () => from.inks().text,
    grid: { stroke: () => from.inks().line, width: 1 },
    ticks: { stroke: () => from.inks().line, width: 1, size: 5 },
  };
  const written = (/** @type {number | null} */ y) => (y === null ? "" : valueText({ yText }, y));
  const wide = (/** @type {uPlot} */ plot, /** @type {string | null} */ text) => {
    plot.ctx.font = from.font.replace("13px", `${13 * devicePixelRatio}px`);
    return plot.ctx.measureText(text ?? "").width / devicePixelRatio;
  };
  return {
    width,
    height: heightOf(width),
    // The label of the last place of x stands under it, half of it beyond.
    padding: [12, (plot) => Math.max(14, Math.ceil(wide(plot, xText(xs.high)) / 2) + 2), 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 9 },
      // In teacher's mode the figure may be zoomed: the pointer comes in pixels of the screen.
      move: ({ over }, left, top) => {
        const zoom = over.getBoundingClientRect().width / over.offsetWidth || 1;
        return [left / zoom, top / zoom];
      },
    },
    scales: {
      x: { time: false, range: () => [xs.low, xs.high === xs.low ? xs.low + 1 : xs.high] },
      y: { distr: log ? 3 : 1, range: (plot) => reach(plot, { bottom, top, low, high, log }) },
    },
    axes: [
      {
        ...axis,
        label: xName,
        labelSize: 22,
        size: 30,
        ...(ticks ? { splits: () => ticks } : {}),
        values: (_, splits) => splits.map(xText),
      },
      {
        ...axis,
        // Of decades only the powers: what lies between would be a wall of lines.
        ...(log ? { splits: (_plot, _axis, from_, to) => decades(from_, to), filter: (_plot, splits) => splits } : {}),
        values: (_, splits) => splits.map(written),
        // As wide as its widest label.
        size: (plot, values) => Math.ceil(Math.max(24, ...(values ?? []).map((text) => wide(plot, text)))) + 14,
      },
    ],
    series: [
      {},
      ...series.map(({ dots, line = true }, index) => ({
        stroke: () => from.look(index).colour,
        get dash() {
          return from.look(index).dash;
        },
        get width() {
          return from.lit(index) ? 5 : 2.5;
        },
        spanGaps: true,
        ...(line ? {} : { paths: () => null }),
        points: { show: Boolean(dots), size: 8, fill: () => from.look(index).colour, width: 0 },
      })),
    ],
    hooks: { setCursor: [(plot) => from.moved(/** @type {number | null} */ (plot.cursor.idx ?? null))] },
  };
}

/**
 * The ends of y: those asked for, or what the values now take.
 * @param {uPlot} plot @param {{ bottom: number, top: number, low?: number, high?: number, log: boolean }} asked
 * @returns {[number, number]}
 */
function reach(plot, { bottom, top, low, high, log }) {
  const values = plot.data.slice(1).flatMap((row) => /** @type {(number | null)[]} */ (row).filter((y) => y !== null));
  const now = extent(/** @type {number[]} */ (values));
  const from = low ?? (log ? now.low || bottom : Math.min(0, now.low));
  const to = high ?? (values.length > 0 ? now.high : top);
  return to > from ? [from, to] : [from, from + 1];
}

/** The powers of ten from one number to another, at most seven. @param {number} from @param {number} to */
function decades(from, to) {
  const [first, last] = [Math.ceil(Math.log10(from) - 1e-9), Math.floor(Math.log10(to) + 1e-9)];
  const step = Math.max(1, Math.ceil((last - first) / 6));
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => 10 ** (first + i * step));
}

/** @param {Series} series */
const swatch = ({ line = true }) =>
  svg(
    "svg",
    { viewBox: "0 0 28 8", class: "key", "aria-hidden": "true" },
    line ? svg("line", { x1: 0, y1: 4, x2: 28, y2: 4 }) : svg("circle", { cx: 14, cy: 4, r: 4 }),
  );

/** @param {Series[]} series */
const keyOf = (series) =>
  series.map((one, index) =>
    el(
      "li",
      { "data-part": one.part, class: styleOf(series, index), hidden: one.keyed === false },
      swatch(one),
      el("span", null, one.label),
    ),
  );

/** @param {HTMLElement} node @param {string | undefined} part */
const isLit = (node, part) =>
  part !== undefined &&
  [...node.querySelectorAll(".series-key .lit")].some((item) => item.getAttribute("data-part") === part);

/**
 * Colours and dashes as the style sheet gives them. @param {HTMLElement} node @param {Series[]} series
 * @returns {Look[]}
 */
function looksOf(node, series) {
  const items = [...node.querySelectorAll(".series-key > li")];
  return series.map((_, index) => {
    const style = getComputedStyle(items[index]);
    const dash = style.getPropertyValue("--dash").trim().split(/\s+/).map(Number);
    return { colour: style.getPropertyValue("accent-color"), dash: dash.every(Number.isFinite) ? dash : [] };
  });
}

/** @param {HTMLElement} node */
function inksOf(node) {
  const style = getComputedStyle(node);
  return { text: style.color, line: style.getPropertyValue("outline-color") };
}
