/** The picture of a network: at a glance, by wheel, finger and keyboard into every family, and by its address. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { BACKEND, PATIENCE } from "./harness.mjs";
import { DESK, PHONE, drawn, label, opened, openedAt, shoot } from "./picture-harness.mjs";

/** For each family a network that ships, a column of its picture, what stands inside, and a single operation. */
const FAMILIES = {
  lenet: { model: "lenet5_mnist", column: "conv2+", part: "relu2" },
  alexnet: { model: "alexnet_cifar10", column: "features.4+", part: "features.5" },
  vgg: { model: "vgg_bn_cifar10", column: "features.4+", part: "features.5" },
  resnet: { model: "resnet20_cifar10", column: "layer2.0", part: "layer2.0.bn1" },
  vit: { model: "vit_cifar10", column: "blocks.2", part: "blocks.2.norm2" },
  swin: { model: "swin_cifar10", column: "layers.1.blocks.1", part: "layers.1.blocks.1.norm1" },
  mae: {
    model: "mae_vit_cifar10",
    column: "decoder.decoder_layers.1",
    part: "decoder.decoder_layers.1.layernorm_before",
  },
  dino: { model: "dino_vit_cifar10", column: "blocks.4", part: "blocks.4.norm1" },
};

const crumb = (page) => page.locator('.crumb[aria-current="location"]');

/** Shares of the canvas's colours that are not the page's: how much of it is drawn. */
const inked = (page) =>
  page.locator(".picture-canvas").evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const words = new Uint32Array(data.buffer);
    return {
      share: words.reduce((sum, word) => sum + (word >>> 24 > 128 ? 1 : 0), 0) / words.length,
      colours: new Set(words).size,
    };
  });

for (const [family, { model, column, part }] of Object.entries(FAMILIES)) {
  test(`${family}: photo, network and answer at a glance, and inward by wheel, keys and names`, async (t) => {
    const { page, errors } = await opened(t, `model=${model}`, { viewport: DESK });
    const { share, colours } = await inked(page);
    assert.ok(share > 0.05 && colours > 200, `${share} of the canvas in ${colours} colours`);
    for (const part of [".photo-face > img", ".answer-card", `.label[data-item="${column}"]`])
      assert.ok(await page.locator(part).isVisible(), part);
    await shoot(page, family);
    assert.equal(await label(page, part).count(), 0, "a part is not drawn before there is room");

    const box = await label(page, column).boundingBox();
    await page.mouse.move(box.x + box.width / 2, 300);
    for (let i = 0; i < 40 && (await label(page, part).count()) === 0; i++) await page.mouse.wheel(0, -180);
    await label(page, part).waitFor();
    await drawn(page);

    await page.locator(".picture-canvas").focus();
    await page.keyboard.press("0");
    await label(page, part).waitFor({ state: "detached" });
    await page.locator('.crumb[aria-current="location"]', { hasText: /^\S/ }).waitFor();
    await label(page, column).focus();
    await page.keyboard.press("Enter");
    await label(page, part).waitFor();
    await drawn(page);
    await shoot(page, `${family}-column`);
    const name = await crumb(page).innerText();
    await label(page, part).focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction((id) => new URLSearchParams(location.hash.split("?")[1]).get("stage") === id, part);
    await drawn(page);
    await page.locator(".picture-canvas").focus();
    await page.keyboard.press("Escape");
    await page.waitForFunction(
      (name) => document.querySelector('.crumb[aria-current="location"]')?.textContent === name,
      name,
    );
    await page.waitForFunction((id) => new URLSearchParams(location.hash.split("?")[1]).get("stage") === id, column);
    await page.reload();
    await label(page, part).waitFor();
    assert.equal(await crumb(page).innerText(), name, "the address holds the place");
    await page.goBack();
    await page.waitForFunction((id) => new URLSearchParams(location.hash.split("?")[1]).get("stage") === id, part);
    assert.deepEqual(errors, []);
  });
}

/** A point on the canvas over a tile of an item: the first below the groups where a number is read out. */
async function overTile(page, item) {
  const words = await label(page, item).boundingBox();
  for (const share of [0.5, 0.4, 0.3]) {
    const x = words.x + share * words.width;
    for (let y = words.y - 12; y > 120; y -= 9) {
      await page.mouse.move(x + (y % 2), y);
      if (await page.locator(".picture-readout").isVisible()) return { x, y };
    }
  }
  assert.fail(`no number of ${item} is read out`);
}

