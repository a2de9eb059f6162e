// node --test tests/unit/lessons.test.mjs: the lessons are complete and fit together, in both languages.
import { test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { lessons } from "../../www/lessons/course/course.js";
import { timeline } from "../../www/lessons/course/milestones.js";
import { views } from "../../www/lessons/course/vocabulary.js";
import { math } from "../../www/lessons/course/math.js";
import enTexts from "../../www/i18n/lessons.en.js";
import koTexts from "../../www/i18n/lessons.ko.js";
import enGlossary from "../../www/i18n/glossary.en.js";
import koGlossary from "../../www/i18n/glossary.ko.js";

const flatten = (table, prefix = "") =>
  Object.entries(table).flatMap(([key, value]) =>
    typeof value === "string" ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`),
  );

const texts = { en: new Map(flatten(enTexts)), ko: new Map(flatten(koTexts)) };
const glossaries = { en: enGlossary, ko: koGlossary };
const steps = lessons.flatMap((lesson) =>
  lesson.steps.map((step) => ({ lesson, step, at: `${lesson.id}/${step.id}` })),
);

/** Keys of the running text of a step, in reading order. */
const running = ({ text, question }) => [`${text}.body`, ...(question ? [question.ask, question.answer] : [])];
const marks = (language, step, pattern) =>
  running(step).flatMap((key) =>
    [...(texts[language].get(key) ?? "").matchAll(pattern)].map(([, name, words]) => ({ name, words })),
  );
const termsIn = (language, step) => marks(language, step, /\[\[([^|\]]+)\|([^\]]+)\]\]/g);
const partsIn = (language, step) => marks(language, step, /\{\{([^|}]+)\|([^}]+)\}\}/g);
const names = (found) => [...new Set(found.map(({ name }) => name))].sort();
const hasPart = (view, name) =>
  views[view].parts.some((part) => (part.endsWith("*") ? name.startsWith(part.slice(0, -1)) : part === name));
const placeholders = (text) =>
  [...text.replace(/\{\{[^}]*\}\}/g, "").matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

const usedKeys = new Set([
  ...lessons.flatMap(({ id }) => [`${id}.title`, `${id}.idea`]),
  ...steps.flatMap(({ step }) => [
    `${step.text}.title`,
    ...running(step),
    ...(step.formula ? [step.formula.alt] : []),
    ...(step.question?.predict ? ["seen", "other", "third"].map((name) => `${step.question.predict}.${name}`) : []),
  ]),
  ...timeline.flatMap(({ test, idea }) => [test, idea]),
]);

test("both languages have the same keys, none empty, with the same placeholders", () => {
  assert.deepEqual([...texts.en.keys()].sort(), [...texts.ko.keys()].sort());
  for (const [key, text] of texts.en) {
    assert.ok(text.trim() && texts.ko.get(key).trim(), `${key} is empty`);
    assert.deepEqual(placeholders(text), placeholders(texts.ko.get(key)), key);
  }
});

test("every key that a lesson names exists, and every lesson text is used", () => {
  assert.deepEqual([...usedKeys].sort(), [...texts.en.keys()].sort());
});

test("Korean texts are in Korean", () => {
  for (const [key, text] of texts.ko)
    if (/[a-z]{4}/.test(texts.en.get(key))) assert.match(text, /[가-힣]|ReLU|DINO/, key);
});

test("the glossaries have the same terms, each with a definition, each used by a lesson", () => {
  assert.deepEqual(Object.keys(enGlossary).sort(), Object.keys(koGlossary).sort());
  for (const glossary of Object.values(glossaries))
    for (const [key, { term, text }] of Object.entries(glossary)) assert.ok(term && text, key);
  assert.deepEqual(names(steps.flatMap(({ step }) => termsIn("en", step))), Object.keys(enGlossary).sort());
});

test("marks are well formed and only where links can be drawn", () => {
  for (const table of Object.values(texts))
    for (const [key, text] of table) {
      const rest = text.replace(/\[\[[^|[\]{}]+\|[^|[\]{}]+\]\]|\{\{[^|[\]{}]+\|[^|[\]{}]+\}\}/g, "");
      assert.doesNotMatch(rest, /\[\[|\]\]|\{\{|\}\}/, key);
      if (rest !== text) assert.match(key, /\.(body|ask|answer)$/, `${key} holds a mark`);
    }
});

for (const { step, at } of steps) {
  test(`${at}: terms and highlights of both languages are declared`, () => {
    const { view } = step.figure;
    assert.deepEqual(names(termsIn("en", step)), names(termsIn("ko", step)), "terms differ between the languages");
    assert.deepEqual(names(partsIn("en", step)), names(partsIn("ko", step)), "highlights differ between the languages");
    assert.deepEqual(
      step.terms.map(({ term }) => term).sort(),
      names(termsIn("en", step)),
      "declared terms and terms in the text differ",
    );
    for (const { term, highlight } of step.terms) {
      assert.ok(term in enGlossary, `${term} is not in the glossary`);
      if (highlight) assert.ok(hasPart(view, highlight), `${view} has no part ${highlight}`);
    }
    for (const name of names(partsIn("en", step))) assert.ok(hasPart(view, name), `${view} has no part ${name}`);
  });

  test(`${at}: figure, formula and question are as the vocabulary has them`, () => {
    const { view, state } = step.figure;
    assert.ok(view in views, `no view ${view}`);
    const { state: required, optional = [], reports = [] } = views[view];
    for (const name of required) assert.ok(name in state, `${view} needs ${name}`);
    for (const name of Object.keys(state))
      assert.ok([...required, ...optional].includes(name), `${view} takes no ${name}`);
    assert.deepEqual(JSON.parse(JSON.stringify(state)), state, "the state does not survive a URL");
    if (step.question)
      assert.ok(reports.includes(step.question.until.report), `${view} does not report ${step.question.until.report}`);
    if (step.formula) assert.match(step.formula.mathml, /^<math [^>]*>.*<\/math>$/);
  });
}

test("a step's own photo is one of the samples, and its claims are measured on it", async () => {
  const file = new URL("../../www/samples/photos.json", import.meta.url);
  const samples = JSON.parse(await readFile(file, "utf8")).map((sample) => sample.file.replace(".jpg", ""));
  const own = steps.filter(({ step }) => step.photo);
  assert.ok(own.length > 0);
  for (const { step, at } of own) {
    assert.ok(samples.includes(step.photo), at);
    for (const { of } of step.claims ?? []) if (of.photo) assert.equal(of.photo, step.photo, at);
  }
});

test("each lesson has its steps, its own ids and further reading", () => {
  const order = [
    "history",
    "convolution",
    "lenet",
    "alexnet",
    "vgg",
    "resnet",
    "vit",
    "swin",
    "mae",
    "dino",
    "compare",
  ];
  assert.deepEqual(
    lessons.map(({ id }) => id),
    order,
  );
  for (const { id, model, steps, readOn } of lessons) {
    assert.ok(model, id);
    assert.ok(steps.length >= (id === "compare" ? 4 : 6) && steps.length <= 13, `${id} has ${steps.length} steps`);
    assert.equal(new Set(steps.map((step) => step.id)).size, steps.length, `${id} repeats a step id`);
    assert.equal(readOn.length, 3, id);
    for (const source of readOn)
      assert.ok(source.title && source.authors && source.year && source.cite && !/https?:/.test(source.cite), id);
  }
});

test("every view of the vocabulary is used, and every bullet of the lessons has its figure", () => {
  const shown = new Map(lessons.map(({ id, steps }) => [id, new Set(steps.map(({ figure }) => figure.view))]));
  const bullets = {
    history: ["timeline"],
    convolution: [
      "digit",
      "shift-accuracy",
      "filters",
      "cell",
      "feature-maps",
      "parameters",
      "classify",
      "class-map",
      "neighbours",
      "training",
    ],
    lenet: ["digit", "architecture", "cell", "output-size", "feature-maps"],
    alexnet: ["architecture", "gradient-depth", "training", "dropout", "lrn", "filters"],
    vgg: ["architecture", "stacked-kernels", "receptive-field", "neighbours"],
    resnet: ["receptive-curve", "gradient-depth", "training", "cell", "ablation"],
    vit: ["attention", "attention-distance", "patchify", "cell", "position-similarity", "ablation", "logit-lens"],
    swin: ["architecture", "cell", "swin-windows", "attention-cost", "feature-maps"],
    mae: ["mae", "mae-cost", "training", "attention", "neighbours"],
    dino: ["dino-views", "dino-loss", "dino-attention", "dino-pca", "dino-patches", "neighbours", "training"],
    compare: ["compare"],
  };
  for (const [id, needed] of Object.entries(bullets))
    for (const view of needed) assert.ok(shown.get(id).has(view), `${id} shows no ${view}`);
  assert.deepEqual(
    [...new Set([...shown.values()].flatMap((set) => [...set]))].sort(),
    Object.keys(views)
      .filter((view) => view !== "rollout")
      .sort(),
  );
});

test("Korean gives the English term where a lesson first mentions it", () => {
  for (const { id, steps } of lessons) {
    const met = new Set();
    for (const step of steps)
      for (const { name, words } of termsIn("ko", step)) {
        if (!met.has(name)) assert.match(words, /\([A-Za-z][^)]*\)|^ReLU$/, `${id}/${step.id}: ${name}`);
        met.add(name);
      }
  }
});

test("math cuts text into identifiers, numbers and operators, and passes markup through", () => {
  assert.equal(
    math("y = 3 x <", "<mi>z</mi>").replace(/^<math[^>]*>/, ""),
    "<mrow><mi>y</mi><mo>=</mo><mn>3</mn><mi>x</mi><mo>&lt;</mo><mi>z</mi></mrow></math>",
  );
});
