/** The contract's main path, from a blank page that imports www/engine.js as an embedder's page would. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { BACKEND, checkpoint, expected, input, launch, openPage, startEngine, startSite } from "./harness.mjs";
import { Hub } from "./hub.mjs";

const MEGABYTE = 1_000_000;
let site, hub, browser;

before(async () => {
  [site, hub, browser] = await Promise.all([startSite(), Hub.start(), launch()]);
});

after(async () => {
  await browser?.close();
  await Promise.all([site?.close(), hub?.close()]);
});

/** A blank page with an engine, closed when the test ends. */
async function withEngine(t, options) {
  const opened = await openPage(browser, site.blank);
  t.after(() => opened.context.close());
  await startEngine(opened.page, options);
  return opened;
}

const classifyCat = async () => {
  const model = await engine.load("resnet20_cifar10");
  const { top, logits, ms } = await model.classify(await fetchBlob("www/samples/cat_chelsea.jpg"), { topK: 3 });
  return { top, logits: [...logits], ms };
};

/** The largest difference of two lists, next to the larger of 1 and the expected number. */
function difference(ours, theirs) {
  assert.equal(ours.length, theirs.length);
  return Math.max(...theirs.map((value, i) => Math.abs(ours[i] - value) / Math.max(1, Math.abs(value))));
}

test("the engine says what it runs on, and why", async (t) => {
  const { page } = await withEngine(t);
  const info = await page.evaluate(() => engine.info);
  assert.equal(info.backend, BACKEND);
  assert.equal(typeof info.adapter, BACKEND === "webgpu" ? "string" : "object");
});

test("auto leaves a missing or a software adapter alone and gives its reason", async (t) => {
  const { page } = await withEngine(t, { backend: "auto" });
  const info = await page.evaluate(() => engine.info);
  assert.equal(info.backend, "cpu");
  assert.match(info.reason, /\w+ \w+/);
  const fetched = site.log.map((entry) => entry.path);
  if (BACKEND === "cpu")
    assert.ok(!fetched.some((path) => path.startsWith("pkg/webgpu/")), "the WebGPU build was fetched");
});

test("asking for WebGPU where there is none is refused", { skip: BACKEND === "webgpu" }, async (t) => {
  const { page } = await withEngine(t);
  const error = await page.evaluate(() => failure(Engine.create({ backend: "webgpu" })));
  assert.equal(error.code, "no-webgpu");
});

test("the small network sees a cat, with less than 2 MB transferred and nothing from elsewhere", async (t) => {
  const { page, errors } = await openPage(browser, "about:blank");
  t.after(() => page.context().close());
  const elsewhere = [];
  page.on("request", (request) => request.url().startsWith(site.url) || elsewhere.push(request.url()));
  site.log.length = 0;
  await page.goto(site.blank);
  await startEngine(page, { backend: BACKEND });
  const { top, logits, ms } = await page.evaluate(classifyCat);
  assert.equal(top[0].label, "cat");
  assert.equal(logits.length, 10);
  assert.ok(top[0].probability > top[1].probability && top[1].probability > top[2].probability);
  assert.ok(
    ["preprocess", "forward", "read"].every((part) => ms[part] >= 0),
    JSON.stringify(ms),
  );
  assert.deepEqual(errors, []);
  assert.deepEqual(
    elsewhere.filter((url) => !/^(blob|data|about):/.test(url)),
    [],
  );
  assert.deepEqual(
    site.log.filter((entry) => entry.status !== 200),
    [],
  );
  const transferred = site.log.reduce((sum, entry) => sum + entry.bytes, 0);
  if (BACKEND === "cpu") assert.ok(transferred < 2 * MEGABYTE, `${transferred} bytes`);
});

test("a canvas, a bitmap, pixels and an element are classified like the file they show", async (t) => {
  const { page } = await withEngine(t);
  const labels = await page.evaluate(async () => {
    const model = await engine.load("resnet20_cifar10");
    const blob = await fetchBlob("www/samples/cat_chelsea.jpg");
    const bitmap = await createImageBitmap(blob);
    const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
    const context = canvas.getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const element = new Image();
    element.src = URL.createObjectURL(blob);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
    const results = [];
    for (const image of [blob, bitmap, canvas, element, pixels]) results.push(await model.classify(image, { topK: 1 }));
    return results.map((result) => result.top[0].label);
  });
  assert.deepEqual(labels, Array(5).fill("cat"));
});

