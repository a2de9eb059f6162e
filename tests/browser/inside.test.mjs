/** See inside and Compare: to an inner stage by keys alone, a cell's formula beside its value, every tab of every family, axe. */

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { BACKEND, PATIENCE, ROOT, launch, openPage, startSite } from "./harness.mjs";

const CNN = [
  "receptive-field",
  "receptive-curve",
  "stacked-kernels",
  "filters",
  "class-map",
  "logit-lens",
  "ablation",
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
  "ablation",
  "photo-changes",
];

/** For each family a network that ships, inner stages to walk to, and the figures that its tabs hold in this order. */
const FAMILIES = {
  lenet: { model: "lenet5_mnist", stages: ["conv2", "fc2"], views: CNN },
  alexnet: { model: "alexnet_cifar10", stages: ["features.3", "features.4"], views: CNN },
  vgg: { model: "vgg_bn_cifar10", stages: ["features.4", "features.7"], views: CNN },
  resnet: { model: "resnet20_cifar10", stages: ["layer2.0.conv1", "layer3.1"], views: CNN },
  vit: { model: "vit_cifar10", stages: ["blocks.1.attn.attn_drop", "blocks.2.norm1"], views: VIT },
  swin: {
    model: "swin_cifar10",
    stages: ["layers.1.downsample.merge", "layers.1.blocks.1.attn.attn_drop"],
    views: [
      "receptive-field",
      "receptive-curve",
      "attention-distance",
      "swin-windows",
      "class-map",
      "logit-lens",
      "ablation",
      "photo-changes",
    ],
  },
  mae: {
    model: "mae_vit_cifar10",
    stages: ["decoder.decoder_layers.1"],
    views: ["attention", "mae", "mae", "mae-cost"],
  },
  dino: {
    model: "dino_vit_cifar10",
    stages: ["blocks.3.mlp.fc1"],
    views: [...VIT.filter((view) => view !== "logit-lens"), "dino-attention", "dino-pca", "dino-patches"],
  },
};
const SHOTS = path.join(ROOT, "tests/artifacts/inside", BACKEND);
let site, browser;

before(async () => {
  [site, browser] = await Promise.all([startSite(), launch(), mkdir(SHOTS, { recursive: true })]);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

const address = (route, query) =>
  `${site.url}#/${route}?lang=en&backend=${BACKEND === "webgpu" ? "webgpu" : "auto"}&${query}`;

async function opened(t, route, query, options) {
  const open = await openPage(browser, address(route, query), options);
  t.after(() => open.context.close());
  return open;
}

/** Presses Tab until what has the focus is wanted; `pass` may press other keys on the way. */
async function tabTo(page, wanted, pass = async () => {}) {
  for (let i = 0; i < 500; i++) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const node = document.activeElement;
      return {
        tag: node.localName,
        stage: node.querySelector?.(".stage-name")?.textContent ?? "",
        text: node.textContent.trim(),
        open: node.parentElement?.open,
        canvas:
          node.matches("canvas.drawing") && node.closest(".stage-figures")
            ? [...document.querySelectorAll(".stage-figures canvas.drawing")].indexOf(node)
            : -1,
        canvases: document.querySelectorAll(".stage-figures canvas.drawing").length,
      };
    });
    if (wanted(focus)) return;
    await pass(focus);
  }
  assert.fail("the keyboard does not get there");
}

async function walkTo(page, stage) {
  const within = (text) => text.startsWith("parts of ") && stage.startsWith(`${text.slice(9)}.`);
  await page.locator(".stage-item").first().waitFor();
  await tabTo(
    page,
    (focus) => focus.stage === stage,
    async ({ tag, text, open }) => {
      if (tag === "summary" && !open && within(text)) await page.keyboard.press("Enter");
    },
  );
  await page.keyboard.press("Enter");
  await page.locator(`.stage-item[aria-current="true"]`, { hasText: stage }).waitFor();
  await page.locator(".stage-figures:not([aria-busy]) .cell-panel").waitFor();
}

/** What the panel says of the cell whose value the readout shows. */
async function formula(page) {
  const panel = page.locator(".cell-panel");
  // The cell is computed when the cursor rests.
  await page.waitForFunction(
    () => {
      const panel = document.querySelector(".cell-panel");
      const now = panel?.dataset.observed;
      const same = now !== undefined && now === globalThis.lastObserved && !panel.hasAttribute("aria-busy");
      globalThis.lastObserved = now;
      return same;
    },
    null,
    { polling: 500, timeout: PATIENCE },
  );
  return {
    ...(await panel.evaluate(({ dataset }) => ({ observed: Number(dataset.observed), value: Number(dataset.value) }))),
    shown: await panel.locator(".headline").innerText(),
    rule: await panel.locator(".cell-formula").innerText(),
    readouts: await page.locator(".stage-figures .readout").allInnerTexts(),
  };
}

