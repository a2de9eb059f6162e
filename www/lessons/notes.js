// @ts-check
// Notes for instructors: what a lesson is for, how long it takes, what learners believe, what to set and its solution.
// Printable.

import { button, el } from "../shell/dom.js";
import { currentLanguage, number } from "../shell/text.js";
import { writeUrl } from "../shell/url.js";
import en from "../i18n/notes.en.js";
import ko from "../i18n/notes.ko.js";
import runsEn from "../i18n/notes-runs.en.js";
import runsKo from "../i18n/notes-runs.ko.js";
import { lessons } from "./course/course.js";
import { linkTo } from "./place.js";
import { ui, words } from "./words.js";

/** @typedef {typeof en["vgg"]} Notes @typedef {Omit<Notes, "minutes">} Told */

/** The lesson that stands for the notes in an address. */
export const NOTES = "notes";

/** @type {Record<string, Record<string, Notes>>} */
const TEXTS = { en, ko };
/** @type {Record<string, Record<string, Record<string, Notes>>>} by lesson and step */
const RUNS = { en: runsEn, ko: runsKo };

/**
 * A lesson's notes, and after them those of the steps in which networks are trained: these take minutes of their own.
 * @param {import("../shell/types.js").App} app @param {import("./course/lesson-types.d.ts").Lesson} lesson
 */
function section({ store }, lesson) {
  const notes = TEXTS[currentLanguage()][lesson.id];
  const told = RUNS[currentLanguage()][lesson.id] ?? {};
  const runs = lesson.steps.flatMap((step, index) => (step.id in told ? [{ step, index, notes: told[step.id] }] : []));
  return el(
    "section",
    { class: "notes-lesson", id: `notes-${lesson.id}` },
    el("h2", null, el("a", { href: linkTo(store.state, lesson) }, words(`${lesson.id}.title`))),
    el("p", { class: "quiet" }, ui("notes.minutes", { minutes: number(notes.minutes) })),
    points(notes, "h3"),
    runs.map(({ step, index, notes }) =>
      el(
        "section",
        { class: "notes-run" },
        el(
          "h3",
          null,
          el(
            "a",
            { href: linkTo(store.state, lesson, index) },
            ui("notes.run", { title: words(`${step.text}.title`) }),
          ),
        ),
        el("p", { class: "quiet" }, ui("notes.runMinutes", { minutes: number(notes.minutes) })),
        points(notes, "h4"),
      ),
    ),
  );
}

/** @param {Told} notes @param {"h3" | "h4"} heading */
function points({ goals, see, misconceptions, exercises }, heading) {
  return [
    el(heading, null, ui("notes.goals")),
    el(
      "ul",
      null,
      goals.map((goal) => el("li", null, goal)),
    ),
    el(heading, null, ui("notes.see")),
    el("p", null, see),
    el(heading, null, ui("notes.misconceptions")),
    el(
      "dl",
      null,
      misconceptions.flatMap(({ says, but }) => [el("dt", null, says), el("dd", null, but)]),
    ),
    el(heading, null, ui("notes.exercises")),
    el(
      "ol",
      null,
      exercises.map(({ task, solution }) =>
        el("li", null, task, el("details", null, el("summary", null, ui("notes.solution")), el("p", null, solution))),
      ),
    ),
  ];
}

/**
 * Solutions are open on paper, where nothing can be opened, however it is printed. @param {HTMLElement} notes
 * @param {AbortSignal} signal
 */
function openOnPaper(notes, signal) {
  /** @type {Element[]} */
  let closed = [];
  const before = () => {
    closed = [...notes.querySelectorAll("details:not([open])")];
    for (const one of closed) one.setAttribute("open", "");
  };
  const after = () => {
    for (const one of closed) one.removeAttribute("open");
  };
  addEventListener("beforeprint", before, { signal });
  addEventListener("afterprint", after, { signal });
}

/** @param {import("../shell/types.js").App} app */
export function notesPage(app) {
  const all = el(
    "a",
    { class: "button plain", href: writeUrl({ ...app.store.state, lesson: "", step: "" }) },
    ui("contents"),
  );
  const notes = el(
    "article",
    { class: "lesson notes" },
    el(
      "header",
      { class: "lesson-head" },
      el("h1", { tabindex: -1, "data-start": true }, ui("notes.title")),
      el(
        "div",
        { class: "actions lesson-tools" },
        all,
        button(ui("notes.print"), () => print(), { class: "plain" }),
      ),
    ),
    el("p", { class: "quiet notes-intro" }, ui("notes.intro")),
    el("p", { class: "quiet notes-intro" }, ui("notes.yours")),
    lessons.map((lesson) => section(app, lesson)),
  );
  openOnPaper(notes, app.signal);
  return notes;
}
