// @ts-check
// A checkpoint's own names in as many letters as there is room for. Who is read to always hears the whole.

/** Beside the words of a label, on both sides together. */
export const PADDING = 6;
/** A letter is so much of the size of the monospaced face. */
const LETTER = 0.61;
/** Pixels of the smallest size that is read with ease, and of the smallest that can be read. */
const EASY = 10;
const LEAST = 8;

/** @param {string} text @param {number} size */
const long = (text, size) => text.length * LETTER * size;

/** A path without its first parts; that a number stood behind a name is still seen. @param {string} name @param {number} parts */
function lastOf(name, parts) {
  const all = name.split(".");
  const left = all.slice(-parts).join(".");
  return parts < all.length && /^\d/.test(left) ? `.${left}` : left;
}

/**
 * How many of a path's last parts are read with ease; one at least. @param {string} name @param {number} width in pixels
 */
function partsIn(name, width) {
  for (let parts = name.split(".").length; parts > 1; parts--)
    if (long(lastOf(name, parts), EASY) <= width) return parts;
  return 1;
}

/**
 * Columns of one parent are told by as many parts of their paths, so that a row of them reads alike; one that reaches
 * beyond the screen by fewer. A last part for which there is no room at all is left out.
 * @param {{ name: string, width: number, seen: number }[]} columns pixels of a label, and what is seen of it
 * @returns {string[]}
 */
export function pathsFor(columns) {
  const parentOf = (/** @type {string} */ name) => name.slice(0, Math.max(0, name.lastIndexOf(".")));
  /** @type {Map<string, number>} */
  const least = new Map();
  for (const { name, width } of columns) {
    const parent = parentOf(name);
    least.set(parent, Math.min(least.get(parent) ?? Infinity, partsIn(name, width - PADDING)));
  }
  return columns.map(({ name, seen }) => {
    const room = seen - PADDING;
    const text = lastOf(name, Math.min(least.get(parentOf(name)) ?? 1, partsIn(name, room)));
    return long(text, LEAST) <= room ? text : "";
  });
}
