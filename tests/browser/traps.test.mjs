/** A trap of the module ends its worker: what brought it about is not done again, and all else goes on. */

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { ROOT, launch, openPage, startEngine, startSite } from "./harness.mjs";
import { Hub } from "./hub.mjs";
import { readCheckpoint, writeCheckpoint } from "./safetensors.mjs";

const weights = (network) => path.join(ROOT, `www/weights/${network}.safetensors`);
let site, hub, browser;

before(async () => {
  [site, hub, browser] = await Promise.all([startSite(), Hub.start(), launch()]);
});

after(async () => {
  await browser?.close();
  await Promise.all([site?.close(), hub?.close()]);
});

/**
 * No file is known that makes the module trap, so the feed of one is made to: as a call would, or as a promise that
 * hangs.
 */
const trapAt = (size, how) => `queueMicrotask(() => {
  const finish = Feed.prototype.finish;
  Feed.prototype.finish = function () {
    if (this.position !== ${size}) return finish.call(this);
    const trap = new WebAssembly.RuntimeError("unreachable");
    if (${how === "a call"}) return Promise.reject(trap);
    setTimeout(() => { throw trap; });
    return new Promise(() => {});
  };
})`;

for (const how of ["a call", "a promise"]) {
  test(`a load that trapped in ${how} is not repeated, and loads beside it go on`, async (t) => {
    const [bad, good] = [`lenet-${how}.safetensors`.replace(" ", "-"), `resnet-${how}.safetensors`.replace(" ", "-")];
    const trapping = await hub.addFile(bad, weights("lenet5_mnist"));
    const innocent = await hub.addFile(good, weights("resnet20_cifar10"));
    hub.fail(good, { holdAt: 300_000 }, { holdAt: 400_000 });
    site.before.set("www/engine/feed.js", trapAt(hub.size(bad), how));
    t.after(() => site.before.clear());
    const { page, context } = await openPage(browser, site.blank);
    t.after(() => context.close());
    await startEngine(page);
    const held = page.evaluate(async (source) => {
      globalThis.cat = await fetchBlob("www/samples/cat_chelsea.jpg");
      globalThis.first = await engine.load("resnet20_cifar10");
      const model = await engine.load("resnet20_cifar10", { source });
      return (await model.classify(cat)).top[0].label;
    }, innocent);
    while (hub.requests(good).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    // Twice: the load beside them sees two workers die.
    for (const _ of [1, 2]) {
      const errors = await page.evaluate(
        (source) => Promise.all([failure(engine.open(source)), failure(engine.open(source))]),
        trapping,
      );
      assert.deepEqual(
        errors.map((error) => [error?.engine, error?.code]),
        Array(2).fill([true, "internal"]),
      );
    }
    hub.release();
    assert.equal(await held, "cat");
    const { label, restarts } = await page.evaluate(async () => ({
      label: (await first.classify(cat)).top[0].label,
      restarts: (await engine.stats()).restarts,
    }));
    assert.deepEqual([label, restarts], ["cat", 2]);
  });
}

test("numbers that overflow are said with the stage where they do", async (t) => {
  const { page, context } = await openPage(browser, site.blank);
  t.after(() => context.close());
  await startEngine(page);
  const file = await readCheckpoint(weights("resnet20_cifar10"));
  for (const [key, tensor] of Object.entries(file.tensors)) {
    if (!/^layer2\.\d\.conv\d\.weight$/.test(key)) continue;
    const values = new Float32Array(tensor.bytes.length / (tensor.dtype === "F32" ? 4 : 2)).fill(1e38);
    file.tensors[key] = { ...tensor, dtype: "F32", bytes: Buffer.from(values.buffer) };
  }
  const source = hub.add("overflow.safetensors", writeCheckpoint(file));
  const error = await page.evaluate(async (source) => {
    const model = await engine.load("resnet20_cifar10", { source });
    return failure(model.classify(await fetchBlob("www/samples/cat_chelsea.jpg")));
  }, source);
  assert.deepEqual([error?.engine, error?.code], [true, "overflow"], error?.message);
  assert.match(error.message, /"layer2\.0/);
});
