// @ts-check
// Lines between the tiles of columns, from the photo into the first and from the last into the answer.

import { eachItsOwn } from "./order.js";
import { MOST_NARROW } from "./place.js";
import { sourcesOf } from "./scene.js";

/** @typedef {import("./scene.js").Item} Item */
/** @typedef {import("./place.js").Rect} Rect */
/** @typedef {import("./place.js").Frame} Frame */
/** @typedef {import("./paint.js").Column} Column */
/** @typedef {import("./paint.js").View} View */
/** @typedef {{ i: number, j: number, a: [number, number], b: [number, number] }} Line between two tiles, by place */

/**
 * @param {Frame} frame @param {Rect} rect @param {"out" | "in"} side where lines leave a rectangle, or reach it
 * @returns {[number, number]}
 */
const port = ({ upright }, { x, y, width, height }, side) =>
  upright ? [x + width / 2, side === "out" ? y + height : y] : [side === "out" ? x + width : x, y + height / 2];

/**
 * @param {CanvasRenderingContext2D} context @param {Frame} frame @param {[number, number]} from
 * @param {[number, number]} to
 */
function curve(context, { upright }, [x0, y0], [x1, y1]) {
  const [half, tall] = [(x1 - x0) / 2, (y1 - y0) / 2];
  context.moveTo(x0, y0);
  if (upright) context.bezierCurveTo(x0, y0 + tall, x1, y1 - tall, x1, y1);
  else context.bezierCurveTo(x0 + half, y0, x1 - half, y1, x1, y1);
}

/**
 * Where lines leave or reach a column: its tiles, or all of them together. @param {Frame} frame @param {Column} column
 * @param {"out" | "in"} side
 */
function ports(frame, column, side) {
  const { places, area } = column;
  return drawnSingly(column) ? places.map((place) => port(frame, place, side)) : [port(frame, area, side)];
}

/** Whether each tile of a column has lines of its own. @param {Column} column */
const drawnSingly = ({ places }) => places.length <= MOST_NARROW;

/**
 * How strongly tiles speak for the answer, from -1 to 1 within their stage. @param {View} view @param {Column} column
 * @returns {number[] | null}
 */
function voices({ shares }, { item, tiles, places, order }) {
  const own = shares.get(item.shows);
  if (!own || !tiles || places.length > MOST_NARROW) return null;
  if (item.tiles === "vector") return [1];
  const found = places.map((_, i) => own[tiles.channels[order[i]]] ?? 0);
  const most = Math.max(...found.map(Math.abs), 1e-30);
  return found.map((share) => share / most);
}

/**
 * The weight of the line between two tiles; null where nothing is known of one side. @param {View} view @param {Column}
 * from @param {Column} to
 */
function weights(view, from, to) {
  const [a, b] = [voices(view, from), voices(view, to)];
  if (!a || !b) return null;
  return (/** @type {number} */ i, /** @type {number} */ j) =>
    (a[i] < 0 ? -1 : 1) * Math.sqrt(Math.abs(a[i] ?? 0) * Math.abs(b[j] ?? 0));
}

/**
 * The tiles of two columns that lines lead between: each to each, unless each map is made of one; then to that one, as
 * far as both are drawn. @param {Column} from @param {Column} to @param {number} outs @param {number} ins
 * @returns {[number, number][]}
 */
function pairs(from, to, outs, ins) {
  const [a, b] = [from.tiles?.channels, to.tiles?.channels];
  const single = a && b && eachItsOwn(from.item, to.item) && drawnSingly(from) && drawnSingly(to);
  const meet = (/** @type {number} */ i, /** @type {number} */ j) => !single || a[from.order[i]] === b[to.order[j]];
  return Array.from(
    { length: outs * ins },
    (_, at) => /** @type {[number, number]} */ ([Math.floor(at / ins), at % ins]),
  ).filter((pair) => meet(...pair));
}

/** Strengths that are told apart: lines of one strength are one stroke. */
const STRENGTHS = [
  { from: 0, alpha: 0.09, width: 1 },
  { from: 0.22, alpha: 0.24, width: 1.1 },
  { from: 0.42, alpha: 0.45, width: 1.5 },
  { from: 0.7, alpha: 0.8, width: 2.2 },
];

/**
 * Lines by what their ends add to the answer: for it in one colour, against it in another.
 * @param {CanvasRenderingContext2D} context @param {View} view @param {Line[]} found @param {(i: number, j: number) => number}
 * weigh @param {number} alpha
 */
