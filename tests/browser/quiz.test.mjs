/** The questions after a lesson, the test before and after the course, and the class that a teacher adds up. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { TEST } from "../../www/lessons/quiz/questions.js";
import { BACKEND, launch, openPage, startSite } from "./harness.mjs";

let site, browser;
// Nothing is computed here: one backend is enough.
const ONCE = { skip: BACKEND === "webgpu" };

before(async () => {
  [site, browser] = await Promise.all([startSite(), launch()]);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

async function opened(t, query) {
  const open = await openPage(browser, `${site.url}#/lessons?lang=en&${query}`, { acceptDownloads: true });
  t.after(() => open.context.close());
  return open;
}

const fileOf = async (download) => {
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

test("a lesson's questions explain themselves and are remembered", ONCE, async (t) => {
  const { page, errors } = await opened(t, "lesson=swin&step=questions");
  const first = page.locator(".quiz-question").first();
  await first.getByLabel("Both.").check();
  await first.getByText("Not quite.").waitFor();
  await first.getByLabel("The attention matrix of ViT.").check();
  await first.getByText("Four times the tokens").waitFor();
  for (const right of await page.locator("[data-right]").all()) await right.check();
  await page.getByText("5 of 5 right.").waitFor();
  await page.reload();
  await page.getByText("5 of 5 right.").waitFor();
  await page.getByRole("button", { name: "Answer again" }).click();
  assert.equal(await page.locator(".quiz-question input:checked").count(), 0);
  assert.deepEqual(errors, []);
});

test("the test is taken twice, saved, and added up for a class", ONCE, async (t) => {
  const { page, errors } = await opened(t, "lesson=test&step=before");
  await page.getByText(`${TEST.length} still open.`).waitFor();
  for (const fieldset of await page.locator(".quiz-question").all()) await fieldset.locator("input").first().check();
  await page.getByText("All answered.").waitFor();
  assert.equal(await page.locator(".quiz-why:not(:empty)").count(), 0, "the first test explains nothing");
  await page.getByRole("link", { name: "After the course" }).click();
  await page.getByText("The same questions as before the course.").waitFor();
  await page.getByText(`${TEST.length} still open.`).waitFor();
  for (const fieldset of await page.locator(".quiz-question").all()) await fieldset.locator("input").last().check();
  await page.getByText(/Before the course \d+ of 11 were right, now \d+\./).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save my answers" }).click(),
  ]);
  const file = await fileOf(download);
  const { before: first } = JSON.parse(file);
  assert.equal(Object.keys(first).length, TEST.length);
  await page.getByRole("link", { name: "For teachers" }).click();
  const files = ["a.json", "b.json"].map((name) => ({ name, mimeType: "application/json", buffer: Buffer.from(file) }));
  const wrong = { name: "photo.json", mimeType: "application/json", buffer: Buffer.from("{}") };
  await page.getByLabel("Answer files").setInputFiles([...files, wrong]);
  await page.getByText("Students with both tests: 2.").waitFor();
  await page.getByText("Not a file of answers: photo.json.").waitFor();
  assert.equal(await page.locator(".gain tbody tr").count(), TEST.length + 1);
  assert.deepEqual(errors, []);
});
