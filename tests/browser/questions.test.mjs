/** The questions at the picture's side: every question of every family, taking figures along, axe. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { PATIENCE, ROOT, openPage } from "./harness.mjs";
import { SHOTS, address, browser, drawn, openedAt, shoot, site, skip } from "./picture-harness.mjs";

const CNN = [
  "receptive-field",
  "receptive-curve",
  "stacked-kernels",
  "filters",
  "class-map",
  "logit-lens",
  "photo-changes",
];
const VIT = [
  "receptive-field",
  "receptive-curve",
  "attention",
  "rollout",
  "attention-distance",
  "position-similarity",
  "class-map",
  "logit-lens",
  "photo-changes",
];

/** For each family a network that ships, and the figures that its questions hold in this order. */
const FAMILIES = {
  lenet: { model: "lenet5_mnist", views: CNN },
  alexnet: { model: "alexnet_cifar10", views: CNN },
  vgg: { model: "vgg_bn_cifar10", views: CNN },
  resnet: { model: "resnet20_cifar10", views: CNN },
  vit: { model: "vit_cifar10", views: VIT },
  swin: {
    model: "swin_cifar10",
    views: [
      "receptive-field",
      "receptive-curve",
      "attention-distance",
      "swin-windows",
      "class-map",
      "logit-lens",
      "photo-changes",
    ],
  },
  mae: {
    model: "mae_vit_cifar10",
    views: ["attention", "mae", "mae", "mae-cost"],
  },
  dino: {
    model: "dino_vit_cifar10",
    views: [...VIT.filter((view) => view !== "logit-lens"), "dino-attention", "dino-pca", "dino-patches"],
  },
};
/** What the address holds is the same with either backend. */
const onCpu = { skip };

for (const [family, { model, views }] of Object.entries(FAMILIES)) {
  test(`${family}: every question has its figures`, async (t) => {
    const { page, errors } = await openedAt(t, `model=${model}&photo=cat_chelsea`);
    await drawn(page);
    await page.getByRole("button", { name: "Questions", exact: true }).click();
    await page.locator(".tabs .tab").first().waitFor();
    const tabs = await page.locator(".tabs .tab").count();
    assert.ok(tabs >= 2, "there is more than one question");
    await page.locator(".tabs .tab").first().focus();
    const seen = [];
    for (let i = 1; i <= tabs; i++) {
      if (i > 1) await page.keyboard.press("ArrowRight");
      const name = await page.locator('.tab[aria-selected="true"]').innerText();
      await page.waitForFunction(
        () =>
          document.querySelectorAll(".inside-figure").length > 0 &&
          [...document.querySelectorAll(".inside-figure")].every((node) =>
            node.querySelector(".figure-frame[data-outcome]"),
          ),
      );
      const outcomes = await page
        .locator(".inside-figure .figure-frame")
        .evaluateAll((frames) =>
          frames.map(({ dataset, innerText }) => [
            dataset.view,
            dataset.outcome,
            dataset.outcome === "done" ? "" : innerText,
          ]),
        );
      for (const [view, outcome, text] of outcomes)
        assert.equal(outcome, "done", `${model}, ${name}, ${view}: ${text}`);
      seen.push(...outcomes.map(([view]) => view));
      const zeros = await page
        .locator(".tab-panel :is(button, label, figcaption, h3, [aria-label]):not([aria-label=Digit] *)")
        .evaluateAll((nodes) =>
          nodes
            .map((node) => node.getAttribute("aria-label") ?? node.innerText.trim())
            .filter((text) => /\b(head|channel|filter|block|stage|row|column) 0\b|^0(\D|$)/i.test(text)),
        );
      assert.deepEqual(zeros, [], `${model}, ${name}: a person counts from 1`);
      await shoot(page, `${family}-${i}`, { fullPage: true });
    }
    assert.deepEqual(seen, views);
    assert.deepEqual(errors, []);
  });
}

