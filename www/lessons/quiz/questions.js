// @ts-check
// The questions after each lesson: their texts stand in i18n/quiz.*.js, in the order in which they are asked.

import { currentLanguage } from "../../shell/text.js";
import en from "../../i18n/quiz.en.js";
import ko from "../../i18n/quiz.ko.js";

/** @typedef {{ ask: string, right: string, wrong: string[], why: string }} Texts */
/** @typedef {{ lesson: string, id: string, key: string }} Question */

/** @type {Record<string, Record<string, Record<string, Texts>>>} */
const TEXTS = { en, ko };

/** @param {string} lesson @param {string} id @returns {Question} */
const question = (lesson, id) => ({ lesson, id, key: `${lesson}.${id}` });

/** @param {string} lesson */
export const questionsOf = (lesson) => Object.keys(TEXTS.en[lesson] ?? {}).map((id) => question(lesson, id));

/**
 * One of each lesson: asked before the first lesson and again after the last, so that a class can see what it gained.
 */
export const TEST = [
  question("history", "tests"),
  question("convolution", "weights"),
  question("lenet", "larger"),
  question("alexnet", "gap"),
  question("vgg", "bend"),
  question("resnet", "which"),
  question("vit", "larger"),
  question("swin", "faster"),
  question("mae", "board"),
  question("dino", "uniform"),
  question("compare", "rocket"),
];

/** @param {Question} asked @returns {Texts} */
export const textsOf = ({ lesson, id }) => TEXTS[currentLanguage()][lesson][id];

/** Where the right answer stands: each place as often as the others, and no pattern within a lesson. */
const PLACES = [1, 2, 0, 2, 1, 0, 0, 2, 1, 1, 0, 2, 0, 1, 2];

/**
 * What can be chosen, in an order that is always the same for a question and does not give the right one away.
 * `choice` 0 is the right one.
 * @param {Question} asked @returns {{ choice: number, text: string }[]}
 */
export function optionsOf(asked) {
  const { right, wrong } = textsOf(asked);
  const all = Object.keys(TEXTS.en).flatMap((lesson) => questionsOf(lesson).map(({ key }) => key));
  const place = PLACES[all.indexOf(asked.key) % PLACES.length];
  const others = wrong.map((text, i) => ({ choice: i + 1, text }));
  return [...others.slice(0, place), { choice: 0, text: right }, ...others.slice(place)];
}
