/** A part of the network has its map on a phone. */

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { BACKEND, ROOT, launch, openPage, startSite } from "./harness.mjs";

const SHOTS = path.join(ROOT, "tests/artifacts/picture", BACKEND);
const PHONE = { width: 390, height: 844 };
/** On software WebGPU the same is drawn, minutes later. */
const skip = BACKEND === "webgpu";
let site, browser;

before(async () => {
  [site, browser] = await Promise.all([startSite(), launch(), mkdir(SHOTS, { recursive: true })]);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

async function opened(t, query, options) {
  const address = `${site.url}#/explore?lang=en&${query}`;
  const open = await openPage(browser, address, { reducedMotion: "reduce", ...options });
  t.after(() => open.context.close());
  await open.page.locator('.picture[data-drawn="all"]').waitFor();
  return open;
}

test("on a phone a part of the network has its map along the edge, which a thumb moves", { skip }, async (t) => {
  const { page, errors } = await opened(t, "model=resnet20_cifar10", { viewport: PHONE, hasTouch: true });
  const map = page.locator(".upright-map");
  assert.equal(await map.isVisible(), false, "all of the network needs no map");
  await page.evaluate(() => {
    location.hash += "&stage=layer2.0";
  });
  await map.waitFor();
  await page.locator('.picture[data-drawn="all"]').waitFor();
  const { x, y, width, height } = await map.boundingBox();
  assert.ok(width >= 30 && height > 150 && x + width <= PHONE.width, `${width} by ${height} at ${x}`);
  const under = await page.evaluate(
    ([from, to]) =>
      [...document.querySelectorAll(".label, .photo-card, .answer-card, .explore-foot")]
        .map((node) => node.getBoundingClientRect())
        .filter(({ right, top, bottom }) => right > from.x + 1 && top < to && bottom > from.y).length,
    [{ x, y }, y + height],
  );
  assert.equal(under, 0, "it lies over nothing");
  await page.screenshot({ path: path.join(SHOTS, "phone-map.png") });
  await page.touchscreen.tap(x + width / 2, y + height - 4);
  await page.waitForFunction(() => /view=0\.\d+-1/.test(location.hash));
  await page.mouse.move(x + width / 2, y + height - 6);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + 5, { steps: 4 });
  await page.mouse.up();
  await page.waitForFunction(() => /view=0\.0/.test(location.hash) || /stage=conv1/.test(location.hash));
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
  await page.locator(".picture-tools button").nth(1).click();
  await map.waitFor({ state: "hidden" });
  assert.deepEqual(errors, []);
});
