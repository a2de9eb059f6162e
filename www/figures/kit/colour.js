// @ts-check
// From numbers to colours: a perceptually even map for sizes, a two-sided one for signed values.

// Both begin in the dark, so that what is zero steps back on light and on dark paper alike.
const HEAT = [
  [9, 16, 40],
  [16, 44, 82],
  [20, 82, 112],
  [29, 125, 132],
  [72, 166, 142],
  [150, 200, 139],
  [236, 212, 112],
  [255, 226, 140],
  [255, 247, 222],
];
const SIGNED = [
  [205, 238, 255],
  [86, 170, 226],
  [34, 92, 158],
  [22, 28, 44],
  [150, 66, 30],
  [232, 132, 62],
  [255, 226, 178],
];

/** @param {number[][]} anchors @returns {Uint32Array} 256 colours, as a little-endian RGBA word each */
function ramp(anchors) {
  const words = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    const at = (i / 255) * (anchors.length - 1);
    const k = Math.min(anchors.length - 2, Math.floor(at));
    const [r, g, b] = anchors[k].map((from, c) => Math.round(from + (anchors[k + 1][c] - from) * (at - k)));
    words[i] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
  return words;
}

const RAMPS = { heat: ramp(HEAT), signed: ramp(SIGNED) };

/** @typedef {{ low: number, high: number }} Range */
/** @typedef {Range & { colours: "heat" | "signed" }} Scale */

/**
 * Smallest and largest finite value. @param {ArrayLike<number>} values @param {number} [from] @param {number} [to]
 * @param {number} [step] @returns {Range}
 */
export function extent(values, from = 0, to = values.length, step = 1) {
  let low = Infinity;
  let high = -Infinity;
  for (let i = from; i < to; i += step) {
    const value = values[i];
    if (value < low && value > -Infinity) low = value;
    if (value > high && value < Infinity) high = value;
  }
  return low <= high ? { low, high } : { low: 0, high: 0 };
}

/** Signed values get a scale that is even around zero. @param {Range} range @returns {Scale} */
export function scaleOf({ low, high }) {
  if (low >= 0) return { low: 0, high: high || 1, colours: "heat" };
  const most = Math.max(-low, high) || 1;
  return { low: -most, high: most, colours: "signed" };
}

/** @param {number} value @param {Scale} scale @returns {number} an RGBA word */
export function colourWord(value, { low, high, colours }) {
  const at = Math.round(((value - low) / (high - low || 1)) * 255);
  return RAMPS[colours][at > 0 ? Math.min(255, at) : 0];
}

/** @param {number} value @param {Scale} scale */
export function colourText(value, scale) {
  const word = colourWord(value, scale);
  return `rgb(${word & 255} ${(word >> 8) & 255} ${(word >> 16) & 255})`;
}

/** @param {"heat" | "signed"} colours as a picture one pixel high @returns {ImageData} */
export function rampImage(colours) {
  const image = new ImageData(256, 1);
  new Uint32Array(image.data.buffer).set(RAMPS[colours]);
  return image;
}
