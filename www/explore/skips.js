// @ts-check
// Skip connections as arcs beside the columns, and which of them is near a point.

import { beforeOf, columnRect } from "./place.js";
import { drawnFor } from "./scene.js";

/** @typedef {import("./scene.js").Item} Item */
/** @typedef {import("./paint.js").View} View */
/** @typedef {import("./paint.js").Column} Column */
/** @typedef {{ to: string, points: [number, number][] }} DrawnSkip points along a skip connection */

/** The sum of the skip connection near a point. @param {DrawnSkip[]} skips @param {number} x @param {number} y */
export function skipAt(skips, x, y) {
  const near = (/** @type {[number, number]} */ [px, py]) => Math.hypot(px - x, py - y) < 9;
  return skips.find(({ points }) => points.some(near))?.to ?? null;
}

/** Points of a cubic curve. @param {[number, number][]} corners @returns {[number, number][]} */
function pointsOf([a, b, c, d]) {
  return Array.from({ length: 17 }, (_, i) => {
    const t = i / 16;
    const [p, q] = [1 - t, t];
    const at = (/** @type {0 | 1} */ k) => p ** 3 * a[k] + 3 * p * p * q * b[k] + 3 * p * q * q * c[k] + q ** 3 * d[k];
    return [at(0), at(1)];
  });
}

/** @param {CanvasRenderingContext2D} context @param {View} view @param {Column[]} columns @returns {DrawnSkip[]} */
export function skips(context, { scene, frame, camera, colours, isOff }, columns) {
  const drawn = new Set(columns.map(({ item }) => item));
  context.lineWidth = 1.75;
  /** @type {DrawnSkip[]} */
  const found = [];
  const middle = (/** @type {Item} */ item) => {
    const rect = columnRect(frame, camera, item);
    return frame.upright ? rect.y + rect.height / 2 : rect.x + rect.width / 2;
  };
  // Right above the tallest column.
  const top = Math.min(...columns.flatMap(({ places }) => places.map(({ y }) => y)));
  const above = Math.max(frame.strip.y + beforeOf(frame) - 5, top - 14);
  for (const { from, to, via } of scene.skips) {
    const projection = via ? scene.ofStage.get(via) : null;
    // The way through the projection is drawn as lines, where it can be seen.
    if (projection && [projection, ...projection.parts].some((item) => drawn.has(item))) continue;
    const target = drawnFor(scene, to, drawn);
    const source = drawnFor(scene, from, drawn) ?? scene.ofStage.get(from);
    if (!target || !source || source === target) continue;
    const sum = scene.ofStage.get(to);
    const off = sum !== undefined && isOff(sum, -1);
    context.strokeStyle = off ? colours.line : colours.warm;
    context.setLineDash(off ? [3, 4] : []);
    const [a, b] = [middle(source), middle(target)];
    const far = Math.min(frame.compact ? 8 : 24, 8 + Math.abs(b - a) * 0.16);
    const x = frame.strip.x + frame.strip.width - 24;
    const y = frame.compact ? frame.strip.y + beforeOf(frame) - 5 : above;
    /** @type {[number, number][]} */
    const corners = frame.upright
      ? [
          [x, a + 4],
          [x + far, a + 4],
          [x + far, b - 4],
          [x, b - 4],
        ]
      : [
          [a + 4, y],
          [a + 4, y - far],
          [b - 4, y - far],
          [b - 4, y],
        ];
    context.beginPath();
    context.moveTo(...corners[0]);
    context.bezierCurveTo(...corners[1], ...corners[2], ...corners[3]);
    found.push({ to, points: pointsOf(corners) });
    context.stroke();
  }
  context.setLineDash([]);
  return found;
}
