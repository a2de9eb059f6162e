// @ts-check
// Draws the picture: groups, lines between tiles, skips, tiles. All positions come from place.js, all numbers from
// tile-store.js.

import { ends, lines } from "./lines.js";
import { eachItsOwn, lacksSome, orderOf } from "./order.js";
import { origin, originOnPhoto } from "./origin.js";
import { columnRect, keptInSight, seenArea, sightOf, tileArea, tilePlaces } from "./place.js";
import { drawnFor, focusOf } from "./scene.js";
import { skips } from "./skips.js";
import { foldedSize } from "./tile-store.js";
import { traced, tracedOnPhoto } from "./trace.js";

/** @typedef {import("./scene.js").Item} Item */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./scene.js").Camera} Camera */
/** @typedef {import("./place.js").Rect} Rect */
/** @typedef {import("./place.js").Frame} Frame */
/**
 * @typedef {{ ink: string, muted: string, line: string, accent: string, warm: string, cold: string, paper: string, font: string }} Colours
 */
/**
 * @typedef {{ item: Item, alpha: number, column: Rect, area: Rect, tiles: import("./tile-store.js").Tiles | null, places: Rect[], order: number[] }} Column
 * `order`: the tile at each place
 */
/** @typedef {{ item: Item, at: number }} Spot one tile */
/** @typedef {{ item: Item, channel: number, cells: number }} Reveal */
/** @typedef {{ cell: import("./cells.js").Cell, windows: import("../engine.js").SpotWindow[] }} Lit */
/** @typedef {import("./skips.js").DrawnSkip} DrawnSkip */
/** @typedef {{ place: Rect, side: number }} Photo where it stands, and how many pixels a side the network reads of it */
/** @typedef {{ x: number, y: number, share: number }} Anchor where a line begins or ends outside of the columns */
/**
 * @typedef {object} View
 * @property {Scene} scene
 * @property {Frame} frame
 * @property {Camera} camera
 * @property {import("./scene.js").Seen[]} seen
 * @property {import("./tile-store.js").TileStore} store
 * @property {Colours} colours
 * @property {number} ratio pixels of the screen for one of CSS
 * @property {Spot | null} over the tile under the cursor
 * @property {Reveal | null} reveal a map that is being filled
 * @property {Map<string, number[]>} shares what the maps of a stage add to the answer
 * @property {Lit | null} lit the cell whose origin is shown
 * @property {import("./trace.js").Trace | null} trace how that is followed back to the photo, once it was chosen
 * @property {number} sweep how far the light has come, 0 to 1.3
 * @property {Anchor | null} input
 * @property {Photo | null} photo
 * @property {Anchor[]} output
 * @property {(item: Item, channel: number) => boolean} isOff
 * @property {(layer: string, index: number) => string} layerName
 */

/** Lays out what is seen and asks for its tiles. @param {View} view @returns {Column[]} */
export function columnsOf({ scene, frame, camera, seen, store, ratio, lit }) {
  const focus = focusOf(scene, camera);
  const drawn = new Set(seen.map(({ item }) => item));
  /** @type {Map<Item, Column>} */
  const found = new Map();
  /** The channels in the places of the column that an item reads, where it makes each map of one. @param {Item} item */
  const before = (item) => {
    const source = drawnFor(scene, item.from[0] ?? "", drawn);
    const { tiles, order } = (source && eachItsOwn(source, item) && found.get(source)) || { tiles: null, order: [] };
    return tiles ? order.map((at) => tiles.channels[at]) : [];
  };
  for (const { item, alpha } of seen) {
    const column = columnRect(frame, camera, item);
    const area = tileArea(frame, column);
    // Before an operation that fills the screen stands what it reads: that must be seen, however wide its column is.
    const read = focus !== null && focus.parts.length === 0 && focus !== item;
    const room = read ? seenArea(frame, area) : area;
    const places = keptInSight(frame, area, tilePlaces(frame, room, item, room !== area));
    const size = Math.max(...places.slice(0, 1).map(({ width, height }) => Math.max(width, height)));
    const side = size * ratio > 150 ? 256 : 64;
    const few = store.get(item, places.length, side);
    const tiles = lacksSome(item, few, lit) ? store.get(item, item.count, side) : few;
    const order = orderOf(item, tiles, places, lit, sightOf(frame), before(item));
    found.set(item, { item, alpha, column, area, tiles, places, order });
  }
  return [...found.values()];
}

