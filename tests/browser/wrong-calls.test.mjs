/** Whatever a caller does wrong, the answer is an EngineError of a documented code, as a rejection, at once. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { FIREFOX, launch, openPage, startEngine, startSite } from "./harness.mjs";
import { Hub } from "./hub.mjs";

const NETWORK = "resnet20_cifar10";
const SLOW = 10_000;
let site, hub, browser, page;

before(async () => {
  [site, hub, browser] = await Promise.all([startSite(), Hub.start(), launch()]);
  ({ page } = await openPage(browser, site.blank));
  await startEngine(page);
  await page.evaluate(async (network) => {
    globalThis.model = await engine.load(network);
    globalThis.cat = await fetchBlob("www/samples/cat_chelsea.jpg");
    /** How calls end: `[name, code]`, or what they did instead of rejecting with an EngineError. */
    globalThis.endings = async (calls) => {
      const all = [];
      for (const [name, call] of Object.entries(calls)) {
        const begun = performance.now();
        let promise;
        try {
          promise = call();
        } catch (thrown) {
          all.push([name, `thrown: ${thrown}`]);
          continue;
        }
        const error = await failure(Promise.resolve(promise));
        const ending = !error ? "taken" : error.engine ? error.code : `raw: ${error.message}`;
        all.push([name, ending, performance.now() - begun]);
      }
      return all;
    };
  }, NETWORK);
});

after(async () => {
  await browser?.close();
  await Promise.all([site?.close(), hub?.close()]);
});

/** Each ended with the code, quickly, and the engine goes on in the same worker. */
async function assertAll(endings, code) {
  assert.ok(endings.length > 0);
  const others = endings.filter(([, ending]) => ending !== code).map(([name, ending]) => `${name}: ${ending}`);
  assert.deepEqual(others, []);
  assert.deepEqual(
    endings.filter(([, , ms]) => ms > SLOW),
    [],
  );
  const { label, restarts } = await page.evaluate(async () => ({
    label: (await model.classify(cat)).top[0].label,
    restarts: (await engine.stats()).restarts,
  }));
  assert.deepEqual([label, restarts], ["cat", 0]);
}

test("options that are none, in every method", async () => {
  const endings = await page.evaluate(() => {
    const bad = { null: null, "a number": 5, "a symbol": Symbol("options"), "a list": [], "a string": "topK" };
    const tensor = { data: new Float32Array(3072), shape: [1, 3, 32, 32] };
    const methods = {
      create: (options) => Engine.create(options),
      load: (options) => engine.load("resnet20_cifar10", options),
      open: (options) => engine.open(cat, options),
      classify: (options) => model.classify(cat, options),
      forward: (options) => model.forward(tensor, options),
      observe: (options) => model.observe(cat, ["layer1"], options),
      preprocess: (options) => model.preprocess(cat, options),
      reconstruct: (options) => model.reconstruct(cat, options),
      maps: (options) => model.maps("layer1", options),
      receptiveField: (options) => model.receptiveField("layer1", [0, 0, 0], options),
      attention: (options) => model.attention(options),
      explainClass: (options) => model.explainClass(cat, options),
      logitLens: (options) => model.logitLens(cat, options),
      cell: (options) => model.cell("layer1", [0, 0, 0], options),
      ablate: (options) => model.ablate([], options),
    };
    const calls = {};
    for (const [method, call] of Object.entries(methods))
      for (const [kind, value] of Object.entries(bad)) calls[`${method} with ${kind}`] = () => call(value);
    return endings(calls);
  });
  await assertAll(endings, "bad-input");
});

test("a signal, a listener and options that throw", async () => {
  const endings = await page.evaluate(() => {
    const throws = () => {
      throw new Error("a getter that throws");
    };
    const trap = (names) => new Proxy({}, Object.fromEntries(names.map((name) => [name, throws])));
    return endings({
      "a signal that is an object": () => model.classify(cat, { signal: { aborted: false } }),
      "a signal that is a number": () => engine.load("resnet20_cifar10", { signal: 7 }),
      "a signal that is a controller": () => model.classify(cat, { signal: new AbortController() }),
      "a signal that is a proxy": () => model.classify(cat, { signal: new Proxy(new AbortController().signal, {}) }),
      "a listener that is none": () => engine.load("resnet20_cifar10", { onProgress: "tell me" }),
      "a getter": () => model.classify(cat, Object.defineProperty({}, "topK", { get: throws, enumerable: true })),
      "a proxy": () => model.classify(cat, trap(["get", "has", "ownKeys", "getPrototypeOf"])),
      "a proxy as tensor": () => model.forward(trap(["get", "has", "getPrototypeOf"])),
      "a proxy as image": () => model.classify(trap(["get", "has", "getPrototypeOf"])),
      "a revoked proxy": () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return model.classify(cat, proxy);
      },
      "a message that throws": () =>
        model.classify(cat, {
          get topK() {
            throw { get message() { throw 1; } }; // biome-ignore format: one thing
          },
        }),
    });
  });
  await assertAll(endings, "bad-input");
});

