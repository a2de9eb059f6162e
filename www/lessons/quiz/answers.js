// @ts-check
// What was answered: kept in this browser alone, taken along as a file, and added up for a class.

import { recall, remember } from "../../shell/remember.js";
import { TEST, questionsOf } from "./questions.js";
import { lessons } from "../course/course.js";

/** When a question was asked. @typedef {"lesson" | "before" | "after"} When */
/** Choices by a question's key; 0 is right. @typedef {Record<string, number>} Choices */
/** @typedef {Record<When, Choices>} Answers */

const FORMAT = "vitrine-answers-1";
const known = new Set(lessons.flatMap(({ id }) => questionsOf(id).map(({ key }) => key)));

/** @param {any} value @returns {Choices} what is an answer to a question that exists */
const choices = (value) =>
  Object.fromEntries(
    Object.entries(value && typeof value === "object" ? value : {}).filter(
      ([key, choice]) => known.has(key) && Number.isInteger(choice) && choice >= 0 && choice <= 2,
    ),
  );

/** @param {any} value @returns {Answers} */
const answers = (value) => ({
  lesson: choices(value?.lesson),
  before: choices(value?.before),
  after: choices(value?.after),
});

/** @returns {Answers} */
export function given() {
  try {
    return answers(JSON.parse(recall("answers") ?? "{}"));
  } catch {
    // What another program wrote there is no answer.
    return answers({});
  }
}

/** @param {When} when @param {string} key @param {number} choice */
export function answer(when, key, choice) {
  const all = given();
  all[when][key] = choice;
  remember("answers", JSON.stringify(all));
}

/** @param {When} when @param {string[]} keys */
export function forget(when, keys) {
  const all = given();
  for (const key of keys) delete all[when][key];
  remember("answers", JSON.stringify(all));
}

/** The file of one visitor: no name, no date, nothing but the choices. */
export const exported = () =>
  new Blob([JSON.stringify({ format: FORMAT, ...given() }, null, 1)], { type: "application/json" });

/** @param {string} text @returns {Answers | null} null where it is no such file */
export function imported(text) {
  try {
    const value = JSON.parse(text);
    return value?.format === FORMAT ? answers(value) : null;
  } catch {
    // No JSON, so none of the page's files: null says it.
    return null;
  }
}

/** @param {Choices} choices @param {string[]} keys the share of right ones; null where not all were answered */
export function score(choices, keys) {
  if (keys.some((key) => !(key in choices))) return null;
  return keys.filter((key) => choices[key] === 0).length / keys.length;
}

/**
 * What a class gained, of those who answered both times: shares of right answers, and Hake's normalized gain
 * `(after - before) / (1 - before)` of the class's means (American Journal of Physics 66, 1998).
 * @param {Answers[]} all
 */
export function gain(all) {
  const keys = TEST.map(({ key }) => key);
  const both = all.filter(({ before, after }) => score(before, keys) !== null && score(after, keys) !== null);
  const share = (/** @type {When} */ when, /** @type {string[]} */ of) =>
    both.reduce((sum, one) => sum + (score(one[when], of) ?? 0), 0) / both.length;
  const rows = keys.map((key) => ({ key, before: share("before", [key]), after: share("after", [key]) }));
  const [before, after] = [share("before", keys), share("after", keys)];
  return {
    count: both.length,
    left: all.length - both.length,
    rows,
    before,
    after,
    gain: (after - before) / (1 - before),
  };
}
