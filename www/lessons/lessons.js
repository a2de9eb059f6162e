// @ts-check
// The place "lessons": the list of all, or one step of one.

import { el, fill } from "../shell/dom.js";
import { number, t } from "../shell/text.js";
import { lessons } from "./course/course.js";
import { styles } from "../figures/kit/styles.js";
import { writeUrl } from "../shell/url.js";
import { figureAlone } from "./alone.js";
import { glossaryDialog } from "./glossary.js";
import { NOTES, notesPage } from "./notes.js";
import { lastSeen, linkTo, placeOf } from "./place.js";
import { player } from "./player.js";
import { bringPhoto } from "./step-photo.js";
import { QUESTIONS, TEST_LESSON, quizPage, testPage } from "./quiz/page.js";
import { ui, words } from "./words.js";

/** @param {import("../shell/types.js").App} app */
export async function lessonsRoute(app) {
  const { store, signal } = app;
  await styles();
  const root = el("div", { class: "lessons" });
  const glossary = glossaryDialog(app);
  signal.addEventListener("abort", () => glossary.dialog.remove());
  let control = new AbortController();
  signal.addEventListener("abort", () => control.abort());
  let shown = "";
  store.show(
    ["lesson", "step"],
    (state) => {
      if (signal.aborted) return;
      const place = placeOf(state);
      const asked = state.lesson === TEST_LESSON || state.lesson === NOTES || (place && state.step === QUESTIONS);
      const key = asked ? `${state.lesson}/${state.step}` : place ? `${place.lesson.id}/${place.step.id}` : "contents";
      if (key === shown) return;
      const first = shown === "";
      shown = key;
      control.abort();
      control = new AbortController();
      const part = { ...app, signal: control.signal };
      if (place && !asked) bringPhoto(app, place.step);
      fill(root, build(part, place, Boolean(asked), glossary.open));
      if (!first) {
        scrollTo({ top: 0 });
        /** @type {HTMLElement | null} */ (root.querySelector("[data-start]"))?.focus({ preventScroll: true });
      }
      queueMicrotask(() => (document.title = [...headings(root), "Vitrine"].join(" · ")));
    },
    signal,
  );
  return root;
}

/** What is shown, the nearest first: the step and its lesson. @param {HTMLElement} root */
function headings(root) {
  const shown = ["h2[data-start]", "h1"].flatMap((heading) => root.querySelector(heading)?.textContent ?? []);
  return shown.length > 0 ? shown : [t("nav.lessons")];
}

/**
 * What the address asks for: a step, a lesson's questions, the test, or the list.
 * @param {import("../shell/types.js").App} app @param {import("./place.js").Place | null} place @param {boolean} asked
 * @param {(term?: string) => void} define
 */
function build(app, place, asked, define) {
  if (app.store.state.lesson === NOTES) return notesPage(app);
  if (place && !asked && app.store.state.alone === "1") return figureAlone(app, place);
  if (asked) return place ? quizPage(app, place.lesson) : testPage(app, app.store.state.step);
  return place ? player(app, place, define) : contents(app, () => define());
}

/** @param {import("../shell/types.js").App} app @param {() => void} openGlossary */
function contents({ store }, openGlossary) {
  const fresh = lessons.every((lesson) => lastSeen(lesson) < 0);
  const rows = lessons.map((lesson, index) => {
    const seen = lastSeen(lesson);
    const at = Math.max(0, seen);
    const line = seen > 0 ? ui("resume", { step: number(at + 1) }) : ui(fresh && index === 0 ? "startHere" : "start");
    return el(
      "li",
      null,
      el(
        "a",
        { class: `lesson-card ${fresh && index === 0 ? "first-visit" : ""}`, href: linkTo(store.state, lesson, at) },
        el("span", { class: "lesson-number", "aria-hidden": true }, number(index + 1)),
        el("span", { class: "lesson-name" }, words(`${lesson.id}.title`)),
        el("span", { class: "lesson-idea" }, words(`${lesson.id}.idea`)),
        el("span", { class: "lesson-go" }, line),
        el("progress", {
          max: lesson.steps.length,
          value: seen + 1,
          "aria-label": ui("progress", { step: number(seen + 1), steps: number(lesson.steps.length) }),
        }),
      ),
    );
  });
  return el(
    "div",
    { class: "contents" },
    el(
      "div",
      { class: "lede" },
      el("h1", { tabindex: -1, "data-start": true }, ui("title")),
      el("button", { type: "button", class: "button plain", onclick: openGlossary }, ui("glossary")),
    ),
    el("ol", { class: "lesson-list" }, rows),
    el(
      "nav",
      { class: "test-links", "aria-label": ui("test.label") },
      el(
        "a",
        { class: "button plain", href: writeUrl({ ...store.state, route: "lessons", lesson: NOTES, step: "" }) },
        ui("notes.title"),
      ),
      ["before", "after", "class"].map((step) =>
        el(
          "a",
          { class: "button plain", href: writeUrl({ ...store.state, route: "lessons", lesson: TEST_LESSON, step }) },
          ui(`test.${step}`),
        ),
      ),
    ),
  );
}