function evidence(context, { frame, colours }, found, weigh, alpha) {
  /** @type {{ speaksFor: Line[], against: Line[] }[]} */
  const strokes = STRENGTHS.map(() => ({ speaksFor: [], against: [] }));
  for (const line of found) {
    const weight = weigh(line.i, line.j);
    const level = STRENGTHS.findLastIndex(({ from }) => Math.abs(weight) >= from);
    strokes[level]?.[weight < 0 ? "against" : "speaksFor"].push(line);
  }
  strokes.forEach(({ speaksFor, against }, level) => {
    const { alpha: own, width } = STRENGTHS[level];
    context.globalAlpha = alpha * own;
    context.lineWidth = width;
    for (const [together, colour] of /** @type {[Line[], string][]} */ ([
      [speaksFor, colours.warm],
      [against, colours.cold],
    ])) {
      if (together.length === 0) continue;
      context.strokeStyle = colour;
      context.beginPath();
      for (const { a, b } of together) curve(context, frame, a, b);
      context.stroke();
    }
  });
  context.strokeStyle = colours.accent;
  context.lineWidth = 1;
}

/**
 * Between columns that stand close to each other, lines would be a solid stripe. @param {Frame} frame
 * @param {Column} from @param {Column} to
 */
function open(frame, from, to) {
  const { upright } = frame;
  const gap = upright ? to.area.y - from.area.y - from.area.height : to.area.x - from.area.x - from.area.width;
  return Math.max(0.12, Math.min(1, (gap - 2) / 14));
}

/** @param {CanvasRenderingContext2D} context @param {View} view @param {Column[]} columns */
export function lines(context, view, columns) {
  const { scene, frame, colours, over } = view;
  const drawn = new Set(columns.map(({ item }) => item));
  const of = new Map(columns.map((column) => [column.item, column]));
  context.strokeStyle = colours.accent;
  context.lineWidth = 1;
  for (const to of columns) {
    for (const source of sourcesOf(scene, to.item, drawn)) {
      const from = of.get(source);
      if (!from) continue;
      const [outs, ins] = [ports(frame, from, "out"), ports(frame, to, "in")];
      const alpha = Math.min(from.alpha, to.alpha) * open(frame, from, to);
      const weigh = weights(view, from, to);
      const found = pairs(from, to, outs.length, ins.length).map(([i, j]) => ({ i, j, a: outs[i], b: ins[j] }));
      if (weigh && outs.length * ins.length > 1) evidence(context, view, found, weigh, alpha);
      else {
        context.globalAlpha = alpha * (outs.length * ins.length > 1 ? 0.16 : 0.4);
        context.beginPath();
        for (const { a, b } of found) curve(context, frame, a, b);
        context.stroke();
      }
      if (over?.item !== to.item && over?.item !== from.item) continue;
      const under = found.filter(({ i, j }) => over.at === (over.item === to.item ? j : i));
      context.globalAlpha = 0.85;
      context.strokeStyle = colours.accent;
      context.lineWidth = 1.4;
      context.beginPath();
      for (const { a, b } of under) curve(context, frame, a, b);
      context.stroke();
    }
  }
  context.globalAlpha = 1;
}

/**
 * From the photo into the first columns, and from the last into the answer. @param {CanvasRenderingContext2D} context
 * @param {View} view @param {Column[]} columns
 */
export function ends(context, { frame, camera, scene, colours, input, output, sweep }, columns) {
  context.strokeStyle = colours.accent;
  const fade = (/** @type {number} */ hidden) => Math.max(0, 1 - hidden * 6);
  const first = columns.filter(({ item }) => item.from.length === 0);
  if (input && first.length > 0) {
    context.lineWidth = 1;
    context.globalAlpha = 0.35 * fade(camera.from / (camera.to - camera.from));
    context.beginPath();
    for (const column of first)
      for (const to of ports(frame, column, "in")) curve(context, frame, [input.x, input.y], to);
    context.stroke();
  }
  const last = columns.find(({ item }) => item === scene.items.at(-1) || item.parent === scene.items.at(-1));
  const end = last && columns.findLast(({ item }) => item.x[1] >= 0.9999);
  if (end && sweep > 0.8) {
    context.strokeStyle = colours.warm;
    for (const to of output) {
      context.globalAlpha = (0.15 + 0.6 * to.share) * fade((1 - camera.to) / (camera.to - camera.from));
      context.lineWidth = 1 + 3 * to.share;
      context.beginPath();
      for (const from of ports(frame, end, "out")) curve(context, frame, from, [to.x, to.y]);
      context.stroke();
    }
  }
  context.globalAlpha = 1;
}
