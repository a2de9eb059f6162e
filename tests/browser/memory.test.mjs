/**
 * The largest network of the catalogue, loaded in pieces, and the page while it runs. Half a gigabyte through software
 * WebGPU takes minutes, so it is measured only when asked for: VITRINE_LARGE=1 VITRINE_BACKEND=webgpu node --test
 * tests/browser/memory.test.mjs
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { BACKEND, checkpoint, launch, openPage, startEngine, startSite } from "./harness.mjs";
import { Hub } from "./hub.mjs";

const MEGABYTE = 1e6;
const LIMIT = 500 * MEGABYTE;
/** On the CPU the weights themselves lie in the wasm memory. */
const skip = BACKEND !== "webgpu" || !process.env.VITRINE_LARGE;

test("VGG-16's 553 MB reach the GPU through less than 500 MB of wasm memory", { skip }, async (t) => {
  const [site, hub, browser] = await Promise.all([startSite(), Hub.start(), launch()]);
  t.after(() => Promise.all([browser.close(), site.close(), hub.close()]));
  const source = await hub.addFile("vgg16.safetensors", await checkpoint("vgg16"));
  const { page, errors } = await openPage(browser, site.blank);
  await startEngine(page);
  // Wasm memory never shrinks: what it is at the end is the most it was.
  const { loaded, answered, seconds, backend } = await page.evaluate(async (source) => {
    const begin = performance.now();
    const model = await engine.load("vgg16", { source });
    const { wasmMemory: loaded } = await engine.stats();
    const seconds = (performance.now() - begin) / 1000;
    await model.forward({ data: new Float32Array(3 * 224 * 224), shape: [1, 3, 224, 224] });
    const { wasmMemory: answered } = await engine.stats();
    return { loaded, answered, seconds, backend: engine.info.backend };
  }, source);
  t.diagnostic(
    `${(loaded / MEGABYTE).toFixed(1)} MB of wasm memory after loading in ${seconds.toFixed(0)} s, ${(answered / MEGABYTE).toFixed(1)} MB after an answer`,
  );
  assert.equal(backend, "webgpu");
  assert.ok(loaded < LIMIT && answered < LIMIT, `${loaded} bytes after loading, ${answered} after an answer`);
  assert.deepEqual(errors, []);
});

test("no task on the page's thread takes more than 50 ms while VGG-16 loads and runs", {
  skip: !process.env.VITRINE_LARGE,
}, async (t) => {
  const [site, browser] = await Promise.all([startSite(), launch()]);
  t.after(() => Promise.all([browser.close(), site.close()]));
  const { page, errors } = await openPage(browser, `${site.url}?backend=${BACKEND}#/explore?photo=cat_chelsea`);
  page.setDefaultTimeout(900_000);
  await page.locator(".guess-value").first().waitFor();
  const before = (await page.locator(".guess-value").allInnerTexts()).join();
  await page.evaluate(() => {
    window.tasks = [];
    window.frames = [];
    new PerformanceObserver((list) =>
      window.tasks.push(...list.getEntries().map(({ duration, startTime }) => ({ duration, startTime }))),
    ).observe({ type: "longtask" });
    const step = (now) => {
      window.frames.push(now);
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
  await page.locator('input[type="file"][accept=".safetensors"]').setInputFiles(await checkpoint("vgg16"));
  // The answer names one of ImageNet's thousand classes, of which the first network knew ten.
  await page.waitForFunction(
    (before) => {
      const now = [...document.querySelectorAll(".guess-value")].map(({ textContent }) => textContent).join();
      return (
        now !== before &&
        document.querySelectorAll(".guess-value").length >= 5 &&
        /VGG-16/.test(document.querySelector("main")?.innerText ?? "")
      );
    },
    before,
    { polling: 500 },
  );
  const { tasks, gaps } = await page.evaluate(() => ({
    tasks: window.tasks,
    gaps: window.frames.slice(1).map((at, i) => at - window.frames[i]),
  }));
  const late = gaps.filter((gap) => gap > 50).length;
  t.diagnostic(
    `${gaps.length} frames, ${late} later than 50 ms; ${tasks.length} tasks over 50 ms, the longest ${Math.max(0, ...tasks.map(({ duration }) => duration)).toFixed(0)} ms`,
  );
  assert.deepEqual(tasks, []);
  assert.deepEqual(errors, []);
});
