// @ts-check
// Where on the screen things stand: columns of the picture, and the tiles in a column.

import { foldedSize } from "./tile-store.js";

/** @typedef {import("./scene.js").Item} Item */
/** @typedef {import("./scene.js").Camera} Camera */
/** @typedef {{ x: number, y: number, width: number, height: number }} Rect */
/**
 * @typedef {{ upright: boolean, strip: Rect, sight?: Rect, whole?: number, compact?: boolean }} Frame `upright`: the
 * picture runs from top to bottom; `strip`: where it stands; `sight`: the part of that with nothing over it; `whole`: its
 * length where it has made room for something; `compact`: it is a strip among others, without room for groups and for
 * more words than names
 */

/** What is kept free beside the tiles: for skips and groups before them, for words behind them. */
const BEFORE = 46;
const BEFORE_COMPACT = 14;
const WORDS = 66;
/** On large screens words are larger. */
const WORDS_TALL = 80;
const TALL = 760;
const WORDS_COMPACT = [17, 25];
const WORDS_BESIDE = 92;
const GAP = 5;

/** What is kept free before the tiles of a picture that runs from left to right. @param {Frame} frame */
export const beforeOf = ({ compact }) => (compact ? BEFORE_COMPACT : BEFORE);

/** @param {Frame} frame @param {Camera} camera @param {{ x: number[], y: number[] }} item @returns {Rect} */
export function columnRect({ upright, strip, compact }, { from, to }, { x, y }) {
  const length = upright ? strip.height : strip.width;
  const start = ((x[0] - from) / (to - from)) * length;
  const size = ((x[1] - x[0]) / (to - from)) * length;
  if (upright) {
    const across = strip.width - 26;
    return { x: strip.x + y[0] * across, y: strip.y + start, width: (y[1] - y[0]) * across, height: size };
  }
  const before = beforeOf({ upright, strip, compact });
  const across = strip.height - before;
  return { x: strip.x + start, y: strip.y + before + y[0] * across, width: size, height: (y[1] - y[0]) * across };
}

/** The part of a column for its tiles. @param {Frame} frame @param {Rect} column @returns {Rect} */
export function tileArea({ upright, compact }, { x, y, width, height }) {
  const edge = Math.min(44, (upright ? height : width) * (upright ? 0.14 : 0.24));
  if (upright) {
    const words = Math.min(WORDS_BESIDE, width * 0.36);
    return { x: x + words, y: y + edge / 2, width: Math.max(1, width - words), height: Math.max(1, height - edge) };
  }
  const words = compact
    ? Math.max(WORDS_COMPACT[0], Math.min(WORDS_COMPACT[1], height * 0.2))
    : Math.min(height > TALL ? WORDS_TALL : WORDS, height * 0.3);
  return { x: x + edge / 2, y, width: Math.max(1, width - edge), height: Math.max(1, height - words) };
}

/** The words of a column. @param {Frame} frame @param {Rect} column @returns {Rect} */
export function wordArea(frame, column) {
  const area = tileArea(frame, column);
  if (frame.upright) return { x: column.x, y: column.y, width: area.x - column.x - 4, height: column.height };
  const top = area.y + area.height;
  return { x: column.x, y: top, width: column.width, height: column.y + column.height - top };
}

/** Tiles on a screen that is full of one operation stand about this far apart. */
const FAR = 92;
const MOST = 132;
/** As many as lines are drawn between, tile by tile. */
export const MOST_NARROW = 9;
/** Smaller maps stand in smaller tiles: the photo dissolves into meaning. @param {Item} item */
const depth = ({ grid, tiles }) =>
  tiles === "heads" ? 1 : 0.68 + 0.32 * Math.min(1, Math.sqrt(Math.max(...grid) / 32));

/**
 * Where an item's tiles stand: in one row across the picture while the column is narrow, in a block when it is wide.
 * @param {Frame} frame @param {Rect} area @param {Item} item @param {boolean} [block] in a block in any case
 * @returns {Rect[]}
 */
