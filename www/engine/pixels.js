// How large pictures may be, on the page's side and in the worker.

/**
 * Pixels are copied into the module's memory, which never shrinks: larger pictures are first reduced by the browser.
 */
export const MOST_PIXELS = 25_000_000;

// What is decoded at full size takes four bytes a pixel, twice for a moment.
const MOST_DECODED = 100_000_000;

/** Of a JPEG that is decoded to a part of its size: the largest sensors of phones have 200 million. */
export const MOST_SCALED = 220_000_000;

/**
 * More than should be decoded at full size.
 * @param {number} width
 * @param {number} height
 */
export function tooManyPixels(width, height) {
  return width * height > MOST_DECODED;
}
