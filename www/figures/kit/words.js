// @ts-check
// The figures' texts in the visitor's language, apart from the lessons': the picture has words of theirs, and waits for no lesson.

import figuresEn from "../../i18n/figures.en.js";
import figuresKo from "../../i18n/figures.ko.js";
import { currentLanguage } from "../../shell/text.js";

/** @type {Record<string, Record<string, string>>} */
const FIGURES = { en: figuresEn, ko: figuresKo };

/** @param {string} text @param {Record<string, string | number>} values */
export const filled = (text, values) =>
  text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

/** A text in a figure. @param {string} key @param {Record<string, string | number>} [values] */
export const f = (key, values = {}) => filled(FIGURES[currentLanguage()][key] ?? key, values);
