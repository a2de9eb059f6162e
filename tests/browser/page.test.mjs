/** The page itself, as a visitor uses it. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { BACKEND, FIREFOX, ROOT, checkpoint, launch, openPage, startSite } from "./harness.mjs";
import { Hub } from "./hub.mjs";
import { BAD_IMAGES } from "./images.mjs";
import { readCheckpoint, writeCheckpoint } from "./safetensors.mjs";

const photo = (name) => path.join(ROOT, `www/samples/${name}.jpg`);
let site, hub, browser;

before(async () => {
  [site, hub, browser] = await Promise.all([startSite(), Hub.start(), launch()]);
});

after(async () => {
  await browser?.close();
  await Promise.all([site?.close(), hub?.close()]);
});

const address = (query = "") => `${site.url}#/explore?backend=${BACKEND === "webgpu" ? "webgpu" : "auto"}${query}`;

async function openVitrine(t, { query, ...options } = {}) {
  const opened = await openPage(browser, address(query), options);
  t.after(() => opened.context.close());
  return opened;
}

/** What has nothing to do with how a network is computed is tested on the CPU alone. */
const onCpu = { skip: BACKEND === "webgpu" };

const answer = (page) => page.getByRole("region", { name: "The network answers" });
const headline = (page) => answer(page).locator(".guess-row.first .guess-label");

/** Waits until the answer is computed; gives its first word. */
async function answered(page) {
  await headline(page).waitFor();
  await page.locator('.answer-card[aria-busy="false"]').waitFor();
  return headline(page).innerText();
}

/** Waits until the photo of that name has been answered. */
async function answeredPhoto(page, name) {
  await page.getByRole("img", { name: `Photo: ${name}` }).waitFor();
  return answered(page);
}

const noteFirstAnswer = () =>
  new MutationObserver((_, observer) => {
    if (!document.querySelector(".guess-row.first")) return;
    performance.mark("answered");
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });

const COMPRESSED = /\.(html|css|js|json|svg|wasm|txt)$/;

