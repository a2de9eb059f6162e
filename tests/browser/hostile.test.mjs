/**
 * Hostile inputs through the public contract: whatever is given, an EngineError that is not "internal", or an answer,
 * comes soon, from the same worker, and memory stays bounded.
 *
 * VITRINE_HOSTILE=3000 tries so many checkpoints in place of 200; VITRINE_SEED makes others.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BACKEND, launch, openPage, startEngine, startSite } from "./harness.mjs";

/** Software WebGPU compiles shaders for every odd width. */
const COUNT = Number(process.env.VITRINE_HOSTILE ?? (BACKEND === "webgpu" ? 50 : 200));
const SEED = Number(process.env.VITRINE_SEED ?? 15);
const SLOW = 10_000;
const MOST_MEMORY = 512 << 20;
const NETWORKS = [
  ...["lenet5_mnist", "fcnn_mnist", "alexnet_cifar10", "vgg_bn_cifar10", "resnet20_cifar10"],
  ...["vit_cifar10", "swin_cifar10", "mae_vit_cifar10", "dino_vit_cifar10"],
];
let site, browser, page;

before(async () => {
  [site, browser] = await Promise.all([startSite(), launch()]);
  ({ page } = await openPage(browser, site.blank));
  await startEngine(page);
  await page.evaluate(
    async ([networks, late]) => {
      globalThis.late = late;
      globalThis.mutations = await import(new URL("tests/browser/mutations.mjs", location.href).href);
      globalThis.cat = await fetchBlob("www/samples/cat_chelsea.jpg");
      globalThis.model = await engine.load("resnet20_cifar10");
      globalThis.parsed = {};
      for (const id of networks) {
        const response = await fetch(`www/weights/${id}.safetensors`);
        if (response.ok) parsed[id] = mutations.parse(await response.arrayBuffer());
      }
      /** How it ended: "answered", an EngineError's code, or what it was instead of one. */
      globalThis.endingOnce = async (work) => {
        const begun = performance.now();
        let how = "answered";
        let message = "";
        try {
          await work();
        } catch (error) {
          how = error instanceof EngineError ? error.code : "raw";
          message = String(error?.message ?? "");
        }
        return { how, message, ms: performance.now() - begun };
      };
      /** What is late is tried once more: another suite may have had the machine. */
      globalThis.ending = async (work) => {
        const first = await endingOnce(work);
        return first.ms > globalThis.late ? endingOnce(work) : first;
      };
    },
    [NETWORKS, SLOW],
  );
});

after(async () => {
  await browser?.close();
  await site?.close();
});

/** Nothing was wrong inside, or late, and the first worker is still there and answers. */
async function assertSound(t, endings) {
  const tally = {};
  for (const { how } of endings) tally[how] = (tally[how] ?? 0) + 1;
  const slowest = endings.reduce((slow, one) => (one.ms > slow.ms ? one : slow));
  t.diagnostic(`${endings.length}: ${JSON.stringify(tally)}; the slowest took ${Math.round(slowest.ms)} ms`);
  const wrong = endings.filter(({ how, ms }) => ["internal", "raw"].includes(how) || ms > SLOW);
  assert.deepEqual(
    wrong.map(({ title, how, message, ms }) => [title, how, message, ms]),
    [],
  );
  const { label, stats } = await page.evaluate(async () => ({
    label: (await model.classify(cat)).top[0].label,
    stats: await engine.stats(),
  }));
  t.diagnostic(`${(stats.wasmMemory / 1e6).toFixed(0)} MB of wasm memory`);
  assert.deepEqual([label, stats.restarts, stats.models], ["cat", 0, 1]);
  assert.ok(stats.wasmMemory < MOST_MEMORY, `${stats.wasmMemory} bytes of wasm memory`);
}

test("mutated checkpoints are refused, or answer", async (t) => {
  const endings = await page.evaluate(
    async ([count, seed]) => {
      const next = mutations.random(seed);
      const all = [];
      for (let i = 0; i < count; i++) {
        const { title, id, blob } = await mutations.checkpoint(next, parsed);
        const known = next() < 0.3;
        const ended = await ending(async () => {
          const opened = known ? await engine.load(id, { source: blob }) : await engine.open(blob);
          const { size, channels } = opened.info.input;
          const data = new Float32Array(channels * size * size).fill(0.5);
          try {
            await opened.forward({ data, shape: [1, channels, size, size] });
          } finally {
            opened.free();
          }
        });
        all.push({ title: `${i} ${title}`, ...ended });
      }
      return all;
    },
    [COUNT, SEED],
  );
  await assertSound(t, endings);
  assert.ok(endings.some(({ how }) => how === "answered") && endings.some(({ how }) => how !== "answered"));
});

test("mutated pictures are refused, or answered", async (t) => {
  const endings = await page.evaluate(
    async ([count, seed]) => {
      const next = mutations.random(seed);
      const canvas = Object.assign(document.createElement("canvas"), { width: 90, height: 60 });
      canvas.getContext("2d").drawImage(await createImageBitmap(cat), 0, 0, 90, 60);
      const files = [new Uint8Array(await cat.arrayBuffer())];
      for (const type of ["image/png", "image/webp", "image/jpeg"]) {
        const blob = await new Promise((resolve) => canvas.toBlob(resolve, type));
        files.push(new Uint8Array(await blob.arrayBuffer()));
      }
      const all = [];
      for (let i = 0; i < count; i++) {
        const { title, blob } = mutations.picture(next, files);
        all.push({ title: `${i} ${title}`, ...(await ending(() => model.classify(blob))) });
      }
      return all;
    },
    [COUNT, SEED],
  );
  await assertSound(t, endings);
  assert.ok(endings.every(({ how }) => ["answered", "bad-image"].includes(how)));
});

test("made-up addresses are refused", async (t) => {
  const endings = await page.evaluate(
    async ([count, seed]) => {
      const next = mutations.random(seed);
      const addresses = Array.from({ length: count }, () => mutations.address(next));
      // What looks like a Hub id would be asked of the Hub.
      const here = addresses.filter((address) => !/^[\w-][\w.-]*\/[\w-][\w.-]*(@[\w./-]+)?$/.test(address));
      return Promise.all(
        here.map(async (address) => ({ title: address, ...(await ending(() => engine.open(address))) })),
      );
    },
    [Math.min(COUNT, 300), SEED],
  );
  await assertSound(t, endings);
});

test("wrong arguments in every method are refused, and nothing is thrown", async (t) => {
  const endings = await page.evaluate(
    async ([count, seed]) => {
      const next = mutations.random(seed);
      const methods = [
        ...["load", "open", "remove"].map((name) => [engine, name]),
        ...Object.getOwnPropertyNames(Object.getPrototypeOf(model)).map((name) => [model, name]),
      ].filter(([target, name]) => typeof target[name] === "function" && !["constructor", "free"].includes(name));
      const all = [];
      for (let i = 0; i < count; i++) {
        const [target, name] = methods[i % methods.length];
        const given = Array.from({ length: 1 + Math.floor(next() * 3) }, () => mutations.anything(next));
        let promise;
        const title = `${i} ${name}`;
        try {
          promise = target[name](...given);
        } catch (thrown) {
          all.push({ title, how: "raw", message: `thrown: ${thrown}`, ms: 0 });
          continue;
        }
        const ended = await ending(async () => {
          const made = await promise;
          if (made?.free && made !== model) made.free();
        });
        all.push({ title, ...ended });
      }
      await model.ablate([]);
      return all;
    },
    [COUNT * 3, SEED],
  );
  await assertSound(t, endings);
});
