// @ts-check
// The parts that a figure is put together from.

import { el } from "../../shell/dom.js";

/** @param {string} text @param {string} [part] */
export const note = (text, part) => el("p", { class: "figure-note", "data-part": part }, text);

/** @param {string} title @param {...import("../../shell/dom.js").Children} content */
export const block = (title, ...content) => el("section", { class: "figure-block" }, el("h3", null, title), ...content);