/** Bytes of a file as a host sends it, text and engines compressed with gzip, or with Brotli where the build did. */
async function sentBytes(relative, brotli = false) {
  const file = path.join(ROOT, relative || "index.html");
  const better = brotli ? await readFile(`${file}.br`).catch(() => null) : null;
  if (better) return better.length;
  const bytes = await readFile(file);
  return COMPRESSED.test(file) ? gzipSync(bytes, { level: 9 }).length : bytes.length;
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

test("a first visit ends in a dog, after 45 requests and 1.6 MB at most, with nothing in the console", async (t) => {
  const { page, errors } = await openPage(browser, "about:blank");
  t.after(() => page.context().close());
  await page.addInitScript(noteFirstAnswer);
  site.log.length = 0;
  await page.goto(address());
  assert.equal(await answered(page), "dog");
  await page.waitForLoadState("networkidle");
  const when = await page.evaluate(
    () => performance.timeOrigin + performance.getEntriesByName("answered")[0].startTime,
  );
  const early = site.log.filter((entry) => entry.at < when).map((entry) => entry.path);
  const [gzip, brotli] = await Promise.all(
    [false, true].map(async (how) => sum(await Promise.all(early.map((file) => sentBytes(file, how))))),
  );
  const bars = answer(page).getByRole("list", { name: "The five most likely classes" }).getByRole("listitem");
  assert.equal(await bars.count(), 5);
  assert.match(await answer(page).innerText(), BACKEND === "webgpu" ? /WebGPU/ : /CPU/);
  assert.deepEqual(errors, []);
  assert.deepEqual(
    site.log.filter((entry) => entry.status !== 200),
    [],
  );
  t.diagnostic(`${early.length} requests, ${brotli} bytes before the first answer, ${gzip} without Brotli`);
  assert.ok(early.length <= 45, early.join("\n"));
  if (BACKEND === "cpu") assert.ok(gzip <= 1_600_000, `${gzip} bytes`);
});

test("the photo shows the square that the network is given, and the pixels it makes of it", async (t) => {
  const { page } = await openVitrine(t);
  await answered(page);
  const face = await page.locator(".photo-face").boundingBox();
  const image = await page.locator(".photo-face > img").boundingBox();
  assert.ok(Math.abs(face.width - face.height) < 1.5, "the crop is a square");
  const [left, right] = [face.x - image.x, image.x + image.width - face.x - face.width];
  assert.ok(Math.abs(left - right) < 2 && left > 10, `cut off evenly at both sides: ${left}, ${right}`);
  assert.deepEqual(await page.locator(".photo-pixels").evaluate(({ width, height }) => [width, height]), [32, 32]);
});

test("an uploaded, a dropped and a pasted photo are answered, and one by its address", onCpu, async (t) => {
  const { page, errors } = await openVitrine(t);
  await answered(page);
  await page.locator("#upload").setInputFiles(photo("dog_labrador"));
  const uploaded = await answeredPhoto(page, "dog_labrador.jpg");
  const bytes = (await readFile(photo("rocket"))).toString("base64");
  for (const way of ["drop", "paste"]) {
    await page.evaluate(
      async ({ way, bytes }) => {
        const data = new DataTransfer();
        const content = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
        data.items.add(new File([content], `${way}.jpg`, { type: "image/jpeg" }));
        const options = { bubbles: true, cancelable: true };
        if (way === "drop") document.body.dispatchEvent(new DragEvent("drop", { ...options, dataTransfer: data }));
        else {
          // Firefox does not take what a script says the clipboard holds.
          const event = new ClipboardEvent("paste", options);
          document.body.dispatchEvent(Object.defineProperty(event, "clipboardData", { value: data }));
        }
      },
      { way, bytes },
    );
    assert.notEqual(await answeredPhoto(page, way === "drop" ? "drop.jpg" : "pasted image"), "");
  }
  assert.notEqual(uploaded, "");
  await page.getByRole("button", { name: "Change the photo" }).click();
  await page.getByLabel("Address of an image").fill(`${site.url}www/samples/panda.jpg`);
  await page.getByRole("button", { name: "Fetch" }).click();
  assert.notEqual(await answeredPhoto(page, "panda.jpg"), "");
  // The link carries its address; a file survives a reload in the browser, which is said, with a way to forget it.
  await page.reload();
  assert.notEqual(await answeredPhoto(page, "panda.jpg"), "");
  await page.locator("#upload").setInputFiles(photo("rocket"));
  await answeredPhoto(page, "rocket.jpg");
  await page.reload();
  assert.notEqual(await answeredPhoto(page, "rocket.jpg"), "");
  await page.getByText("it was kept in this browser").waitFor();
  await page.getByRole("button", { name: "Forget the photo" }).click();
  await page.getByText("it was kept in this browser").waitFor({ state: "detached" });
  await page.waitForFunction(async () => !(await caches.has("vitrine-photo")));
  await page.reload();
  await answered(page);
  assert.equal(await page.locator(".photo-line").getByText("rocket.jpg").count(), 0);
  assert.deepEqual(errors, []);
});

// Pictures are read by the browser and the module's own code: the backend has no part in it, and one tells that nothing
// lies between.
const badImages = Object.entries(BAD_IMAGES).slice(0, BACKEND === "cpu" ? undefined : 1);

test("what is no photo is refused in words, and the photo before it comes back", async (t) => {
  const { page } = await openVitrine(t);
  assert.equal(await answered(page), "dog");
  const alert = page.getByRole("alert");
  let before = { name: "Labrador dog", answer: "dog" };
  for (const [title, make] of badImages) {
    await page.locator("#upload").setInputFiles({ name: "photo.jpg", mimeType: "image/jpeg", buffer: await make() });
    await alert.waitFor();
    assert.ok((await alert.innerText()).length > 40, `${title}: ${await alert.innerText()}`);
    assert.equal(await answeredPhoto(page, before.name), before.answer, title);
    const next = before.name === "panda.jpg" ? "rocket" : "panda";
    await page.locator("#upload").setInputFiles(photo(next));
    before = { name: `${next}.jpg`, answer: await answeredPhoto(page, `${next}.jpg`) };
    await alert.waitFor({ state: "detached" });
  }
});

test("the photo is looked at in another size, which the address holds and every figure follows", onCpu, async (t) => {
  const { page } = await openVitrine(t, { query: "&model=vit_cifar10&size=48&tab=attention" });
  await answered(page);
  const sizes = page.getByRole("combobox", { name: "Pixels a side of the photo" });
  assert.equal(await sizes.inputValue(), "48");
  const pad = page.locator('[data-figure="attention"] [data-part="map"]').first();
  await pad.waitFor();
  const rows = () => pad.evaluate((node) => (node.querySelector("canvas") ?? node).height);
  const larger = await rows();
  await sizes.selectOption({ label: "32 px (its own)" });
  await page.waitForFunction(() => !location.hash.includes("size="));
  await answered(page);
  await page.waitForFunction(
    ([before]) => {
      const map = document.querySelector('[data-figure="attention"] [data-part="map"]');
      return map && (map.querySelector("canvas") ?? map).height !== before;
    },
    [larger],
  );
  assert.ok((await rows()) < larger);
  // What the network cannot look at is said, and it looks at its own.
  await page.evaluate(() => (location.hash = location.hash.replace("?", "?size=33&")));
  await page.locator(".notice", { hasText: "does not take photos of 33 pixels" }).waitFor();
  assert.equal(await sizes.inputValue(), "");
});

test("nothing large is downloaded before the visitor says so", onCpu, async (t) => {
  const { page, context } = await openVitrine(t);
  const elsewhere = [];
  await context.route(/^https:/, (route) => elsewhere.push(route.request().url()) && route.abort());
  await answered(page);
  await page.getByRole("combobox", { name: "Sizes of this network" }).selectOption("resnet18");
  const offer = answer(page);
  const start = offer.getByRole("button", { name: /Download [\d.]+\s?MB/ });
  await start.waitFor();
  assert.match(await offer.innerText(), /Licence/);
  assert.deepEqual(elsewhere, []);
  await start.click();
  await page.getByRole("alert").waitFor();
  assert.ok(
    elsewhere.length > 0 && elsewhere.every((url) => url.startsWith("https://huggingface.co/")),
    elsewhere.join(),
  );
  await offer.getByRole("button", { name: "Use the small one" }).click();
  assert.equal(await answered(page), "dog");
});

test("a checkpoint of one's own is opened from an address, listed with its size, and removed", async (t) => {
  const source = await hub.addFile("resnet18.safetensors", await checkpoint("resnet18"));
  const { page, errors } = await openVitrine(t);
  await answered(page);
  await page.getByRole("button", { name: "Your networks" }).click();
  await page.locator("#own-address").fill(source);
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await answer(page).getByText(/11\.7/).waitFor();
  await answer(page).locator(".answer-rows > li").nth(4).waitFor();
  assert.equal(await answer(page).locator(".answer-rows > li").count(), 5);
  // It is opened again after a reload, from what this browser keeps.
  await page.getByText("Kept in this browser: it is here again").waitFor();
  await page.reload();
  await answer(page).getByText(/11\.7/).waitFor();
  await answer(page).locator(".answer-rows > li").nth(4).waitFor();
  // No configuration came with it: what was assumed stands beside the answer.
  await answer(page).getByText("ImageNet mean and standard deviation").waitFor();
  await page.getByRole("button", { name: "Your networks" }).click();
  const row = page.locator(".stored li");
  assert.match(await row.innerText(), /4[67]\.\d\s?MB/);
  await row.getByRole("button", { name: /^Remove/ }).click();
  await page.getByText("Nothing is stored.").waitFor();
  await page.reload();
  await answered(page);
  await page.getByRole("button", { name: "Your networks" }).click();
  assert.match(await page.locator(".stored").innerText(), /Nothing is stored/);
  assert.deepEqual(errors, []);
});

test("weights that were rounded for a site are said to be", onCpu, async (t) => {
  const file = await readCheckpoint(path.join(ROOT, "www/weights/resnet20_cifar10.safetensors"));
  const metadata = { ...file.metadata, converted_from: "https://hub/official" };
  const source = hub.add("brought.safetensors", writeCheckpoint({ ...file, metadata }));
  const { page } = await openVitrine(t);
  await answered(page);
  await page.getByRole("button", { name: "Your networks" }).click();
  await page.locator("#own-address").fill(source);
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.getByText("ResNet-20: these weights were rounded to float16").waitFor();
  await page.getByText("https://hub/official").waitFor();
});

test("a bad checkpoint is refused in words, and the small network still answers", onCpu, async (t) => {
  const source = hub.add("broken.safetensors", Buffer.from("this is not a checkpoint, whatever its name says"));
  const { page } = await openVitrine(t);
  await answered(page);
  await page.getByRole("button", { name: "Your networks" }).click();
  await page.locator("#own-address").fill(source);
  await page.getByRole("button", { name: "Open", exact: true }).click();
  const alert = page.getByRole("alert");
  await alert.waitFor();
  assert.ok((await alert.innerText()).length > 40);
  await page.getByRole("button", { name: "Back" }).click();
  assert.equal(await answered(page), "dog");
});

for (const colorScheme of ["light", "dark"]) {
  test(`nothing on the page keeps anyone out, ${colorScheme}`, onCpu, async (t) => {
    const { page } = await openVitrine(t, { colorScheme });
    await answered(page);
    await page.evaluate(await readFile(path.join(ROOT, "node_modules/axe-core/axe.min.js"), "utf8"));
    const violations = await page.evaluate(async () => {
      const { violations } = await axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
      });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
    });
    assert.deepEqual(violations, []);
  });
}

