// @ts-check
// Words, numbers and units in the visitor's language. All visible text comes from www/i18n.

/** @typedef {{ default: Record<string, any>, figures: Record<string, string> }} Texts */

/** A language is fetched when it is spoken. @type {Record<string, () => Promise<Texts>>} */
const LANGUAGES = { en: () => import("../i18n/en.js"), ko: () => import("../i18n/ko.js") };
/** @type {Texts} */
let texts = { default: {}, figures: {} };
let language = "en";
let wanted = language;

/**
 * Fetches a language and speaks it from then on, unless another was wanted meanwhile. Rejects, and leaves the one in
 * use, where it cannot be fetched.
 * @param {string} lang
 */
export async function useLanguage(lang) {
  wanted = lang;
  const fetched = await LANGUAGES[lang]();
  if (wanted !== lang) return;
  texts = fetched;
  language = lang;
  document.documentElement.lang = lang;
}

/** The words inside the figures, in the language in use. */
export const figureTexts = () => texts.figures;

/** The language in use. */
export const currentLanguage = () => language;

/** @param {string} key @returns {string | undefined} */
function find(key) {
  /** @type {any} */
  let node = texts.default;
  for (const part of key.split(".")) node = node?.[part];
  return typeof node === "string" ? node : undefined;
}

/**
 * The text at a dotted key, with `{name}` replaced from `values`. A key that is missing shows as itself.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const text = find(key) ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * The text for a name that comes from outside (an error code, a class label): a row of the table `group`, or
 * `otherwise`.
 * @param {string} group
 * @param {string} name
 * @param {string} [otherwise]
 */
export function tOf(group, name, otherwise = name) {
  return find(`${group}.${name}`) ?? otherwise;
}

/** To make one takes longer than all that it writes on a page. @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/** @param {number} value @param {Intl.NumberFormatOptions} [options] */
export function number(value, options) {
  const key = `${language} ${options ? JSON.stringify(options) : ""}`;
  const format = formats.get(key) ?? new Intl.NumberFormat(language, options);
  formats.set(key, format);
  return format.format(value);
}
/** An index as a person counts it: from 1. @param {number} index */
export const ordinal = (index) => number(index + 1);
/** 0.931 as "93.1%"; what is neither none nor all is not called so: "<0.1%", ">99.9%" @param {number} value */
export const percent = (value) => share(value, 0);
/** The same for numbers below each other: 0.51 is "51.0%". @param {number} value */
export const percentBelow = (value) => share(value, 1);
/** @param {number} value @param {number} least decimals in any case */
function share(value, least) {
  const told = (/** @type {number} */ value) =>
    number(value, { style: "percent", minimumFractionDigits: least, maximumFractionDigits: 1 });
  if (value === 0) return number(0, { style: "percent" });
  if (value > 0 && value < 0.0005) return `<${told(0.001)}`;
  if (value > 0.9995 && value < 1) return `>${told(0.999)}`;
  return told(value);
}
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
/** 11_700_000 as "11.7M", 61_706 as "62K", in Korean as "6.2만", 45_612_000 as "4561만" @param {number} value */
export function short(value) {
  // Of ten thousands there are four digits before the point.
  const whole = language === "ko" ? value < 1e4 || (value >= 1e7 && value < 1e8) : value < 1e5;
  return number(value, { notation: "compact", maximumFractionDigits: whole ? 0 : 1 });
}
/** A list in words; in Korean with commas, where Intl joins as official letters do. @param {string[]} items */
export const list = (items) =>
  language === "ko" ? items.join(", ") : new Intl.ListFormat(language, { type: "conjunction" }).format(items);
/** The name of a class, in the visitor's language where the table has one. @param {string} label */
export const className = (label) => tOf("classes", label.toLowerCase().replaceAll(" ", "_"), label);
