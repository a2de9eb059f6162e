/** Seeded networks of every kind of layer give PyTorch's answers in the browser; `cargo xtask parity` measures all ten. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage, startEngine, startSite } from "./harness.mjs";
import { TOLERANCE, measure, relativeError } from "./parity.mjs";

const MODELS = [
  "resnet18",
  "vit_tiny_patch16_224",
  "swin_tiny_patch4_window7_224",
  "dino_vit_small_patch16_224",
  "alexnet",
];
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
  });
}