/** What the card says of a cell, once it is computed. */
async function card(page, pinned = "") {
  await page.locator(`.cell-card${pinned}[data-value]:not([hidden])`).waitFor();
  return page.locator(".cell-card").evaluate(({ dataset, innerText }) => ({
    value: Number(dataset.value),
    observed: Number(dataset.observed),
    text: innerText,
  }));
}

function agrees({ value, observed, text }, at) {
  assert.ok(Number.isFinite(observed), at);
  assert.ok(Math.abs(value - observed) <= 1e-3 * Math.max(Math.abs(observed), 1e-2), `${at}: ${value} for ${observed}`);
  const tiny = observed !== 0 && Math.abs(observed) < 0.001;
  const shown = tiny
    ? `${Number(observed.toExponential(2).split("e")[0])} × 10`
    : observed.toLocaleString("en", { maximumSignificantDigits: 3 });
  assert.ok(text.includes(shown), `${at}: ${shown} is not in ${text}`);
}

// On software WebGPU one network of each kind of operation: it takes minutes for the others.
const ON_WEBGPU = ["lenet", "resnet", "vit"];
for (const [family, { model, part }] of Object.entries(FAMILIES)) {
  const skip = BACKEND === "webgpu" && !ON_WEBGPU.includes(family);
  test(`${family}: a number's windows add up to it, by pointer and by keys`, { skip }, async (t) => {
    const { page, errors } = await opened(t, `model=${model}&stage=${encodeURIComponent(part)}`, {
      viewport: DESK,
    });
    await label(page, part).waitFor();
    const point = await overTile(page, part);
    agrees(await card(page), `${model} ${part}, under the pointer`);
    await page.mouse.click(point.x, point.y);
    agrees(await card(page, ".pinned"), `${model} ${part}, chosen`);
    await shoot(page, `${family}-cell`);
    const before = await page.locator(".cell-title").innerText();
    await page.locator(".picture-canvas").focus();
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction((text) => document.querySelector(".cell-title")?.innerText !== text, before);
    agrees(await card(page, ".pinned"), `${model} ${part}, by keys`);
    const chosen = await card(page, ".pinned");
    await page.waitForFunction(() => /cell=/.test(location.hash));
    await page.reload();
    assert.equal((await card(page, ".pinned")).observed, chosen.observed, "the address holds the cell");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".cell-card").isVisible(), false);
    assert.deepEqual(errors, []);
  });
}

test("what is switched off changes what follows and the answer, and the link reopens it", async (t) => {
  const { page, errors } = await opened(t, "model=resnet20_cifar10", { viewport: DESK });
  const tile = (item) =>
    page.evaluate((item) => {
      const { x, y, width } = document.querySelector(`.label[data-item="${item}"]`).getBoundingClientRect();
      const canvas = document.querySelector(".picture-canvas");
      const { top, left } = canvas.getBoundingClientRect();
      const { data } = canvas.getContext("2d").getImageData(x - left, 120 - top + 40, width, y - 180);
      return data.reduce((sum, value, i) => (sum * 31 + value * (i % 7)) % 1_000_003, 0);
    }, item);
  const before = { early: await tile("layer1.0"), late: await tile("layer3.1") };
  const whole = await page.locator(".answer-rows").innerText();
  await label(page, "layer1.1").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "skip of layer1.1" }).click();
  await page.locator(".off-list").waitFor();
  await drawn(page);
  await page.locator(".picture-canvas").focus();
  await page.keyboard.press("0");
  await label(page, "layer3.1").waitFor();
  await drawn(page);
  await page.waitForFunction((text) => document.querySelector(".answer-rows")?.innerText !== text, whole);
  assert.match(await page.locator(".answer-before").innerText(), /: dog, >?[\d.]+%$/);
  // The maps follow the answer: on software WebGPU seconds later.
  const until = Date.now() + PATIENCE;
  while ((await tile("layer3.1")) === before.late && Date.now() < until) await page.waitForTimeout(250);
  assert.notEqual(await tile("layer3.1"), before.late, "a later block has changed");
  const changed = await page.locator(".answer-rows").innerText();
  await page.reload();
  await page.locator(".off-list").waitFor();
  await drawn(page);
  await page.waitForFunction((text) => document.querySelector(".answer-rows")?.innerText === text, changed);
  await page.getByRole("button", { name: "All back on" }).click();
  await page.waitForFunction((text) => document.querySelector(".answer-rows")?.innerText === text, whole);
  await page.goBack();
  await page.locator(".off-list").waitFor();
  await page.getByRole("link", { name: "Lessons" }).click();
  await page.getByRole("link", { name: "The picture" }).click();
  await page.waitForFunction((text) => document.querySelector(".answer-rows")?.innerText === text, changed);
  assert.deepEqual(errors, []);
});

