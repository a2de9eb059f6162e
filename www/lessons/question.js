// @ts-check
// A question that is answered by doing something with the figure; where it asks for a prediction, the figure waits for
// it.

import { button, el, fill } from "../shell/dom.js";
import { marked } from "./marks.js";
import { ui, words } from "./words.js";

/** @typedef {import("./course/lesson-types.d.ts").Step} Step */

const holds = {
  "==": (/** @type {any} */ a, /** @type {any} */ b) => a === b,
  "!=": (/** @type {any} */ a, /** @type {any} */ b) => a !== b,
  ">=": (/** @type {any} */ a, /** @type {any} */ b) => a >= b,
  "<=": (/** @type {any} */ a, /** @type {any} */ b) => a <= b,
};

/** In no order that gives the first away. */
const PREDICTIONS = ["other", "seen", "third"];
/**
 * What was predicted on this visit, step by step: a step that is built anew, as in another language, asks no second
 * time. @type {Map<string, { predicted: string | null, answered: boolean }>}
 */
const remembered = new Map();

/**
 * @param {Step} step @param {(term: string) => void} define
 * @param {(waits: boolean) => void} hold called with whether the figure waits for a prediction
 */
export function question(step, define, hold) {
  const asked = /** @type {import("./course/lesson-types.d.ts").Question} */ (step.question);
  const prediction = el("div", { class: "prediction", "aria-live": "polite", tabindex: -1 });
  const answer = el("div", { class: "answer-text", "aria-live": "polite" });
  const node = el(
    "div",
    { class: "question" },
    el("p", null, el("strong", null, `${ui("question")}: `), marked(words(asked.ask), step, define)),
    prediction,
    answer,
  );
  const known = remembered.get(asked.ask);
  let predicted = known?.predicted ?? null;
  let waits = !known && Boolean(asked.predict);
  /** Whether the figure has shown it already, as on the way to the prediction. */
  let shown = false;
  const showPrediction = () =>
    fill(
      prediction,
      predicted && el("p", { class: "quiet" }, ui("predicted", { text: words(`${asked.predict}.${predicted}`) })),
    );
  const go = (/** @type {string | null} */ chosen) => {
    predicted = chosen;
    remembered.set(asked.ask, { predicted, answered: false });
    showPrediction();
    waits = false;
    hold(false);
    if (shown) open();
    // The button that was pressed is gone: the keyboard goes on from here, and the figure comes next.
    prediction.focus({ preventScroll: true });
  };
  if (known) showPrediction();
  else if (asked.predict) {
    hold(true);
    fill(
      prediction,
      el("p", { class: "quiet" }, ui("predict")),
      el(
        "div",
        { class: "predictions" },
        PREDICTIONS.map((name) =>
          button(words(`${asked.predict}.${name}`), () => go(name), { "data-prediction": name }),
        ),
        button(ui("predictSkip"), () => go(null), { class: "plain" }),
      ),
    );
  }
  const open = () => {
    if (answer.childElementCount > 0) return;
    hold(false);
    remembered.set(asked.ask, { predicted, answered: true });
    const seen =
      predicted && el("p", null, el("strong", null, ui(predicted === "seen" ? "predictedSo" : "predictedOther")));
    answer.append(
      ...[seen || null].flatMap((one) => one ?? []),
      el("p", null, el("strong", null, `${ui("answer")}: `), marked(words(asked.answer), step, define)),
    );
    node.classList.add("answered");
  };
  /** @param {string} name @param {unknown} value */
  const report = (name, value) => {
    if (name !== asked.until.report || !holds[asked.until.is](value, asked.until.value)) return;
    shown = true;
    if (!waits) open();
  };
  if (known?.answered) open();
  return { node, report, open };
}