test("a phone shows all of it without scrolling sideways", onCpu, async (t) => {
  const { page } = await openVitrine(t, { viewport: { width: 360, height: 740 } });
  await answered(page);
  const { wide, screen } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    screen: innerWidth,
  }));
  assert.ok(wide <= screen, `${wide} px on a screen of ${screen}`);
});

test("the keyboard alone gets from the start to another photo", onCpu, async (t) => {
  const { page } = await openVitrine(t);
  await answered(page);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  const reach = async (name) => {
    const wanted = page.getByRole("button", { name });
    for (let i = 0; i < 60 && !(await wanted.evaluate((node) => node === document.activeElement)); i++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
  };
  await reach("Change the photo");
  await reach("Giant panda");
  assert.notEqual(await answeredPhoto(page, "Giant panda"), "");
});

test("Korean speaks Korean", onCpu, async (t) => {
  const { page, errors } = await openVitrine(t, { query: "&lang=ko" });
  await page.locator(".guess-row.first .guess-label").waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "ko");
  assert.match(await page.locator(".guess-row.first .guess-label").innerText(), /개/);
  assert.deepEqual(errors, []);
});

/** Takes away what Safari 17.0 does not have; Trusted Types stay, since this browser insists on them. */
const asInOlderSafari = () => {
  const gone = [
    [AbortSignal, "any"],
    [Promise, "withResolvers", "try"],
    [Object, "groupBy"],
    [Map, "groupBy"],
    [Array, "fromAsync"],
    [Set.prototype, "union", "intersection", "difference", "symmetricDifference", "isSubsetOf", "isSupersetOf"],
    [
      globalThis.Iterator?.prototype ?? {},
      "map",
      "filter",
      "take",
      "drop",
      "flatMap",
      "reduce",
      "toArray",
      "some",
      "find",
    ],
    [ArrayBuffer.prototype, "transfer", "resize"],
    [String.prototype, "isWellFormed", "toWellFormed"],
    [Math, "f16round"],
    [URL, "parse"],
    [globalThis.FileSystemFileHandle?.prototype ?? {}, "createWritable", "move"],
    [globalThis.StorageManager?.prototype ?? {}, "estimate"],
    [globalThis, "Float16Array", "ImageDecoder", "requestIdleCallback", "scheduler"],
  ];
  for (const [from, ...names] of gone) for (const name of names) delete from[name];
};

