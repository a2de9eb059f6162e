// @ts-check
// Errors as the page shows them: the engine's code in the visitor's words, its message as detail.

import { el } from "./dom.js";
import { t, tOf } from "./text.js";

/** @typedef {import("./types.js").Failure} Failure */

/** @param {unknown} error @returns {Failure} */
export function failureOf(error) {
  const { code, message } = /** @type {{ code?: unknown, message?: unknown }} */ (error ?? {});
  return { code: typeof code === "string" ? code : "unknown", message: String(message ?? error) };
}

/** @param {unknown} error */
export function isAborted(error) {
  const { code, name } = /** @type {{ code?: unknown, name?: unknown }} */ (error ?? {});
  return code === "aborted" || name === "AbortError";
}

/** @param {Failure} failure */
export const failureText = (failure) => tOf("errors", failure.code, t("errors.unknown"));

/**
 * A message, its detail, and what can be done about it.
 * @param {Failure} failure
 * @param {...HTMLElement} actions
 */
export function failureCard(failure, ...actions) {
  return el(
    "div",
    { class: "failure", role: "alert" },
    el("p", { class: "failure-text" }, failureText(failure)),
    el("p", { class: "failure-detail" }, failure.message),
    actions.length > 0 && el("div", { class: "actions" }, actions),
  );
}
