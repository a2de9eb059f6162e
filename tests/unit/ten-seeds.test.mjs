/** The tables over ten seeds: what the page and docs/training.md say is what `cargo xtask train` measured. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { experimentOf } from "../../www/train/experiments.js";

const file = (name) => readFile(new URL(`../../${name}`, import.meta.url), "utf8");
const { degradation, collapse } = JSON.parse(await file("www/train/ten-seeds.json"));

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

test("the page makes DINO collapse as those runs did", () => {
  const { presets } = experimentOf("dino");
  const began = presets.map(({ name: _, ...changes }, i) => ({ ...collapse.specs[i], ...changes }));
  assert.deepEqual(began, collapse.specs);
});

test("docs/training.md has the same tables", async () => {
  const docs = await file("docs/training.md");
  for (const { rows } of [degradation, collapse])
    rows.forEach((row, seed) => {
      const line = `| ${seed} | ${row.map((value) => value.toFixed(3)).join(" | ")} |`;
      assert.ok(docs.includes(line), line);
    });
});