test("the page answers, and its places open, in a browser as old as Safari 17.0", onCpu, async (t) => {
  site.before.set("pkg/page/worker.js", `(${asInOlderSafari})()`);
  t.after(() => site.before.clear());
  const { page, context, errors } = await openPage(browser, "about:blank");
  t.after(() => context.close());
  await page.addInitScript(asInOlderSafari);
  await page.goto(address());
  assert.equal(await answered(page), "dog");
  assert.equal(await page.evaluate(() => "any" in AbortSignal), false);
  for (const place of ["Compare", "Lessons", "Measured", "Train"]) {
    await page.getByRole("link", { name: place, exact: true }).click();
    await page.getByRole("heading", { name: place, level: 1 }).waitFor();
  }
  assert.deepEqual(errors, []);
});

test("a place whose module cannot be fetched says so, and is there after a reload", onCpu, async (t) => {
  const { page } = await openVitrine(t);
  await answered(page);
  await page.context().route("**/pkg/page/compare-*.js", (route) => route.abort());
  await page.getByRole("link", { name: "Compare" }).click();
  await page.getByText("This part of the page could not be fetched").waitFor();
  await page.context().unroute("**/pkg/page/compare-*.js");
  await page.getByRole("button", { name: "Reload the page" }).click();
  await page.getByRole("heading", { name: "Compare", level: 1 }).waitFor();
});

