// @ts-check
// A question that is answered by doing something with the figure.

import { el } from "../shell/dom.js";
import { marked } from "./marks.js";
import { ui, words } from "./words.js";

/** @typedef {import("./course/lesson-types.d.ts").Step} Step */

const holds = {
  "==": (/** @type {any} */ a, /** @type {any} */ b) => a === b,
  "!=": (/** @type {any} */ a, /** @type {any} */ b) => a !== b,
  ">=": (/** @type {any} */ a, /** @type {any} */ b) => a >= b,
  "<=": (/** @type {any} */ a, /** @type {any} */ b) => a <= b,
};

/** @param {Step} step @param {(term: string) => void} define */
export function question(step, define) {
  const asked = /** @type {import("./course/lesson-types.d.ts").Question} */ (step.question);
  const answer = el("div", { class: "answer-text", "aria-live": "polite" });
  const node = el(
    "div",
    { class: "question" },
    el("p", null, el("strong", null, `${ui("question")}: `), marked(words(asked.ask), step, define)),
    answer,
  );
  const open = () => {
    if (answer.childElementCount > 0) return;
    answer.append(el("p", null, el("strong", null, `${ui("answer")}: `), marked(words(asked.answer), step, define)));
    node.classList.add("answered");
  };
  /** @param {string} name @param {unknown} value */
  const report = (name, value) => {
    if (name === asked.until.report && holds[asked.until.is](value, asked.until.value)) open();
  };
  return { node, report, open };
}
