/** A number that is held is followed back to the photo; a part of the network has its map on a phone. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { DESK, PHONE, drawn, label, opened, shoot, skip } from "./picture-harness.mjs";

/** Of each column the mean brightness of its maps, which may stand closer, and how many pixels have the colour of windows. */
const columns = (page) =>
  page.evaluate(() => {
    const canvas = document.querySelector(".picture-canvas");
    const [{ left, top }, ratio] = [canvas.getBoundingClientRect(), canvas.width / canvas.clientWidth];
    const context = canvas.getContext("2d");
    const labels = [...document.querySelectorAll(".label")].filter(({ style }) => style.visibility === "visible");
    const found = labels.map((label) => {
      const { x, y, width } = label.getBoundingClientRect();
      const part = [x - left + 4, 60, width - 8, y - top - 64].map((side) => Math.round(side * ratio));
      const { data } = context.getImageData(...part);
      let [light, drawn, warm] = [0, 0, 0];
      for (let at = 0; at < data.length; at += 4) {
        const [red, green, blue, alpha] = data.slice(at, at + 4);
        if (alpha > 200) [light, drawn] = [light + red + green + blue, drawn + 1];
        if (alpha > 120 && red > 160 && red - blue > 90 && green > 70 && green < 160) warm++;
      }
      return [label.dataset.item, { light: light / drawn, warm }];
    });
    return Object.fromEntries(found);
  });

test("a held number has its window on the maps of every column before it, and their light is its gradient", {
  skip,
}, async (t) => {
  const { page, errors } = await opened(t, "model=resnet20_cifar10", { viewport: DESK });
  const plain = await columns(page);
  assert.equal(await page.locator(".legend-held").isVisible(), false);
  await page.evaluate(() => {
    location.hash += "&cell=layer2.1:4,2,2";
  });
  await page.locator(".picture[data-traced]").waitFor();
  await page.waitForTimeout(500);
  const before = ["act1", "layer1.0", "layer1.1", "layer1.2", "layer2.0"];
  assert.deepEqual((await page.locator(".picture").getAttribute("data-traced")).split(" "), before);
  const held = await columns(page);
  for (const item of ["conv1+", "layer1.0", "layer1.1", "layer1.2"]) {
    const [was, is] = [plain[item], held[item]];
    assert.ok(is.light < 0.85 * was.light, `${item} is as bright as before: ${is.light} of ${was.light}`);
    assert.ok(is.warm > was.warm + 60, `${item} has no windows: ${is.warm} pixels, ${was.warm} before`);
  }
  const [was, is] = [plain["layer3.1"], held["layer3.1"]];
  assert.ok(Math.abs(is.light - was.light) < 0.06 * was.light, "what comes after is as it was");
  assert.equal(await page.locator(".legend-held").isVisible(), true);
  await shoot(page, "held");
  await page.keyboard.press("Escape");
  await page.locator(".picture:not([data-traced])").waitFor();
  await page.waitForTimeout(300);
  assert.ok((await columns(page))["conv1+"].light > 0.97 * plain["conv1+"].light, "let go, maps are as before");
  assert.deepEqual(errors, []);
});

for (const [model, column] of [
  ["vit_cifar10", "blocks.4"],
  ["resnet20_cifar10", "layer3.2"],
  ["mae_vit_cifar10", "decoder.decoder_layers.1"],
]) {
  test(`${model}: the columns that a number is followed through stand beside its card, with lines to the number`, {
    skip,
  }, async (t) => {
    const { page, errors } = await opened(t, `model=${model}&cell=${column}:1,3,3`, { viewport: DESK });
    await page.locator(".picture[data-traced]").waitFor();
    assert.ok((await page.locator(".picture").getAttribute("data-traced")).split(" ").length >= 5);
    await page.waitForFunction((column) => {
      const box = (part) => document.querySelector(part).getBoundingClientRect();
      const [card, own, answer] = [box(".cell-card"), box(`.label[data-item="${column}"]`), box(".answer-card")];
      // Half of the number's own column may be covered; none before it, nor the answer.
      return card.left > (own.left + own.right) / 2 && card.right < answer.left;
    }, column);
    const { x, width } = await label(page, column).boundingBox();
    assert.ok((await warmIn(page, x - 5, 5)) > 6, `no line leads to the column at ${x}, ${width} pixels wide`);
    await shoot(page, `held-${model}`);
    assert.deepEqual(errors, []);
  });
}

/** Pixels of the colour of windows in a stretch of the picture. */
const warmIn = (page, from, width) =>
  page.locator(".picture-canvas").evaluate(
    (canvas, [from, width]) => {
      const { left } = canvas.getBoundingClientRect();
      const { data } = canvas.getContext("2d").getImageData(from - left, 60, width, canvas.height - 140);
      let found = 0;
      for (let at = 0; at < data.length; at += 4)
        if (data[at + 3] > 120 && data[at] > 160 && data[at] - data[at + 2] > 90 && data[at + 1] < 160) found++;
      return found;
    },
    [from, width],
  );

test("held while the camera moves, a number is followed through the columns that come into sight", {
  skip,
}, async (t) => {
  const query = "model=swin_cifar10&cell=layers.1.blocks.0:1,2,2";
  const { page, errors } = await opened(t, query, { viewport: DESK });
  const traced = (stage) =>
    page.waitForFunction(
      (stage) => document.querySelector(".picture").dataset.traced?.split(" ").includes(stage),
      stage,
    );
  await traced("layers.0.blocks.1");
  await page.evaluate(() => {
    location.hash = location.hash.replace(/&(stage|view)=[^&]*/g, "").concat("&stage=layers.0.blocks.1");
  });
  await traced("layers.0.blocks.1.norm2");
  assert.deepEqual(errors, []);
});

test("on a phone a part of the network has its map along the edge, which a thumb moves", { skip }, async (t) => {
  const { page, errors } = await opened(t, "model=resnet20_cifar10", { viewport: PHONE, hasTouch: true });
  const map = page.locator(".upright-map");
  assert.equal(await map.isVisible(), false, "all of the network needs no map");
  await page.evaluate(() => {
    location.hash += "&stage=layer2.0";
  });
  await map.waitFor();
  await drawn(page);
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
  await shoot(page, "phone-map");
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
