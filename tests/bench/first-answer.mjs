/**
 * How long the page takes to its first answer when the browser has been there before: one profile, kept, and a browser
 * process of its own for every visit; from the navigation until the answer's first row stands. Once with the browser's
 * own cache alone, once as the page's service worker keeps it, as every later visit is.
 *
 *   node tests/bench/first-answer.mjs [visits]
 */

import os from "node:os";
import { BACKEND, startSite } from "../browser/harness.mjs";
import { spread } from "../../www/measured/statistics.js";
import { inProfile, shown, visit } from "./cold.mjs";
import { ms } from "./report.mjs";

/** The answer, and then until all of the page is kept. */
async function shownAndKept(page) {
  const found = await shown(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  return found;
}

const KINDS = { "a warm cache": { answer: shown, kept: false }, "the page kept": { answer: shownAndKept, kept: true } };
const visits = Number(process.argv[2] ?? 7);
const site = await startSite();
try {
  const address = `${site.url}#/explore?backend=${BACKEND}&lang=en`;
  for (const [kind, { answer, kept }] of Object.entries(KINDS)) {
    const times = await inProfile(async (profile) => {
      const found = [];
      for (let i = 0; i <= visits; i++) found.push((await visit(site, profile, address, answer, kept)).answered);
      return found;
    });
    const { middle, low, high } = spread(times.slice(1));
    const load = os.loadavg().map((value) => value.toFixed(1));
    console.log(`first visit: ${ms(times[0])}; ${visits} after it, with ${kind}: median ${ms(middle)}`);
    console.log(`(quartiles ${ms(low)} to ${ms(high)}); load ${load.join(", ")} on ${os.availableParallelism()} cores`);
  }
} finally {
  await site.close();
}
