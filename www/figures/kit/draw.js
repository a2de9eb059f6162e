// @ts-check
// What the figures are drawn with: maps, sliders, choices, bars, curves.

import { el, fill } from "../../shell/dom.js";
import { number, percent } from "../../shell/text.js";
import { extent, rampImage, scaleOf } from "./colour.js";
import { drawMap } from "./maps.js";
import { cellsOf, states } from "./numbers.js";

/** @typedef {import("./colour.js").Range & { colours: "heat" | "signed" }} Scale */

/**
 * @param {string} tag
 * @param {Record<string, string | number | null | undefined>} [props]
 * @param {...(SVGElement | string | null | false)} children
 * @returns {SVGElement}
 */
export function svg(tag, props = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(props))
    if (value !== null && value !== undefined) node.setAttribute(name, String(value));
  for (const child of children) if (child !== null && child !== false) node.append(child);
  return node;
}

/**
 * One map, a pixel for each value; CSS makes it large.
 * @param {ArrayLike<number>} values @param {number} rows @param {number} columns
 * @param {{ scale?: Scale, label?: string, part?: string, class?: string }} [options]
 */
export function tile(values, rows, columns, { scale = scaleOf(extent(values)), label, part, class: extra = "" } = {}) {
  const canvas = el("canvas", {
    width: columns,
    height: rows,
    class: `tile ${extra}`,
    role: label ? "img" : null,
    "aria-label": label,
    "aria-hidden": label ? null : "true",
    "data-part": part,
  });
  const context = canvas.getContext("2d");
  if (context)
    drawMap(context, { rows, columns, value: (r, c) => values[r * columns + c] }, scale, {
      x: 0,
      y: 0,
      width: columns,
      height: rows,
      ratio: 1,
    });
  return states(canvas, () => cellsOf(values, columns));
}

/** A picture at its own pixels. @param {ImageData} image @param {{ label?: string, part?: string, class?: string }} [options] */
export function picture(image, { label, part, class: extra = "" } = {}) {
  const canvas = el("canvas", {
    width: image.width,
    height: image.height,
    class: `tile ${image.width > 64 ? "smooth" : ""} ${extra}`,
    role: label ? "img" : null,
    "aria-label": label,
    "aria-hidden": label ? null : "true",
    "data-part": part,
  });
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}

/** @param {{ data: Uint8ClampedArray, width: number, height: number }} crop */
export const cropImage = ({ data, width, height }) => new ImageData(new Uint8ClampedArray(data), width, height);

/** @param {Scale} scale @param {string} [unit] @param {(value: number) => string} [show] */
export function legend(
  { low, high, colours },
  unit = "",
  show = (value) => number(value, { maximumSignificantDigits: 3 }),
) {
  const strip = picture(rampImage(colours), { class: "ramp" });
  return el(
    "div",
    { class: "legend", "data-part": "legend" },
    el("span", null, show(low)),
    strip,
    el("span", null, show(high)),
    unit && el("span", null, unit),
  );
}

/**
 * @param {{ label: string, min: number, max: number, step?: number, value: number, part?: string, text?: (value: number) => string,
 *   change: (value: number) => void }} options
 */
export function slider({ label, min, max, step = 1, value, part, text = (v) => number(v), change }) {
  const output = el("output", { class: "numbers" }, text(value));
  const input = el("input", {
    type: "range",
    min,
    max,
    step,
    value,
    oninput: () => {
      output.textContent = text(Number(input.value));
      change(Number(input.value));
    },
  });
  return el("label", { class: "slider", "data-part": part }, el("span", null, label), input, output);
}

let groups = 0;
/**
 * A choice of one among a few.
 * @template {string | number} T
 * @param {{ label: string, options: { value: T, text: string, part?: string }[], value: T, part?: string, change: (value: T) => void }} options
 */
export function choices({ label, options, value, part, change }) {
  const name = `choice-${++groups}`;
  const radios = options.map((option) =>
    el(
      "label",
      { "data-part": option.part },
      el("input", {
        type: "radio",
        name,
        value: option.value,
        checked: option.value === value,
        class: "visually-hidden",
        onchange: () => change(option.value),
      }),
      el("span", null, option.text),
    ),
  );
  return el(
    "div",
    { class: "choices-row", "data-part": part },
    el("span", { class: "choices-label" }, label),
    el("div", { class: "choices", role: "radiogroup", "aria-label": label }, radios),
  );
}