/** For each other family, what is off and a column behind it. */
const OFF = {
  lenet: { off: "channel:conv1.2", behind: "conv2+" },
  alexnet: { off: "zero:features.3", behind: "features.4+" },
  vgg: { off: "zero:features.4", behind: "features.4+" },
  vit: { off: "skip:blocks.2.add1", behind: "blocks.3" },
  swin: { off: "skip:layers.1.blocks.1.add1", behind: "layers.2.blocks.0" },
  mae: { off: "head:vit.layers.0.attention.dropout.0", behind: "vit.layers.1" },
  dino: { off: "skip:blocks.3.add1", behind: "blocks.4" },
};

for (const [family, { off, behind }] of Object.entries(OFF)) {
  const skip = BACKEND === "webgpu" && !ON_WEBGPU.includes(family);
  test(`${family}: a link with something off has other maps behind it and another answer, and all comes back`, {
    skip,
  }, async (t) => {
    const { page, errors } = await opened(t, `model=${FAMILIES[family].model}&off=${off}`, {
      viewport: DESK,
    });
    await page.locator(".off-list").waitFor();
    await page.locator(".answer-before, figcaption", { hasText: /whole network/ }).waitFor();
    // Beside the whole network's the answer of before stands, dimmed, until the changed network has its own.
    await page.locator('.answer-card[aria-busy="false"]').waitFor();
    await drawn(page);
    /** A line down the middle of the column: its maps and nothing else. */
    const maps = () =>
      label(page, behind).evaluate((node) => {
        const { x, y, width } = node.getBoundingClientRect();
        const canvas = document.querySelector(".picture-canvas");
        const { top, left } = canvas.getBoundingClientRect();
        const { data } = canvas.getContext("2d").getImageData(x + width / 2 - left - 3, 60, 6, y - top - 80);
        return data.reduce((sum, value, i) => (sum * 31 + value * (i % 7)) % 1_000_003, 0);
      });
    /** Two readings alike, other than `before`: a drawing takes several frames. @param {number} [before] */
    const still = async (before) => {
      const until = Date.now() + PATIENCE;
      let last = await maps();
      for (;;) {
        await page.waitForTimeout(400);
        const now = await maps();
        if ((now === last && now !== before) || Date.now() > until) return now;
        last = now;
      }
    };
    const said = () => page.locator(".answer-rows, .answer-made").innerText();
    const [without, lacking] = [await still(), await said()];
    await page.getByRole("button", { name: "All back on" }).click();
    await page.locator(".off-list").waitFor({ state: "detached" });
    await page.waitForFunction(
      (text) => document.querySelector(".answer-rows, .answer-made")?.innerText !== text,
      lacking,
    );
    assert.notEqual(await still(without), without, `the maps of ${behind}`);
    assert.deepEqual(errors, []);
  });
}

test("back and forward step through what was done, once for each thing", async (t) => {
  const { page, errors } = await opened(t, "model=resnet20_cifar10", { viewport: DESK });
  const said = () => page.evaluate(() => Object.fromEntries(new URLSearchParams(location.hash.split("?")[1])));
  const until = (key, value) =>
    page.waitForFunction(
      ([key, value]) => (new URLSearchParams(location.hash.split("?")[1]).get(key) ?? "") === value,
      [key, value],
    );
  await label(page, "layer2.1").focus();
  await page.keyboard.press("Enter");
  await until("stage", "layer2.1");
  await drawn(page);
  await page.getByRole("button", { name: "skip of layer2.1" }).click();
  await until("off", "skip:layer2.1");
  await page.locator(".off-list").waitFor();
  await page.getByRole("button", { name: "LeNet" }).click();
  await until("model", "lenet5_mnist");
  await label(page, "conv1+").waitFor();
  assert.deepEqual([(await said()).stage, (await said()).off], [undefined, undefined], "they mean nothing to LeNet");
  await page.goBack();
  await page.locator(".off-list").waitFor();
  assert.equal((await said()).stage, "layer2.1");
  await page.goBack();
  await page.locator(".off-list").waitFor({ state: "detached" });
  await page.goBack();
  await until("stage", "");
  await label(page, "layer3.2").waitFor();
  for (const [key, value] of [
    ["stage", "layer2.1"],
    ["off", "skip:layer2.1"],
    ["model", "lenet5_mnist"],
  ]) {
    await page.goForward();
    await until(key, value);
  }
  await label(page, "conv1+").waitFor();
  assert.deepEqual(errors, []);
});

