/** Networks beside each other: one camera for all, answers and agreement, and the same network before and after. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BACKEND, launch, openPage, startSite } from "./harness.mjs";

// Every network with all that it shows of a photo: minutes on software WebGPU, where each is tested alone.
const skip = BACKEND === "webgpu";
let site, browser;

before(async () => {
  if (!skip) [site, browser] = await Promise.all([startSite(), launch()]);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

async function opened(t, query, options = {}) {
  const open = await openPage(browser, `${site.url}#/compare?lang=en&${query}`, {
    reducedMotion: "reduce",
    ...options,
  });
  t.after(() => open.context.close());
  await computed(open.page);
  return open;
}

/** Waits until every network has answered and is drawn. */
async function computed(page) {
  await page.locator(".lanes[data-done]").waitFor();
  await page.waitForFunction(
    () =>
      document.querySelectorAll('.lane-says[aria-busy="true"]').length === 0 &&
      [...document.querySelectorAll(".lane .picture")].every(({ dataset }) => dataset.drawn === "all"),
  );
}

const lane = (page, at) => page.locator(".lane").nth(at);
const answers = (page, at) => lane(page, at).locator(".answer-rows").innerText();
const shown = (page, at) =>
  lane(page, at)
    .locator('.label[style*="visible"]')
    .evaluateAll((nodes) => nodes.map(({ dataset }) => dataset.item).sort());

test("the photo through all networks: each with its picture and answer, how many agree, and the link keeps which", {
  skip,
}, async (t) => {
  const { page, errors } = await opened(t, "", { viewport: { width: 1280, height: 720 } });
  assert.equal(await page.locator(".lane").count(), 7);
  assert.equal(await page.locator(".compare-agreement").innerText(), "4 of 6 say: dog");
  assert.match(await answers(page, 2), /^dog/);
  const heights = await page.locator(".lane").evaluateAll((nodes) => nodes.map((node) => node.clientHeight));
  assert.ok(Math.min(...heights) >= 60, `strips of ${heights} px`);
  await page.getByRole("checkbox", { name: "AlexNet" }).uncheck();
  await page.waitForFunction(() => document.querySelectorAll(".lane").length === 6);
  assert.doesNotMatch(page.url(), /alexnet/);
  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll(".lane").length === 7);
  await page.goForward();
  await page.reload();
  await computed(page);
  assert.equal(await page.getByRole("checkbox", { name: "AlexNet" }).isChecked(), false);
  assert.equal(await page.locator(".lane").count(), 6);
  assert.deepEqual(errors, []);
});

test("one camera for both: zoom in one goes to the same depth of the other, and the link reopens it", {
  skip,
}, async (t) => {
  const { page, errors } = await opened(t, "models=resnet20_cifar10,vit_cifar10", {
    viewport: { width: 1280, height: 720 },
  });
  const box = await lane(page, 0).locator(".picture-canvas").boundingBox();
  const [x, y] = [box.x + box.width * 0.5, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await lane(page, 1).locator(".depth-line:visible").waitFor();
  const mark = await lane(page, 1).locator(".depth-line").boundingBox();
  assert.ok(Math.abs(mark.x - x) < 4, `the cursor's depth is marked at ${mark.x}, not at ${x}`);
  for (let i = 0; i < 5; i++) await page.mouse.wheel(0, -240);
  await page.waitForFunction(() => /view=/.test(location.hash));
  await computed(page);
  const there = [await shown(page, 0), await shown(page, 1)];
  for (const [at, start] of [
    [0, "layer2"],
    [1, "blocks."],
  ])
    assert.ok(
      there[at].length > 0 && there[at].length < 8 && there[at].every((id) => id.startsWith(start)),
      `${there}`,
    );
  await page.reload();
  await computed(page);
  assert.deepEqual([await shown(page, 0), await shown(page, 1)], there);
  await page.getByRole("button", { name: "The whole network" }).click();
  await page.waitForFunction(() => !/view=/.test(location.hash));
  assert.ok((await shown(page, 1)).includes("head"));
  assert.deepEqual(errors, []);
});

test("before and after: the second of two is without something, the first is not, and the link reopens it", {
  skip,
}, async (t) => {
  const { page, errors } = await opened(t, "models=vit_cifar10&model=resnet20_cifar10", {
    viewport: { width: 1280, height: 720 },
  });
  await page.goto(`${site.url}#/compare?lang=en&models=resnet20_cifar10`);
  await page.getByRole("button", { name: "Before and after" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".lane").length === 2);
  await computed(page);
  const whole = await answers(page, 0);
  assert.equal(await answers(page, 1), whole);
  await lane(page, 1).locator('.label[data-item="layer1.1"]').click();
  await page.getByRole("button", { name: "skip of layer1.1" }).click();
  await lane(page, 1).locator(".off-chip").waitFor();
  await computed(page);
  assert.equal(await answers(page, 0), whole);
  const changed = await answers(page, 1);
  assert.notEqual(changed, whole);
  assert.match(await lane(page, 1).locator(".answer-before").innerText(), /: dog, >?[\d.]+%$/);
  await page.reload();
  await lane(page, 1).locator(".off-chip").waitFor();
  await computed(page);
  assert.deepEqual([await answers(page, 0), await answers(page, 1)], [whole, changed]);
  await lane(page, 1).locator(".off-chip").click();
  await page.waitForFunction((text) => document.querySelectorAll(".lane .answer-rows")[1]?.innerText === text, whole);
  assert.deepEqual(errors, []);
});

test("tables say what pictures do not: answers, costs, evidence and fields", { skip }, async (t) => {
  const { page, errors } = await opened(t, "models=resnet20_cifar10,vit_cifar10,mae_vit_cifar10");
  await page.getByRole("button", { name: "As tables" }).click();
  await page.waitForFunction(
    () =>
      document.querySelectorAll(".inside-figure").length === 4 &&
      [...document.querySelectorAll(".inside-figure")].every((node) => node.querySelector('[data-outcome="done"]')),
  );
  await page.waitForFunction(() => document.querySelectorAll('[data-figure="answers"] tbody tr').length === 3);
  await page.getByRole("checkbox", { name: "MAE" }).uncheck();
  await page.waitForFunction(() => document.querySelectorAll('[data-figure="answers"] tbody tr').length === 2);
  await page.getByRole("button", { name: "Close the tables" }).click();
  assert.equal(await page.locator(".inside-figure").first().isVisible(), false);
  assert.deepEqual(errors, []);
});
