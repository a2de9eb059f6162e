/**
 * What hours of use leave behind. Only when asked for: VITRINE_ENDURANCE=1 is the whole of it (a thousand cycles, two
 * hundred changes of place, ten deaths of the GPU process), a larger number so many cycles and a part of the rest;
 * VITRINE_TRAINING=25 trains for so many minutes. Prints tables for docs/reliability.md and docs/training.md.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { BACKEND, FIREFOX, PATIENCE, launch, openPage, startEngine, startSite } from "./harness.mjs";

const ASKED = Number(process.env.VITRINE_ENDURANCE ?? 0);
const CYCLES = ASKED === 1 ? 1000 : ASKED;
const CHANGES = Math.min(200, CYCLES);
const DEATHS = Math.min(10, Math.ceil(CYCLES / 10));
const MINUTES = Number(process.env.VITRINE_TRAINING ?? 0);
const MB = 1e6;
const skip = ASKED === 0 || FIREFOX ? "VITRINE_ENDURANCE=1 runs it, in Chromium" : false;
/** With these a page may measure its memory. */
const ISOLATED = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
let site, browser;

before(async () => {
  // Otherwise Chromium itself ends after a few deaths of its GPU process.
  const lasting = ["--disable-gpu-process-crash-limit"];
  if (!skip || MINUTES > 0)
    [site, browser] = await Promise.all([startSite({ headers: MINUTES > 0 ? ISOLATED : {} }), launch(lasting)]);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

/** What the page holds, after its garbage is collected. */
async function held(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  await session.detach();
  const of = (name) => metrics.find((metric) => metric.name === name).value;
  return {
    heap: of("JSHeapUsedSize"),
    nodes: of("Nodes"),
    listeners: of("JSEventListeners"),
    workers: page.workers().length,
  };
}

const row = (when, { wasm, heap, nodes, listeners, workers }) =>
  `| ${when} | ${wasm === undefined ? "" : (wasm / MB).toFixed(1)} | ${(heap / MB).toFixed(1)} | ${nodes} | ${listeners} | ${workers} |`;

test("load, classify, observe, explain and free, again and again", { skip }, async (t) => {
  const { page, errors } = await openPage(browser, site.blank);
  page.setDefaultTimeout(0);
  await startEngine(page);
  const cycles = (count) =>
    page.evaluate(async (count) => {
      const ids = ["lenet5_mnist", "resnet20_cifar10", "vit_cifar10", "swin_cifar10"];
      const photo = await fetchBlob("www/samples/cat_chelsea.jpg");
      for (let i = 0; i < count; i++) {
        const model = await engine.load(ids[i % ids.length]);
        await model.classify(photo);
        await model.observe(photo, [model.stages[i % model.stages.length].name]);
        await model.explainClass(photo, { method: "occlusion", grid: 2 });
        model.free();
      }
      return (await engine.stats()).wasmMemory;
    }, count);
  const early = { wasm: await cycles(Math.min(40, CYCLES)), ...(await held(page)) };
  const late = { wasm: await cycles(CYCLES), ...(await held(page)) };
  t.diagnostic(row("40 cycles", early));
  t.diagnostic(row(`${CYCLES} cycles more`, late));
  assert.ok(late.wasm <= early.wasm * 1.25, "wasm memory grows");
  assert.ok(late.heap <= early.heap * 1.5 + 2 * MB, "the page's memory grows");
  assert.deepEqual([late.listeners, late.workers], [early.listeners, early.workers]);
  const { restarts, models } = await page.evaluate(() => engine.stats());
  assert.deepEqual([restarts, models, errors], [0, 0, []]);
});

test("places and lessons, one after another", { skip }, async (t) => {
  const { page, errors } = await openPage(
    browser,
    `${site.url}#/explore?backend=${BACKEND === "webgpu" ? "webgpu" : "auto"}`,
  );
  await page.locator(".guess-row.first .guess-label").waitFor();
  const wander = async (count) => {
    const places = ["#/compare", "#/lessons", "#/train", "#/numbers", "#/explore"];
    for (let i = 0; i < count; i++) {
      await page.evaluate((place) => location.assign(place), places[i % places.length]);
      await page.waitForTimeout(150);
      const lesson = page.locator('main a[href*="lesson="]').nth(i % 5);
      if (places[i % places.length] === "#/lessons" && (await lesson.count()) > 0) await lesson.click();
    }
    await page.evaluate(() => location.assign("#/explore"));
    await page.locator(".guess-row.first .guess-label").waitFor();
    await page.waitForTimeout(1000);
  };
  await wander(20);
  const early = await held(page);
  await wander(CHANGES);
  const late = await held(page);
  t.diagnostic(row("20 changes of place", early));
  t.diagnostic(row(`${CHANGES} more`, late));
  assert.ok(late.listeners <= early.listeners * 1.1 + 20, `listeners: ${early.listeners}, then ${late.listeners}`);
  assert.ok(late.nodes <= early.nodes * 1.1 + 100, `nodes: ${early.nodes}, then ${late.nodes}`);
  assert.ok(late.heap <= early.heap * 1.5 + 5 * MB, `heap: ${early.heap}, then ${late.heap}`);
  assert.equal(late.workers, early.workers);
  assert.deepEqual(errors, []);
});

test("the GPU process dies", { skip: skip || BACKEND !== "webgpu" }, async (t) => {
  const { page } = await openPage(browser, site.blank);
  page.setDefaultTimeout(PATIENCE);
  await startEngine(page);
  const session = await browser.newBrowserCDPSession();
  for (let death = 1; death <= DEATHS; death++) {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    const gpu = processInfo.find(({ type }) => type === "GPU");
    if (gpu) process.kill(gpu.id, "SIGKILL");
    const label = await page.evaluate(async () => {
      const model = await engine.load("resnet20_cifar10");
      const { top } = await model.classify(await fetchBlob("www/samples/cat_chelsea.jpg"));
      model.free();
      return top[0].label;
    });
    assert.equal(label, "cat");
  }
  const { stats, info } = await page.evaluate(async () => ({ stats: await engine.stats(), info: engine.info }));
  t.diagnostic(`${DEATHS} deaths: ${stats.restarts} restarts, then on ${info.backend}`);
});

/** In the worker: the memories of the wasm modules that it starts. */
const MEMORIES = `
globalThis.memories = [];
for (const name of ["instantiate", "instantiateStreaming"]) {
  const start = WebAssembly[name];
  WebAssembly[name] = async (...given) => {
    const made = await start(...given);
    const { memory } = (made.instance ?? made).exports;
    if (memory) memories.push(memory);
    return made;
  };
}`;

/** Bytes of RAM that the processes hold which run pages. */
async function resident(session) {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const pages = processInfo.filter(({ type }) => type === "renderer");
  const status = await Promise.all(pages.map(({ id }) => readFile(`/proc/${id}/status`, "utf8")));
  return status.reduce((sum, text) => sum + 1024 * Number(text.match(/VmRSS:\s+(\d+)/)[1]), 0);
}

test("training for a long time", { skip: MINUTES === 0 || FIREFOX, timeout: Number.POSITIVE_INFINITY }, async (t) => {
  site.before.set("www/engine/worker.js", MEMORIES);
  const { page, errors } = await openPage(browser, site.blank);
  page.setDefaultTimeout(0);
  await startEngine(page, { backend: "cpu", cores: 1 });
  const session = await browser.newBrowserCDPSession();
  await page.evaluate(async () => {
    globalThis.run = await engine.train({ experiment: "digits", batch: 8, steps: 1_000_000 });
    run.run();
  });
  const rows = [];
  for (let minute = 1; minute <= MINUTES; minute++) {
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    const { step, measured } = await page.evaluate(async () => {
      const { bytes } = await performance.measureUserAgentSpecificMemory();
      return { step: run.step, measured: bytes };
    });
    const memories = await page.workers()[0].evaluate(() => memories.map(({ buffer }) => buffer.byteLength));
    rows.push({ minute, step, wasm: memories.at(-1), measured, resident: await resident(session) });
    const inMb = ["wasm", "measured", "resident"].map((what) => (rows.at(-1)[what] / MB).toFixed(1));
    t.diagnostic(`| ${minute} | ${step} | ${inMb.join(" | ")} |`);
  }
  // The first half fills what checkpoints may take.
  const half = rows[Math.floor(rows.length / 2)];
  for (const what of ["wasm", "measured", "resident"])
    assert.ok(rows.at(-1)[what] <= half[what] * 1.1 + 2 * MB, `${what} grows`);
  assert.deepEqual(errors, []);
});
