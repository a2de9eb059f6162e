// What callers may give: read once, here, so that whatever is wrong with it is an EngineError before anything has
// begun.

import { EngineError } from "./errors.js";

const MOST_DIMENSIONS = 8;
// One for every patch of the largest picture a network could take.
const MOST_VALUES = 1 << 20;
const abortedOf = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted")?.get;

/**
 * A few words for a message, of anything at all: what throws when it is made a string, too.
 * @param {unknown} value
 */
export function shown(value) {
  try {
    const text = typeof value === "string" ? value : String(value);
    return text.length > 100 ? `${text.slice(0, 100)}…` : text;
  } catch {
    // What cannot even be written down is named by its type.
    return `a value of type ${typeof value}`;
  }
}

/** @param {string} message */
export function wrong(message) {
  return new EngineError("bad-input", message);
}

/**
 * Runs code that reads what the caller gave: getters, proxies and conversions may throw anything.
 * @template T
 * @param {string} what
 * @param {() => T} read
 * @returns {T}
 */
export function reading(what, read) {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof EngineError) throw thrown;
    throw wrong(`${what} cannot be read (${messageOf(thrown)}).`);
  }
}

/**
 * @param {unknown} value
 * @returns {value is unknown[]}
 */
export function isArray(value) {
  return reading("A list", () => Array.isArray(value));
}

/**
 * An array, typed or not; what only has a length may have any, and takes for ever.
 * @param {unknown} value
 * @returns {ArrayLike<unknown> | null}
 */
function listOf(value) {
  const typed = ArrayBuffer.isView(value) && !(value instanceof DataView);
  return typed || isArray(value) ? /** @type {ArrayLike<unknown>} */ (value) : null;
}

/** @param {unknown} thrown */
function messageOf(thrown) {
  try {
    return shown(Object(thrown).message ?? thrown);
  } catch {
    // An error whose message is itself an error.
    return "it throws";
  }
}

/**
 * Options as a plain object, each property read once. `signal` and `onProgress` are what they should be.
 * @template {object} T
 * @param {T | undefined} value
 * @returns {T}
 */
export function options(value) {
  if (value === undefined) return /** @type {T} */ ({});
  if (typeof value !== "object" || value === null || isArray(value)) {
    throw wrong(`Options are an object such as { signal }, not ${shown(value)}.`);
  }
  const copy = /** @type {any} */ ({ __proto__: null });
  reading("The options", () => {
    for (const name in value) copy[name] = value[name];
  });
  copy.signal = signal(copy.signal);
  if (copy.onProgress !== undefined && copy.onProgress !== null && typeof copy.onProgress !== "function") {
    throw wrong("onProgress is a function that is told how a load goes on.");
  }
  return copy;
}

/**
 * Of another window too, whose classes are not this one's.
 * @param {unknown} value
 * @returns {AbortSignal | undefined}
 */
function signal(value) {
  if (value === undefined || value === null) return undefined;
  try {
    abortedOf?.call(value);
    return /** @type {AbortSignal} */ (value);
  } catch {
    throw wrong(`signal is an AbortSignal, as of new AbortController().signal, not ${shown(value)}.`);
  }
}

/**
 * @param {unknown} value
 * @param {string} what
 * @returns {string}
 */
export function text(value, what) {
  if (typeof value !== "string") throw wrong(`${what} is a string, not ${shown(value)}.`);
  return value;
}

/**
 * @param {unknown} value
 * @param {string} what
 * @returns {string[]}
 */
export function texts(value, what) {
  if (!isArray(value)) throw wrong(`${what} come as an array of strings, not ${shown(value)}.`);
  return reading(what, () => Array.from(value, (one) => text(one, "Each of them")));
}

/**
 * @param {unknown} value
 * @param {string} what
 * @param {number} least
 * @returns {number}
 */
export function whole(value, what, least) {
  if (!Number.isSafeInteger(value) || Number(value) < least) {
    throw wrong(`${what} is a whole number of at least ${least}, not ${shown(value)}.`);
  }
  return Number(value);
}

/**
 * A shape, or a place in one.
 * @param {unknown} value
 * @param {string} what
 * @param {number} least
 * @returns {number[]}
 */
export function wholes(value, what, least) {
  const sizes = listOf(value);
  if (!sizes || sizes.length > MOST_DIMENSIONS) {
    throw wrong(`${what} is an array of at most ${MOST_DIMENSIONS} whole numbers, not ${shown(value)}.`);
  }
  return reading(what, () => Array.from(sizes, (size) => whole(size, `Each number of ${what}`, least)));
}

/**
 * Numbers or booleans as numbers; null where there are none.
 * @param {unknown} value
 * @param {string} what
 * @returns {number[] | null}
 */
export function numbers(value, what) {
  if (value === undefined || value === null) return null;
  const given = listOf(value);
  if (!given || given.length > MOST_VALUES) {
    throw wrong(`${what} is an array of at most ${MOST_VALUES} numbers, one for each patch.`);
  }
  const all = reading(what, () => Array.from(given, Number));
  if (!all.every(Number.isFinite)) throw wrong(`${what} holds something that is no number.`);
  return all;
}

/**
 * Arguments that go to the module as JSON.
 * @param {unknown} value
 * @param {string} what
 * @returns {string}
 */
export function json(value, what) {
  const written = reading(what, () => JSON.stringify(value));
  if (written === undefined) throw wrong(`${what} cannot be ${shown(value)}.`);
  return written;
}
