// @ts-check
// Five questions after a lesson, each with the reason for its answer; and the same few before the first lesson and
// after the last.

import { button, el, fill } from "../../shell/dom.js";
import { number } from "../../shell/text.js";
import { ui, words } from "../words.js";
import { answer, forget, given, score } from "./answers.js";
import { TEST, optionsOf, questionsOf, textsOf } from "./questions.js";

/** @typedef {import("./answers.js").When} When */
/** @typedef {import("./questions.js").Question} Question */

/**
 * One question. With `explains` it says at once whether the choice was right, and why.
 * @param {Question} asked @param {number} index @param {When} when @param {boolean} explains @param {() => void}
 * changed
 */
function asking(asked, index, when, explains, changed) {
  const name = `${when}-${asked.key}`;
  const said = el("p", { class: "quiz-why", "aria-live": "polite" });
  const options = optionsOf(asked);
  const root = el(
    "fieldset",
    { class: "quiz-question" },
    el("legend", null, `${number(index + 1)}. ${textsOf(asked).ask}`),
  );
  const show = (/** @type {number | undefined} */ choice) => {
    if (!explains || choice === undefined) return;
    root.dataset.answered = choice === 0 ? "right" : "wrong";
    fill(said, el("strong", null, ui(choice === 0 ? "quizRight" : "quizWrong")), ` ${textsOf(asked).why}`);
  };
  const earlier = given()[when][asked.key];
  for (const { choice, text } of options) {
    const input = el("input", {
      type: "radio",
      name,
      checked: earlier === choice,
      "data-right": explains ? choice === 0 : null,
      onchange: () => {
        answer(when, asked.key, choice);
        show(choice);
        changed();
      },
    });
    root.append(el("label", { class: "quiz-option" }, input, el("span", null, text)));
  }
  root.append(said);
  show(earlier);
  return root;
}

/** @param {import("../course/lesson-types.d.ts").Lesson} lesson */
export function lessonQuiz(lesson) {
  const questions = questionsOf(lesson.id);
  const keys = questions.map(({ key }) => key);
  const result = el("p", { class: "quiz-result", role: "status" });
  const tally = () => {
    const right = score(given().lesson, keys);
    result.textContent =
      right === null ? "" : ui("quizResult", { right: number(right * keys.length), all: number(keys.length) });
  };
  const list = el("div", { class: "quiz" });
  const build = () => {
    fill(
      list,
      questions.map((asked, index) => asking(asked, index, "lesson", true, tally)),
    );
    tally();
  };
  build();
  const again = button(
    ui("quizAgain"),
    () => {
      forget("lesson", keys);
      build();
    },
    { class: "plain" },
  );
  return el("section", { class: "quiz-page" }, el("p", { class: "quiet" }, ui("quizKept")), list, result, again);
}

/**
 * The test, before the first lesson or after the last: no answer is explained, so that both times are alike.
 * @param {"before" | "after"} when
 */
export function test(when) {
  const keys = TEST.map(({ key }) => key);
  const result = el("p", { class: "quiz-result", role: "status" });
  const tally = () => {
    const [before, after] = [score(given().before, keys), score(given().after, keys)];
    const now = when === "before" ? before : after;
    const text = (/** @type {number} */ share) => number(Math.round(share * keys.length));
    fill(
      result,
      now === null
        ? ui("testOpen", { open: number(keys.filter((key) => !(key in given()[when])).length) })
        : when === "after" && before !== null && after !== null
          ? ui("testBoth", { before: text(before), after: text(after), all: number(keys.length) })
          : ui("testDone"),
    );
  };
  const list = TEST.map((asked, index) => asking(asked, index, when, false, tally));
  tally();
  return el(
    "section",
    { class: "quiz-page" },
    el("p", { class: "quiet" }, ui(when === "before" ? "testBeforeHint" : "testAfterHint")),
    el("div", { class: "quiz" }, list),
    result,
  );
}

/** @param {string} key of a question, as a teacher reads it */
export const named = (key) => {
  const [lesson, id] = key.split(".");
  return `${words(`${lesson}.title`)}: ${textsOf({ lesson, id, key }).ask}`;
};
