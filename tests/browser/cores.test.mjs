/** All cores on a host that sends no headers: the service worker isolates the page, and helpers share the memory. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import os from "node:os";
import { after, before, test } from "node:test";
import { BACKEND, checkpoint, input, launch, openPage, startEngine, startSite } from "./harness.mjs";
import { Hub } from "./hub.mjs";

const MODELS = ["resnet18", "vit_tiny_patch16_224"];
const options = { skip: BACKEND === "webgpu" || os.availableParallelism() < 2 };
let site, browser, context, hub;
/** By model: the addresses of its weights and of its input, on another origin. */
const files = {};

before(async () => {
  if (options.skip) return;
  [site, browser, hub] = await Promise.all([startSite(), launch(), Hub.start()]);
  for (const model of MODELS) {
    const source = await hub.addFile(`${model}.safetensors`, await checkpoint(model));
    files[model] = { source, values: hub.add(`${model}.input`, await readFile(await input(model))) };
  }
  // The page itself registers the service worker after its first answer: offline.test.mjs.
  site.changed.set("first.html", '<!doctype html><link rel="icon" href="data:,">');
  let page;
  ({ page, context } = await openPage(browser, `${site.url}first.html`, { serviceWorkers: "allow" }));
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("sw.js");
    await navigator.serviceWorker.ready;
  });
  await page.close();
});

after(async () => {
  await browser?.close();
  await site?.close();
  await hub?.close();
});

/** A page of the site that the service worker answers for, with `window.engine`. */
async function isolated(t, options) {
  const page = await context.newPage();
  t.after(() => page.close());
  const errors = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(`${site.url}embed.html?model=fcnn_mnist`);
  assert.equal(await page.evaluate(() => crossOriginIsolated), true);
  await startEngine(page, { backend: "cpu", ...options });
  // They come a moment after the engine.
  await page.waitForFunction(async () => (await engine.stats()).cores === engine.info.cores);
  return { page, errors };
}

/** The bits of an answer, as a text. */
const answer = (page, model) =>
  page.evaluate(
    async ([id, { source, values }]) => {
      const data = new Float32Array(await (await fetch(values)).arrayBuffer());
      const model = await engine.load(id, { source });
      const answer = await model.forward({ data, shape: [1, 3, 224, 224] });
      return new Uint32Array(answer.data.buffer, answer.data.byteOffset, answer.data.length).join();
    },
    [model, files[model]],
  );

/** Where there is nothing to share, one core computes. */
test("a page that is not isolated computes on one core", options, async (t) => {
  const { page, context } = await openPage(browser, site.blank);
  t.after(() => context.close());
  await startEngine(page, { backend: "cpu", cores: 4 });
  const { info, stats } = await page.evaluate(async () => ({ info: engine.info, stats: await engine.stats() }));
  assert.deepEqual([info.cores, stats.cores], [1, 1]);
});

for (const model of MODELS) {
  test(`${model} answers the same bits on all cores as on one`, options, async (t) => {
    const one = await isolated(t, { cores: 1 });
    assert.equal(await one.page.evaluate(() => engine.info.cores), 1);
    const expected = await answer(one.page, model);
    const all = await isolated(t);
    assert.equal(await all.page.evaluate(() => engine.info.cores), Math.min(os.availableParallelism(), 8));
    assert.equal(await answer(all.page, model), expected);
    assert.equal(await answer(all.page, model), expected);
    const { cores, restarts } = await all.page.evaluate(() => engine.stats());
    assert.ok(cores > 1 && restarts === 0);
    assert.deepEqual([...one.errors, ...all.errors], []);
  });
}

