// @ts-check
// Stored weights on their way out. A removal can be undone for a while; one that the visitor's leaving cut short is
// finished on the next visit.

import { recall, remember } from "./remember.js";

const KEY = "removing";

/** @returns {string[]} */
function pending() {
  try {
    const keys = JSON.parse(recall(KEY) ?? "[]");
    return Array.isArray(keys) ? keys.filter((key) => typeof key === "string") : [];
  } catch {
    // What another version of the page left there is no list: nothing is waiting to be removed.
    return [];
  }
}

/** @param {string[]} keys */
const keep = (keys) => remember(KEY, keys.length > 0 ? JSON.stringify(keys) : null);

/** @param {string} key */
export const planRemoval = (key) => keep([...pending().filter((other) => other !== key), key]);

/** @param {string} key */
export const forgetRemoval = (key) => keep(pending().filter((other) => other !== key));

/** @param {string} key */
export const isLeaving = (key) => pending().includes(key);

/** @param {import("./types.js").Engine} engine */
export async function finishRemovals(engine) {
  for (const key of pending()) {
    try {
      await engine.remove(key);
    } catch {
      // Another tab may have removed it, or be using it: it shows in the list again.
    }
    forgetRemoval(key);
  }
}
