/** Engines that answer in turn in one page, and what their times say. */

import { access } from "node:fs/promises";
import path from "node:path";
import { ROOT, openPage } from "../browser/harness.mjs";
import { interval, median, spread } from "../../www/measured/statistics.js";
import { ms, progress, ratio, table } from "./report.mjs";

export const FOLDER = "networks";
/** What LiteRT.js computes on WebGPU; it falls back to its CPU for the others, which says nothing here. */
const LITERT_ON_WEBGPU = ["resnet18"];
/** What an answer may differ from PyTorch's; an engine that is wrong is not timed. */
const TOLERANCE = 1e-3;

const OURS = "Vitrine";
const ORT = "onnxruntime-web";
const LITERT = "LiteRT.js";
const contender = (engine, backend, cores, name = engine) => ({ name, engine, backend, cores });

/** Who takes part, in which page, and which ratios are told of. `over` are pairs of names. */
export function contest(kind, cores) {
  const all = (engine) =>
    contender(engine, "cpu", cores, `${engine}, ${cores} ${engine === OURS ? "cores" : "threads"}`);
  const one = (engine) => contender(engine, "cpu", 1);
  const gpu = (engine) => contender(engine, "webgpu", 1);
  switch (kind) {
    case "static":
      return {
        title: "CPU, one thread each",
        contenders: [one(OURS), one(ORT), one(LITERT)],
        over: [
          [OURS, ORT],
          [OURS, LITERT],
          [LITERT, ORT],
        ],
      };
    case "isolated":
      // A page gets what our service worker gives it on any host; onnxruntime-web by itself has one thread there.
      return {
        title: "CPU, several cores, in an isolated page",
        contenders: [all(OURS), one(ORT), all(ORT)],
        over: [
          [all(OURS).name, ORT],
          [all(OURS).name, all(ORT).name],
        ],
      };
    default:
      return {
        title: "WebGPU, Chromium's software adapter (SwiftShader)",
        contenders: [gpu(OURS), gpu(ORT), gpu(LITERT)],
        over: [
          [OURS, ORT],
          [OURS, LITERT],
        ],
      };
  }
}

const exists = (file) =>
  access(path.join(ROOT, "tests/bench", FOLDER, file)).then(
    () => true,
    () => false,
  );

/** Whether LiteRT.js has this network and computes it there. */
async function takesPart({ engine, backend }, id) {
  if (engine !== LITERT) return true;
  return (backend === "cpu" || LITERT_ON_WEBGPU.includes(id)) && exists(`${id}.tflite`);
}

/** One network in one fresh page. */
export async function measure(browser, site, { contenders }, id, options) {
  const taking = [];
  for (const each of contenders) if (await takesPart(each, id)) taking.push(each);
  const { page, context } = await openPage(browser, `${site.url}tests/bench/page.html`);
  page.setDefaultTimeout(0);
  progress(`${id}: ${taking.map(({ name }) => name).join(", ")}`);
  const results = await page.evaluate(
    async ([id, folder, taking, options]) => {
      const { measure } = await import(new URL("engines.js", location.href).href);
      return measure(id, folder, taking, options);
    },
    [id, FOLDER, taking, options],
  );
  await context.close();
  for (const [name, { error }] of Object.entries(results)) {
    if (!(error < TOLERANCE)) throw new Error(`${name} is ${error} from PyTorch on ${id}`);
  }
  return results;
}

/** What the machine's cores have in common: one row for each network, of one fresh page. */
export async function shared(browser, site, id, cores, options) {
  const { page, context } = await openPage(browser, `${site.url}tests/bench/page.html`);
  page.setDefaultTimeout(0);
  progress(`${id}: ${cores} answers at once`);
  const { alone, together } = await page.evaluate(
    async ([id, folder, cores, options]) => {
      const { together } = await import(new URL("engines.js", location.href).href);
      return together(id, folder, cores, options);
    },
    [id, FOLDER, cores, options],
  );
  await context.close();
  const { middle, low, high } = interval(together, alone);
  const least = { middle: middle / cores, low: low / cores, high: high / cores };
  return [id, ms(median(alone)), ms(median(together)), ratio({ middle, low, high }), ratio(least)];
}

/** All rows of one run. `found` holds results by network. */
export function rowsOf(found, { over }) {
  const rows = Object.entries(found).flatMap(([id, results]) =>
    Object.entries(results).map(([name, { load, first, error, times }]) => {
      const { middle, low, high } = spread(times);
      const ratios = over
        .filter(([a, b]) => a === name && results[b])
        .map(([, b]) => `${ratio(interval(times, results[b].times))} of ${b}`);
      return [
        id,
        name,
        `${ms(middle)} (${ms(low)} to ${ms(high)})`,
        ratios.join("; "),
        ms(load),
        ms(first),
        error.toExponential(1),
      ];
    }),
  );
  const head = [
    "network",
    "engine",
    "answer: median (quartiles)",
    "its time (interval)",
    "load",
    "first answer",
    "error",
  ];
  return table(head, rows);
}

/** The ratios that were asked for, by network: of several runs the median one, with the least and the largest. */
export function ratiosOf(runs, { over }, ids) {
  return over.map(([a, b]) => {
    const cells = ids.map((id) => {
      const each = runs
        .map((found) => found[id])
        .filter((results) => results?.[a] && results[b])
        .map((results) => interval(results[a].times, results[b].times));
      if (each.length === 0) return "";
      if (each.length === 1) return ratio(each[0]);
      const middles = each.map(({ middle }) => middle);
      return ratio({ middle: median(middles), low: Math.min(...middles), high: Math.max(...middles) });
    });
    return [`${a} over ${b}`, ...cells];
  });
}
