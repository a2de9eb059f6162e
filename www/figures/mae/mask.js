// @ts-check
// A mask drawn by hand, as a link holds it: four patches a digit, row by row.

/** @param {Uint8Array} mask 1 for each hidden patch */
export const maskText = (mask) =>
  Array.from({ length: Math.ceil(mask.length / 4) }, (_, i) =>
    [0, 1, 2, 3].reduce((sum, bit) => sum + ((mask[4 * i + bit] ?? 0) << bit), 0).toString(16),
  ).join("");

/** The mask that a link holds; of another network's none. @param {string} text @param {number} patches */
export function maskOf(text, patches) {
  const mask = new Uint8Array(patches);
  if (text.length !== Math.ceil(patches / 4) || !/^[0-9a-f]+$/.test(text)) return mask;
  mask.forEach((_, i) => (mask[i] = (Number.parseInt(text[i >> 2], 16) >> (i % 4)) & 1));
  return mask.every((one) => one === 1) ? new Uint8Array(patches) : mask;
}