/** @param {{ label: string, value: boolean, part?: string, change: (value: boolean) => void }} options */
export function toggle({ label, value, part, change }) {
  const input = el("input", { type: "checkbox", checked: value, onchange: () => change(input.checked) });
  return el("label", { class: "toggle", "data-part": part }, input, el("span", null, label));
}

/**
 * Rows with a bar each.
 * @param {{ label: string, value: number, text: string, part?: string, strong?: boolean }[]} items
 * @param {{ most?: number, label?: string, part?: string }} [options]
 */
export function barRows(items, { most = Math.max(...items.map((item) => item.value), 0) || 1, label, part } = {}) {
  const rows = el(
    "ol",
    { class: "bars", "aria-label": label, "data-part": part },
    items.map((item) =>
      el(
        "li",
        { class: item.strong ? "first" : "", "data-part": item.part },
        el("span", { class: "guess-label" }, item.label),
        el("span", { class: "guess-value" }, item.text),
        el(
          "span",
          { class: "bar", "aria-hidden": true },
          el("span", { class: "bar-fill", style: { width: `${Math.min(100, (100 * item.value) / most)}%` } }),
        ),
      ),
    ),
  );
  return states(rows, () => ({ head: ["label", "value"], rows: items.map((item) => [item.label, item.value]) }));
}

/** The guesses of a classification. @param {import("../../shell/types.js").Guess[]} top @param {(label: string) => string} name @param {string} [part] */
export const guesses = (top, name, part = "top") =>
  barRows(
    top.map((guess, index) => ({
      label: name(guess.label),
      value: guess.probability,
      text: percent(guess.probability),
      strong: index === 0,
    })),
    { most: 1, part },
  );

/**
 * `style`: the look of another series, its index if not said. `keyed`: whether the key names it.
 * @typedef {{ label: string, part?: string, points: [number, number][], dots?: boolean, line?: boolean, style?: number, keyed?: boolean }} Series
 * Curves over one axis, told apart by dashes and names as well as by colour.
 * @param {{ series: Series[], xName: string, yName: string, xText?: (x: number) => string, yText?: (y: number) => string, log?: boolean,
 *   low?: number, high?: number, first?: number, last?: number, label: string, ticks?: number[], part?: string }} options
 *   `first` and `last`: the ends of x
 */
export function curves({
  series,
  xName,
  yName,
  xText = (x) => number(x),
  yText = (y) => number(y, { maximumSignificantDigits: 3 }),
  log = false,
  low,
  high,
  first,
  last,
  label,
  ticks,
  part,
}) {
  // On a phone the drawing is not shrunk with its words: it is drawn narrower.
  const narrow = matchMedia("(max-width: 620px)").matches;
  const [width, height] = narrow ? [330, 250] : [560, 300];
  const edge = { left: 62, right: 14, top: 26, bottom: 44 };
  const all = series.flatMap(({ points }) => points);
  const xs = extent([...all.map(([x]) => x), ...[first, last].filter((x) => x !== undefined)]);
  const found = extent(all.map(([, y]) => y).filter((y) => !log || y > 0));
  const of = (/** @type {number} */ y) => (log ? Math.log10(Math.max(y, 1e-30)) : y);
  const bottom = of(low ?? (log ? found.low : Math.min(0, found.low)));
  const top = of(high ?? found.high);
  const X = (/** @type {number} */ x) =>
    edge.left + ((x - xs.low) / (xs.high - xs.low || 1)) * (width - edge.left - edge.right);
  const Y = (/** @type {number} */ y) =>
    height - edge.bottom - ((of(y) - bottom) / (top - bottom || 1)) * (height - edge.top - edge.bottom);
  const marks = ticks ?? [xs.low, xs.high];
  const back = log ? (/** @type {number} */ v) => 10 ** v : (/** @type {number} */ v) => v;
  const lines = [0, 0.5, 1].map((part_) => back(bottom + part_ * (top - bottom)));
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, class: "curves", role: "img", "aria-label": label },
    svg(
      "g",
      { class: "axis", "data-part": "axis" },
      ...lines.flatMap((y) => [
        svg("line", { x1: edge.left, x2: width - edge.right, y1: Y(y), y2: Y(y) }),
        svg("text", { x: edge.left - 6, y: Y(y) + 4, "text-anchor": "end" }, yText(y)),
      ]),
      ...marks.map((x) => svg("text", { x: X(x), y: height - edge.bottom + 18, "text-anchor": "middle" }, xText(x))),
      svg("text", { x: (edge.left + width) / 2, y: height - 6, "text-anchor": "middle" }, xName),
      svg("text", { x: 4, y: 14 }, yName),
    ),
    ...series.map(({ points, part: own, dots, line = true, style }, index) =>
      svg(
        "g",
        { class: `series s${(style ?? index) % 6}`, "data-part": [own, part].filter(Boolean).join(" ") || null },
        line && svg("polyline", { points: points.map(([x, y]) => `${X(x)},${Y(y)}`).join(" ") }),
        ...(dots ? points.map(([x, y]) => svg("circle", { cx: X(x), cy: Y(y), r: 4 })) : []),
      ),
    ),
  );
  const key = el(
    "ul",
    { class: "series-key" },
    series.map(
      ({ label: name, part: own, line = true, style, keyed = true }, index) =>
        keyed &&
        el(
          "li",
          { "data-part": own, class: `s${(style ?? index) % 6}` },
          /** @type {any} */ (
            svg(
              "svg",
              { viewBox: "0 0 28 8", class: "key", "aria-hidden": "true" },
              line ? svg("line", { x1: 0, y1: 4, x2: 28, y2: 4 }) : svg("circle", { cx: 14, cy: 4, r: 4 }),
            )
          ),
          el("span", null, name),
        ),
    ),
  );
  return states(el("div", { class: "plot" }, /** @type {any} */ (drawing), key), () => ({
    head: ["series", xName, yName],
    rows: series.flatMap(({ label: name, points }) => points.map(([x, y]) => [name, x, y])),
  }));
}