test("counts that are none", async () => {
  const endings = await page.evaluate(() => {
    const counts = [-1, 0, NaN, Infinity, 1e300, 1.5, "5", 5n, null, {}, Symbol("k"), [3], true];
    return endings(Object.fromEntries(counts.map((topK, i) => [`topK ${i}`, () => model.classify(cat, { topK })])));
  });
  await assertAll(endings, "bad-input");
  const all = await page.evaluate(async () => (await model.classify(cat, { topK: 1000 })).top.length);
  assert.equal(all, 10);
});

test("ids, keys, names of stages and of events that are none", async () => {
  const endings = await page.evaluate(() => {
    const unwritable = {
      toString() {
        throw new Error("no");
      },
    };
    const calls = {};
    for (const [i, value] of [Symbol("id"), 7, null, unwritable, {}, Object.create(null), 5n].entries()) {
      calls[`load ${i}`] = () => engine.load(value);
      calls[`remove ${i}`] = () => engine.remove(value);
      calls[`backend ${i}`] = () => Engine.create({ backend: value });
      calls[`stage ${i}`] = () => model.observe(cat, [value]);
      calls[`stages ${i}`] = () => model.observe(cat, value);
      calls[`maps ${i}`] = () => model.maps(value, { image: cat });
      calls[`cell ${i}`] = () => model.cell(value, [0], { image: cat });
      calls[`cell at ${i}`] = () => model.cell("layer1", [value], { image: cat });
    }
    return endings(calls);
  });
  await assertAll(endings, "bad-input");
  const events = await page.evaluate(() =>
    ["__proto__", "constructor", "toString", "nothing", Symbol("event"), null, {}].map((event) => {
      try {
        return void engine.on(event, () => {});
      } catch (error) {
        return [error instanceof EngineError, error.code];
      }
    }),
  );
  for (const event of events) assert.deepEqual(event, [true, "bad-input"]);
});

test("arguments that cannot be written down, or are longer than anything", async () => {
  const endings = await page.evaluate(() => {
    const cyclic = {};
    cyclic.self = cyclic;
    const endless = { length: 2 ** 32 };
    const tensor = { data: new Float32Array(3072), shape: [1, 3, 32, 32] };
    return endings({
      "cyclic ranges": () => model.observe(cat, ["layer1"], { ranges: cyclic }),
      "ranges of BigInt": () => model.observe(cat, ["layer1"], { ranges: { layer1: [[0n, 1n]] } }),
      "a cyclic part": () => model.ablate([cyclic]),
      "a part of BigInt": () => model.ablate([{ stage: "layer1", what: "channel", index: 5n }]),
      "an option of BigInt": () => model.explainClass(cat, { index: 5n }),
      "an endless cell": () => model.cell("layer1", endless, { image: cat }),
      "an endless shape": () => model.forward({ ...tensor, shape: endless }),
      "an endless mask": () => model.reconstruct(cat, { mask: endless }),
      "an empty list as long as can be": () => model.reconstruct(cat, { noise: new Array(2 ** 32 - 1) }),
      "words as noise": () => model.reconstruct(cat, { noise: ["a", "b"] }),
      "no numbers": () => model.forward({ data: new Float32Array(3072).fill(NaN), shape: [1, 3, 32, 32] }),
      "infinite numbers": () => model.classify({ data: new Float32Array(3072).fill(Infinity), shape: [1, 3, 32, 32] }),
      "another type": () => model.forward({ data: new Float64Array(3072), shape: [1, 3, 32, 32] }),
      "a shape of fractions": () => model.forward({ ...tensor, shape: [1, 3, 31.5, 32] }),
      "a shape beyond 2^32": () => model.forward({ ...tensor, shape: [2 ** 31, 2 ** 31, 3072] }),
      "a detached tensor": () => {
        const data = new Float32Array(3072);
        structuredClone(data.buffer, { transfer: [data.buffer] });
        return model.forward({ data, shape: [1, 3, 32, 32] });
      },
    });
  });
  await assertAll(endings, "bad-input");
});

