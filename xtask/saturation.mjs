/**
 * `cargo xtask train saturation --exact`: figure 1 of the AlexNet paper in small, by the wasm build that the page trains
 * with: how many passes over the training images ReLU and tanh take until a quarter of them is still named wrongly, each
 * network at its own best rate. The table of www/train/ten-seeds.json is written anew; runs that were measured before
 * are not trained again (target/training/saturation.json).
 */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { ROOT, begin } from "./train.mjs";

const NETWORKS = ["relu", "tanh"];
/** From this rate on, halves and doubles are tried for as long as they are better. */
const FIRST_RATE = 0.04;
/** Seeds that choose the rate, none of which is counted. */
const CHOOSING = [100, 101];
const SEEDS = Array.from({ length: 10 }, (_, seed) => seed);
/** The share of wrong answers in the paper's figure. */
const ERROR = 0.25;
/** Passes, of 31 batches each, over which the rate falls. */
const PASSES = 30;
const PASS = 31;

const KEPT = path.join(ROOT, "target/training/saturation.json");
const TABLE = path.join(ROOT, "www/train/ten-seeds.json");

const described = (network, rate, seed) => ({
  experiment: "activation",
  networks: [network],
  seed,
  rate,
  images: 1000,
  batch: 32,
  steps: PASSES * PASS,
  test: PASSES * PASS,
});

/** Passes until the mean error over one is small enough; one more than `most` where it is not by then. */
async function passes(network, rate, seed, most) {
  const name = `${network} ${rate} ${seed}`;
  const all = JSON.parse(await readFile(KEPT, "utf8").catch(() => "{}"));
  const known = all[name];
  if (known?.reached || known?.passes > most) return known.passes;
  const { run } = await begin(described(network, rate, seed));
  let [done, reached] = [0, false];
  while (!reached && done < most) {
    const { networks, failed } = JSON.parse(await run.advance(PASS));
    const error = 1 - networks[network].accuracy;
    done++;
    console.log(`${name}: pass ${done}, error ${error.toFixed(3)}`);
    if (failed) break;
    reached = error <= ERROR;
  }
  run.free();
  const found = { passes: reached ? done : most + 1, reached };
  await mkdir(path.dirname(KEPT), { recursive: true });
  await writeFile(KEPT, JSON.stringify({ ...all, [name]: found }));
  return found.passes;
}

/** The rate of the fewest passes; what takes more than the best so far is not followed to its end. */
async function best(network) {
  const tried = [];
  let [found, least] = [FIRST_RATE, 2 * PASSES];
  const better = async (rate) => {
    let sum = 0;
    for (const seed of CHOOSING)
      if (sum <= least) sum += await passes(network, rate, seed, Math.min(PASSES, least - sum));
    tried.push([rate, sum / CHOOSING.length]);
    if (sum >= least) return false;
    [found, least] = [rate, sum];
    return true;
  };
  await better(FIRST_RATE);
  for (const factor of [0.5, 2]) {
    let rate = FIRST_RATE * factor;
    while (await better(rate)) rate *= factor;
  }
  return { rate: found, tried: tried.sort(([a], [b]) => a - b) };
}

const chosen = [];
for (const network of NETWORKS) {
  const { rate, tried } = await best(network);
  console.log(`${network}: passes by rate ${JSON.stringify(tried)}`);
  const all = [];
  for (const seed of SEEDS) all.push(await passes(network, rate, seed, PASSES));
  chosen.push({ network, rate, tried, all });
}
const rows = SEEDS.map((_, seed) => chosen.map(({ all }) => all[seed]));
const held = [([relu, tanh]) => relu < tanh, ([relu, tanh]) => tanh < relu].map((holds) => rows.filter(holds).length);
console.log(rows.map((row, seed) => `| ${seed} | ${row.join(" | ")} |`).join("\n"));
const saturation = {
  specs: chosen.map(({ network, rate }) => described(network, rate, 0)),
  tried: chosen.map(({ tried }) => tried),
  choosing: CHOOSING.length,
  passes: PASSES,
  held,
  rows,
};
const table = JSON.parse(await readFile(TABLE, "utf8"));
await writeFile(TABLE, `${JSON.stringify({ ...table, saturation }, null, 2)}\n`);
