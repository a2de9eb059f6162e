/**
 * Measures Vitrine's engine against onnxruntime-web and LiteRT.js in Chromium, and by itself; with
 * VITRINE_BACKEND=webgpu on a software adapter. `cargo xtask bench` installs what this needs, converts the networks and
 * starts it. Prints Markdown; what it is at goes to standard error.
 *
 *     node tests/bench/run.mjs [--quick] [--rounds N] [--runs N] [--only turns,cold,again,inside] [ID...]
 */

import os from "node:os";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { BACKEND, ROOT, launch, startSite } from "../browser/harness.mjs";
import { coldStarts, secondVisits } from "./cold.mjs";
import { growth, throughput, training } from "./inside.mjs";
import { machine, progress, section, table } from "./report.mjs";
import { contest, measure, ratiosOf, rowsOf, shared } from "./turns.mjs";

const NETWORKS = ["resnet18", "vit_tiny_patch16_224", "swin_tiny_patch4_window7_224", "dino_vit_small_patch16_224"];
const ISOLATED = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
const GPU = BACKEND === "webgpu";
/** Software WebGPU takes a hundred times as long: fewer turns, and no code that a browser would make faster. */
const TURNS = GPU ? { quick: 1, whole: 3, warm: 0 } : { quick: 6, whole: 15, warm: 3 };

const { values, positionals } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    runs: { type: "string", default: "1" },
    only: { type: "string", default: "turns,cold,again,inside" },
  },
  allowPositionals: true,
});
const { quick } = values;
const ids = positionals.length > 0 ? positionals : NETWORKS;
const parts = values.only.split(",");
const runs = Number(values.runs);
const rounds = Number(values.rounds ?? (quick ? TURNS.quick : TURNS.whole));
const cores = os.availableParallelism();

/** The page's side of the engine in one file, as the bundler of a page that embeds it leaves it. */
async function bundled(site) {
  const made = await build({
    absWorkingDir: ROOT,
    entryPoints: ["www/engine.js"],
    bundle: true,
    format: "esm",
    minify: true,
    write: false,
    target: ["es2022"],
  });
  // Beside its modules: what they give as beside themselves stays right.
  site.changed.set("www/engine/bundled.js", made.outputFiles[0].text);
  return site;
}

/** Engines in turn: `runs` times over all networks, every network in a fresh page. */
async function inTurn(browser, site, kind) {
  const contested = contest(kind, cores);
  const found = [];
  for (let run = 0; run < runs; run++) {
    found.push({});
    for (const id of ids) {
      progress(`${contested.title}, run ${run + 1} of ${runs}`);
      found[run][id] = await measure(browser, site, contested, id, { rounds, warm: TURNS.warm });
    }
  }
  const which = runs > 1 ? `, the median of ${runs} runs (least to largest)` : " (interval)";
  section(
    contested.title,
    `Time over time, in turn in one page, ${rounds} turns${which}:`,
    table(["", ...ids], ratiosOf(found, contested, ids)),
    ...found.map((run) => rowsOf(run, contested)),
  );
}

/** Cores that are threads of one share its units: then no engine that keeps these busy can gain by another. */
async function inCommon(browser, site) {
  const rows = [];
  for (const id of ids) rows.push(await shared(browser, site, id, cores, { rounds, warm: TURNS.warm }));
  const head = [
    "network",
    "one alone",
    "each of them",
    "over alone (interval)",
    `one answer by ${cores} cores, at least`,
  ];
  section(
    `What ${cores} cores have in common`,
    `${cores} of our engines, of one core each and with nothing shared, answer at the same time, ${rounds} times:`,
    table(head, rows),
  );
}

async function turns(browser, site) {
  if (GPU) return inTurn(browser, site, "webgpu");
  await inTurn(browser, site, "static");
  if (cores === 1) return;
  const isolated = await bundled(await startSite({ headers: ISOLATED }));
  try {
    await inTurn(browser, isolated, "isolated");
    await inCommon(browser, isolated);
  } finally {
    await isolated.close();
  }
}

async function cold(site) {
  const engines = ["Vitrine", "onnxruntime-web", ...(GPU ? [] : ["LiteRT.js"])];
  const some = quick ? ids.slice(0, GPU ? 1 : 2) : ids;
  section(
    "Cold start",
    "From the navigation to the first answer, a browser with an empty profile each time, files from this machine:",
    await coldStarts(site, some, engines, quick || GPU ? 3 : 5),
  );
}

/** What a GPU's shaders take is waited for once; the rest of a first answer is in `cold`. */
async function again(site) {
  if (GPU) section("First and second visit", await secondVisits(site, ids, "Vitrine", quick ? 1 : 3));
}

async function inside(browser, site) {
  const options = { backend: BACKEND };
  const some = quick ? ids.slice(0, 2) : ids;
  await throughput(browser, site, options, some, GPU ? 1 : 5);
  await growth(browser, site, options, ids);
  // Training computes on the CPU, whatever the engine runs on.
  if (!GPU) await training(browser, site, options, quick ? 0.25 : 1);
}

const site = await bundled(await startSite());
const browser = await launch();
try {
  const command = ["cargo xtask bench", ...(GPU ? ["--webgpu"] : []), ...process.argv.slice(2)].join(" ");
  console.log(`${machine(browser.version(), command)}\n`);
  if (parts.includes("turns")) await turns(browser, site);
  if (parts.includes("cold")) await cold(site);
  if (parts.includes("again")) await again(site);
  if (parts.includes("inside")) await inside(browser, site);
  progress("done");
} finally {
  await browser.close();
  await site.close();
}
