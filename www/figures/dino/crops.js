// @ts-check
// Random views of a photo, as DINO trains on them: cut out, flipped, recoloured.

import { el } from "../../shell/dom.js";
import { number } from "../../shell/text.js";
import { f } from "../../lessons/words.js";

/** @typedef {{ x: number, y: number, width: number, height: number }} Box in pixels of the photo */
/** @typedef {{ canvas: HTMLCanvasElement, box: Box, share: number, flip: boolean }} View `share`: of the photo's area */

/** @param {number} seed */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A random crop of a share of the area. @param {{ width: number, height: number }} photo @param {() => number} random
 * @param {[number, number]} scale @returns {{ box: Box, share: number }}
 */
export function crop(photo, random, scale) {
  const between = (/** @type {number} */ low, /** @type {number} */ high) => low + random() * (high - low);
  const share = between(...scale);
  const ratio = Math.exp(between(Math.log(3 / 4), Math.log(4 / 3)));
  const area = share * photo.width * photo.height;
  const width = Math.min(photo.width, Math.sqrt(area * ratio));
  const height = Math.min(photo.height, Math.sqrt(area / ratio));
  const [x, y] = [random() * (photo.width - width), random() * (photo.height - height)];
  return { box: { x, y, width, height }, share };
}

/** What of a photo lies in both boxes, as a share of it. @param {{ width: number, height: number }} photo @param {Box} one @param {Box} two */
export function sharedPart(photo, one, two) {
  const along = (/** @type {"x" | "y"} */ from, /** @type {"width" | "height"} */ size) =>
    Math.max(0, Math.min(one[from] + one[size], two[from] + two[size]) - Math.max(one[from], two[from]));
  return (along("x", "width") * along("y", "height")) / (photo.width * photo.height);
}

/** Of the photo, as in the paper: a large view shows 40 to 100 %. @type {[number, number]} */
export const LARGE = [0.4, 1];

/**
 * One view, as in the paper: a random resized crop of a share of the area, a flip, brightness, contrast, saturation and
 * hue, at times grey, at times blurred (the first view always).
 * @param {ImageBitmap} bitmap @param {() => number} random @param {[number, number]} scale @param {number} size
 * @param {string} title @param {number} index
 * @returns {View}
 */
export function view(bitmap, random, scale, size, title, index) {
  const between = (/** @type {number} */ low, /** @type {number} */ high) => low + random() * (high - low);
  const { box, share } = crop(bitmap, random, scale);
  const flip = random() < 0.5;
  const jitter = random() < 0.8;
  const filters = [
    jitter &&
      `brightness(${between(0.6, 1.4)}) contrast(${between(0.6, 1.4)}) saturate(${between(0.8, 1.2)}) hue-rotate(${between(-36, 36)}deg)`,
    random() < 0.2 && "grayscale(1)",
    (index === 0 || random() < (index === 1 ? 0.1 : 0.5)) && `blur(${between(0.1, 2) * (size / 224)}px)`,
  ].filter(Boolean);
  const canvas = el("canvas", { width: size, height: size, class: "tile smooth", role: "img", "aria-label": title });
  const context = canvas.getContext("2d");
  if (context) {
    if (flip) context.setTransform(-1, 0, 0, 1, size, 0);
    context.filter = filters.join(" ") || "none";
    context.drawImage(bitmap, box.x, box.y, box.width, box.height, 0, 0, size, size);
  }
  return { canvas, box, share, flip };
}

/** The two large views. @param {ImageBitmap} bitmap @param {() => number} random */
export const globalViews = (bitmap, random) =>
  [0, 1].map((i) => view(bitmap, random, LARGE, 224, f("viewTitle", { number: number(i + 1) }), i));

/** The two small ones, which only the student sees. @param {ImageBitmap} bitmap @param {() => number} random */
export const localViews = (bitmap, random) =>
  [0, 1].map((i) => view(bitmap, random, [0.05, 0.4], 96, f("localTitle", { number: number(i + 1) }), i + 2));
