/** The measured figures: the table, the cards, and a score computed in the page. */

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { BACKEND, PATIENCE, ROOT, launch, openPage, startSite } from "./harness.mjs";

const json = async (file) => JSON.parse(await readFile(path.join(ROOT, file), "utf8"));
const percent = (value) => `${Number((100 * value).toFixed(1))}%`;
const exponent = (value) => value.toExponential(1).split("e")[0];
let site, browser;

before(async () => {
  [site, browser] = await Promise.all([startSite(), launch()]);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

async function opened(t, options = {}, query = "") {
  const url = `${site.url}#/numbers?backend=${BACKEND === "webgpu" ? "webgpu" : "auto"}${query}`;
  const made = await openPage(browser, url, options);
  t.after(() => made.context.close());
  await made.page.locator(".card .facts").nth(8).waitFor();
  await made.page.locator(".parity-table").waitFor();
  return made;
}

const card = (page, id) => page.locator(`[data-model="${id}"]`);

// Software WebGPU takes minutes for five hundred images, and parity tells more of it.
const scores = { skip: BACKEND === "webgpu" };
test("lenet5_mnist is scored anew, with the keyboard, and the score is its card's", scores, async (t) => {
  const { page, errors } = await opened(t);
  const { score_engine: score, score_subset_pytorch: theirs } = await json("www/weights/lenet5_mnist.json");
  const lenet = card(page, "lenet5_mnist");
  await lenet.locator('[data-state="idle"] button').focus();
  await page.keyboard.press("Enter");
  await lenet.getByText(/^\d+ of 500 images/).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Cancel");
  await lenet.locator('[data-state="done"]').waitFor();
  const words = await lenet.locator('[data-state="done"]').innerText();
  assert.ok(words.includes(`${Math.round(500 * score)} of 500 right: ${percent(score)}`), words);
  assert.ok(words.includes(`PyTorch, on the same images: ${percent(theirs)}`) && words.includes("computed now"), words);
  assert.deepEqual(errors, []);
});

test("a computation is stopped, and says so", async (t) => {
  const { page, errors } = await opened(t);
  const network = card(page, "swin_cifar10");
  await network.getByRole("button", { name: /^Recompute/ }).click();
  await network.getByText(/^\d+ of 500 images/).waitFor();
  await network.getByRole("button", { name: "Cancel" }).click();
  await network.getByText(/^Stopped after \d+ images/).waitFor();
  assert.equal(await network.getByText("computed now").count(), 0);
  await network.getByRole("button", { name: /^Recompute again/ }).waitFor();
  assert.deepEqual(errors, []);
});

const speed = (page) => page.locator(".on-device");

test("the device is measured: every network, steps, growth and training, and copied as Markdown", scores, async (t) => {
  const { page, errors } = await opened(t, { permissions: ["clipboard-read", "clipboard-write"] });
  await speed(page).getByRole("button", { name: "Measure this device" }).click();
  await speed(page)
    .getByText(/: loading, and answers/)
    .waitFor();
  await speed(page).locator('[aria-label="Answers"] tbody tr').first().waitFor();
  await page.locator('.on-device[data-state="done"]').waitFor({ timeout: 4 * PATIENCE });
  const embedded = (await readdir(path.join(ROOT, "www/weights"))).filter((name) =>
    /_(mnist|cifar10)\.json$/.test(name),
  );
  assert.equal(await speed(page).locator('[aria-label="Answers"] tbody tr').count(), embedded.length);
  await speed(page).getByRole("button", { name: "Copy as Markdown" }).click();
  await page.getByText("The tables are copied as Markdown.").waitFor();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(text, /^# Vitrine on this device\n\n.*\d+.*cores.*\n\n## CPU\n/);
  assert.match(
    text,
    /\n\| Network \| Median \(quartiles\) \| First answer \| Loading \|\n\| --- \| --- \| --- \| --- \|\n/,
  );
  const figure = (pattern) => Number(pattern.exec(text)?.[1].replaceAll(",", ""));
  assert.ok(figure(/Training, Digits \| ([\d.,]+) steps a second/) > 0, text);
  // Attention over the whole image grows faster than in windows: counted, not timed.
  const grows = [...text.matchAll(/^\| (ViT|Swin).* \| ([\d.]+) \|$/gm)].map(([, name, power]) => [
    name,
    Number(power),
  ]);
  assert.deepEqual(
    grows.map(([name]) => name),
    ["ViT", "Swin"],
  );
  assert.ok(grows[0][1] > grows[1][1] && grows[1][1] > 0.8, text);
  assert.deepEqual(errors, []);
});

test("measuring the device is stopped, keeps what it has, and can begin again", scores, async (t) => {
  const { page, errors } = await opened(t);
  await speed(page).getByRole("button", { name: "Measure this device" }).focus();
  await page.keyboard.press("Enter");
  await speed(page).locator('[aria-label="Answers"] tbody tr').first().waitFor();
  await speed(page).getByRole("button", { name: "Cancel" }).click();
  await speed(page)
    .getByText(/^Stopped\./)
    .waitFor();
  assert.ok((await speed(page).locator('[aria-label="Answers"] tbody tr').count()) > 0);
  assert.equal(await speed(page).getByText("computed now").count(), 0);
  await speed(page).getByRole("button", { name: "Measure again" }).waitFor();
  assert.deepEqual(errors, []);
});

test("images that do not arrive are a failure in words, and come the next time", async (t) => {
  const { page, context } = await opened(t);
  await context.route(/mnist_test500\.png$/, (route) => route.fulfill({ status: 503 }), { times: 1 });
  const network = card(page, "fcnn_mnist");
  await network.getByRole("button", { name: /^Recompute/ }).click();
  await network.getByRole("alert").getByText(/503/).waitFor();
  await network.getByRole("button", { name: /^Recompute again/ }).click();
  await network.getByText(/^\d+ of 500 images/).waitFor();
});

test("the table holds what was measured, and every network has its card", async (t) => {
  const { page } = await opened(t);
  const { rows } = await json("www/parity.json");
  const cells = await page.locator(".parity-table td").allInnerTexts();
  assert.equal(cells.length, 2 * new Set(rows.map(({ model }) => model)).size);
  assert.deepEqual(
    cells
      .filter((cell) => cell.includes("× 10"))
      .map((cell) => cell.split(" ")[0])
      .sort(),
    rows.map(({ error }) => exponent(error)).sort(),
  );
  assert.equal(await card(page, "mae_vit_cifar10").getByRole("button").count(), 0);
  assert.equal(await page.getByRole("button", { name: /^Recompute/ }).count(), 8);
});

for (const width of [1280, 390]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing at ${width} px, ${colorScheme}, and nothing is too wide`, {
      skip: BACKEND === "webgpu",
    }, async (t) => {
      const { page } = await opened(t, {
        viewport: { width, height: 800 },
        colorScheme,
        bypassCSP: true,
        reducedMotion: "reduce",
      });
      await page.evaluate(await readFile(path.join(ROOT, "node_modules/axe-core/axe.min.js"), "utf8"));
      const found = await page.evaluate(async () => {
        const { violations } = await axe.run(document, { resultTypes: ["violations"] });
        return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
      });
      assert.deepEqual(found, []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      const link = await page.locator('nav [aria-current="page"]').boundingBox();
      assert.ok(link.x >= 0 && link.x + link.width <= width, "the place's own link is in view");
    });
  }
}
