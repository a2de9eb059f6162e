// @ts-check
// A sequence of tokens as a picture: a column for each token, a row for each of its numbers.

import { colourWord } from "./colour.js";

/** @typedef {import("./colour.js").Scale} Scale */
/** @typedef {{ image: OffscreenCanvas, tokens: number, channels: number }} Sequence */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box */

/** The share of values that a colour scale spans: a few channels of a transformer are far larger than all others. */
const SPANNED = 0.98;

/** Even around zero, as far as nearly all values reach. @param {ArrayLike<number>} values @returns {Scale} */
export function spanning(values) {
  const sizes = Float32Array.from(values, Math.abs).sort();
  const most = sizes[Math.floor(SPANNED * (sizes.length - 1))] || 1;
  return { low: -most, high: most, colours: "signed" };
}

/**
 * @param {ArrayLike<number>} values `[tokens, channels]`
 * @param {number} tokens @param {number} channels @param {Scale} [scale]
 * @returns {Sequence}
 */
export function sequence(values, tokens, channels, scale = spanning(values)) {
  const image = new ImageData(tokens, channels);
  const words = new Uint32Array(image.data.buffer);
  for (let token = 0; token < tokens; token++)
    for (let channel = 0; channel < channels; channel++)
      words[channel * tokens + token] = colourWord(values[token * channels + channel], scale);
  const canvas = new OffscreenCanvas(tokens, channels);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return { image: canvas, tokens, channels };
}

/**
 * All of it, or the tokens from one on. @param {CanvasRenderingContext2D} context @param {Sequence} of @param {Box} box
 * @param {number} [alpha]
 */
export function paintSequence(context, { image }, { x, y, width, height }, alpha = 1) {
  context.save();
  context.globalAlpha *= alpha;
  context.drawImage(image, x, y, width, height);
  context.restore();
}

/**
 * One token's column. @param {CanvasRenderingContext2D} context @param {Sequence} of @param {number} token @param {Box}
 * box @param {number} [alpha]
 */
export function paintToken(context, { image, channels }, token, { x, y, width, height }, alpha = 1) {
  context.save();
  context.globalAlpha *= alpha;
  context.drawImage(image, token, 0, 1, channels, x, y, width, height);
  context.restore();
}

/**
 * One patch of a square photo.
 * @param {CanvasRenderingContext2D} context @param {CanvasImageSource & { width: number }} photo @param {number} side
 * patches on a side
 * @param {number} patch row by row @param {Box} box
 */
export function paintPatch(context, photo, side, patch, { x, y, width, height }) {
  const cut = photo.width / side;
  context.drawImage(photo, (patch % side) * cut, Math.floor(patch / side) * cut, cut, cut, x, y, width, height);
}

/**
 * Where a patch lies in a photo of the box's width. @param {Box} box @param {number} side @param {number} patch
 * @param {number} [gap] @returns {Box}
 */
export function patchBox({ x, y, width }, side, patch, gap = 0) {
  const cut = width / side;
  return {
    x: x + (patch % side) * cut + gap / 2,
    y: y + Math.floor(patch / side) * cut + gap / 2,
    width: cut - gap,
    height: cut - gap,
  };
}

/** @param {ImageData} image @returns {OffscreenCanvas} */
export function canvasOf(image) {
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}
