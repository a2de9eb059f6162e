/**
 * Frames of the picture while ResNet-50 is zoomed and panned on the CPU, and tasks on the page's thread while VGG-16
 * runs:
 *
 *   node tests/bench/picture.mjs [resnet50] [seconds]
 *
 * Weights are seeded (`cargo xtask checkpoint`), so nothing is downloaded. Prints the median and the 95th percentile of
 * the time between frames, and the longest task of the page's own thread.
 */

import { checkpoint, launch, openPage, startSite } from "../browser/harness.mjs";

const [model = "resnet50", seconds = "8"] = process.argv.slice(2);
const [site, browser, file] = await Promise.all([startSite(), launch(), checkpoint(model)]);
try {
  const { page } = await openPage(browser, `${site.url}#/explore?backend=cpu&lang=en`, {
    viewport: { width: 1440, height: 860 },
  });
  page.setDefaultTimeout(180_000);
  await page.locator('.picture[data-drawn="all"]').waitFor();
  await page.evaluate(() => {
    globalThis.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration);
    }).observe({ entryTypes: ["longtask"] });
  });
  await page.getByRole("button", { name: "Your networks" }).click();
  await page.locator('dialog input[type="file"]').setInputFiles(file);
  await page.waitForFunction(
    (id) => document.querySelector(".crumb")?.textContent?.toLowerCase().includes(id),
    model.slice(0, 3),
  );
  await page.locator('.answer-card[data-kind="answer"][aria-busy="false"]').waitFor();
  await page.locator('.picture[data-drawn="all"]').waitFor();
  const loading = await page.evaluate(() => globalThis.longest);
  const frames = page.evaluate((ms) => {
    const times = [];
    return new Promise((done) => {
      const begun = performance.now();
      let last = begun;
      const step = (now) => {
        times.push(now - last);
        last = now;
        if (now - begun < ms) requestAnimationFrame(step);
        else done(times.slice(1));
      };
      requestAnimationFrame(step);
    });
  }, 1000 * Number(seconds));
  const end = Date.now() + 1000 * Number(seconds);
  for (let i = 0; Date.now() < end; i++) {
    await page.mouse.move(500 + 200 * Math.sin(i / 9), 400);
    await page.mouse.wheel(i % 5 === 0 ? 60 : 0, i % 120 < 60 ? -60 : 60);
    await page.waitForTimeout(12);
  }
  const times = (await frames).sort((a, b) => a - b);
  const at = (share) => times[Math.floor(share * (times.length - 1))].toFixed(1);
  const longest = await page.evaluate(() => globalThis.longest);
  console.log(
    `${model}: ${times.length} frames, median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms, longest ${at(1)} ms`,
  );
  console.log(
    `longest task on the page's thread: ${loading.toFixed(0)} ms while loading and answering, ${longest.toFixed(0)} ms in all`,
  );
} finally {
  await browser.close();
  await site.close();
}