const inEnglish = (value, digits) => value.toLocaleString("en", { maximumSignificantDigits: digits });

function agrees({ observed, value, shown, readouts }, at) {
  assert.ok(Number.isFinite(observed) && Number.isFinite(value), at);
  assert.ok(
    Math.abs(observed - value) <= 1e-3 * Math.max(Math.abs(observed), 1e-2),
    `${at}: ${observed} in the cell, ${value} by the formula`,
  );
  assert.ok(
    Math.abs(Number(shown.replace("−", "-")) - observed) <= 1e-2 * Math.max(Math.abs(observed), 1e-2),
    `${at}: ${shown} is shown of ${observed}`,
  );
  assert.ok(
    readouts.some((text) => text.includes(inEnglish(observed, 4))),
    `${at}: ${JSON.stringify(readouts)} do not show ${observed}`,
  );
}

for (const [family, { model, stages, views }] of Object.entries(FAMILIES)) {
  test(`${family}: to an inner stage by the keyboard, and a cell's formula gives its value`, async (t) => {
    const { page, errors } = await opened(t, "inside", `model=${model}&photo=cat_chelsea`);
    for (const stage of stages) {
      await walkTo(page, stage);
      await tabTo(page, ({ canvas, canvases }) => canvas >= 0 && canvas === canvases - 1);
      for (const key of ["ArrowRight", "ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
      agrees(await formula(page), `${model} ${stage}, by keys`);
      const canvas = page.locator(".stage-figures canvas.drawing").last();
      const box = await canvas.boundingBox();
      await canvas.hover({ position: { x: box.width * 0.4, y: Math.min(box.height * 0.55, box.height - 2) } });
      agrees(await formula(page), `${model} ${stage}, by pointer`);
      await page
        .locator("h1")
        .first()
        .focus()
        .catch(() => {});
      await page.evaluate(() => document.activeElement?.blur?.());
    }
    await page.screenshot({ path: path.join(SHOTS, `${family}.png`), fullPage: true });
    const { hash } = new URL(page.url());
    assert.match(hash, new RegExp(`stage=${stages.at(-1).replaceAll(".", "\\.")}`));
    await page.reload();
    await page.locator(`.stage-item[aria-current="true"]`, { hasText: stages.at(-1) }).waitFor();
    assert.deepEqual(errors, []);
  });

  test(`${family}: every tab has its figures`, async (t) => {
    const { page, errors } = await opened(t, "inside", `model=${model}&photo=cat_chelsea`);
    await page.locator(".tabs .tab").first().waitFor();
    const tabs = await page.locator(".tabs .tab").count();
    assert.ok(tabs >= 2, "there is more to see than the output");
    await page.locator(".tabs .tab").first().focus();
    const seen = [];
    for (let i = 1; i < tabs; i++) {
      await page.keyboard.press("ArrowRight");
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
      await page.screenshot({ path: path.join(SHOTS, `${family}-${i}.png`), fullPage: true });
    }
    assert.deepEqual(seen, views);
    assert.deepEqual(errors, []);
  });
}

test("a block opens in the drawing, and its stages can be timed", async (t) => {
  const { page, errors } = await opened(t, "inside", "model=resnet20_cifar10&stage=layer2");
  await page.getByRole("button", { name: "Look into layer2", exact: true }).click();
  await page.getByRole("img", { name: /layer2\.0, layer2\.1, layer2\.2/ }).waitFor();
  await page.getByRole("button", { name: "Measure the time of each stage" }).click();
  await page.getByText("measured now after a warm-up").waitFor();
  await page.locator(".architecture canvas").focus();
  await page.keyboard.press("ArrowRight");
  await page.locator(".architecture .readout", { hasText: / (ms|sec)/ }).waitFor();
  await page.getByRole("button", { name: "ResNet-20", exact: true }).click();
  await page.getByRole("img", { name: /layer1, layer2, layer3/ }).waitFor();
  assert.deepEqual(errors, []);
});

test("the changed photo is answered anew, and undone", async (t) => {
  const { page, errors } = await opened(t, "inside", "model=resnet20_cifar10&tab=whatif");
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

test("a link holds what is switched off and how the photo was changed", async (t) => {
  const { page, errors } = await opened(t, "inside", "model=vit_cifar10&tab=whatif");
  const figures = page.locator(".inside-figure .figure-frame");
  await page.waitForFunction(
    () => document.querySelectorAll('.inside-figure .figure-frame[data-outcome="done"]').length === 2,
  );
  await figures.first().getByRole("checkbox").nth(2).check();
  await figures.nth(1).getByRole("slider", { name: "Turn" }).fill("90");
  await page.waitForFunction(() => /off=/.test(location.hash) && /photochange=0%2C0%2C90%2C0%2C1/.test(location.hash));
  const shown = () =>
    page.evaluate(() =>
      [...document.querySelectorAll(".inside-figure .figure-frame")].map((frame) =>
        [...frame.querySelectorAll(".figure-row")].map((row) => row.textContent),
      ),
    );
  await page.waitForFunction(() =>
    /1 /.test(document.querySelector('[data-view="ablation"] [data-part="top"] h3')?.textContent ?? ""),
  );
  // The answer for the turned photo has other numbers than that for the photo as it is.
  await page.waitForFunction(() => {
    const values = (n) =>
      [...document.querySelectorAll(`[data-figure="photo-changes"] .figure-block:nth-child(${n}) .guess-value`)]
        .map(({ textContent }) => textContent)
        .join();
    return values(2) !== "" && values(1) !== values(2);
  });
  const before = await shown();
  await page.reload();
  await page.waitForFunction(
    () => document.querySelectorAll('.inside-figure .figure-frame[data-outcome="done"]').length === 2,
  );
  assert.deepEqual(await shown(), before);
  assert.equal(await figures.nth(1).getByRole("slider", { name: "Turn" }).inputValue(), "90");
  await page.goto(
    page
      .url()
      .replace(/off=[^&]*/, "off=head:blocks.99.attn.attn_drop.0,nonsense:1")
      .replace(/photochange=[^&]*/, "photochange=9,0,-999,0,3"),
  );
  await page.reload();
  await page.waitForFunction(
    () => document.querySelectorAll('.inside-figure .figure-frame[data-outcome="done"]').length === 2,
  );
  assert.equal(await figures.nth(1).getByRole("slider", { name: "Turn" }).inputValue(), "-180");
  assert.deepEqual(errors, []);
});

test("a figure is taken along as a picture and as its numbers", async (t) => {
  const { page, errors } = await opened(t, "inside", "model=resnet20_cifar10&tab=why");
  const figure = page.locator('[data-figure="class-map"]');
  await figure.locator('.figure-frame[data-outcome="done"]').waitFor();
  const take = async (name) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      figure.getByRole("button", { name, exact: true }).click(),
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

test("networks are compared on one photo, and the link keeps which", async (t) => {
  const { page, errors } = await opened(t, "compare", "photo=cat_chelsea");
  const rows = page.locator('[data-figure="answers"] tbody tr');
  await page.waitForFunction(() => document.querySelectorAll('[data-figure="answers"] tbody tr').length === 7);
  await page.waitForFunction(() =>
    [...document.querySelectorAll(".figure-frame")].every(({ dataset }) => dataset.outcome === "done"),
  );
  await page.getByRole("checkbox", { name: "AlexNet" }).uncheck();
  await page.waitForFunction(() => document.querySelectorAll('[data-figure="answers"] tbody tr').length === 6);
  assert.doesNotMatch(page.url(), /alexnet/);
  await page.reload();
  await rows.nth(5).waitFor();
  assert.equal(await page.getByRole("checkbox", { name: "AlexNet" }).isChecked(), false);
  assert.deepEqual(errors, []);
});

for (const [width, colorScheme] of [
  [1280, "light"],
  [390, "dark"],
  [1280, "dark"],
  [390, "light"],
]) {
  // What axe looks at is the same with either backend.
  test(`axe finds nothing at ${width} px, ${colorScheme}`, { skip: BACKEND === "webgpu" }, async (t) => {
    const axe = await readFile(path.join(ROOT, "node_modules/axe-core/axe.min.js"), "utf8");
    const { page } = await opened(t, "inside", "model=vit_cifar10", {
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
      await page.screenshot({ path: path.join(SHOTS, `${at.replaceAll(" ", "-")}-${width}.png`), fullPage: true });
    };
    await page.locator(".cell-panel[data-value]").waitFor();
    await check("vit output");
    for (const { model } of Object.values(FAMILIES)) {
      for (const tab of ["attention", "why", "whatif", "field", "hidden", "objects"]) {
        await page.goto(address("inside", `model=${model}&tab=${tab}`));
        await page.locator(`.tab[aria-selected="true"]`).waitFor();
        if ((await page.locator(`#tab-${tab}[aria-selected="true"]`).count()) === 0) continue;
        await check(`${model} ${tab}`);
      }
    }
    await page.goto(address("compare", "models=resnet20_cifar10,vit_cifar10"));
    await page.locator(".inside-figure").first().waitFor();
    await check("compare");
  });
}
