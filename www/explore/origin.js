// @ts-check
// A number on the screen: its cell, the windows that it is computed from, and the lines between them.

import { gives } from "./order.js";
import { foldedSize } from "./tile-store.js";

/** @typedef {import("./place.js").Rect} Rect */
/** @typedef {import("./paint.js").Column} Column */
/** @typedef {import("./paint.js").Lit} Lit */
/** @typedef {import("./paint.js").Photo} Photo */

/**
 * A cell on the screen. @param {Column[]} columns @param {import("./cells.js").Cell} cell
 * @returns {{ tile: Rect, cell: Rect } | null}
 */
export function cellPlace(columns, { item, channel, row, column }) {
  const found = columns.find((one) => one.item.id === item.id);
  if (!found?.tiles) return null;
  if (item.tiles === "vector") return { tile: found.places[0], cell: foldedCell(found.places[0], item.count, channel) };
  const at = found.order.indexOf(found.tiles.channels.indexOf(channel));
  const tile = found.places[at];
  return tile ? { tile, cell: part(tile, item.grid, [row, column], [1, 1]) } : null;
}

/**
 * The window that a number reads of the photo itself, the same in all colours; null where it reads none.
 * @param {import("../engine.js").SpotWindow[]} windows
 */
export const photoWindow = (windows) => windows.find(({ stage }) => stage === "input") ?? null;

/** Where that window stands on the screen. @param {Lit} lit @param {Photo | null} photo @returns {Rect[]} */
function onPhoto({ windows }, photo) {
  const window = photo && photoWindow(windows);
  return window ? [part(photo.place, [photo.side, photo.side], window.first, window.size)] : [];
}

/**
 * The windows that a number reads, where the photo and the maps that they are on stand. @param {Column[]} columns
 * @param {Lit} lit @param {Photo | null} photo
 * @returns {Rect[]}
 */
export const windowPlaces = (columns, lit, photo) => [...onPhoto(lit, photo), ...onMaps(columns, lit)];

/** @param {Column[]} columns @param {Lit} lit @returns {Rect[]} */
function onMaps(columns, { windows }) {
  return windows.flatMap(({ stage, channel, first, size }) =>
    columns.flatMap(({ item, tiles, places, order }) => {
      if (!tiles || item.tiles === "heads" || !gives(item, stage)) return [];
      return places.flatMap((tile, i) => {
        const own = tiles.channels[order[i]];
        if (own === undefined || (channel !== null && item.tiles === "maps" && own !== channel)) return [];
        return channel === null || item.tiles === "vector" ? [tile] : [part(tile, item.grid, first, size)];
      });
    }),
  );
}

/**
 * The lines from a window to the cell that reads it: along both sides. @param {Rect} window @param {Rect} cell
 * @param {boolean} upright whether the picture runs from top to bottom
 * @returns {[[number, number], [number, number]][]}
 */
export const sightLines = (window, cell, upright) =>
  [0, 1].map((side) =>
    upright
      ? [
          [window.x + side * window.width, window.y + window.height],
          [cell.x + side * cell.width, cell.y],
        ]
      : [
          [window.x + window.width, window.y + side * window.height],
          [cell.x, cell.y + side * cell.height],
        ],
  );

/**
 * A part of a tile. @param {Rect} tile @param {number[]} grid @param {number[]} first @param {number[]} size
 * @returns {Rect}
 */
export function part(tile, grid, first, size) {
  const [h, w] = [tile.height / grid[0], tile.width / grid[1]];
  return {
    x: tile.x + first[1] * w,
    y: tile.y + first[0] * h,
    width: Math.max(2, size[1] * w),
    height: Math.max(2, size[0] * h),
  };
}

/** One of the numbers that stand as a block of cells. @param {Rect} tile @param {number} count @param {number} index */
function foldedCell(tile, count, index) {
  const { rows, columns } = foldedSize(count);
  return part(tile, [rows, columns], [Math.floor(index / columns), index % columns], [1, 1]);
}

/** @param {CanvasRenderingContext2D} context @param {Rect} rect */
export const outline = (context, { x, y, width, height }) =>
  context.strokeRect(x - 0.75, y - 0.75, width + 1.5, height + 1.5);

/**
 * @param {CanvasRenderingContext2D} context @param {import("./paint.js").View} view @param {Rect[]} windows
 * @param {Rect} cell
 */
function outlined(context, { colours, frame }, windows, cell) {
  context.globalAlpha = 1;
  context.strokeStyle = colours.warm;
  for (const window of windows) {
    context.lineWidth = 2;
    outline(context, window);
    context.lineWidth = 1;
    context.beginPath();
    for (const [from, to] of sightLines(window, cell, frame.upright)) {
      context.moveTo(...from);
      context.lineTo(...to);
    }
    context.stroke();
  }
  context.lineWidth = 2;
  outline(context, cell);
}

/**
 * Draws the cell that was pointed at and the windows that it reads, with the lines between them.
 * @param {CanvasRenderingContext2D} context @param {import("./paint.js").View} view @param {Column[]} columns
 */
export function origin(context, view, columns) {
  const place = view.lit && cellPlace(columns, view.lit.cell);
  if (view.lit && place) outlined(context, view, onMaps(columns, view.lit), place.cell);
}

/**
 * The same for what it reads of the photo, which stands beside the picture.
 * @param {CanvasRenderingContext2D} context @param {import("./paint.js").View} view @param {Column[]} columns
 */
export function originOnPhoto(context, view, columns) {
  const place = view.lit && cellPlace(columns, view.lit.cell);
  const windows = view.lit ? onPhoto(view.lit, view.photo) : [];
  if (place && windows.length > 0) outlined(context, view, windows, place.cell);
}
