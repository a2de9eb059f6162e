// @ts-check
// The few words of an embedded figure. It stands on pages of others, so both languages come with it.

import en from "../i18n/embed.en.js";
import ko from "../i18n/embed.ko.js";

/** @typedef {keyof typeof en} Key */

/**
 * The language of an element's attribute, else of the page, where it is spoken. @param {string | null | undefined} lang
 */
export const languageOf = (lang) => ((lang || document.documentElement.lang).startsWith("ko") ? "ko" : "en");

/**
 * @param {string} language @param {Key} key @param {Record<string, string | number>} [values]
 */
export function say(language, key, values = {}) {
  const text = (language === "ko" ? ko : en)[key];
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
