/** The page without a network, and a newer version of it: sw.js keeps what the build lists. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { BACKEND, ROOT, launch, openPage, startSite } from "./harness.mjs";

// What is kept and when does not depend on the backend.
const options = { skip: BACKEND === "webgpu" };
let site, browser;

before(async () => {
  [site, browser] = await Promise.all([startSite(), launch()]);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

const text = (file) => readFile(path.join(ROOT, file), "utf8");
const headline = (page) => page.locator(".guess-row.first .guess-label");

const version = (page) => page.evaluate(() => document.documentElement.dataset.version);

/** A page that has answered, and whose worker has kept everything and answers for the site. */
async function openKept(t) {
  const { page, context, errors } = await openPage(browser, `${site.url}#/explore`, { serviceWorkers: "allow" });
  t.after(() => context.close());
  await headline(page).waitFor();
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done, { once: true }));
  });
  return { page, context, errors };
}

test("without a network the page reloads, answers, teaches, and loads its other networks", options, async (t) => {
  const { page, context, errors } = await openKept(t);
  await context.setOffline(true);
  const asked = site.log.length;
  await page.reload();
  await headline(page).waitFor();
  assert.equal(await headline(page).innerText(), "dog");
  for (const place of ["#/lessons", "#/measured", "#/compare", "#/explore?model=vit_cifar10"]) {
    await page.goto(`${site.url}${place}`);
    await page.locator("main h1, main h2").first().waitFor({ state: "attached" });
  }
  await headline(page).waitFor();
  await page.locator('.answer-card[aria-busy="false"]').waitFor();
  assert.deepEqual(errors, []);
  // The browser's own look for another version passes by what a page can be cut off from.
  const lookedFor = /^(sw\.js|pkg\/page\/files\.js)$/;
  const paths = site.log.slice(asked).map((entry) => entry.path);
  assert.deepEqual(
    paths.filter((path) => !lookedFor.test(path)),
    [],
    "the server was asked",
  );
});

test("a newer version is offered, and takes over when the visitor says so", options, async (t) => {
  const { page, context } = await openKept(t);
  const index = (await text("index.html")).replace('<html lang="en">', '<html lang="en" data-version="newer">');
  assert.match(index, /newer/);
  const hash = createHash("sha256").update(index).digest("hex").slice(0, 16);
  const list = (await text("pkg/page/files.js")).replace(/("index.html": \{\s*"hash": ")\w+/, `$1${hash}`);
  site.changed.set("index.html", index).set("", index).set("pkg/page/files.js", list);
  t.after(() => site.changed.clear());

  site.log.length = 0;
  await page.evaluate(async () => {
    globalThis.lesson = "under way";
    await (await navigator.serviceWorker.ready).update();
  });
  const notices = page.getByRole("status", { name: "Notices" });
  const reload = notices.getByRole("button", { name: "Reload" });
  await reload.waitFor();
  assert.equal(await page.evaluate(() => globalThis.lesson), "under way", "the page was reloaded by itself");
  assert.equal(await version(page), undefined);
  const fetched = site.log.map((entry) => entry.path).filter((path) => !/^(sw\.js|pkg\/page\/files\.js)$/.test(path));
  assert.deepEqual(fetched, ["index.html"], "what has not changed was fetched again");

  await reload.click();
  await page.waitForFunction(() => document.documentElement.dataset.version === "newer");
  await context.setOffline(true);
  await page.reload();
  await headline(page).waitFor();
  assert.equal(await version(page), "newer");
});

test("a version that is deployed by half is not taken", options, async (t) => {
  const { page } = await openKept(t);
  const list = (await text("pkg/page/files.js")).replace(/("index.html": \{\s*"hash": ")\w+/, "$10123456789abcdef");
  site.changed.set("pkg/page/files.js", list);
  t.after(() => site.changed.clear());
  const state = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const gone = new Promise((done) =>
      registration.addEventListener("updatefound", () => {
        const next = registration.installing;
        next.addEventListener("statechange", () => done(next.state));
      }),
    );
    await registration.update().catch(() => {});
    return gone;
  });
  assert.equal(state, "redundant");
  await page.reload();
  await headline(page).waitFor();
});

test("the page can be installed", options, async (t) => {
  const { page, context } = await openPage(browser, site.url);
  t.after(() => context.close());
  const devtools = await context.newCDPSession(page);
  const { errors, data } = await devtools.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  for (const { src } of manifest.icons) {
    assert.equal((await page.request.get(new URL(src, site.url).href)).status(), 200, src);
  }
  assert.equal(new URL(manifest.start_url, site.url).href, site.url);
});