test("markup and scripts that were made up while the page runs are refused by the browser", onCpu, async (t) => {
  const { page } = await openVitrine(t);
  await answered(page);
  const refused = await page.evaluate(async () => {
    const { mathOf } = await import(new URL("www/lessons/mathml.js", location.href).href);
    const attempts = [
      () => (document.createElement("div").innerHTML = "<img src=x onerror=alert(1)>"),
      () => new Worker("www/engine/worker.js"),
      () => trustedTypes.createPolicy("another", {}),
      () => mathOf("<math><mi>x</mi><script>alert(1)</script></math>"),
      () => mathOf("<math><mi onclick='alert(1)'>x</mi></math>"),
    ];
    return attempts.map((attempt) => {
      try {
        return String(attempt());
      } catch (error) {
        return error.name;
      }
    });
  });
  assert.deepEqual(refused, Array(5).fill("TypeError"));
});

/** Chromium asks this machine whatever the page's host is called. */
async function openFrom(host) {
  const elsewhere = await launch([`--host-resolver-rules=MAP ${host} 127.0.0.1`]);
  const url = site.url.replace("127.0.0.1", host);
  const { page } = await openPage(elsewhere, url);
  await page.getByRole("link", { name: "Compare" }).waitFor();
  return { page, close: () => elsewhere.close() };
}

// Chromium alone can be told where a host is.
const resolves = { skip: FIREFOX || onCpu.skip };

test("a published page may not ask the visitor's own machine, and one served from there may", resolves, async (t) => {
  const local = hub.add("local.txt", Buffer.from("here"));
  const ask = (url) =>
    fetch(url).then(
      () => true,
      () => false,
    );
  const published = await openFrom("vitrine.test");
  t.after(published.close);
  assert.equal(await published.page.evaluate(ask, local), false);
  assert.equal(hub.requests("local.txt").length, 0);
  const { page } = await openVitrine(t);
  await answered(page);
  assert.equal(await page.evaluate(ask, local), true);
});
