// @ts-check
// What figures are drawn with, by one name: each part has a module of its own.

export { barRows, guesses } from "./bar-rows.js";
export { block, note } from "./blocks.js";
export { choices, slider, toggle } from "./controls.js";
export { chart, curves } from "./curves.js";
export { legend } from "./legend.js";
export { patchPad } from "./patch-pad.js";
export { svg } from "./svg.js";
export { table } from "../../shell/table.js";
export { cropImage, picture, tile } from "./tiles.js";

/** @typedef {import("./colour.js").Scale} Scale */
