// @ts-check
// The figures' texts in the visitor's language, apart from the lessons': the picture has words of theirs, and waits for
// no lesson.

import { figureTexts } from "../../shell/text.js";

/** @param {string} text @param {Record<string, string | number>} values */
export const filled = (text, values) =>
  text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

/** A text in a figure. @param {string} key @param {Record<string, string | number>} [values] */
export const f = (key, values = {}) => filled(figureTexts()[key] ?? key, values);
