/**
 * Seeded networks give PyTorch's answers in the browser, and www/parity.json, which the page shows, says what this
 * engine gives: all ten on the CPU; one of every kind of layer on software WebGPU, where the large ones take half an
 * hour each (`cargo xtask parity` measures them, and writes the file).
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BACKEND, launch, openPage, startEngine, startSite } from "./harness.mjs";
import { TOLERANCE, kept, measure, recorded, relativeError } from "./parity.mjs";

const QUICK = [
  "resnet18",
  "vit_tiny_patch16_224",
  "swin_tiny_patch4_window7_224",
  "dino_vit_small_patch16_224",
  "alexnet",
];
const MODELS = BACKEND === "webgpu" ? QUICK : await recorded();
/** Another order of the same sums moves an error by a few units of its last place, and no further. */
const SAME = 8;
let site, browser, page;

before(async () => {
  [site, browser] = await Promise.all([startSite(), launch()]);
  ({ page } = await openPage(browser, site.blank));
  await startEngine(page);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

test("an answer of another length or without numbers is infinitely far", () => {
  assert.equal(relativeError([1, 2], [1, 4]), 0.5);
  assert.equal(relativeError([1], [1, 4]), Infinity);
  assert.equal(relativeError([1, Number.NaN], [1, 4]), Infinity);
});

for (const model of MODELS) {
  test(`${model} equals PyTorch`, async (t) => {
    const error = await measure(page, model);
    t.diagnostic(`relative error ${error.toExponential(2)}`);
    assert.ok(error <= TOLERANCE, `the output is off by ${error}`);
    const { models, restarts } = await page.evaluate(() => engine.stats());
    assert.deepEqual({ models, restarts }, { models: 0, restarts: 0 });
    const row = await kept(model);
    const ratio = error / row.error;
    assert.ok(
      ratio < SAME && ratio > 1 / SAME,
      `www/parity.json says ${row.error}: measure it again, cargo xtask parity ${model}`,
    );
  });
}
