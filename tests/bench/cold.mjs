/** Cold starts: a browser of its own for every visit, one page with nothing but an engine, from the navigation on. */

import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { BACKEND, ROOT, chromiumOptions } from "../browser/harness.mjs";
import { interval, median, spread } from "../../www/measured/statistics.js";
import { megabytes, ms, progress, ratio, table } from "./report.mjs";
import { FOLDER } from "./turns.mjs";

/** Warm answers after the first, for its ratio. */
const WARM = 5;
/** What a host compresses; weights are sent as they lie. */
const COMPRESSED = /\.(html|css|m?js|json|svg|wasm|txt)$/;

const sizes = new Map();

/** Bytes of a file as a host sends it, gzipped where that pays. */
async function sentBytes(relative, changed) {
  const name = relative || "index.html";
  if (!sizes.has(name)) {
    const bytes = changed.has(name) ? Buffer.from(changed.get(name)) : await readFile(path.join(ROOT, decodeURI(name)));
    sizes.set(name, COMPRESSED.test(name) ? gzipSync(bytes).length : bytes.length);
  }
  return sizes.get(name);
}

const inProc = (pid, name) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");

/**
 * The most memory that a renderer of the browser of this profile has held, in bytes; null where the system does not
 * tell.
 */
async function peakMemory(profile) {
  const names = await readdir("/proc").catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name));
  const read = async (pid) => {
    const [command, status] = await Promise.all([inProc(pid, "cmdline"), inProc(pid, "status")]);
    const number = (key) => Number(new RegExp(`^${key}:\\s*(\\d+)`, "m").exec(status)?.[1] ?? 0);
    return [Number(pid), { command, parent: number("PPid"), peak: 1024 * number("VmHWM") }];
  };
  const processes = new Map(await Promise.all(pids.map(read)));
  const ofProfile = (pid) => {
    const found = processes.get(pid);
    if (!found) return false;
    return found.command.includes(profile) || ofProfile(found.parent);
  };
  const renderers = [...processes].filter(
    ([pid, { command }]) => command.includes("--type=renderer") && ofProfile(pid),
  );
  return renderers.length > 0 ? Math.max(...renderers.map(([, { peak }]) => peak)) : null;
}

/**
 * One visit with a profile: `answer` waits in the page, and tells when it was there. `kept`: the page's service worker
 * may keep it, and answer from what it keeps.
 */
export async function visit(site, profile, address, answer, kept = false) {
  const serviceWorkers = kept ? "allow" : "block";
  const context = await chromium.launchPersistentContext(profile, { ...chromiumOptions(), serviceWorkers });
  try {
    const [page] = context.pages();
    page.setDefaultTimeout(0);
    // The process and its caches are there; what is measured is the page.
    await page.goto(site.blank);
    site.log.length = 0;
    await page.goto(address, { waitUntil: "commit" });
    const found = await answer(page);
    const early = site.log.filter(({ at, status }) => at <= found.at && status === 200);
    const bytes = await Promise.all(early.map((entry) => sentBytes(entry.path, site.changed)));
    const memory = await peakMemory(profile);
    return { ...found, requests: early.length, bytes: bytes.reduce((sum, n) => sum + n, 0), memory };
  } finally {
    await context.close();
  }
}

