/**
 * What the lessons say of the networks that ship is measured on those networks; docs/lessons.md is the table of what
 * was found.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { claims, table } from "./claims.mjs";
import { BACKEND, ROOT, launch, openPage, startEngine, startSite } from "./harness.mjs";
import { holds, prepare } from "./measures.mjs";

let site, browser, page;

before(async () => {
  [site, browser] = await Promise.all([startSite(), launch()]);
  ({ page } = await openPage(browser, site.blank));
  await startEngine(page);
  await page.evaluate(prepare);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

// The numbers are the same with either backend (parity tests say so), and software WebGPU takes long for thousands of
// images.
const SAME = { skip: BACKEND === "webgpu" };
const measured = new Map();

for (const claim of claims) {
  test(`${claim.at}: ${claim.says}`, SAME, async () => {
    const found = await page.evaluate((claim) => measure(claim), claim);
    measured.set(claim, found);
    assert.ok(holds(found, claim), `measured ${found}, claimed ${claim.is} ${claim.value}`);
  });
}

test("docs/lessons.md holds what is measured", SAME, async () => {
  const written = await readFile(path.join(ROOT, "docs/lessons.md"), "utf8");
  for (const claim of claims)
    if (!measured.has(claim)) measured.set(claim, await page.evaluate((claim) => measure(claim), claim));
  const wanted = table(measured);
  assert.ok(written.includes(wanted), `run: node tests/browser/claims.mjs --write\n${wanted}`);
});

test("every lesson about a network makes a claim that is measured", () => {
  const made = new Set(claims.map(({ at }) => at.split("/")[0]));
  for (const lesson of ["convolution", "lenet", "alexnet", "vgg", "resnet", "vit", "swin", "mae", "dino", "compare"])
    assert.ok(made.has(lesson), lesson);
});