test("a run trains the same weights on all cores as on one", options, async (t) => {
  const hash = ({ page }, description) =>
    page.evaluate(async (description) => {
      const run = await engine.train(description);
      await run.run(4);
      const hash = await run.hash();
      run.free();
      return hash;
    }, description);
  const [one, all] = [await isolated(t, { cores: 1 }), await isolated(t)];
  for (const description of [
    { experiment: "residual", images: 200 },
    { experiment: "mae", images: 200 },
    { experiment: "dino", images: 200 },
  ]) {
    assert.equal(await hash(all, description), await hash(one, description), description.experiment);
  }
  // The engine's worker, its helpers, and those of the training, which is a module of its own.
  const helpers = await all.page.evaluate(() => engine.info.cores - 1);
  assert.deepEqual([one.page.workers().length, all.page.workers().length], [1, 1 + 2 * helpers]);
  assert.deepEqual([...one.errors, ...all.errors], []);
});

/** A module that exports `strip`, the kernel of products, with another body. */
function stripOf(body) {
  const parameters = [7, ...Array(7).fill(0x7f)];
  const code = [body.length + 2, 0, ...body, 0x0b];
  return [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, parameters.length + 3, 1, 0x60, ...parameters, 0],
    ...[3, 2, 1, 0],
    ...[7, 9, 1, 5, ...Buffer.from("strip"), 0, 0],
    ...[10, code.length + 1, 1, ...code],
  ];
}

const UNREACHABLE = [0x00];
const FOR_EVER = [0x03, 0x40, 0x0c, 0x00, 0x0b];

for (const [what, body] of [
  ["traps", UNREACHABLE],
  ["hangs", FOR_EVER],
]) {
  test(`a helper that ${what} in the middle of its part is done without`, options, async (t) => {
    const one = await isolated(t, { cores: 1 });
    const expected = await answer(one.page, MODELS[1]);
    site.before.set(
      "www/engine/cores.js",
      `if (self.name === "vitrine-helper") {
        const { Instance } = WebAssembly;
        const broken = new WebAssembly.Module(new Uint8Array(${JSON.stringify(stripOf(body))}));
        WebAssembly.Instance = function (module, imports) {
          const made = new Instance(module, imports);
          return made.exports.strip ? new Instance(broken) : made;
        };
      }`,
    );
    t.after(() => site.before.clear());
    const { page } = await isolated(t);
    assert.ok((await page.evaluate(() => engine.info.cores)) > 1);
    assert.equal(await answer(page, MODELS[1]), expected);
    assert.equal(await answer(page, MODELS[1]), expected);
    const { cores, restarts } = await page.evaluate(() => engine.stats());
    assert.deepEqual({ cores, restarts }, { cores: 1, restarts: 0 });
  });
}

test("a frame on a page that is not isolated works, answered for by the service worker", options, async (t) => {
  const page = await context.newPage();
  t.after(() => page.close());
  const frame = `${site.url}embed.html?backend=cpu&amp;model=resnet20_cifar10&amp;src=www/samples/cat_chelsea.jpg`;
  site.changed.set("host.html", `<!doctype html><link rel="icon" href="data:,"><iframe src="${frame}"></iframe>`);
  t.after(() => site.changed.clear());
  await page.goto(`${site.url}host.html`);
  assert.equal(await page.evaluate(() => crossOriginIsolated), false);
  const inside = page.frameLocator("iframe");
  await inside.locator("vitrine-figure[data-drawn]").waitFor();
  assert.equal(await inside.locator("body").evaluate(() => Boolean(navigator.serviceWorker.controller)), true);
});

test("cores is a whole number of at least one", options, async (t) => {
  const { page, context } = await openPage(browser, site.blank);
  t.after(() => context.close());
  await page.evaluate(async () =>
    Object.assign(globalThis, await import(new URL("www/engine.js", location.href).href)),
  );
  for (const cores of [0, -1, 1.5, "2", Number.NaN]) {
    const code = await page.evaluate(
      (cores) =>
        Engine.create({ cores }).then(
          () => null,
          (error) => error.code,
        ),
      cores,
    );
    assert.equal(code, "bad-input", String(cores));
  }
});
