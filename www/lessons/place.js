// @ts-check
// Where the visitor is in the lessons: in the address, and remembered between visits.

import { recall, remember } from "../shell/remember.js";
import { writeUrl } from "../shell/url.js";
import { lessons } from "./course/course.js";
import { photoAt } from "./step-photo.js";

/** @typedef {import("./course/lesson-types.d.ts").Lesson} Lesson */
/** @typedef {import("./course/lesson-types.d.ts").Step} Step */
/** @typedef {{ lesson: Lesson, index: number, step: Step }} Place */

/** @param {{ lesson: string, step: string }} state @returns {Place | null} */
export function placeOf(state) {
  const lesson = lessons.find(({ id }) => id === state.lesson);
  if (!lesson) return null;
  const named = lesson.steps.findIndex(({ id }) => id === state.step);
  const numbered = /^\d+$/.test(state.step) ? Math.min(Number(state.step), lesson.steps.length - 1) : 0;
  const index = named >= 0 ? named : numbered;
  return { lesson, index, step: lesson.steps[index] };
}

/** @param {import("../shell/types.js").State} state @param {Lesson} lesson @param {number} [index] */
export function linkTo(state, lesson, index = 0) {
  const step = lesson.steps[index];
  return writeUrl({ ...state, route: "lessons", lesson: lesson.id, step: step.id, photo: photoAt(state, step) });
}

/** @param {Place} place */
export function rememberPlace({ lesson, step }) {
  remember(`lesson.${lesson.id}`, step.id);
  remember("lesson", lesson.id);
}

/** The step last seen of a lesson; -1 where it was never opened. @param {Lesson} lesson */
export function lastSeen(lesson) {
  const id = recall(`lesson.${lesson.id}`);
  return lesson.steps.findIndex((step) => step.id === id);
}