export function tilePlaces({ upright, compact }, area, item, block = false) {
  const [along, across] = upright ? [area.height, area.width] : [area.width, area.height];
  const folded = item.tiles === "vector" ? foldedSize(item.count) : null;
  const ratio = folded ? folded.columns / folded.rows : Math.min(4, Math.max(0.25, item.grid[1] / item.grid[0]));
  const count = item.tiles === "maps" || item.tiles === "heads" ? item.count : 1;
  if (count === 1) {
    const height = Math.min(area.height, area.width / ratio, folded ? 300 : 520);
    const width = height * ratio;
    return [{ x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }];
  }
  const wish = Math.min(count, Math.max(compact ? 2 : 4, Math.round((along / FAR) * (across / FAR))));
  const narrow = !block && along < 2 * Math.min(FAR, across / 5);
  const lines = narrow ? 1 : bestLines(along, across, wish);
  const size = Math.max(
    1,
    Math.min(
      (along - GAP * (lines - 1)) / lines,
      narrow ? Math.min(across / 3.6, MOST) * depth(item) : across / Math.ceil(wish / lines) - GAP,
    ),
  );
  const gap = narrow ? Math.min(GAP * 2, Math.max(GAP, size * 0.14)) : GAP;
  const perLine = Math.max(
    1,
    Math.min(Math.floor((across + gap) / (size + gap)), narrow ? MOST_NARROW : count, Math.ceil(count / lines)),
  );
  const shown = Math.min(count, perLine * lines);
  const used = Math.ceil(shown / perLine);
  const startAcross = (across - (Math.min(shown, perLine) * (size + gap) - gap)) / 2;
  const startAlong = (along - (used * (size + GAP) - GAP)) / 2;
  return Array.from({ length: shown }, (_, i) => {
    const line = Math.floor(i / perLine);
    const b = startAcross + (i % perLine) * (size + gap);
    const a = startAlong + line * (size + GAP);
    return upright
      ? { x: area.x + b, y: area.y + a, width: size, height: size }
      : { x: area.x + a, y: area.y + b, width: size, height: size };
  });
}

/** The part of the picture that is in sight. @param {Frame} frame */
export const sightOf = ({ strip, sight }) => sight ?? strip;

/** Where the picture goes on beyond the screen it fades out over so many pixels: tiles stay clear of them. */
const CLEAR = 8;
/** Less than this of a column is too little for tiles of its own. */
const LEAST_SEEN = 60;

/**
 * The stretch of the screen that is in sight. @param {Frame} frame
 * @returns {{ at: "x" | "y", size: "width" | "height", start: number, end: number }}
 */
function stretch(frame) {
  const sight = sightOf(frame);
  const [at, size] = frame.upright ? /** @type {const} */ (["y", "height"]) : /** @type {const} */ (["x", "width"]);
  return { at, size, start: sight[at] + CLEAR, end: sight[at] + sight[size] - CLEAR };
}

/**
 * What is seen of the room for tiles in a column that begins before the screen does; all of it where too little is.
 * @param {Frame} frame @param {Rect} area @returns {Rect}
 */
export function seenArea(frame, area) {
  const { at, size, start, end } = stretch(frame);
  const last = Math.min(end, area[at] + area[size]);
  return area[at] < start && last - start > LEAST_SEEN ? { ...area, [at]: start, [size]: last - start } : area;
}

/**
 * Tiles of a column that reaches beyond what is in sight go along with the edge as far as their column does.
 * @param {Frame} frame @param {Rect} area @param {Rect[]} places @returns {Rect[]}
 */
export function keptInSight(frame, area, places) {
  const { at, size, start, end } = stretch(frame);
  const first = Math.min(...places.map((place) => place[at]));
  const last = Math.max(...places.map((place) => place[at] + place[size]));
  const later = Math.max(0, Math.min(start - first, area[at] + area[size] - last));
  const sooner = Math.max(0, Math.min(last - end, first - area[at]));
  const by = later - sooner;
  return by === 0 ? places : places.map((place) => ({ ...place, [at]: place[at] + by }));
}

/**
 * The number of lines that makes the tiles largest. @param {number} along @param {number} across @param {number} count
 */
function bestLines(along, across, count) {
  let best = 1;
  let most = 0;
  for (let lines = 1; lines <= count; lines++) {
    const size = Math.min(along / lines, across / Math.ceil(count / lines));
    if (size > most) [best, most] = [lines, size];
  }
  return best;
}

/** @param {Rect} rect @param {number} x @param {number} y */
export const holds = (rect, x, y) => x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height;
