// @ts-check
// The lessons' texts in the visitor's language, beside the figures'.

import { currentLanguage } from "../shell/text.js";
import lessonsEn from "../i18n/lessons.en.js";
import lessonsKo from "../i18n/lessons.ko.js";
import uiEn from "../i18n/lesson-ui.en.js";
import uiKo from "../i18n/lesson-ui.ko.js";
import glossaryEn from "../i18n/glossary.en.js";
import glossaryKo from "../i18n/glossary.ko.js";
import { filled } from "../figures/kit/words.js";

export { f } from "../figures/kit/words.js";

/** @type {Record<string, any>} */
const LESSONS = { en: { ...lessonsEn, ui: uiEn }, ko: { ...lessonsKo, ui: uiKo } };
/** @type {Record<string, Record<string, { term: string, text: string }>>} */
const GLOSSARIES = { en: glossaryEn, ko: glossaryKo };
/** A text of the lessons, by its dotted key. @param {string} key @param {Record<string, string | number>} [values] */
export function words(key, values = {}) {
  let node = LESSONS[currentLanguage()];
  for (const part of key.split(".")) node = node?.[part];
  return filled(typeof node === "string" ? node : key, values);
}

/** A text of the player. @param {string} key @param {Record<string, string | number>} [values] */
export const ui = (key, values) => words(`ui.${key}`, values);

export const glossary = () => GLOSSARIES[currentLanguage()];
