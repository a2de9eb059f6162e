/** The table over ten seeds: what the page and docs/training.md say is what `cargo xtask train degradation` measured. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const file = (name) => readFile(new URL(`../../${name}`, import.meta.url), "utf8");
const { rows, held, specs } = JSON.parse(await file("www/train/ten-seeds.json")).degradation;

test("degradation shows for as many of ten seeds as is said, nine at least, and residual networks are without it", () => {
  assert.equal(rows.length, 10);
  assert.deepEqual(specs[0].networks, ["plain-8", "plain-20", "residual-8", "residual-20"]);
  const claims = [([shallow, deep]) => deep > shallow, ([, , shallow, deep]) => deep <= shallow];
  assert.deepEqual(
    held,
    claims.map((holds) => rows.filter(holds).length),
  );
  for (const count of held) assert.ok(count >= 9, `${held}`);
});

test("docs/training.md has the same table", async () => {
  const docs = await file("docs/training.md");
  rows.forEach((row, seed) => {
    const line = `| ${seed} | ${row.map((value) => value.toFixed(3)).join(" | ")} |`;
    assert.ok(docs.includes(line), line);
  });
});
