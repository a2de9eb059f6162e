// @ts-check
// The lessons' and figures' texts in the visitor's language.

import { currentLanguage } from "../shell/text.js";
import lessonsEn from "../i18n/lessons.en.js";
import lessonsKo from "../i18n/lessons.ko.js";
import uiEn from "../i18n/lesson-ui.en.js";
import uiKo from "../i18n/lesson-ui.ko.js";
import glossaryEn from "../i18n/glossary.en.js";
import glossaryKo from "../i18n/glossary.ko.js";
import figuresEn from "../i18n/figures.en.js";
import figuresKo from "../i18n/figures.ko.js";

/** @type {Record<string, any>} */
const LESSONS = { en: { ...lessonsEn, ui: uiEn }, ko: { ...lessonsKo, ui: uiKo } };
/** @type {Record<string, Record<string, { term: string, text: string }>>} */
const GLOSSARIES = { en: glossaryEn, ko: glossaryKo };
/** @type {Record<string, Record<string, string>>} */
const FIGURES = { en: figuresEn, ko: figuresKo };

/** @param {string} text @param {Record<string, string | number>} values */
const filled = (text, values) =>
  text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

/** A text of the lessons, by its dotted key. @param {string} key @param {Record<string, string | number>} [values] */
export function words(key, values = {}) {
  let node = LESSONS[currentLanguage()];
  for (const part of key.split(".")) node = node?.[part];
  return filled(typeof node === "string" ? node : key, values);
}

/** A text of the player. @param {string} key @param {Record<string, string | number>} [values] */
export const ui = (key, values) => words(`ui.${key}`, values);

/** A text in a figure. @param {string} key @param {Record<string, string | number>} [values] */
export const f = (key, values = {}) => filled(FIGURES[currentLanguage()][key] ?? key, values);

export const glossary = () => GLOSSARIES[currentLanguage()];