test("images that cannot be read", async () => {
  const elsewhere = await hub.addFile("cat.jpg", "www/samples/cat_chelsea.jpg");
  const endings = await page.evaluate(async (elsewhere) => {
    const pixels = new ImageData(64, 64);
    structuredClone(pixels.data.buffer, { transfer: [pixels.data.buffer] });
    const bitmap = await createImageBitmap(new ImageData(64, 64));
    bitmap.close();
    // The page's own policy lets no picture in from elsewhere; a frame of another origin is as foreign.
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><foreignObject width="64" height="64">
      <p xmlns="http://www.w3.org/1999/xhtml">hello</p></foreignObject></svg>`;
    const image = Object.assign(new Image(), { src: `data:image/svg+xml,${encodeURIComponent(svg)}` });
    const broken = Object.assign(new Image(), { src: elsewhere });
    await image.decode();
    return endings({
      "detached pixels": () => model.classify(pixels),
      "a closed bitmap": () => model.classify(bitmap),
      "an image that did not load": () => model.classify(broken),
      "a video without a picture": () => model.classify(document.createElement("video")),
      "a canvas too large": () =>
        model.classify(Object.assign(document.createElement("canvas"), { width: 16384, height: 16384 })),
      "an element": () => model.classify(document.body),
      undefined: () => model.classify(undefined),
      "a proxy of a bitmap": () => model.classify(new Proxy(bitmap, {})),
    });
  }, elsewhere);
  await assertAll(endings, "bad-image");
});

// Firefox keeps the page's policy, which lets no picture of another site in.
test("a canvas on which another site's picture was drawn", { skip: FIREFOX }, async (t) => {
  const elsewhere = await hub.addFile("cat.jpg", "www/samples/cat_chelsea.jpg");
  const { page: open, context } = await openPage(browser, site.url, { bypassCSP: true });
  t.after(() => context.close());
  await startEngine(open);
  const errors = await open.evaluate(async (elsewhere) => {
    const image = Object.assign(new Image(), { src: elsewhere });
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 64 });
    canvas.getContext("2d").drawImage(image, 0, 0);
    const model = await engine.load("resnet20_cifar10");
    return [
      await failure(model.classify(canvas)),
      await failure(model.classify(image)),
      await failure(model.classify(await createImageBitmap(canvas))),
    ];
  }, elsewhere);
  assert.deepEqual(
    errors.map((error) => [error?.engine, error?.code]),
    Array(3).fill([true, "bad-image"]),
  );
  for (const { message } of errors) assert.match(message, /another site/);
});

test("addresses that no file can come from are refused before anything is asked", async () => {
  const endings = await page.evaluate(() => {
    const here = location.href;
    const addresses = [
      "javascript:alert(1)",
      "file:///etc/passwd",
      "chrome://version",
      "ftp://example.com/a.safetensors",
      "ws://example.com/",
      "https://me:secret@example.com/a.safetensors",
      "owner/../../name",
      "owner/name@../../other",
      "owner/..",
      "owner/name@refs//x",
      "https://",
      `${here}?${"x".repeat(1_000_000)}`,
      new URL("file:///etc/passwd"),
    ];
    return endings(
      Object.fromEntries(
        addresses.flatMap((address) => [
          [`open ${String(address).slice(0, 60)}`, () => engine.open(address)],
          [`load ${String(address).slice(0, 60)}`, () => engine.load("resnet20_cifar10", { source: address })],
        ]),
      ),
    );
  });
  assert.ok(
    endings.every(([, , ms]) => ms < 500),
    "one was tried",
  );
  await assertAll(endings, "bad-input");
});

test("an address with a percent sign that is no escape is read", async () => {
  const source = await hub.addFile("%ZZ.safetensors", `www/weights/${NETWORK}.safetensors`);
  const read = await page.evaluate(async (source) => {
    const opened = await engine.load("resnet20_cifar10", { source });
    const [{ label }] = (await opened.classify(cat)).top;
    const other = await engine.open(source);
    return [label, other.info.family, (await engine.stored()).some((file) => file.url === source)];
  }, source);
  assert.deepEqual(read, ["cat", "resnet", true]);
});

test("calls that wait when the engine is closed are aborted; those after it find it freed", async (t) => {
  const { page, context } = await openPage(browser, site.blank);
  t.after(() => context.close());
  await startEngine(page);
  const { waiting, later } = await page.evaluate(async () => {
    const model = await engine.load("resnet20_cifar10");
    const cat = await fetchBlob("www/samples/cat_chelsea.jpg");
    const calls = Array.from({ length: 5 }, () => failure(model.classify(cat)));
    calls.push(failure(engine.load("lenet5_mnist")), failure(engine.stats()), failure(model.logitLens(cat)));
    engine.close();
    const later = [failure(model.classify(cat)), failure(engine.load("lenet5_mnist")), failure(engine.stored())];
    return { waiting: await Promise.all(calls), later: await Promise.all(later) };
  });
  assert.deepEqual(
    waiting.map((error) => [error?.engine, error?.code]),
    Array(8).fill([true, "aborted"]),
  );
  assert.deepEqual(
    later.map((error) => [error?.engine, error?.code]),
    Array(3).fill([true, "freed"]),
  );
});