/**
 * Draws it all; gives where skips stand. @param {CanvasRenderingContext2D} context @param {View} view @param {Column[]}
 * columns @returns {DrawnSkip[]}
 */
export function paint(context, view, columns) {
  const { frame, ratio } = view;
  const { canvas } = context;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.width / ratio, canvas.height / ratio);
  context.save();
  context.beginPath();
  const { x, y, width, height } = frame.strip;
  const margin = frame.upright ? 0 : 22;
  context.rect(x - margin, y, width + 2 * margin, height);
  context.clip();
  if (!frame.compact) groups(context, view);
  lines(context, view, columns);
  const drawn = skips(context, view, columns);
  for (const column of columns) tilesOf(context, view, column);
  const stations = traced(context, view, columns);
  origin(context, view, columns);
  fade(context, view);
  context.restore();
  originOnPhoto(context, view, columns);
  tracedOnPhoto(context, view, stations);
  ends(context, view, columns);
  return drawn;
}

/** How far from an edge the picture fades where it goes on beyond it. */
const FADE = 30;

/** The picture goes on beyond what is seen: it ends softly there. @param {CanvasRenderingContext2D} context @param {View} view */
function fade(context, { frame, camera }) {
  const { upright, strip } = frame;
  const [x0, y0] = [strip.x - 22, strip.y];
  const [x1, y1] = [strip.x + strip.width + 22, strip.y + strip.height];
  context.globalCompositeOperation = "destination-out";
  for (const [beyond, edge, inward] of [
    [camera.from > 0.0005, upright ? y0 : x0, FADE],
    [camera.to < 0.9995, upright ? y1 : x1, -FADE],
  ]) {
    if (!beyond) continue;
    const end = Number(edge) + Number(inward);
    const shade = upright
      ? context.createLinearGradient(0, Number(edge), 0, end)
      : context.createLinearGradient(Number(edge), 0, end, 0);
    shade.addColorStop(0, "rgb(0 0 0 / 1)");
    shade.addColorStop(1, "rgb(0 0 0 / 0)");
    context.fillStyle = shade;
    const low = Math.min(Number(edge), end);
    if (upright) context.fillRect(x0, low, x1 - x0, FADE);
    else context.fillRect(low, y0, FADE, y1 - y0);
  }
  context.globalCompositeOperation = "source-over";
}

/** How bright a place is while the light passes. @param {View} view @param {Rect} rect */
function light({ frame, sweep }, rect) {
  const { upright, strip } = frame;
  const at = upright ? (rect.y - strip.y) / strip.height : (rect.x - strip.x) / strip.width;
  return Math.max(0, Math.min(1, (sweep - at) / 0.16));
}

/** @param {CanvasRenderingContext2D} context @param {View} view @param {Column} column */
function tilesOf(context, view, { item, alpha, tiles, places, order }) {
  const { store, colours, over, ratio, isOff, reveal } = view;
  const old = tiles !== null && store.isOld(tiles);
  places.forEach((place, i) => {
    const lit = light(view, place);
    const at = order[i];
    const bitmap = tiles && at < tiles.channels.length ? store.bitmap(item, tiles, at) : null;
    const shown = tiles && bitmap;
    context.globalAlpha = alpha * (shown ? (old ? 0.45 : 0.18 + 0.82 * lit) : 0.5);
    if (shown) {
      context.imageSmoothingEnabled = bitmap.width > place.width * ratio * 1.2;
      context.imageSmoothingQuality = "medium";
      const partly = reveal?.item === item && (item.tiles === "vector" || reveal.channel === tiles.channels[at]);
      if (partly && reveal) {
        context.save();
        upTo(context, item, place, reveal.cells);
      }
      context.drawImage(bitmap, place.x, place.y, place.width, place.height);
      if (partly) context.restore();
      if (item.windows && place.width > 40) windowLines(context, item, place);
      if (lit > 0.2 && lit < 0.98) {
        context.globalAlpha = alpha * 0.3 * Math.sin(lit * Math.PI);
        context.fillStyle = "#ffe9b8";
        context.fillRect(place.x, place.y, place.width, place.height);
      }
    }
    const off = shown && isOff(item, tiles.channels[at]);
    const under = over?.item === item && over.at === i;
    context.globalAlpha = alpha * (under || off ? 1 : 0.55);
    context.strokeStyle = under ? colours.warm : off ? colours.muted : colours.line;
    context.lineWidth = under ? 2 : 1;
    context.strokeRect(place.x - 0.5, place.y - 0.5, place.width + 1, place.height + 1);
    if (off) cross(context, place);
  });
  context.globalAlpha = 1;
}

