/**
 * Screenshots of the lessons, to be looked at: every step, whole.
 *
 *   node tests/bench/steps.mjs [en|ko] [width] [light|dark] [lesson,...] [step,...]
 *
 * They lie in tests/artifacts/steps/LANGUAGE-WIDTH-SCHEME, named LESSON-NUMBER-STEP.png.
 */

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { lessons } from "../../www/lessons/course/course.js";
import { ROOT, launch, openPage, startSite } from "../browser/harness.mjs";

const HEIGHTS = { 390: 844, 1280: 800 };
/** Curves go on after the figure stands. */
const SETTLES_MS = { "gradient-depth": 6000, "shift-accuracy": 6000, "attention-cost": 9000, "receptive-curve": 9000 };

const all = (values) => values.map(({ id }) => id).join();
const [language = "en", width = "1280", colorScheme = "light", only = all(lessons), steps = ""] = process.argv.slice(2);
const folder = path.join(ROOT, `tests/artifacts/steps/${language}-${width}-${colorScheme}`);
const [site, browser] = await Promise.all([startSite(), launch(), mkdir(folder, { recursive: true })]);
try {
  const viewport = { width: Number(width), height: HEIGHTS[width] ?? 800 };
  const { page, errors } = await openPage(browser, site.blank, { viewport, colorScheme, reducedMotion: "reduce" });
  for (const lesson of lessons.filter(({ id }) => only.split(",").includes(id))) {
    for (const [index, step] of lesson.steps.entries()) {
      if (steps && !steps.split(",").includes(step.id)) continue;
      await page.goto(site.blank);
      await page.goto(`${site.url}#/lessons?lang=${language}&lesson=${lesson.id}&step=${step.id}`);
      await page.locator(`.lesson[data-step="${step.id}"]:not([data-figure="waiting"])`).waitFor();
      await page.waitForTimeout(SETTLES_MS[step.figure.view] ?? 600);
      const name = `${lesson.id}-${String(index).padStart(2, "0")}-${step.id}.png`;
      await page.screenshot({ path: path.join(folder, name), fullPage: true });
    }
    console.log(lesson.id, ...errors.splice(0));
  }
} finally {
  await browser.close();
  await site.close();
}
