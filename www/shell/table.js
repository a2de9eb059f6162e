// @ts-check
// Numbers in rows, each row by its name.

import { el } from "./dom.js";

/** @typedef {import("./dom.js").Children} Children */
/**
 * `part`: what a lesson's words light up.
 * @typedef {{ content: Children, part?: string, class?: string }} Cell
 * @typedef {{ name: Children, cells: (Cell | string)[], part?: string, class?: string }} Row
 */

/** @param {"th" | "td"} tag @param {Record<string, string>} attributes @param {Cell | string} cell */
const drawn = (tag, attributes, cell) =>
  typeof cell === "string"
    ? el(tag, attributes, cell)
    : el(tag, { ...attributes, "data-part": cell.part, class: cell.class }, cell.content);

/**
 * @param {(Cell | string)[]} heads the first stands over the names @param {Row[]} rows
 * @param {{ class?: string, part?: string, caption?: HTMLElement, foot?: HTMLElement }} [options] `foot`: a last row
 */
export function table(heads, rows, { class: looks = "stage-table", part, caption, foot } = {}) {
  return el(
    "table",
    { class: looks, "data-part": part },
    caption,
    el(
      "thead",
      null,
      el(
        "tr",
        null,
        heads.map((head) => (head === "" ? el("td") : drawn("th", { scope: "col" }, head))),
      ),
    ),
    el(
      "tbody",
      null,
      rows.map((row) =>
        el(
          "tr",
          { "data-part": row.part, class: row.class },
          el("th", { scope: "row" }, row.name),
          row.cells.map((cell) => drawn("td", {}, cell)),
        ),
      ),
    ),
    foot && el("tfoot", null, foot),
  );
}
