// @ts-check
// Words, numbers and units in the visitor's language. All visible text comes from www/i18n.

import en from "../i18n/en.js";
import ko from "../i18n/ko.js";

/** @type {Record<string, any>} */
const TABLES = { en, ko };
let language = "en";

/** @param {string} lang */
export function useLanguage(lang) {
  language = lang in TABLES ? lang : "en";
  document.documentElement.lang = language;
}

/** The language in use. */
export const currentLanguage = () => language;

/** @param {string} key @param {string} lang @returns {string | undefined} */
function find(key, lang) {
  let node = TABLES[lang];
  for (const part of key.split(".")) node = node?.[part];
  return typeof node === "string" ? node : undefined;
}

/**
 * The text at a dotted key, with `{name}` replaced from `values`. A key that is missing shows as itself.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const text = find(key, language) ?? find(key, "en") ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * The text for a name that comes from outside (an error code, a class label): a row of the table `group`, or `otherwise`.
 * @param {string} group
 * @param {string} name
 * @param {string} [otherwise]
 */
export function tOf(group, name, otherwise = name) {
  return find(`${group}.${name}`, language) ?? find(`${group}.${name}`, "en") ?? otherwise;
}

/** @param {number} value @param {Intl.NumberFormatOptions} [options] */
export const number = (value, options) => new Intl.NumberFormat(language, options).format(value);
/** 0.931 as "93.1%" @param {number} value */
export const percent = (value) =>
  number(value, { style: "percent", maximumFractionDigits: value >= 0.9995 || value === 0 ? 0 : 1 });
/** 46_800_000 as "46.8 MB" @param {number} bytes */
export function size(bytes) {
  const [unit, by] = bytes >= 1e9 ? ["gigabyte", 1e9] : bytes >= 1e6 ? ["megabyte", 1e6] : ["kilobyte", 1e3];
  const value = bytes / Number(by);
  return number(value, {
    style: "unit",
    unit: String(unit),
    unitDisplay: "short",
    maximumFractionDigits: value < 100 && unit !== "kilobyte" ? 1 : 0,
  });
}
/** @param {number} milliseconds */
export function time(milliseconds) {
  const seconds = milliseconds >= 1000;
  const value = seconds ? milliseconds / 1000 : milliseconds;
  return number(value, {
    style: "unit",
    unit: seconds ? "second" : "millisecond",
    unitDisplay: "short",
    maximumFractionDigits: value < 10 ? 1 : 0,
  });
}
/** Time left, in whole seconds or minutes. @param {number} seconds */
export function duration(seconds) {
  const minutes = seconds >= 90;
  return number(Math.max(1, Math.round(minutes ? seconds / 60 : seconds)), {
    style: "unit",
    unit: minutes ? "minute" : "second",
    unitDisplay: "long",
  });
}
/** 11_700_000 as "11.7M" @param {number} value */
export const short = (value) => number(value, { notation: "compact", maximumFractionDigits: value < 1e5 ? 0 : 1 });
/** A list in words. @param {string[]} items */
export const list = (items) => new Intl.ListFormat(language, { type: "conjunction" }).format(items);
/** The name of a class, in the visitor's language where the table has one. @param {string} label */
export const className = (label) => tOf("classes", label.toLowerCase().replaceAll(" ", "_"), label);