test("the changed photo is answered anew, and undone", async (t) => {
  const { page, errors } = await openedAt(t, "model=resnet20_cifar10&tab=whatif");
  const frame = page.locator('[data-figure="photo-changes"]');
  const answers = frame.locator(".figure-row .figure-block");
  await answers.nth(1).waitFor();
  const before = await answers.nth(0).locator(".guess-value").allInnerTexts();
  assert.deepEqual(await answers.nth(1).locator(".guess-value").allInnerTexts(), before);
  await frame.getByRole("slider", { name: "Turn" }).fill("180");
  await page.waitForFunction(
    (old) =>
      document.querySelector('[data-figure="photo-changes"] .figure-block:nth-child(2) .guess-value')?.textContent !==
      old,
    before[0],
  );
  await frame.getByRole("button", { name: "Undo" }).click();
  await page.waitForFunction(
    (old) =>
      document.querySelector('[data-figure="photo-changes"] .figure-block:nth-child(2) .guess-value')?.textContent ===
      old,
    before[0],
  );
  assert.deepEqual(errors, []);
});

test("a link holds how the photo was changed", async (t) => {
  const { page, errors } = await openedAt(t, "model=vit_cifar10&tab=whatif");
  const figure = page.locator('.inside-figure .figure-frame[data-outcome="done"]');
  await figure.getByRole("slider", { name: "Turn" }).fill("90");
  await page.waitForFunction(() => /photochange=0%2C0%2C90%2C0%2C1/.test(location.hash));
  await page.reload();
  assert.equal(await figure.getByRole("slider", { name: "Turn" }).inputValue(), "90");
  await page.goto(page.url().replace(/photochange=[^&]*/, "photochange=9,0,-999,0,3"));
  await page.reload();
  assert.equal(await figure.getByRole("slider", { name: "Turn" }).inputValue(), "-180");
  assert.deepEqual(errors, []);
});

test("a masked autoencoder answers with the mask that was chosen last, and the link reopens it", onCpu, async (t) => {
  const { page, errors } = await openedAt(t, "model=mae_vit_cifar10&tab=hidden");
  const random = page.locator('[data-figure="mae"]');
  const painted = page.locator('[data-figure="mae-paint"]');
  const lossOf = async (node) => (await node.innerText()).match(/(?:Loss|on them): ([\d.]+)/)?.[1];
  const answers = (loss) => page.locator(".answer-card", { hasText: `on them: ${loss},` }).waitFor();
  await random.locator('.figure-frame[data-outcome="done"]').waitFor();
  await page.locator(".answer-card", { hasText: "75% of the patches" }).waitFor();
  const own = await lossOf(page.locator(".answer-card"));
  const back = page.getByRole("button", { name: "Back to the picture's own mask" });
  assert.equal(await back.isVisible(), false, "nothing was chosen yet");
  // Tokens of a block's label, and its tiles once they are all of the mask.
  const tokens = (count) =>
    page
      .locator('.label[data-item="vit.layers.1"] .label-shape', { hasText: `${count} × 128` })
      // Beside the drawer there may be no room for it.
      .waitFor({ state: "attached" });
  const tiles = () =>
    page.locator('.label[data-item="vit.layers.1"]').evaluate((label) => {
      const { x, y, width } = label.getBoundingClientRect();
      const canvas = document.querySelector(".picture-canvas");
      const { top, left } = canvas.getBoundingClientRect();
      const { data } = canvas.getContext("2d").getImageData(x - left, 60, width, y - top - 80);
      return data.reduce((sum, value, i) => (sum * 31 + value * (i % 7)) % 1_000_003, 0);
    });
  await tokens(17);
  await drawn(page);
  const fixed = await tiles();

  await random.getByRole("slider").fill("0.5");
  await page.locator(".answer-card", { hasText: "50% of the patches" }).waitFor();
  await random.getByText("32 of 64 patches hidden").waitFor();
  await answers(await lossOf(random));
  await tokens(33);
  // The label tells of the new mask some frames before the maps do.
  for (const end = Date.now() + PATIENCE; (await tiles()) === fixed; ) {
    assert.ok(Date.now() < end, "the maps follow the mask");
    await page.waitForTimeout(50);
  }
  const before = await lossOf(random);
  await random.getByRole("button", { name: "Another random mask" }).click();
  await random
    .locator("p", { hasText: "Loss: " })
    .filter({ hasNotText: `Loss: ${before},` })
    .waitFor();
  await answers(await lossOf(random));

  await painted.locator('.figure-frame[data-outcome="done"]').waitFor();
  const pad = painted.locator(".patch-pad");
  await pad.focus();
  for (const key of ["Space", "ArrowRight", "Space"]) await pad.press(key);
  await painted.getByText("2 of 64 patches hidden").waitFor();
  await page.locator(".answer-card", { hasText: "3.1% of the patches" }).waitFor();
  const loss = await lossOf(page.locator(".answer-card"));
  assert.equal(loss, await lossOf(painted));
  await page.reload();
  await answers(loss);
  await tokens(63);
  await back.click();
  await answers(own);
  await tokens(17);
  await painted.getByText("0 of 64 patches hidden").waitFor();
  assert.doesNotMatch(page.url(), /mae-paint|ratio/);
  assert.deepEqual(errors, []);
});