/**
 * A picture on which a patch is chosen, by pointer or arrow keys.
 * @param {{ layers: HTMLCanvasElement[], rows: number, columns: number, query: [number, number] | null, label: string, part?: string,
 *   text?: (row: number, column: number) => string, choose: (row: number, column: number) => void }} options
 */
export function patchPad({ layers, rows, columns, query, label, part, text, choose }) {
  let at = query ?? [0, 0];
  const mark = el("span", { class: "patch-mark", hidden: !query, "data-part": part ?? null, "aria-hidden": true });
  const status = el("p", { class: "quiet", "aria-live": "polite" });
  const put = () => {
    mark.style.setProperty("left", `${(100 * at[1]) / columns}%`);
    mark.style.setProperty("top", `${(100 * at[0]) / rows}%`);
    mark.style.setProperty("width", `${100 / columns}%`);
    mark.style.setProperty("height", `${100 / rows}%`);
    fill(status, text?.(at[0], at[1]) ?? "");
  };
  const take = (/** @type {number} */ row, /** @type {number} */ column) => {
    const next = /** @type {[number, number]} */ ([
      Math.max(0, Math.min(rows - 1, row)),
      Math.max(0, Math.min(columns - 1, column)),
    ]);
    if (query && next[0] === at[0] && next[1] === at[1]) return;
    at = next;
    mark.hidden = false;
    put();
    choose(at[0], at[1]);
  };
  const pad = el(
    "div",
    {
      class: "patch-pad",
      tabindex: 0,
      role: "group",
      "aria-label": label,
      "data-keys": true,
      onpointerdown: (/** @type {PointerEvent} */ event) => {
        const box = pad.getBoundingClientRect();
        take(
          Math.floor(((event.clientY - box.top) / box.height) * rows),
          Math.floor(((event.clientX - box.left) / box.width) * columns),
        );
      },
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        const by = /** @type {Record<string, [number, number]>} */ ({
          ArrowUp: [-1, 0],
          ArrowDown: [1, 0],
          ArrowLeft: [0, -1],
          ArrowRight: [0, 1],
        })[event.key];
        if (!by) return;
        event.preventDefault();
        take(at[0] + by[0], at[1] + by[1]);
      },
    },
    layers,
    mark,
  );
  put();
  return { node: el("div", { class: "pad-box" }, pad, status), pad };
}

/** @param {string} text @param {string} [part] */
export const note = (text, part) => el("p", { class: "figure-note", "data-part": part }, text);

/** @param {string} title @param {...import("../../shell/dom.js").Children} content */
export const block = (title, ...content) => el("section", { class: "figure-block" }, el("h3", null, title), ...content);