test("preprocess, then forward, gives the logits of classify", async (t) => {
  const { page } = await withEngine(t);
  const { classified, forwarded, prepared } = await page.evaluate(async () => {
    const model = await engine.load("resnet20_cifar10");
    const blob = await fetchBlob("www/samples/cat_chelsea.jpg");
    const prepared = await model.preprocess(blob);
    const forwarded = await model.forward({ data: prepared.data, shape: prepared.shape });
    const classified = await model.classify(blob);
    return {
      classified: [...classified.logits],
      forwarded: [...forwarded.data],
      prepared: { shape: prepared.shape, crop: [prepared.crop.width, prepared.crop.height, prepared.crop.data.length] },
    };
  });
  assert.ok(difference(forwarded, classified) < 1e-5);
  assert.deepEqual(prepared, { shape: [1, 3, 32, 32], crop: [32, 32, 32 * 32 * 4] });
});

test("a seeded resnet18 through the download path equals PyTorch at every stage, within 96 MB of wasm memory", async (t) => {
  const source = await hub.addFile("resnet18.safetensors", await checkpoint("resnet18"));
  const values = hub.add("resnet18.input", await readFile(await input("resnet18")));
  const reference = await expected("resnet18");
  const names = Object.keys(reference.stages);
  const { page, errors } = await withEngine(t);
  const result = await page.evaluate(
    async ({ source, values, names }) => {
      const stages = [];
      const onProgress = ({ stage }) => stages.at(-1) === stage || stages.push(stage);
      const model = await engine.load("resnet18", { source, onProgress });
      const { wasmMemory } = await engine.stats();
      const tensor = { data: new Float32Array(await (await fetch(values)).arrayBuffer()), shape: [1, 3, 224, 224] };
      const { data, shape } = await model.forward(tensor);
      const seen = await model.observe(tensor, names);
      const observed = Object.entries(seen).map(([name, { data, shape }]) => [name, { data: [...data], shape }]);
      return { output: [...data], shape, observed: Object.fromEntries(observed), wasmMemory, stages };
    },
    { source, values, names },
  );
  assert.ok(result.wasmMemory < 96 * MEGABYTE, `${result.wasmMemory} bytes of wasm memory after loading`);
  t.diagnostic(`${(result.wasmMemory / MEGABYTE).toFixed(1)} MB of wasm memory after loading`);
  assert.deepEqual(result.shape, [1, 1000]);
  const off = difference(result.output, reference.output);
  t.diagnostic(`largest difference of the output: ${off.toExponential(2)}`);
  assert.ok(off < 1e-3, `the output is off by ${off}`);
  for (const name of names) {
    const { shape, at, values } = reference.stages[name];
    assert.deepEqual(result.observed[name].shape, shape, name);
    const off = difference(
      at.map((i) => result.observed[name].data[i]),
      values,
    );
    assert.ok(off < 1e-3, `${name} is off by ${off}`);
  }
  assert.ok(result.stages.includes("download") && result.stages.includes("upload"), result.stages.join());
  assert.deepEqual(errors, []);
});

test("what is computed at once is to the bit what is observed step by step", async (t) => {
  const { page } = await withEngine(t);
  for (const id of ["resnet18", "vit_tiny_patch16_224"]) {
    const source = await hub.addFile(`${id}.safetensors`, await checkpoint(id));
    const values = hub.add(`${id}.input`, await readFile(await input(id)));
    const { answer, last, hidden } = await page.evaluate(
      async ({ id, source, values }) => {
        const model = await engine.load(id, { source });
        const tensor = { data: new Float32Array(await (await fetch(values)).arrayBuffer()), shape: [1, 3, 224, 224] };
        const { data } = await model.forward(tensor);
        // The first block's inside, and what comes of it.
        const names = model.stages.map(({ name }) => name).filter((_, i, all) => i < 20 || i === all.length - 1);
        const seen = await model.observe(tensor, names);
        const hidden = Object.values(seen).filter(({ data }) => !data.every(Number.isFinite)).length;
        model.free();
        return { answer: [...data], last: [...seen[names.at(-1)].data], hidden };
      },
      { id, source, values },
    );
    assert.equal(hidden, 0);
    assert.ok(answer.some((value) => value !== answer[0]));
    assert.deepEqual(answer, last, id);
  }
});

/** To put before the worker's code: asked over the channel "shaders", it tells how many of ours were compiled so far. */
const COUNTED = `{
  const { prototype } = GPUDevice;
  const { createComputePipeline } = prototype;
  let ours = 0;
  prototype.createComputePipeline = function (descriptor) {
    if (descriptor.compute.entryPoint === "main") ours++;
    return createComputePipeline.call(this, descriptor);
  };
  const channel = new BroadcastChannel("shaders");
  channel.onmessage = ({ data }) => data === "ask" && channel.postMessage(ours);
}`;