/** A figure's part, once it is computed. */
const part = (page, figure, name = "") =>
  page.locator(`[data-figure="${figure}"] .figure-frame[data-outcome="done"] ${name}`);

/** Opens a question, changes what its figures were asked, and looks for the same in the reloaded link. */
async function reopened(page, query, change, look) {
  await page.goto(site.blank);
  await page.goto(address(query));
  await change();
  await page.waitForFunction(() => /asked=/.test(location.hash));
  const before = await look();
  await page.reload();
  assert.deepEqual(await look(), before, query);
  return before;
}

test(
  "a link reopens what figures were asked: method, mass, second photo, patch, filters, what the lens leaves out",
  onCpu,
  async (t) => {
    const { page, context, errors } = await openPage(browser, site.blank);
    t.after(() => context.close());
    const chosen = (figure, name) => part(page, figure, `${name} select`).inputValue();

    const dino = await reopened(
      page,
      "model=dino_vit_cifar10&tab=objects",
      async () => {
        await part(page, "dino-attention", "[data-part=mass] input").fill("0.35");
        await part(page, "dino-patches", "[data-part=second] select").selectOption("panda");
      },
      async () => [
        await part(page, "dino-attention", "[data-part=mass] input").inputValue(),
        await chosen("dino-patches", "[data-part=second]"),
      ],
    );
    assert.deepEqual(dino, ["0.35", "panda"]);

    const near = await reopened(
      page,
      "model=vit_cifar10&tab=attention",
      () => part(page, "position-similarity", ".patch-pad").press("ArrowDown"),
      () => part(page, "position-similarity", "[data-part=patch] h3").innerText(),
    );
    assert.match(near, /row 4, column 3/);

    const method = await reopened(
      page,
      "model=vit_cifar10&tab=why",
      () => part(page, "class-map", "label").filter({ hasText: "Occlusion" }).click(),
      () => part(page, "class-map", "input:checked").inputValue(),
    );
    assert.equal(method, "occlusion");

    const filters = await reopened(
      page,
      "model=resnet20_cifar10&tab=filters",
      async () => {
        await part(page, "filters", "select").selectOption("layer1.0.conv2");
        await part(page, "filters", "input[type=range]").fill("5");
      },
      async () => [await chosen("filters", ""), await part(page, "filters", "p.quiet").innerText()],
    );
    assert.deepEqual(filters, ["layer1.0.conv2", "Of each filter, the weights for channel 5 of the 16 that it reads."]);

    const lens = await reopened(
      page,
      "model=resnet20_cifar10&tab=why",
      () => part(page, "logit-lens", "summary").click(),
      () => part(page, "logit-lens", "details[open] li").first().innerText(),
    );
    assert.equal(lens, "layer1.0: it has 16 channels, the head reads 64");
    await page.goto(page.url().replace("lang=en", "lang=ko"));
    await page.reload();
    await part(page, "logit-lens", "details[open] li").first().waitFor();
    const said = await part(page, "logit-lens", "details[open] li").allInnerTexts();
    assert.equal(said[0], "layer1.0: 채널이 16개인데 마지막 층은 64개를 읽습니다");
    assert.equal(await part(page, "logit-lens", "[lang=en]").count(), 0, "no reason is left in English");
    assert.deepEqual(errors, []);
  },
);