test("a chosen channel is switched off where it stands, and played step by step", async (t) => {
  const { page, errors } = await opened(t, "model=resnet20_cifar10&stage=layer2.1.conv1", {
    viewport: DESK,
  });
  await label(page, "layer2.1.conv1").waitFor();
  await page.getByRole("button", { name: "One step" }).click();
  const first = await card(page, ".pinned");
  agrees(first, "the first step");
  assert.match(first.text, /row 1, column 1/);
  await page.getByRole("button", { name: "One step" }).click();
  await page.locator(".cell-title", { hasText: "row 1, column 2" }).waitFor();
  agrees(await card(page, ".pinned"), "the second step");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".cell-card").isVisible(), false);
  const { x, y } = await overTile(page, "layer2.1.conv1");
  await page.mouse.click(x, y);
  await page.getByRole("button", { name: "Switch this channel off" }).click();
  await page.locator(".off-chip", { hasText: /channel \d+ of layer2\.1\.conv1/ }).waitFor();
  await page.waitForFunction(() => /off=channel/.test(location.hash));
  assert.deepEqual(errors, []);
});

test("the picture is a tree: one stop for Tab, arrow keys from column to column, Enter and Escape between depths", async (t) => {
  const { page, errors } = await opened(t, "model=resnet20_cifar10", { viewport: DESK });
  assert.equal(await page.locator('.label[tabindex="0"]').count(), 1);
  const items = page.getByRole("tree").getByRole("treeitem");
  assert.equal(await items.count(), 12);
  await page.locator('.label[tabindex="0"]').focus();
  for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown"]) await page.keyboard.press(key);
  assert.equal(await page.evaluate(() => document.activeElement.dataset.item), "layer1.1");
  await page.keyboard.press("Enter");
  await label(page, "layer1.1.conv2").waitFor();
  assert.equal(await label(page, "layer1.1.conv2").getAttribute("aria-level"), "2");
  await page.locator('.label[tabindex="0"]').focus();
  await page.keyboard.press("Escape");
  await label(page, "layer1.1").waitFor();
  assert.deepEqual(errors, []);
});

for (const [family, { model, column, part }] of Object.entries(FAMILIES)) {
  const skip = BACKEND === "webgpu" && !ON_WEBGPU.includes(family);
  test(`${family}: on a phone from top to bottom, by touch into a column and to a number`, { skip }, async (t) => {
    const { page, errors } = await opened(t, `model=${model}`, {
      viewport: PHONE,
      hasTouch: true,
    });
    const [photo, network, answer] = await Promise.all(
      [".photo-face", `.label[data-item="${column}"]`, ".answer-card"].map((part) => page.locator(part).boundingBox()),
    );
    assert.ok(photo.y + photo.height <= network.y && network.y + network.height <= answer.y && answer.y < 800);
    await label(page, column).tap();
    const own = column.replace("+", "");
    await page.waitForFunction((own) => decodeURIComponent(location.hash).includes(`stage=${own}`), own);
    await drawn(page);
    await shoot(page, `${family}-phone`);
    const chosen = () => page.evaluate(() => /cell=/.test(location.hash));
    // The column is open: its parts are rows, of one or two lines of tiles.
    const row = await label(page, part).boundingBox();
    for (let x = 130; x < 340 && !(await chosen()); x += 14) {
      await page.touchscreen.tap(x, row.y + 0.3 * row.height);
      // Two taps close to each other would go in.
      await page.waitForTimeout(400);
    }
    agrees(await card(page, ".pinned"), `${model}, by touch`);
    await page.getByRole("button", { name: "Close" }).tap();
    assert.equal(await page.locator(".cell-card").isVisible(), false);
    await page.getByRole("button", { name: "The whole network" }).tap();
    await page.waitForFunction(() => !/stage=/.test(location.hash));
    assert.deepEqual(errors, []);
  });
}

test("a double tap goes in", async (t) => {
  const { page } = await opened(t, "model=resnet20_cifar10", { viewport: PHONE, hasTouch: true });
  const row = await label(page, "layer2.0").boundingBox();
  const inside = () => page.evaluate(() => /stage=layer2\.0/.test(location.hash));
  // Two taps are one double tap where they come close to each other, which a busy machine may not let them.
  for (let i = 0; i < 20; i++) {
    for (let tap = 0; tap < 2; tap++) await page.touchscreen.tap(220, row.y + 0.3 * row.height);
    await page.waitForTimeout(1500);
    if (await inside()) return;
    await page.keyboard.press("Escape");
  }
  assert.fail("no pair of taps went in");
});

test("a link to a place that is no more opens the picture", async (t) => {
  const { page } = await openedAt(t, "model=vit_cifar10", { route: "classify" });
  await drawn(page);
  assert.ok(await label(page, "blocks.0").isVisible());
});
