// @ts-check
// Reading a stage's tensor as maps: channels of a convolution, of Swin's rows and columns, of a transformer's patches.

import { colourWord } from "./colour.js";

/** @typedef {import("../../engine.js").Tensor} Tensor */

/**
 * Where value (channel, row, column) of a tensor lies: `start + channel * byChannel + row * byRow + column * byColumn`.
 * @typedef {{ channels: number, rows: number, columns: number, start: number, byChannel: number, byRow: number,
 *   byColumn: number }} Places
 * @typedef {Places & { values: Float32Array }} Maps
 */

/** @typedef {{ layout?: string, grid?: [number, number] | null, head?: number }} About */

/**
 * Where the maps lie in a stage's value.
 * @param {number[]} shape
 * @param {About} [about] `grid`: rows and columns of the cells on the photo, as the stage states them; `head`: which
 * one, where the layout is "heads"
 * @returns {Places | null} null where the value is no map
 */
export function placesOf(shape, { layout, grid, head = 0 } = {}) {
  if (!grid) return null;
  const [rows, columns] = grid;
  const plain = { rows, columns, start: 0 };
  if (layout === "nhwc") {
    const channels = shape[3];
    return { ...plain, channels, byChannel: 1, byRow: columns * channels, byColumn: channels };
  }
  if (layout === "nchw")
    return { ...plain, channels: shape[1], byChannel: rows * columns, byRow: columns, byColumn: 1 };
  const [tokens, channels] = shape.slice(-2);
  // Before the patches stands the class token, where there is one.
  const start = (head * tokens + tokens - rows * columns) * channels;
  return { ...plain, channels, start, byChannel: 1, byRow: columns * channels, byColumn: channels };
}

/** Maps that lie one after the other. @param {Tensor} tensor `[channels, rows, columns]` @returns {Maps} */
export function plainMaps({ data, shape: [channels, rows, columns] }) {
  return { values: data, channels, rows, columns, start: 0, byChannel: rows * columns, byRow: columns, byColumn: 1 };
}

/**
 * One channel's part of a stage's value, as model.observe takes it.
 * @param {number[]} shape @param {Places} places @param {number} channel @param {About} about
 * @returns {([number, number] | null)[]}
 */
export function channelRanges(shape, { rows, columns }, channel, { layout, head = 0 }) {
  /** @type {[number, number]} */
  const one = [channel, channel + 1];
  if (shape.length === 4 && layout !== "nhwc" && layout !== "heads") return [null, one, null, null];
  if (layout === "nhwc") return [null, null, null, one];
  const tokens = shape[shape.length - 2];
  return [
    null,
    ...(layout === "heads" ? [/** @type {[number, number]} */ ([head, head + 1])] : []),
    [tokens - rows * columns, tokens],
    one,
  ];
}

/** @param {Maps} maps @param {number} channel @param {number} row @param {number} column */
export const valueAt = (maps, channel, row, column) =>
  maps.values[maps.start + channel * maps.byChannel + row * maps.byRow + column * maps.byColumn];

/** A place in the data as an index for each dimension. @param {number} flat @param {number[]} shape */
export function indexAt(flat, shape) {
  const index = new Array(shape.length);
  for (let i = shape.length - 1, rest = flat; i >= 0; i--) {
    index[i] = rest % shape[i];
    rest = Math.floor(rest / shape[i]);
  }
  return index;
}

/**
 * A cell of maps as an index into the tensor's shape. @param {Places} maps @param {number[]} shape @param {number}
 * channel @param {number} row @param {number} column
 */
export const cellIndex = (maps, shape, channel, row, column) =>
  indexAt(maps.start + channel * maps.byChannel + row * maps.byRow + column * maps.byColumn, shape);

/** One channel by itself, row by row. @param {Maps} maps @param {number} channel @returns {Float32Array} */
export function oneMap(maps, channel) {
  const { rows, columns } = maps;
  return Float32Array.from({ length: rows * columns }, (_, i) =>
    valueAt(maps, channel, Math.floor(i / columns), i % columns),
  );
}

/**
 * Channels in the order to show them: by their strongest value, or as they are.
 * @param {{ low: number, high: number }[]} extents
 * @param {"activation" | "index"} sort
 */
export function channelOrder(extents, sort) {
  const order = extents.map((_, index) => index);
  return sort === "activation" ? order.sort((a, b) => extents[b].high - extents[a].high || a - b) : order;
}

/**
 * Draws a map into a rectangle, each cell a sharp square.
 * @param {CanvasRenderingContext2D} context
 * @param {{ rows: number, columns: number, value: (row: number, column: number) => number }} map
 * @param {import("./colour.js").Range & { colours: "heat" | "signed" }} scale
 * @param {{ x: number, y: number, width: number, height: number, ratio: number }} place
 */
export function drawMap(context, map, scale, place) {
  // No finer than the screen: large maps are drawn at the rectangle's own pixels.
  const width = Math.max(1, Math.min(map.columns, Math.ceil(place.width * place.ratio)));
  const height = Math.max(1, Math.min(map.rows, Math.ceil(place.height * place.ratio)));
  const image = new ImageData(width, height);
  const words = new Uint32Array(image.data.buffer);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * map.rows) / height);
    for (let x = 0; x < width; x++)
      words[y * width + x] = colourWord(map.value(row, Math.floor((x * map.columns) / width)), scale);
  }
  const tile = new OffscreenCanvas(width, height);
  tile.getContext("2d")?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(tile, place.x, place.y, place.width, place.height);
}
