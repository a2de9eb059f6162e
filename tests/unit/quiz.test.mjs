// node --test tests/unit/quiz.test.mjs: the questions are complete in both languages, and a class is added up right.
import { test } from "node:test";
import assert from "node:assert/strict";
import en from "../../www/i18n/quiz.en.js";
import ko from "../../www/i18n/quiz.ko.js";
import notesEn from "../../www/i18n/notes.en.js";
import notesKo from "../../www/i18n/notes.ko.js";
import runsEn from "../../www/i18n/notes-runs.en.js";
import runsKo from "../../www/i18n/notes-runs.ko.js";
import uiEn from "../../www/i18n/lesson-ui.en.js";
import uiKo from "../../www/i18n/lesson-ui.ko.js";
import { lessons } from "../../www/lessons/course/course.js";
import { gain, imported } from "../../www/lessons/quiz/answers.js";
import { TEST, optionsOf, questionsOf } from "../../www/lessons/quiz/questions.js";

const keys = (table) =>
  Object.entries(table).flatMap(([lesson, all]) => Object.keys(all).map((id) => `${lesson}.${id}`));

test("every lesson has five questions, the same in both languages, each with three different options and a reason", () => {
  assert.deepEqual(keys(en), keys(ko));
  for (const table of [en, ko])
    for (const { id } of lessons) {
      assert.equal(Object.keys(table[id]).length, 5, id);
      for (const [name, { ask, right, wrong, why }] of Object.entries(table[id])) {
        assert.ok(ask && why, `${id}.${name}`);
        assert.equal(new Set([right, ...wrong]).size, 3, `${id}.${name}`);
      }
    }
});

test("the right answer does not always stand in the same place", () => {
  const places = lessons
    .flatMap(({ id }) => questionsOf(id))
    .map((asked) => optionsOf(asked).findIndex(({ choice }) => choice === 0));
  for (const place of [0, 1, 2]) assert.ok(places.filter((at) => at === place).length >= 16, `${place}`);
});

test("the test has one question of each lesson", () => {
  assert.deepEqual(
    TEST.map(({ lesson }) => lesson),
    lessons.map(({ id }) => id),
  );
  for (const { key } of TEST) assert.ok(keys(en).includes(key), key);
});

test("the words around lessons have the same keys and placeholders", () => {
  const flat = (table, at = "") =>
    Object.entries(table).flatMap(([key, value]) =>
      typeof value === "string" ? [[at + key, value]] : flat(value, `${at}${key}.`),
    );
  const holes = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  const [a, b] = [new Map(flat(uiEn)), new Map(flat(uiKo))];
  assert.deepEqual([...a.keys()].sort(), [...b.keys()].sort());
  for (const [key, text] of a) assert.deepEqual(holes(text), holes(b.get(key)), key);
});

test("the gain of a class counts those who answered both times", () => {
  const all = (right) => Object.fromEntries(TEST.map(({ key }, i) => [key, i < right ? 0 : 1]));
  const file = (before, after) => ({ lesson: {}, before, after });
  const found = gain([file(all(0), all(11)), file(all(11), all(11)), file(all(3), {})]);
  assert.deepEqual([found.count, found.left], [2, 1]);
  assert.deepEqual([found.before, found.after, found.gain], [0.5, 1, 1]);
  assert.deepEqual(found.rows[0], { key: TEST[0].key, before: 0.5, after: 1 });
});

test("a file that is none is refused, and what it says of unknown questions is dropped", () => {
  assert.equal(imported("{}"), null);
  assert.equal(imported("not json"), null);
  const kept = imported(
    JSON.stringify({ format: "vitrine-answers-1", before: { "vgg.bend": 2, "no.such": 1, "vgg.two": 7 } }),
  );
  assert.deepEqual(kept, { lesson: {}, before: { "vgg.bend": 2 }, after: {} });
});

test("the notes for instructors cover every lesson in both languages, exercises with solutions", () => {
  for (const notes of [notesEn, notesKo]) {
    assert.deepEqual(
      Object.keys(notes),
      lessons.map(({ id }) => id),
    );
    for (const [id, { minutes, goals, see, misconceptions, exercises }] of Object.entries(notes)) {
      assert.ok(minutes > 0 && goals.length > 1 && see && misconceptions.length > 1 && exercises.length > 0, id);
      for (const { says, but } of misconceptions) assert.ok(says && but, id);
      for (const { task, solution } of exercises) assert.ok(task && solution, id);
    }
  }
  for (const [id, notes] of Object.entries(notesEn))
    for (const part of ["goals", "misconceptions", "exercises"])
      assert.equal(notes[part].length, notesKo[id][part].length, `${id}.${part}`);
});

test("the notes have a part of its own for every step that trains, in both languages", () => {
  const training = lessons.flatMap(({ id, steps }) =>
    steps.filter(({ figure }) => figure.view === "training").map((step) => `${id}/${step.id}`),
  );
  for (const runs of [runsEn, runsKo]) {
    const found = Object.entries(runs).flatMap(([id, steps]) => Object.keys(steps).map((step) => `${id}/${step}`));
    assert.deepEqual(found, training);
  }
  for (const at of training) {
    const [id, step] = at.split("/");
    const [en, ko] = [runsEn[id][step], runsKo[id][step]];
    assert.ok(en.minutes > 0 && en.minutes === ko.minutes && en.see && ko.see, at);
    for (const part of ["goals", "misconceptions", "exercises"])
      assert.ok(en[part].length > 0 && en[part].length === ko[part].length, `${at}.${part}`);
  }
});
