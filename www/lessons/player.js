// @ts-check
// One step of a lesson: text, formula, question, figure, and the way to the next.

import { button, el, fill } from "../shell/dom.js";
import { number } from "../shell/text.js";
import { notify, speak } from "../shell/notices.js";
import { lessons } from "./course/course.js";
import { figureFor, nothingKept } from "../figures/kit/mount.js";
import { keepBelow } from "./bar.js";
import { fitInto } from "./fit.js";
import { listenKeys } from "./keys.js";
import { marked, tie } from "./marks.js";
import { mathOf } from "./mathml.js";
import { offer } from "./offer.js";
import { linkTo, rememberPlace } from "./place.js";
import { printHandout } from "./print.js";
import { question } from "./question.js";
import { QUESTIONS, TEST_LESSON } from "./quiz/page.js";
import { writeUrl } from "../shell/url.js";
import { ui, words } from "./words.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("./place.js").Place} Place */
/** @typedef {(term: string) => void} Define */

/** @param {App} app @param {Place} place @param {(term?: string) => void} define */
export function player(app, place, define) {
  const { store, signal } = app;
  const { lesson, index, step } = place;
  rememberPlace(place);
  const { text, figure, settled } = stepParts(app, place, define, keptOf(step));
  const last = index === lesson.steps.length - 1;
  const textPlace = el("div", { class: "step-place" }, text);
  const figurePlace = el("div", { class: "step-place figure-place" }, figure);
  const bar = steps(app, place);
  const root = el(
    "article",
    { class: "lesson", "data-lesson": lesson.id, "data-step": step.id },
    head(app, place, define),
    el("div", { class: "step" }, textPlace, figurePlace, bar),
    last && readOn(lesson),
  );
  keepBelow(bar, text, signal);
  fitInto(textPlace, text, signal);
  fitInto(figurePlace, figure, signal);
  root.setAttribute("data-figure", "waiting");
  void settled.then((how) => root.setAttribute("data-figure", how));
  const go = (/** @type {number} */ by) => {
    const next = lesson.steps[index + by];
    if (next) store.set({ step: next.id });
    else if (by > 0) speak(store, ui("done"));
  };
  listenKeys(go, signal);
  if (index > 0)
    speak(
      store,
      `${ui("progress", { step: number(index + 1), steps: number(lesson.steps.length) })}: ${words(`${step.text}.title`)}`,
    );
  return root;
}

/** @param {App} app @param {import("./course/lesson-types.d.ts").Lesson} lesson */
function quizOffer({ store }, lesson) {
  const href = writeUrl({ ...store.state, route: "lessons", lesson: lesson.id, step: QUESTIONS });
  return el("a", { class: "button quiz-offer", href }, ui("quizOffer"));
}

/** The end of the course. @param {App} app */
function testOffer({ store }) {
  const href = writeUrl({ ...store.state, route: "lessons", lesson: TEST_LESSON, step: "after" });
  return el("a", { class: "button", href }, ui("test.after"));
}

/**
 * What was made of the figures on this visit, step by step.
 * @type {WeakMap<import("./course/lesson-types.d.ts").Step, import("../figures/kit/mount.js").Kept>}
 */
const kept = new WeakMap();

/** @param {import("./course/lesson-types.d.ts").Step} step */
export function keptOf(step) {
  const known = kept.get(step) ?? nothingKept();
  kept.set(step, known);
  return known;
}

/**
 * Text and figure of a step, tied to each other.
 * @param {App} app @param {Omit<Place, "index">} place @param {Define} define
 * @param {import("../figures/kit/mount.js").Kept} kept
 */
export function stepParts(app, { lesson, step }, define, kept) {
  /** @type {(waits: boolean) => void} */
  let hold = () => {};
  let waits = false;
  const asked = step.question
    ? question(step, define, (now) => {
        waits = now;
        hold(now);
      })
    : null;
  const figure = figureFor(app, lesson, step, (name, value) => asked?.report(name, value), kept);
  hold = (now) => figure.frame.toggleAttribute("inert", now);
  hold(waits);
  const title = el("h2", { tabindex: -1, "data-start": true }, words(`${step.text}.title`));
  const offered = step.offers ? offer(app, lesson, step, figure) : null;
  const text = el(
    "section",
    { class: "step-text" },
    title,
    el("p", { class: "step-body" }, marked(words(`${step.text}.body`), step, define)),
    step.formula && formula(step.formula),
    asked?.node,
    offered,
  );
  tie(text, figure.frame, app.signal);
  void figure.settled.then((how) => {
    if (how !== "done") asked?.open();
  });
  return { text, figure: figure.node, settled: figure.settled };
}

