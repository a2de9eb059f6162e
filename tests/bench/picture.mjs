/**
 * Frames of the picture while ResNet-50 is zoomed and panned on the CPU, and tasks on the page's thread while VGG-16
 * runs:
 *
 *   node tests/bench/picture.mjs [resnet50] [seconds]
 *
 * Weights are seeded (`cargo xtask checkpoint`), so nothing is downloaded. Prints the median and the 95th percentile of
 * the time between frames, and the longest tasks of the page's own thread: how long they took, and for how long of that
 * the thread computed, which does not depend on what else the machine does. Where a longest task went is told by the
 * parts of its trace.
 */

import { checkpoint, launch, openPage, startSite } from "../browser/harness.mjs";
import { quantile } from "../../www/measured/statistics.js";
import { partsOf, tasksOf } from "./trace.mjs";

const [model = "resnet50", seconds = "8"] = process.argv.slice(2);
const [site, browser, file] = await Promise.all([startSite(), launch(), checkpoint(model)]);

/** The tasks of the page's thread while something is done. */
async function traced(page, act) {
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline"] });
  const result = await act();
  const { traceEvents } = JSON.parse(String(await browser.stopTracing()));
  return { result, events: traceEvents, tasks: tasksOf(traceEvents) };
}

/** @param {string} when */
function report(when, { tasks, events }) {
  const [first] = tasks;
  const longest = tasks.reduce((most, task) => (task.wall > most.wall ? task : most));
  console.log(
    `${when}: ${tasks.length} tasks of the page's thread; the longest computed ${first.cpu.toFixed(1)} ms ` +
      `and took ${longest.wall.toFixed(0)} ms with waiting; ${tasks.filter(({ cpu }) => cpu > 25).length} computed over 25 ms`,
  );
  for (const task of tasks.slice(0, 3))
    console.log(`  ${task.cpu.toFixed(1)} of ${task.wall.toFixed(1)} ms: ${partsOf(events, task)}`);
}

/** The times between frames while the picture is zoomed and panned. */
async function frames(page) {
  const ms = 1000 * Number(seconds);
  const times = page.evaluate((ms) => {
    const found = [];
    return new Promise((done) => {
      const begun = performance.now();
      let last = begun;
      const step = (now) => {
        found.push(now - last);
        last = now;
        if (now - begun < ms) requestAnimationFrame(step);
        else done(found.slice(1));
      };
      requestAnimationFrame(step);
    });
  }, ms);
  const end = Date.now() + ms;
  for (let i = 0; Date.now() < end; i++) {
    await page.mouse.move(500 + 200 * Math.sin(i / 9), 400);
    await page.mouse.wheel(i % 5 === 0 ? 60 : 0, i % 120 < 60 ? -60 : 60);
    await page.waitForTimeout(12);
  }
  return times;
}

try {
  const { page } = await openPage(browser, `${site.url}#/explore?backend=cpu&lang=en`, {
    viewport: { width: 1440, height: 860 },
  });
  page.setDefaultTimeout(300_000);
  await page.locator('.picture[data-drawn="all"]').waitFor();
  const loading = await traced(page, async () => {
    await page.getByRole("button", { name: "Your networks" }).click();
    await page.locator('dialog input[type="file"]').setInputFiles(file);
    await page.waitForFunction(
      (id) => document.querySelector(".crumb")?.textContent?.toLowerCase().includes(id),
      model.slice(0, 3),
    );
    await page.locator('.answer-card[data-kind="answer"][aria-busy="false"]').waitFor();
    await page.locator('.picture[data-drawn="all"]').waitFor();
  });
  report(`${model}, loading and answering`, loading);
  const moving = await traced(page, () => frames(page));
  const times = moving.result;
  const at = (share) => quantile(times, share).toFixed(1);
  console.log(
    `${model}: ${times.length} frames, median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms, longest ${at(1)} ms`,
  );
  report(`${model}, zooming`, moving);
} finally {
  await browser.close();
  await site.close();
}
