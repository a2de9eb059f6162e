/**
 * Training on photos that the visitor sorted into groups: a probe on frozen features, and the small ResNet tuned.
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BACKEND, launch, openPage, startEngine, startSite } from "./harness.mjs";

let site, browser, page;
/** Training computes on the CPU whatever the engine runs on, so that it is tested once. */
const skip = BACKEND === "webgpu";

before(async () => {
  if (skip) return;
  [site, browser] = await Promise.all([startSite(), launch()]);
  ({ page } = await openPage(browser, site.blank));
  await startEngine(page);
  await page.evaluate(() => {
    /** So many of the page's samples in each of two groups. */
    globalThis.sortedPhotos = async (counts) => {
      const names = {
        animals: ["cat_chelsea", "raccoon", "dog_labrador", "panda"],
        things: ["bridge", "rocket", "coffee", "moose"],
      };
      const photo = (name) => fetchBlob(`www/samples/${name}.jpg`);
      return Promise.all(
        Object.entries(names).map(async ([name, files], group) => ({
          name,
          images: await Promise.all(files.slice(0, counts[group]).map(photo)),
        })),
      );
    };
  });
});

after(async () => {
  await browser?.close();
  await site?.close();
});

test("a probe learns the visitor's groups from frozen features, and says what the nearest neighbours say", {
  skip,
}, async () => {
  const seen = await page.evaluate(async () => {
    const groups = await sortedPhotos([4, 4]);
    const run = await engine.train({ experiment: "probe", groups, steps: 60 });
    const metrics = [];
    run.on("metrics", (value) => metrics.push(value));
    await run.run();
    const guess = await run.classify(groups[0].images[0]);
    const layer = await run.at(60);
    const features = new Float32Array(
      await (await engine.load("dino_vit_cifar10")).features({ image: groups[0].images[0] }),
    );
    const { data } = await layer.forward({ data: features, shape: [1, features.length, 1, 1] });
    const again = await engine.train({ ...run.spec, groups });
    await again.run();
    const model = await engine.load("resnet20_cifar10");
    const other = await engine.train({ experiment: "probe", groups, model });
    const swapped = [groups[1], groups[0]].map((group, i) => ({ ...group, name: groups[i].name }));
    return {
      spec: run.spec,
      held: run.held,
      first: metrics[0].loss,
      last: metrics.at(-1),
      guess,
      logits: [...data],
      labels: layer.info.labels,
      hashes: [await run.hash(), await again.hash()],
      width: [run.spec.features, other.spec.features, other.spec.network],
      others: await failure(engine.train({ ...run.spec, groups: swapped })),
      photoless: await failure(engine.train(run.spec)),
      alone: await failure(engine.train({ experiment: "probe", groups: [{ name: "animals", images: [] }] })),
      strangers: await failure(engine.train({ experiment: "digits", groups })),
    };
  });
  assert.deepEqual(seen.spec.groups, [
    { name: "animals", images: 4 },
    { name: "things", images: 4 },
  ]);
  assert.deepEqual(
    seen.held.map(({ group }) => group),
    [0, 1],
  );
  assert.ok(seen.last.loss < 0.6 * seen.first, `${seen.first} -> ${seen.last.loss}`);
  const { test: right, neighbours } = seen.last.networks.probe;
  assert.ok([0, 0.5, 1].includes(right) && [0, 0.5, 1].includes(neighbours), `${right}, ${neighbours}`);
  assert.deepEqual(seen.labels, ["animals", "things"]);
  // The layer at that moment says the same of the features as the run of the photo.
  const { top } = seen.guess;
  const share = Math.exp(seen.logits[top[0].index]) / seen.logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  assert.ok(Math.abs(share - top[0].probability) < 1e-4, `${share} and ${top[0].probability}`);
  assert.equal(seen.guess.neighbours.nearest.length, 3);
  const asked = seen.held.some(({ group, image }) => group === 0 && image === 0);
  // A photo that votes is its own nearest neighbour.
  if (!asked) assert.ok(seen.guess.neighbours.nearest[0].similarity > 0.999);
  assert.equal(seen.hashes[1], seen.hashes[0]);
  assert.deepEqual(seen.width, [128, 64, "resnet20_cifar10"]);
  assert.match(seen.others.message, /other photos/);
  assert.match(seen.photoless.message, /photos/);
  assert.match(seen.alone.message, /two to five groups/);
  assert.match(seen.strangers.message, /groups/);
});

const OPEN_SAVED = fileURLToPath(new URL("../reference/open_saved.py", import.meta.url));
/** What the script ends with where PyTorch is not installed. */
const MISSING = 77;

/** A saved network in PyTorch itself: how far its logits are from ours, or null where PyTorch is not installed. */
async function inPyTorch(network, saved, input, logits) {
  const folder = await mkdtemp(path.join(tmpdir(), "vitrine-"));
  try {
    const files = [Uint8Array.from(saved), Float32Array.from(input), Float32Array.from(logits)];
    const names = ["saved.safetensors", "input.f32", "logits.f32"].map((name) => path.join(folder, name));
    await Promise.all(files.map((values, i) => writeFile(names[i], values)));
    const { status, stdout, stderr, error } = spawnSync("python3", [OPEN_SAVED, network, ...names], {
      encoding: "utf8",
    });
    if (error?.code === "ENOENT" || status === MISSING) return null;
    assert.equal(status, 0, `${stdout}${stderr}`);
    return Number(stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("the small ResNet is tuned to the visitor's groups, names photos by them, and is saved and opened", {
  skip,
}, async (t) => {
  const seen = await page.evaluate(async () => {
    const groups = await sortedPhotos([3, 2]);
    const run = await engine.train({ experiment: "fine-tune", groups, steps: 8, batch: 4, checkpoint: 4, warmup: 0 });
    const losses = [];
    run.on("metrics", ({ loss }) => losses.push(loss));
    await run.run();
    const image = groups[0].images[0];
    const { top } = await run.classify(image);
    const model = await run.at(8);
    const tensor = await model.preprocess(image);
    const file = await run.save({ step: 8 });
    const opened = await engine.open(file, { config: { label_names: model.info.labels } });
    const answers = [await model.forward(tensor), await opened.forward(tensor)].map(({ data }) => [...data]);
    const map = await model.explainClass(image, { method: "gradcam" });
    const begun = (await run.classify(image, { step: 0 })).top;
    const fork = await run.fork(4, { flip: false });
    await fork.run(4);
    run.free();
    return {
      losses,
      top,
      begun,
      answers,
      labels: [model.info.labels, opened.info.labels],
      title: model.info.title,
      map: map.shape,
      input: [...tensor.data],
      saved: [...new Uint8Array(await file.arrayBuffer())],
      forked: (await fork.classify(image)).top.length,
    };
  });
  assert.ok(seen.losses.at(-1) < seen.losses[0], `${seen.losses}`);
  assert.deepEqual(seen.top.map(({ label }) => label).sort(), ["animals", "things"]);
  assert.notEqual(seen.begun[0].probability, seen.top[0].probability);
  assert.deepEqual(seen.labels, [
    ["animals", "things"],
    ["animals", "things"],
  ]);
  assert.equal(seen.title, "ResNet-20");
  assert.ok(seen.map.length > 0);
  seen.answers[0].forEach((value, i) => assert.ok(Math.abs(value - seen.answers[1][i]) < 1e-4));
  assert.equal(seen.forked, 2);
  const apart = await inPyTorch("resnet20", seen.saved, seen.input, seen.answers[0]);
  t.diagnostic(apart === null ? "PyTorch is not installed: not opened there" : `PyTorch's logits are ${apart} apart`);
});