export async function inProfile(work) {
  const profile = await mkdtemp(path.join(os.tmpdir(), "vitrine-bench-"));
  try {
    return await work(profile);
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
}

const minimal = (page) => page.waitForFunction(() => globalThis.answered).then((handle) => handle.jsonValue());

/**
 * The page itself: its own network and photo, and everything that it shows. The time is read in the frame that shows
 * the answer: asked from outside, it would hold the work that follows the answer.
 */
export async function shown(page) {
  const stood = await page.waitForFunction(
    () => {
      const row = document.querySelector(".guess-row.first");
      return row?.checkVisibility() && { answered: performance.now(), at: performance.timeOrigin + performance.now() };
    },
    null,
    { polling: "raf" },
  );
  return { load: null, first: null, times: [], ...(await stood.jsonValue()) };
}

const column = (visits, what) => visits.map((each) => each[what]).filter((value) => value !== null);
const middle = (values, print) => (values.length > 0 ? print(median(values)) : "");

/**
 * Each engine on its minimal page, in turn, `visits` times each from an empty profile; then the page itself.
 * @returns a table.
 */
export async function coldStarts(site, ids, engines, visits) {
  const rows = [];
  const head = [
    "page",
    "network",
    "to the first answer: median (quartiles)",
    "over onnxruntime-web",
    "engine and network",
    "first answer",
    "warm",
    "first over warm",
    "requests",
    "bytes, gzipped",
    "peak memory",
  ];
  for (const id of ids) {
    const found = Object.fromEntries(engines.map((engine) => [engine, []]));
    for (let turn = 0; turn < visits; turn++) {
      for (const engine of engines) {
        progress(`cold start ${turn + 1} of ${visits}: ${engine}, ${id}`);
        const query = new URLSearchParams({ engine, id, folder: FOLDER, backend: BACKEND, warm: WARM });
        const address = `${site.url}tests/bench/cold.html?${query}`;
        found[engine].push(await inProfile((profile) => visit(site, profile, address, minimal)));
      }
    }
    const base = column(found["onnxruntime-web"] ?? [], "answered");
    for (const [engine, all] of Object.entries(found)) {
      const times = column(all, "answered");
      rows.push(rowOf(engine, id, all, engine !== "onnxruntime-web" && base.length > 0 ? interval(times, base) : null));
    }
  }
  const own = [];
  for (let turn = 0; turn < visits; turn++) {
    progress(`cold start ${turn + 1} of ${visits}: the page itself`);
    const address = `${site.url}#/explore?backend=${BACKEND}&lang=en`;
    own.push(await inProfile((profile) => visit(site, profile, address, shown)));
  }
  rows.push(rowOf("Vitrine's own page", "its first network", own, null));
  return table(head, rows);
}

function rowOf(page, id, visits, over) {
  const answered = spread(column(visits, "answered"));
  const warm = visits.filter(({ times }) => times.length > 0).map(({ times }) => median(times));
  const slower = visits.filter(({ times }) => times.length > 0).map(({ first, times }) => first / median(times));
  return [
    page,
    id,
    `${ms(answered.middle)} (${ms(answered.low)} to ${ms(answered.high)})`,
    over ? ratio(over) : "",
    middle(column(visits, "load"), ms),
    middle(column(visits, "first"), ms),
    middle(warm, ms),
    middle(slower, (value) => value.toFixed(2)),
    middle(column(visits, "requests"), (value) => value.toFixed(0)),
    middle(column(visits, "bytes"), megabytes),
    middle(column(visits, "memory"), megabytes),
  ];
}

/**
 * The first answer of a first visit and of a second over warm ones, the profile kept: what the browser has compiled may be
 * stored. `visits` pairs of them, each from an empty profile.
 * @returns a table of medians, ratios with the least and the largest.
 */
export async function secondVisits(site, ids, engine, visits) {
  const rows = [];
  for (const id of ids) {
    const query = new URLSearchParams({ engine, id, folder: FOLDER, backend: BACKEND, warm: 3 });
    const once = (profile) => visit(site, profile, `${site.url}tests/bench/cold.html?${query}`, minimal);
    const pairs = [];
    for (let pair = 0; pair < visits; pair++) {
      progress(`first and second visit ${pair + 1} of ${visits}: ${id}`);
      pairs.push(await inProfile(async (profile) => [await once(profile), await once(profile)]));
    }
    rows.push([id, ...[0, 1].flatMap((which) => firstOverWarm(pairs.map((pair) => pair[which])))]);
  }
  const columns = (which) => [`${which} visit: first answer`, "warm", "first over warm (least to largest)"];
  return table(["network", ...columns("first"), ...columns("second")], rows);
}

function firstOverWarm(visits) {
  const over = visits.map(({ first, times }) => first / median(times));
  const ends = { middle: median(over), low: Math.min(...over), high: Math.max(...over) };
  return [ms(median(column(visits, "first"))), ms(median(visits.map(({ times }) => median(times)))), ratio(ends)];
}
