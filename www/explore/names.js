// @ts-check
// What a person calls the parts of a picture, beside the paths that a checkpoint calls them by.

import { number, t, tOf } from "../shell/text.js";

/** @typedef {import("./scene.js").Item} Item */

/** A group of blocks. @param {string} path @param {number} index */
export const layerName = (path, index) => tOf("picture.groups", path, t("picture.stage", { index: number(index) }));

/** @param {Item} item */
export function nameOf({ kind, name, block, layer }) {
  if (block) return t("picture.block", { index: number(block) });
  const last = name.split(".").at(-1) ?? name;
  const own = tOf("picture.parts", `${last}-${kind}`, tOf("picture.parts", last, ""));
  if (own && /^[a-z]/.test(last)) return own;
  return tOf("picture.kinds", kind, tOf("kinds", kind, layer ? layerName(...layer) : kind));
}

/** The same where there is little room; the name itself where none is shorter. @param {Item} item */
export function shortName(item) {
  const last = item.name.split(".").at(-1) ?? "";
  const own = item.block || tOf("picture.parts", `${last}-${item.kind}`, "");
  const short = tOf("picture.short", `${last}-${item.kind}`, own ? "" : tOf("picture.short", last, ""));
  return short || nameOf(item);
}

/** Where there is hardly any: blocks stand in a row, and are told apart by their number. @param {Item} item */
export function leastName(item) {
  if (item.block) return number(item.block);
  const last = item.name.split(".").at(-1) ?? "";
  return tOf("picture.least", last, tOf("picture.least", item.kind, shortName(item)));
}

/** With the group that it is in. @param {Item} item */
export const fullName = (item) => (item.layer ? `${layerName(...item.layer)} · ${nameOf(item)}` : nameOf(item));

/** "16 × 32 × 32" @param {number[]} shape */
export const shapeText = (shape) =>
  (shape[0] === 1 ? shape.slice(1) : shape).map((n) => number(n, { useGrouping: false })).join(" × ");

/** The same where there is little room: "16·32²". @param {number[]} shape */
export function tightShape(shape) {
  const sizes = shape[0] === 1 ? shape.slice(1) : shape;
  const square = sizes.length > 1 && sizes.at(-1) === sizes.at(-2);
  const said = (square ? sizes.slice(0, -1) : sizes).map((n) => number(n, { useGrouping: false })).join("·");
  return square ? `${said}²` : said;
}

/** @param {Item} item */
export const unitOf = ({ tiles }) => (tiles === "heads" ? "head" : "channel");