/** @param {{ mathml: string, alt: string }} formula */
function formula({ mathml, alt }) {
  const parsed = mathOf(mathml);
  const box = el("div", { class: "formula", role: "math", "aria-label": words(alt), tabindex: 0 });
  if (parsed) {
    parsed.setAttribute("aria-hidden", "true");
    box.append(document.importNode(parsed, true));
  }
  return box;
}

/** @param {App} app @param {Place} place @param {(term?: string) => void} define */
function head(app, place, define) {
  const { store } = app;
  const { lesson } = place;
  const all = el("a", { class: "button plain", href: "#/lessons" }, ui("contents"));
  all.addEventListener("click", (event) => {
    event.preventDefault();
    store.set({ lesson: "", step: "" });
  });
  const teacher = button(ui("teacher"), () => store.set({ teach: store.state.teach === "1" ? "" : "1" }), {
    class: "plain teacher-toggle",
    title: ui("teacherHint"),
  });
  store.show(["teach"], ({ teach }) => fill(teacher, ui(teach === "1" ? "teacherLeave" : "teacher")), app.signal);
  return el(
    "header",
    { class: "lesson-head" },
    el(
      "div",
      null,
      el("h1", null, words(`${lesson.id}.title`)),
      el("p", { class: "quiet" }, words(`${lesson.id}.idea`)),
    ),
    el(
      "div",
      { class: "actions lesson-tools" },
      all,
      button(ui("glossary"), () => define(), { class: "plain" }),
      button(ui("stepLink"), () => void copyLink(app), { class: "plain" }),
      button(ui("print"), () => void printHandout(app, lesson, define), { class: "plain" }),
      teacher,
    ),
  );
}

/** @param {App} app */
async function copyLink({ store }) {
  try {
    await navigator.clipboard.writeText(location.href);
    notify(store, { kind: "info", text: ui("linkCopied") });
  } catch {
    // The clipboard may be forbidden: the address itself can be copied from the notice.
    notify(store, { kind: "info", text: location.href });
  }
}

/** Back, the line of steps, next; at the end the lesson's questions too. @param {App} app @param {Place} place */
function steps(app, { lesson, index }) {
  const { store } = app;
  const before = lessons[lessons.indexOf(lesson) - 1];
  const after = lessons[lessons.indexOf(lesson) + 1];
  const to = (/** @type {number} */ at) => store.set({ step: lesson.steps[at].id });
  const last = index === lesson.steps.length - 1;
  const back =
    index > 0
      ? button(ui("back"), () => to(index - 1), {})
      : before
        ? el(
            "a",
            {
              class: "button",
              href: linkTo(store.state, before),
              title: ui("previousLesson", { title: words(`${before.id}.title`) }),
            },
            ui("back"),
          )
        : el("span");
  const next = !last
    ? button(ui("next"), () => to(index + 1), { class: "primary" })
    : after
      ? el(
          "a",
          { class: "button primary", href: linkTo(store.state, after) },
          ui("nextLesson", { title: words(`${after.id}.title`) }),
        )
      : button(ui("again"), () => to(0), {});
  const line = lesson.steps.map((step, at) =>
    el(
      "li",
      null,
      el(
        "a",
        {
          href: linkTo(store.state, lesson, at),
          "aria-current": at === index ? "step" : null,
          class: at < index ? "passed" : "",
          title: words(`${step.text}.title`),
          "aria-label": `${number(at + 1)}. ${words(`${step.text}.title`)}`,
        },
        el("span", { "aria-hidden": true }),
      ),
    ),
  );
  return el(
    "nav",
    { class: "steps", "aria-label": ui("progressLabel") },
    back,
    el(
      "div",
      { class: "steps-line" },
      el("ol", null, line),
      el(
        "p",
        { class: "quiet" },
        ui("progress", { step: number(index + 1), steps: number(lesson.steps.length) }),
        el("span", { class: "keys-hint" }, ` · ${ui("keys")}`),
      ),
    ),
    last ? el("div", { class: "steps-end" }, quizOffer(app, lesson), !after && testOffer(app), next) : next,
  );
}

/** @param {import("./course/lesson-types.d.ts").Lesson} lesson */
export function readOn({ readOn: sources }) {
  const items = sources.map(({ title, authors, year, cite }) =>
    el(
      "li",
      null,
      el("cite", { lang: "en" }, title),
      el("span", { class: "quiet", lang: "en" }, ` ${authors} (${year}), `, citeLink(cite)),
    ),
  );
  return el("section", { class: "read-on" }, el("h3", null, ui("readOn")), el("ul", null, items));
}

/** @param {string} cite */
function citeLink(cite) {
  const arxiv = cite.match(/^arXiv:(\S+)$/);
  const doi = cite.match(/doi:(\S+)/);
  const href = arxiv ? `https://arxiv.org/abs/${arxiv[1]}` : doi ? `https://doi.org/${doi[1]}` : "";
  return href ? el("a", { href, rel: "noreferrer", target: "_blank" }, cite) : el("span", null, cite);
}