/**
 * Clips to the first cells of a tile, row by row. @param {CanvasRenderingContext2D} context @param {Item} item
 * @param {Rect} place @param {number} cells
 */
function upTo(context, item, { x, y, width, height }, cells) {
  const folded = item.tiles === "vector" ? foldedSize(item.count) : { rows: item.grid[0], columns: item.grid[1] };
  const [h, w] = [height / folded.rows, width / folded.columns];
  const whole = Math.floor(cells / folded.columns);
  context.beginPath();
  context.rect(x, y, width, whole * h);
  context.rect(x, y + whole * h, (cells % folded.columns) * w, h);
  context.clip();
}

/** @param {CanvasRenderingContext2D} context @param {Rect} place */
function cross(context, { x, y, width, height }) {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + width, y + height);
  context.moveTo(x + width, y);
  context.lineTo(x, y + height);
  context.stroke();
}

/**
 * Where the windows of attention end. @param {CanvasRenderingContext2D} context @param {Item} item @param {Rect} place
 */
function windowLines(context, { windows, grid }, { x, y, width, height }) {
  if (!windows) return;
  context.strokeStyle = "rgb(255 255 255 / 0.5)";
  context.lineWidth = 1;
  context.beginPath();
  for (let at = windows.shift || windows.size; at < grid[0]; at += windows.size) {
    context.moveTo(x, y + (at / grid[0]) * height);
    context.lineTo(x + width, y + (at / grid[0]) * height);
  }
  for (let at = windows.shift || windows.size; at < grid[1]; at += windows.size) {
    context.moveTo(x + (at / grid[1]) * width, y);
    context.lineTo(x + (at / grid[1]) * width, y + height);
  }
  context.stroke();
}

/** Blocks of one group have a line along them. @param {CanvasRenderingContext2D} context @param {View} view */
function groups(context, { scene, frame, camera, colours, layerName }) {
  /** @type {{ name: string, index: number, first: Item, last: Item }[]} */
  const found = [];
  for (const item of scene.items) {
    if (!item.layer) continue;
    const [name, index] = item.layer;
    const open = found.at(-1);
    if (open?.name === name) open.last = item;
    else found.push({ name, index, first: item, last: item });
  }
  context.font = `600 12px ${colours.font}`;
  context.lineWidth = 2;
  for (const { name, index, first, last } of found) {
    const rect = columnRect(frame, camera, { x: [first.x[0], last.x[1]], y: [0, 1] });
    const text = layerName(name, index);
    context.strokeStyle = colours.line;
    context.beginPath();
    if (frame.upright) {
      const x = frame.strip.x + frame.strip.width - 3;
      context.moveTo(x, rect.y + 3);
      context.lineTo(x, rect.y + rect.height - 3);
      context.stroke();
      continue;
    }
    const left = Math.max(rect.x + 4, frame.strip.x);
    const right = Math.min(rect.x + rect.width - 4, frame.strip.x + frame.strip.width);
    if (right - left < 8) continue;
    const y = frame.strip.y + 17;
    context.moveTo(left, y);
    context.lineTo(right, y);
    context.stroke();
    if (right - left < context.measureText(text).width + 4) continue;
    context.fillStyle = colours.muted;
    context.textAlign = "left";
    context.fillText(text, left, y - 6);
  }
}
