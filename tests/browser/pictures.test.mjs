/** Large pictures: upright, at the size that is needed, and within the memory that this takes. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { BACKEND, launch, openPage, startEngine, startSite } from "./harness.mjs";
import { Hub } from "./hub.mjs";
import { BAD_IMAGES, promising } from "./images.mjs";

const MB = 1_000_000;
let site, hub, browser, page;

before(async () => {
  [site, hub, browser] = await Promise.all([startSite(), Hub.start(), launch()]);
  ({ page } = await openPage(browser, site.blank));
  await startEngine(page);
  await page.evaluate(async () => {
    globalThis.model = await engine.load("resnet20_cifar10");
    globalThis.cat = await fetchBlob("www/samples/cat_chelsea.jpg");
    await model.classify(cat);
  });
});

after(async () => {
  await browser?.close();
  await Promise.all([site?.close(), hub?.close()]);
});

/** The most memory that any renderer has had since `forget`, in bytes. */
async function peak({ forget = false } = {}) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  const peaks = renderers.map(async ({ id }) => {
    // 5 resets the high-water mark; see proc(5).
    if (forget) await writeFile(`/proc/${id}/clear_refs`, "5");
    const status = await readFile(`/proc/${id}/status`, "utf8");
    return 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]);
  });
  await session.detach();
  return Math.max(...(await Promise.all(peaks)));
}

const EDITED = "a JPEG whose header promises 196 megapixels";
const LARGE = {
  ...Object.fromEntries(Object.entries(BAD_IMAGES).filter(([name]) => name.includes("megapixels"))),
  [EDITED]: () => promising(14_000, 14_000),
};

/** Pictures are decoded and reduced before any backend sees them. */
const onCpu = { skip: BACKEND === "webgpu" };

for (const [title, make] of Object.entries(LARGE)) {
  test(`${title} costs no more memory than a photo may`, {
    skip: process.platform !== "linux" || onCpu.skip,
  }, async (t) => {
    const url = hub.add("large", await make());
    const before = await peak({ forget: true });
    const begun = Date.now();
    const error = await page.evaluate(async (url) => failure(model.classify(await fetchBlob(url))), url);
    const more = (await peak()) - before;
    t.diagnostic(`${(more / MB).toFixed(0)} MB more, ${Date.now() - begun} ms`);
    if (error) assert.deepEqual([error.engine, error.code], [true, "bad-image"]);
    assert.ok(more < 400 * MB, `${more} bytes`);
    assert.equal(await page.evaluate(async () => (await model.classify(cat)).top[0].label), "cat");
  });
}

/** Red on the left and blue on the right, 27 megapixels; as the camera noted it, with its left side up. */
test(
  "a large photo is decoded to a part of its size, upright, and its crop is told in its own pixels",
  onCpu,
  async () => {
    const { plain, turned } = await page.evaluate(async () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 6000, height: 4500 });
      const context = canvas.getContext("2d");
      for (const [at, colour] of ["red", "blue"].entries()) {
        context.fillStyle = colour;
        context.fillRect(3000 * at, 0, 3000, 4500);
      }
      const jpeg = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg"));
      const [start, rest] = [jpeg.slice(0, 2), jpeg.slice(2)];
      const orientation6 = [1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0];
      const tiff = [0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8, 0, 1, ...orientation6, 0, 0, 0, 0];
      const exif = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
      const segment = new Uint8Array([0xff, 0xe1, 0, exif.length + 2, ...exif]);
      const seen = async (blob) => {
        const { crop, box, source } = await model.preprocess(blob);
        const red = (x, y) => crop.data[(y * crop.width + x) * 4] > 128;
        return { corners: [red(4, 4), red(27, 4), red(4, 27)], box, source };
      };
      return { plain: await seen(jpeg), turned: await seen(new Blob([start, segment, rest])) };
    });
    assert.deepEqual(plain.corners, [true, false, true]);
    assert.deepEqual(turned.corners, [true, true, false]);
    assert.deepEqual(plain.source, { width: 6000, height: 4500 });
    assert.deepEqual(turned.source, { width: 4500, height: 6000 });
    assert.ok(Math.abs(plain.box.height - 4500) < 2 && Math.abs(turned.box.width - 4500) < 2);
  },
);
