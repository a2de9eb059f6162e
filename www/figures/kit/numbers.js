// @ts-check
// The numbers behind what a figure draws: whoever draws states them, whoever saves finds them in the figure.

/** @typedef {{ head: string[], rows: (string | number)[][] }} Table */
/** @typedef {import("./save.js").Part} Part */

/** @type {WeakMap<Element, () => Table>} */
const known = new WeakMap();

/**
 * States the numbers that a node shows. @template {Element} N @param {N} node @param {() => Table} table @returns {N}
 */
export function states(node, table) {
  known.set(node, table);
  return node;
}

/**
 * A map's numbers, cell by cell; rows and columns are counted from 1, as everywhere on the page.
 * @param {ArrayLike<number>} values @param {number} columns @returns {Table}
 */
export const cellsOf = (values, columns) => ({
  head: ["row", "column", "value"],
  rows: Array.from(values, (value, i) => [Math.floor(i / columns) + 1, (i % columns) + 1, value]),
});

/** A picture's pixels as they are drawn, 8 bits each. @param {ImageData} image @returns {Table} */
export const pixelsOf = ({ data, width, height }) => ({
  head: ["row", "column", "red", "green", "blue"],
  rows: Array.from({ length: width * height }, (_, i) => [
    Math.floor(i / width) + 1,
    (i % width) + 1,
    ...data.subarray(4 * i, 4 * i + 3),
  ]),
});

/** @param {HTMLTableElement} table @returns {Table} */
function written(table) {
  const [head, ...rows] = [...table.rows].map(({ cells }) => [...cells].map((cell) => cell.innerText.trim()));
  return { head: head ?? [], rows };
}

/**
 * What a part is called: by itself, by its block's heading, or by where it stands. @param {Element} node
 * @param {number} index
 */
const titleOf = (node, index) =>
  node.getAttribute("aria-label") ||
  node.querySelector("[role=img]")?.getAttribute("aria-label") ||
  node.closest("button, figure, .pass")?.getAttribute("aria-label") ||
  node.closest(".figure-block")?.querySelector("h3")?.textContent ||
  String(index + 1);

/** All numbers of a figure, in the order in which it shows them. @param {Element} frame @returns {Part[]} */
export function numbersOf(frame) {
  const nodes = [...frame.querySelectorAll("*")].filter((node) => known.has(node) || node instanceof HTMLTableElement);
  return nodes.map((node, index) => ({
    title: titleOf(node, index),
    ...(known.get(node)?.() ?? written(/** @type {HTMLTableElement} */ (node))),
  }));
}
