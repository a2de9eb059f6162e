// @ts-check
// Where the card of a number stands: where it covers least of what the number comes from and leads to.

import { sightLines } from "./origin.js";

/** @typedef {import("./place.js").Rect} Rect */
/**
 * @typedef {object} Surrounds
 * @property {Rect} cell the number
 * @property {Rect} tile the map that it is in
 * @property {Rect[]} windows that it reads
 * @property {Rect[]} ends the photo and the answer
 */

/** What it costs to cover a thousand pixels of each. */
const COSTS = { cell: 40000, windows: 60, ends: 40, tile: 2 };
/** What it costs to cover a point of a line to a window. */
const POINT = 1.5;
const POINTS = 14;
/** What a pixel between the card and its number costs. */
const FAR = 0.02;
/** What a pixel that it reaches towards the photo costs: there are the lines, and the maps that they come from. */
const TOWARDS_PHOTO = 0.04;
/** Between the card and what it stands beside. */
const GAP = 14;
/** Between the card and the edge. */
const EDGE = 6;

/** @param {Rect} a @param {Rect} b in square pixels */
const overlap = (a, b) =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));

/** @param {Rect} rect @param {number} by @returns {Rect} */
const grown = ({ x, y, width, height }, by) => ({
  x: x - by,
  y: y - by,
  width: width + 2 * by,
  height: height + 2 * by,
});

/** Points on the lines from the windows to the number. @param {Surrounds} around @returns {[number, number][]} */
const linePoints = ({ cell, windows }) =>
  windows
    .flatMap((window) => sightLines(window, cell, false))
    .flatMap(([a, b]) =>
      Array.from({ length: POINTS }, (_, i) => {
        const t = i / (POINTS - 1);
        return /** @type {[number, number]} */ ([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
      }),
    );

/**
 * @param {{ width: number, height: number }} card @param {{ width: number, height: number }} stage what it stands on
 * @param {Surrounds} around
 * @returns {{ x: number, y: number }} its upper left corner
 */
export function placeFor({ width, height }, stage, around) {
  const { cell, tile, windows, ends } = around;
  const points = linePoints(around);
  const cost = (/** @type {Rect} */ card) => {
    const area = (/** @type {Rect[]} */ rects, /** @type {number} */ per) =>
      rects.reduce((sum, rect) => sum + (per * overlap(card, rect)) / 1000, 0);
    const covered = points.filter(
      ([x, y]) => x > card.x && x < card.x + card.width && y > card.y && y < card.y + card.height,
    );
    const [dx, dy] = [
      Math.max(0, card.x - cell.x - cell.width, cell.x - card.x - card.width),
      Math.max(0, card.y - cell.y - cell.height, cell.y - card.y - card.height),
    ];
    return (
      area([grown(cell, 4)], COSTS.cell) +
      area(windows, COSTS.windows) +
      area(ends, COSTS.ends) +
      area([tile], COSTS.tile) +
      POINT * covered.length +
      FAR * Math.hypot(dx, dy) +
      TOWARDS_PHOTO * Math.max(0, cell.x - card.x)
    );
  };
  const beside = (/** @type {Rect} */ one) => [one.x + one.width + GAP, one.x - width - GAP];
  const across = (/** @type {Rect} */ one) => [one.y + one.height + GAP, one.y - height - GAP];
  const xs = [cell, tile, ...windows, ...ends].flatMap(beside);
  const ys = [cell.y + cell.height / 2 - height / 2, EDGE, stage.height - height - EDGE].concat(
    [cell, tile, ...windows].flatMap(across),
  );
  const clamp = (/** @type {number} */ at, /** @type {number} */ most) => Math.max(EDGE, Math.min(most - EDGE, at));
  let best = { x: EDGE, y: EDGE };
  let least = Infinity;
  for (const wishX of xs) {
    for (const wishY of ys) {
      const [x, y] = [clamp(wishX, stage.width - width), clamp(wishY, stage.height - height)];
      const now = cost({ x, y, width, height });
      if (now < least) [best, least] = [{ x, y }, now];
    }
  }
  return best;
}