test("one menu takes figures along, as pictures and as their numbers", async (t) => {
  const { page, errors } = await openedAt(t, "model=resnet20_cifar10&tab=why");
  const figure = page.locator('[data-figure="class-map"]');
  await figure.locator('.figure-frame[data-outcome="done"]').waitFor();
  assert.equal(await page.locator(".inside-figure .take-along").count(), 0, "not one under each figure");
  await page.getByRole("button", { name: "Save figures" }).click();
  const row = page.locator(".save-menu section", { hasText: "Evidence for a class" });
  const take = async (name) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      row.getByRole("button", { name, exact: true }).click(),
    ]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  };
  const json = JSON.parse((await take("JSON")).bytes);
  const map = json.parts.find(({ head }) => head.join() === "row,column,value");
  assert.equal(map.rows.length, 64);
  const found = await page.evaluate(() => document.querySelector('[data-figure="class-map"] .legend')?.textContent);
  assert.ok(
    map.rows.some(([, , value]) => found?.includes(value.toLocaleString("en", { maximumSignificantDigits: 3 }))),
    `the largest of the legend, ${found}, is among the numbers`,
  );
  const csv = String((await take("CSV")).bytes);
  assert.equal(csv.split("\r\n").filter((line) => /^\d+,\d+,/.test(line)).length, 64);
  const png = await take("PNG");
  assert.match(png.name, /\.png$/);
  const { width, height, colours, wide } = await page.evaluate(
    async (bytes) => {
      const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
      context.drawImage(bitmap, 0, 0);
      const words = new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer);
      const box = document.querySelector('[data-figure="class-map"] .figure-frame').getBoundingClientRect();
      return {
        width: bitmap.width,
        height: bitmap.height,
        colours: new Set(words).size,
        wide: [Math.round(2 * box.width), Math.round(2 * box.height)],
      };
    },
    [...png.bytes],
  );
  assert.deepEqual([width, height], wide);
  assert.ok(colours > 200, `${colours} colours`);
  await writeFile(path.join(SHOTS, "taken-along.png"), png.bytes);
  assert.deepEqual(errors, []);
});

for (const [width, colorScheme] of [
  [1280, "light"],
  [390, "dark"],
  [1280, "dark"],
  [390, "light"],
]) {
  // What axe looks at is the same with either backend.
  test(`axe finds nothing at ${width} px, ${colorScheme}`, { skip }, async (t) => {
    const axe = await readFile(path.join(ROOT, "node_modules/axe-core/axe.min.js"), "utf8");
    const { page } = await openedAt(t, "model=vit_cifar10&tab=attention", {
      viewport: { width, height: 800 },
      colorScheme,
      bypassCSP: true,
      reducedMotion: "reduce",
    });
    await page.locator(".tabs .tab").first().waitFor();
    await page.evaluate(axe);
    const check = async (at) => {
      await page.waitForFunction(() =>
        [...document.querySelectorAll(".inside-figure .figure-frame")].every(({ dataset }) => dataset.outcome),
      );
      const found = await page.evaluate(async () => {
        const { violations } = await axe.run(document, {
          resultTypes: ["violations"],
          rules: { "target-size": { enabled: true } },
        });
        return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
      });
      assert.deepEqual(found, [], at);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${at} is ${over} px too wide`);
      await shoot(page, `${at}-${width}`, { fullPage: true });
    };
    for (const { model } of Object.values(FAMILIES)) {
      for (const tab of ["attention", "why", "whatif", "field", "hidden", "objects"]) {
        await page.goto(address(`model=${model}&tab=${tab}`));
        await drawn(page, model);
        await page.locator(`.tab[aria-selected="true"]`).waitFor();
        if ((await page.locator(`#tab-${tab}[aria-selected="true"]`).count()) === 0) continue;
        await check(`${model} ${tab}`);
      }
    }
    await page.goto(address("models=resnet20_cifar10,vit_cifar10&tab=tables", { route: "compare" }));
    await page.locator(".inside-figure").first().waitFor();
    await page.locator(".lanes[data-done]").waitFor();
    await check("compare");
  });
}