for (const id of ["resnet20_cifar10", "alexnet_cifar10", "vit_cifar10", "swin_cifar10"]) {
  test(`our shaders for ${id} are compiled before it is asked`, { skip: BACKEND !== "webgpu" }, async (t) => {
    site.before.set("www/engine/worker.js", COUNTED);
    t.after(() => site.before.clear());
    const { page } = await withEngine(t);
    const [none, loaded, answered] = await page.evaluate(async (id) => {
      const channel = new BroadcastChannel("shaders");
      const count = () =>
        new Promise((resolve) => {
          channel.onmessage = ({ data }) => resolve(data);
          channel.postMessage("ask");
        });
      const none = await count();
      const model = await engine.load(id);
      const loaded = await count();
      await model.classify(await fetchBlob("www/samples/cat_chelsea.jpg"));
      return [none, loaded, await count()];
    }, id);
    t.diagnostic(`${loaded} while it was loaded, ${answered - loaded} with its first answer`);
    assert.ok(none === 0 && loaded > 1);
    assert.equal(answered, loaded);
  });
}

test("an unknown checkpoint is opened by its keys and shapes", async (t) => {
  const source = await hub.addFile("mystery.safetensors", await checkpoint("resnet18"));
  const { page } = await withEngine(t);
  const info = await page.evaluate(async (source) => (await engine.open(source)).info, source);
  assert.equal(info.family.toLowerCase().includes("resnet"), true);
  assert.equal(info.input.size, 224);
});

test("load called twice at once gives two networks that both work", async (t) => {
  const { page } = await withEngine(t);
  const labels = await page.evaluate(async () => {
    const models = await Promise.all([engine.load("resnet20_cifar10"), engine.load("resnet20_cifar10")]);
    models[0].free();
    const blob = await fetchBlob("www/samples/cat_chelsea.jpg");
    const freed = await failure(models[0].classify(blob));
    return [freed.code, (await models[1].classify(blob)).top[0].label];
  });
  assert.deepEqual(labels, ["freed", "cat"]);
});

test("calls made at once are answered each with its own result", async (t) => {
  const { page } = await withEngine(t);
  const { together, apart } = await page.evaluate(async () => {
    const model = await engine.load("resnet20_cifar10");
    const photos = await Promise.all(
      ["cat_chelsea", "rocket", "panda"].map((name) => fetchBlob(`www/samples/${name}.jpg`)),
    );
    const together = await Promise.all(photos.map((photo) => model.classify(photo)));
    const apart = [];
    for (const photo of photos) apart.push(await model.classify(photo));
    const logits = (results) => results.map((result) => [...result.logits]);
    return { together: logits(together), apart: logits(apart) };
  });
  for (const i of together.keys()) assert.ok(difference(together[i], apart[i]) < 1e-5);
  assert.ok(difference(together[0], apart[1]) > 1e-3, "different photos give different results");
});

test("an engine that was closed refuses with its code", async (t) => {
  const { page } = await withEngine(t);
  const codes = await page.evaluate(async () => {
    const model = await engine.load("resnet20_cifar10");
    engine.close();
    engine.close();
    const errors = [await failure(engine.load("resnet20_cifar10")), await failure(model.classify(new Blob(["x"])))];
    return errors.map((error) => [error.engine, error.code]);
  });
  assert.deepEqual(codes, [
    [true, "freed"],
    [true, "freed"],
  ]);
});

test("the worker and the wasm module may lie elsewhere", async (t) => {
  const { page, context } = await openPage(browser, site.blank);
  t.after(() => context.close());
  const found = await page.evaluate(async (backend) => {
    const { Engine } = await import(new URL("www/engine.js", location.href).href);
    const wasmUrl = { [backend]: new URL(`pkg/${backend}/vitrine_bg.wasm?elsewhere`, location.href) };
    const engine = await Engine.create({ backend, workerUrl: "www/engine/worker.js?elsewhere", wasmUrl });
    const { backend: started } = engine.info;
    engine.close();
    const missing = await Engine.create({ backend, wasmUrl: "none.wasm" }).catch(({ code }) => code);
    const unreadable = await Engine.create({ backend, workerUrl: "http://[" }).catch(({ code }) => code);
    return { started, missing, unreadable };
  }, BACKEND);
  const missing = BACKEND === "webgpu" ? "no-webgpu" : "internal";
  assert.deepEqual(found, { started: BACKEND, missing, unreadable: "bad-input" });
});
