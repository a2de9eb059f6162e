/** The tables over ten seeds: what the page and docs/training.md say is what `cargo xtask train` measured. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import en from "../../www/i18n/lessons.en.js";
import enNotes from "../../www/i18n/notes-runs.en.js";
import ko from "../../www/i18n/lessons.ko.js";
import koNotes from "../../www/i18n/notes-runs.ko.js";
import { experimentOf } from "../../www/train/experiments.js";

const file = (name) => readFile(new URL(`../../${name}`, import.meta.url), "utf8");
const { degradation, collapse, saturation } = JSON.parse(await file("www/train/ten-seeds.json"));

/** That each claim holds for as many rows as the study says. */
function counts({ rows, held }, claims) {
  assert.equal(rows.length, 10);
  assert.deepEqual(
    held,
    claims.map((holds) => rows.filter((row) => holds(...row)).length),
  );
}

test("degradation shows for as many of ten seeds as is said, nine at least, and residual networks are without it", () => {
  assert.deepEqual(degradation.specs[0].networks, ["plain-8", "plain-20", "residual-8", "residual-20"]);
  counts(degradation, [(shallow, deep) => deep > shallow, (_, __, shallow, deep) => deep <= shallow]);
  for (const count of degradation.held) assert.ok(count >= 9, `${count}`);
});

test("both collapses of DINO show for all of ten seeds, and the other switch cures them", () => {
  const cured = (entropy, agreement) => entropy >= 0.05 && entropy < 0.95 && agreement < 0.9;
  counts(collapse, [
    (entropy) => entropy > 0.95,
    (_, entropy, agreement) => cured(entropy, agreement),
    (_, __, ___, entropy, agreement) => entropy < 0.05 && agreement > 0.999,
    (...row) => cured(...row.slice(5)),
  ]);
  assert.deepEqual(collapse.held, [10, 10, 10, 10]);
});

test("ReLU and tanh are each counted at the rate that was best for it", () => {
  counts(saturation, [(relu, tanh) => relu < tanh, (relu, tanh) => tanh < relu]);
  saturation.specs.forEach(({ networks, rate }, i) => {
    assert.deepEqual(networks, [["relu"], ["tanh"]][i]);
    const least = Math.min(...saturation.tried[i].map(([, passes]) => passes));
    assert.equal(saturation.tried[i].find(([tried]) => tried === rate)[1], least);
    // A lower and a higher rate were tried, and were no better.
    const rates = saturation.tried[i].map(([rate]) => rate);
    assert.ok(rates[0] < rate && rate < rates.at(-1));
  });
  // Every row is of runs that came so far.
  for (const row of saturation.rows) for (const passes of row) assert.ok(passes > 0 && passes <= saturation.passes);
});

test("the page makes DINO collapse as those runs did", () => {
  const { presets } = experimentOf("dino");
  const began = presets.map(({ name: _, ...changes }, i) => ({ ...collapse.specs[i], ...changes }));
  assert.deepEqual(began, collapse.specs);
});

test("the lesson and its notes tell of ReLU and tanh what was measured at the best rate of each", () => {
  const means = [0, 1].map((i) => saturation.rows.reduce((sum, row) => sum + row[i], 0) / saturation.rows.length);
  assert.deepEqual(saturation.held, [0, 10], "for all ten, as the texts say");
  const answers = [en, ko].map(({ alexnet }) => alexnet["relu-learns"].answer);
  const notes = [enNotes, koNotes].map(({ alexnet }) => alexnet["relu-learns"].exercises[0].solution);
  for (const text of [...answers, ...notes])
    for (const mean of means) assert.ok(text.includes(mean.toFixed(1)), `${mean.toFixed(1)} in: ${text}`);
  for (const text of answers) assert.ok(text.includes(saturation.specs[0].images.toLocaleString("en")), text);
});

test("docs/training.md has the same tables", async () => {
  const docs = await file("docs/training.md");
  for (const [{ rows }, digits] of [
    [degradation, 3],
    [collapse, 3],
    [saturation, 0],
  ])
    rows.forEach((row, seed) => {
      const line = `| ${seed} | ${row.map((value) => value.toFixed(digits)).join(" | ")} |`;
      assert.ok(docs.includes(line), line);
    });
});
