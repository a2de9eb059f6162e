/**
 * Measures Vitrine's engine against onnxruntime-web and LiteRT.js in one page of Chromium, in turn: on the CPU, one
 * thread each, or with VITRINE_BACKEND=webgpu on a software adapter.
 *
 *     node tests/bench/run.mjs [--rounds N] [--runs N] [ID...]
 *
 * `cargo xtask bench` installs what this needs, converts the networks and starts it.
 */

import { access } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { BACKEND, ROOT, launch, openPage, startSite } from "../browser/harness.mjs";
import { interval, median, quantile } from "./statistics.mjs";

const NETWORKS = ["resnet18", "vit_tiny_patch16_224", "swin_tiny_patch4_window7_224", "dino_vit_small_patch16_224"];
const FOLDER = "networks";
/** What LiteRT.js computes on WebGPU; it falls back to its CPU for the others, which says nothing here. */
const LITERT_ON_WEBGPU = ["resnet18"];
/** What an answer may differ from PyTorch's; an engine that is wrong is not timed. */
const TOLERANCE = 1e-3;

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "20" }, runs: { type: "string", default: "1" } },
  allowPositionals: true,
});
const ids = positionals.length > 0 ? positionals : NETWORKS;

async function exists(file) {
  return access(path.join(ROOT, "tests/bench", FOLDER, file)).then(
    () => true,
    () => false,
  );
}

function row(cells) {
  return `| ${cells.join(" | ")} |`;
}

function report(id, results) {
  const base = results["onnxruntime-web"].times;
  const reference = results["LiteRT.js"]?.times;
  const ratio = (times, other) => {
    if (!other || times === other) return "";
    const { middle, low, high } = interval(times, other);
    return `${middle.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  };
  return Object.entries(results).map(([name, { load, first, error, times }]) =>
    row([
      id,
      name,
      `${median(times).toFixed(1)} (${quantile(times, 0.25).toFixed(1)} to ${quantile(times, 0.75).toFixed(1)})`,
      ratio(times, base),
      ratio(times, reference),
      load.toFixed(0),
      first.toFixed(0),
      error.toExponential(1),
    ]),
  );
}

async function measure(page, id, rounds) {
  const litert = (BACKEND === "cpu" || LITERT_ON_WEBGPU.includes(id)) && (await exists(`${id}.tflite`));
  const names = ["Vitrine", "onnxruntime-web", ...(litert ? ["LiteRT.js"] : [])];
  const results = await page.evaluate(
    async ([id, folder, names, rounds, backend]) => {
      const { measure } = await import(new URL("engines.js", location.href).href);
      return measure(id, folder, names, rounds, backend);
    },
    [id, FOLDER, names, rounds, BACKEND],
  );
  for (const [name, { error }] of Object.entries(results)) {
    if (!(error < TOLERANCE)) throw new Error(`${name} is ${error} from PyTorch on ${id}`);
  }
  return results;
}

const site = await startSite();
const browser = await launch();
try {
  const where = BACKEND === "webgpu" ? "software WebGPU" : "one thread each";
  console.log(`Chromium ${browser.version()}, ${where}, ${values.rounds} turns, milliseconds\n`);
  const head = ["network", "engine", "answer: median (quartiles)", "over onnxruntime-web", "over LiteRT.js"];
  console.log(row([...head, "load", "first answer", "error"]));
  console.log(row(Array(8).fill("---")));
  for (let run = 0; run < Number(values.runs); run++) {
    for (const id of ids) {
      const { page, context } = await openPage(browser, `${site.url}tests/bench/page.html`);
      page.setDefaultTimeout(0);
      for (const line of report(id, await measure(page, id, Number(values.rounds)))) console.log(line);
      await context.close();
    }
  }
} finally {
  await browser.close();
  await site.close();
}
