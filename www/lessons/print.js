// @ts-check
// A handout: all steps of a lesson below each other, with their figures as they are computed now.

import { el } from "../shell/dom.js";
import { notify } from "../shell/notices.js";
import { number } from "../shell/text.js";
import { readOn, stepParts } from "./player.js";
import { ui, words } from "./words.js";
import { anyOf } from "../engine/signals.js";

const LIMIT = 30_000;

/**
 * @param {import("../shell/types.js").App} app @param {import("./course/lesson-types.d.ts").Lesson} lesson
 * @param {(term: string) => void} define
 */
export async function printHandout(app, lesson, define) {
  const control = new AbortController();
  const part = { ...app, signal: anyOf([app.signal, control.signal]) };
  const handout = el(
    "div",
    { class: "handout" },
    el("h1", null, words(`${lesson.id}.title`)),
    el("p", null, words(`${lesson.id}.idea`)),
  );
  document.body.append(handout);
  notify(app.store, { kind: "info", text: ui("figureLoading") });
  const all = lesson.steps.map(async (step, index) => {
    const { text, figure, settled } = stepParts(part, { lesson, index, step }, define);
    text.querySelector("h2")?.prepend(`${number(index + 1)}. `);
    handout.append(el("section", { class: "handout-step" }, text, figure));
    await settled;
  });
  await Promise.race([Promise.all(all), new Promise((done) => setTimeout(done, LIMIT))]);
  handout.append(readOn(lesson));
  if (!app.signal.aborted) {
    document.documentElement.classList.add("printing");
    print();
    document.documentElement.classList.remove("printing");
  }
  control.abort();
  handout.remove();
}
