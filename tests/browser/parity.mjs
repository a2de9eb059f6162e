/**
 * How far a network in the browser is from PyTorch: one way to measure it, for the tests and for `cargo xtask parity`.
 *
 *     node tests/browser/parity.mjs [MODEL...]
 *
 * measures the models of tests/reference/expected (or those named) on VITRINE_BACKEND, prints a row for each and keeps
 * the rows in www/parity.json, each in place of the one that was there.
 */

import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import {
  BACKEND,
  ROOT,
  checkpoint,
  expected,
  input,
  launch,
  noise,
  openPage,
  startEngine,
  startSite,
} from "./harness.mjs";
import { Hub } from "./hub.mjs";

/** The largest relative error of an answer, max |a - b| over max |b|. */
export const TOLERANCE = 1e-3;
const PATCHES = 196;
/** For one model: what takes longer is given up. Software WebGPU needs up to half an hour on two busy cores. */
const PATIENCE = 40 * 60_000;

/** Max |a - b| over max |b|; infinite where lengths differ or a number is missing. */
export function relativeError(ours, theirs) {
  if (ours.length !== theirs.length || !ours.every(Number.isFinite)) return Infinity;
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return theirs.reduce((most, value, i) => Math.max(most, Math.abs(ours[i] - value)), 0) / largest;
}

/** Puts the seeded checkpoint and input of a model on a hub of its own; gives what was measured on `window.engine`. */
export async function measure(page, model) {
  const reference = await expected(model);
  const hub = await Hub.start();
  try {
    const source = await hub.addFile(`${model}.safetensors`, await checkpoint(model));
    const values = hub.add("input", await readFile(await input(model)));
    const seeded = reference.mask ? hub.add("noise", await readFile(await noise(model, PATCHES))) : null;
    const answer = await page.evaluate(compute, {
      id: model,
      source,
      values,
      seeded,
      at: reference.reconstruction?.at,
    });
    if (answer.backend !== BACKEND) throw new Error(`the engine went on with ${answer.backend}`);
    return seeded ? reconstructionError(answer, reference) : relativeError(answer.output, reference.output);
  } finally {
    await hub.close();
  }
}

/** The error of the recorded values or of the loss, whichever is larger; another mask is another answer. */
function reconstructionError({ output, mask, loss }, reference) {
  if (mask.join() !== reference.mask.join()) return Infinity;
  return Math.max(relativeError(output, reference.reconstruction.values), relativeError([loss], [reference.loss]));
}

/** In the page: loads, computes, and gives everything back, the stored file too. */
async function compute({ id, source, values, seeded, at }) {
  const floats = async (url) => new Float32Array(await (await fetch(url)).arrayBuffer());
  const model = await engine.load(id, { source });
  try {
    const tensor = { data: await floats(values), shape: [1, 3, 224, 224] };
    if (!seeded) {
      const { data } = await model.forward(tensor);
      return { output: [...data], backend: engine.info.backend };
    }
    const { data, mask, loss } = await model.reconstruct(tensor, { noise: await floats(seeded) });
    return { output: at.map((i) => data[i]), mask: [...mask], loss, backend: engine.info.backend };
  } finally {
    model.free();
    for (const { key } of await engine.stored()) await engine.remove(key);
  }
}

/** The models that `reference.py` recorded outputs of. */
export async function recorded() {
  const files = await readdir(path.join(ROOT, "tests/reference/expected"));
  const names = files.filter((file) => file.endsWith(".json")).map((file) => path.basename(file, ".json"));
  return names.filter((name) => !name.startsWith("gradients_")).sort();
}

/** What www/parity.json says of a model on this backend. */
export async function kept(model) {
  const { rows } = JSON.parse(await readFile(path.join(ROOT, "www/parity.json"), "utf8"));
  return rows.find((row) => row.model === model && row.backend === BACKEND);
}

async function keep(row) {
  const file = path.join(ROOT, "www/parity.json");
  const before = await readFile(file, "utf8").then(JSON.parse, () => ({ rows: [] }));
  const others = before.rows.filter(({ model, backend }) => model !== row.model || backend !== row.backend);
  const rows = [...others, row].sort((a, b) => a.backend.localeCompare(b.backend) || a.model.localeCompare(b.model));
  await writeFile(file, `${JSON.stringify({ date: row.date, rows }, null, 1)}\n`);
}

/** Measures one model in a browser of its own, so that one that fails leaves nothing behind. */
async function row(site, model) {
  const browser = await launch();
  let timer;
  try {
    const { page } = await openPage(browser, site.blank);
    await startEngine(page);
    const late = new Promise((_, refuse) => {
      timer = setTimeout(() => refuse(new Error(`not done after ${PATIENCE / 60_000} minutes`)), PATIENCE);
    });
    const error = await Promise.race([measure(page, model), late]);
    if (!Number.isFinite(error)) throw new Error("the answer has another shape, another mask or no numbers");
    const date = new Date().toISOString().slice(0, 10);
    return {
      model,
      backend: BACKEND,
      error: Number(error.toPrecision(3)),
      date,
      browser: `Chromium ${browser.version()}`,
    };
  } finally {
    clearTimeout(timer);
    await browser.close();
  }
}

async function main(models) {
  const site = await startSite();
  let failed = 0;
  for (const model of models) {
    const start = performance.now();
    const said = await row(site, model).then(
      async (measured) => {
        await keep(measured);
        if (measured.error > TOLERANCE) failed += 1;
        return measured.error.toExponential(2) + (measured.error > TOLERANCE ? "  too far" : "");
      },
      (error) => {
        failed += 1;
        return String(error.message ?? error).split("\n")[0];
      },
    );
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(`${model.padEnd(30)} ${BACKEND.padEnd(7)} ${seconds.padStart(4)} s  ${said}`);
  }
  await site.close();
  process.exitCode = failed > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const named = process.argv.slice(2);
  await main(named.length > 0 ? named : await recorded());
}
