// @ts-check
// What becomes of a redraw after a visitor's choice.

import { el, fill } from "../../shell/dom.js";
import { failureOf, failureText, isAborted } from "../../shell/failure.js";
import { ui } from "../../lessons/words.js";

/**
 * A failed redraw leaves what was drawn before it; in `trouble` the visitor is told that it is not what was asked for,
 * until one succeeds.
 * @param {HTMLElement} trouble @param {AbortSignal} signal @returns {(work: Promise<unknown>) => void}
 */
export const following = (trouble, signal) => (work) =>
  void work.then(
    () => fill(trouble),
    (error) => {
      if (!signal.aborted && !isAborted(error)) fill(trouble, failed(error));
    },
  );

/** @param {unknown} error */
export const failed = (error) =>
  el(
    "div",
    { class: "failure" },
    el("p", { class: "failure-text" }, ui("figureFailed")),
    el("p", { class: "failure-detail" }, failureText(failureOf(error)), " ", failureOf(error).message),
  );
