// @ts-check
// The pages around the questions: those of a lesson, the test before and after, and the class.

import { button, el } from "../../shell/dom.js";
import { notify } from "../../shell/notices.js";
import { writeUrl } from "../../shell/url.js";
import { linkTo } from "../place.js";
import { ui, words } from "../words.js";
import { exported } from "./answers.js";
import { classroom } from "./classroom.js";
import { lessonQuiz, test } from "./quiz.js";

/** The step that stands for a lesson's questions, and the lesson that stands for the test. */
export const QUESTIONS = "questions";
export const TEST_LESSON = "test";
const PARTS = /** @type {const} */ (["before", "after", "class"]);

/** @param {import("../../shell/types.js").App} app */
function save({ store }) {
  const link = el("a", { href: URL.createObjectURL(exported()), download: "vitrine-answers.json" });
  link.click();
  URL.revokeObjectURL(link.href);
  notify(store, { kind: "info", text: ui("quizSaved") });
}

/**
 * @param {import("../../shell/types.js").App} app @param {string} title @param {HTMLElement} body
 * @param {...(HTMLElement | null)} tools
 */
function page(app, title, body, ...tools) {
  const all = el(
    "a",
    { class: "button plain", href: writeUrl({ ...app.store.state, lesson: "", step: "" }) },
    ui("contents"),
  );
  return el(
    "article",
    { class: "lesson" },
    el(
      "header",
      { class: "lesson-head" },
      el("h1", { tabindex: -1, "data-start": true }, title),
      el("div", { class: "actions lesson-tools" }, all, ...tools),
    ),
    body,
  );
}

/** @param {import("../../shell/types.js").App} app @param {import("../course/lesson-types.d.ts").Lesson} lesson */
export function quizPage(app, lesson) {
  const back = el(
    "a",
    { class: "button plain", href: linkTo(app.store.state, lesson, lesson.steps.length - 1) },
    ui("quizBack"),
  );
  const file = button(ui("quizSave"), () => save(app), { class: "plain" });
  return page(app, ui("quizTitle", { title: words(`${lesson.id}.title`) }), lessonQuiz(lesson), back, file);
}

/** @param {import("../../shell/types.js").App} app @param {string} step */
export function testPage(app, step) {
  const part = PARTS.find((one) => one === step) ?? "before";
  const to = (/** @type {string} */ other) =>
    el(
      "a",
      {
        class: "button plain",
        href: writeUrl({ ...app.store.state, lesson: TEST_LESSON, step: other }),
        "aria-current": other === part ? "page" : null,
      },
      ui(`test.${other}`),
    );
  const file = part === "class" ? null : button(ui("quizSave"), () => save(app), { class: "plain" });
  return page(app, ui(`test.${part}`), part === "class" ? classroom() : test(part), ...PARTS.map(to), file);
}
