/** Nothing that is given to the engine hangs or crashes the page, and the next call is served. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { ROOT, checkpoint, launch, openPage, startEngine, startSite } from "./harness.mjs";
import { Hub } from "./hub.mjs";
import { BAD_IMAGES, CAT } from "./images.mjs";
import { assemble, readCheckpoint, writeCheckpoint } from "./safetensors.mjs";

const NETWORK = "resnet20_cifar10";
const WEIGHTS = path.join(ROOT, `www/weights/${NETWORK}.safetensors`);
let site, hub, browser, page;

before(async () => {
  [site, hub, browser] = await Promise.all([startSite(), Hub.start(), launch()]);
  ({ page } = await openPage(browser, site.blank));
  await startEngine(page);
  await page.evaluate(async (network) => {
    globalThis.model = await engine.load(network);
    globalThis.cat = await fetchBlob("www/samples/cat_chelsea.jpg");
  }, NETWORK);
});

after(async () => {
  await browser?.close();
  await Promise.all([site?.close(), hub?.close()]);
});

/** The error is the engine's own and says something, and the engine then does its work, without a new worker. */
async function assertRefused(error, code) {
  assert.ok(error, "it was taken");
  assert.deepEqual([error.engine, error.code], [true, code], error.message);
  assert.ok(error.message.length > 20, error.message);
  const { label, restarts } = await page.evaluate(async () => {
    const { top } = await model.classify(cat);
    return { label: top[0].label, restarts: (await engine.stats()).restarts };
  });
  assert.equal(label, "cat");
  assert.equal(restarts, 0, "the worker died of it");
}

for (const [title, make] of Object.entries(BAD_IMAGES)) {
  test(`${title} is refused`, async () => {
    const url = hub.add("photo.jpg", await make());
    const error = await page.evaluate(async (url) => failure(model.classify(await fetchBlob(url))), url);
    await assertRefused(error, "bad-image");
  });
}

test("an empty canvas, and what is no image at all, are refused", async () => {
  const errors = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 0, height: 0 });
    return [
      await failure(model.classify(canvas)),
      await failure(model.classify("cat.jpg")),
      await failure(model.classify(null)),
    ];
  });
  for (const error of errors) await assertRefused(error, "bad-image");
});

test("a tensor of another size, or with another count of numbers, is refused", async () => {
  const errors = await page.evaluate(async () => {
    const tensor = (count, shape) => failure(model.forward({ data: new Float32Array(count), shape }));
    return [
      await tensor(3 * 32 * 31, [1, 3, 32, 31]),
      await tensor(10, [1, 3, 32, 32]),
      await tensor(32 * 32, [1, 1, 32, 32]),
    ];
  });
  for (const error of errors) await assertRefused(error, "bad-input");
});

test("a network and a stage that do not exist are refused", async () => {
  const errors = await page.evaluate(async () => [
    await failure(engine.load("resnet1000")),
    await failure(model.observe(cat, ["layer9"])),
  ]);
  for (const error of errors) await assertRefused(error, "not-found");
});

const weights = () => readCheckpoint(WEIGHTS);
const spoil = (change) => async () => writeCheckpoint(await weights(), change);
const cut = (bytes) => async () => (await readFile(WEIGHTS)).subarray(0, bytes);
const second = (header) => Object.keys(header).filter((key) => key !== "__metadata__")[1];

const CHECKPOINTS = {
  "cut off in the header length": ["truncated", cut(5)],
  "cut off in the header": ["truncated", cut(200)],
  "cut off in the data": ["truncated", cut(300_000)],
  "of no bytes": ["truncated", cut(0)],
  "with a header length of 2^63": ["unsupported-checkpoint", async () => assemble("{}", [], 2n ** 63n)],
  "with a header length of 2^32": ["unsupported-checkpoint", async () => assemble("{}", [], 2n ** 32n)],
  "whose header is no JSON": [
    "unsupported-checkpoint",
    async () => assemble('{"conv1.weight" = 3}', [Buffer.alloc(64)]),
  ],
  "that is another kind of file": ["unsupported-checkpoint", async () => readFile(CAT)],
  "with overlapping offsets": [
    "unsupported-checkpoint",
    spoil((header) => header[second(header)].data_offsets.fill(0).splice(1, 1, 8)),
  ],
  "with a gap between tensors": [
    "unsupported-checkpoint",
    spoil((header) =>
      Object.values(header)
        .at(-1)
        .data_offsets.forEach((at, i, offsets) => offsets.splice(i, 1, at + 64)),
    ),
  ],
  "with a dtype of another kind": ["unsupported-checkpoint", spoil((header) => (header[second(header)].dtype = "I64"))],
  "with a shape that does not fit its bytes": [
    "unsupported-checkpoint",
    spoil((header) => (header[second(header)].shape = [1])),
  ],
  "without one of its tensors": ["unsupported-checkpoint", missing],
  "with a tensor too many": ["unsupported-checkpoint", extra],
  "with a key twice": ["unsupported-checkpoint", twice],
  "of another architecture": [
    "unsupported-checkpoint",
    async () => readFile(path.join(ROOT, "www/weights/lenet5_mnist.safetensors")),
  ],
  "with NaN weights": ["unsupported-checkpoint", notNumbers],
};

async function missing() {
  const file = await weights();
  delete file.tensors[Object.keys(file.tensors)[3]];
  return writeCheckpoint(file);
}

async function extra() {
  const file = await weights();
  file.tensors["one.too.many"] = { dtype: "F32", shape: [2], bytes: Buffer.alloc(8) };
  return writeCheckpoint(file);
}

/** JSON.stringify writes no key twice, so the text is changed: the second key gets the first one's name. */
async function twice() {
  const { tensors } = await weights();
  const [first, other] = Object.keys(tensors);
  const file = writeCheckpoint({ tensors });
  const length = Number(file.readBigUInt64LE(0));
  const json = file
    .subarray(8, 8 + length)
    .toString()
    .replace(`"${other}":`, `"${first}":`);
  return assemble(json, [file.subarray(8 + length)]);
}

async function notNumbers() {
  const file = await weights();
  const tensor = file.tensors[Object.keys(file.tensors)[0]];
  tensor.bytes = Buffer.alloc(tensor.bytes.length, 0xff);
  return writeCheckpoint(file);
}

for (const [title, [code, make]] of Object.entries(CHECKPOINTS)) {
  for (const kind of ["file", "URL"]) {
    test(`a checkpoint ${title} is refused, as a ${kind}`, async () => {
      const url = hub.add(`${title}.safetensors`.replaceAll(" ", "-").replace("^", ""), await make());
      const error = await page.evaluate(
        async ([network, url, kind]) =>
          failure(engine.load(network, { source: kind === "URL" ? url : await fetchBlob(url) })),
        [NETWORK, url, kind],
      );
      await assertRefused(error, code);
    });
  }
}

test("a checkpoint of another architecture is refused with what is missing and what is too many", async () => {
  const url = await hub.addFile("lenet5.safetensors", path.join(ROOT, "www/weights/lenet5_mnist.safetensors"));
  const error = await page.evaluate(([network, source]) => failure(engine.load(network, { source })), [NETWORK, url]);
  const { tensors } = await weights();
  assert.ok(
    Object.keys(tensors).some((key) => error.message.includes(key)),
    error.message,
  );
  await assertRefused(error, "unsupported-checkpoint");
});

test("a header longer than any network needs is refused before it is read", async () => {
  const { error, grown } = await page.evaluate(async () => {
    const length = 90_000_000;
    const size = new DataView(new ArrayBuffer(8));
    size.setBigUint64(0, BigInt(length), true);
    const before = (await engine.stats()).wasmMemory;
    const spaces = new Uint8Array(length).fill(32);
    const error = await failure(engine.open(new Blob([size.buffer, "{", spaces.subarray(2), "}"])));
    return { error, grown: (await engine.stats()).wasmMemory - before };
  });
  await assertRefused(error, "unsupported-checkpoint");
  assert.ok(grown < 10_000_000, `wasm memory grew by ${grown} bytes`);
});

test("a checkpoint of no known architecture is not opened", async () => {
  const bytes = writeCheckpoint({ tensors: { "what.weight": { dtype: "F32", shape: [2], bytes: Buffer.alloc(8) } } });
  const error = await page.evaluate((url) => failure(engine.open(url)), hub.add("unknown.safetensors", bytes));
  await assertRefused(error, "unsupported-checkpoint");
});

test("sources that are no address are refused", async () => {
  const errors = await page.evaluate(async (network) => {
    const errors = [];
    for (const source of ["", 7, {}, "https://"]) errors.push(await failure(engine.load(network, { source })));
    return errors;
  }, NETWORK);
  for (const error of errors) await assertRefused(error, "bad-input");
});

test("a load can be cancelled in each of its stages", async () => {
  const url = await hub.addFile("cancel.safetensors", await checkpoint("resnet18"));
  const stages = await page.evaluate(async (source) => {
    const seen = new Set();
    const model = await engine.load("resnet18", { source, onProgress: ({ stage }) => seen.add(stage) });
    model.free();
    for (const file of await engine.stored()) await engine.remove(file.key);
    return [...seen];
  }, url);
  for (const stage of ["download", "upload"]) assert.ok(stages.includes(stage), `${stage} was never reported`);
  for (const stage of stages) {
    const error = await page.evaluate(
      ([source, wanted]) => {
        const controller = new AbortController();
        const onProgress = ({ stage }) => stage === wanted && controller.abort();
        return failure(engine.load("resnet18", { source, onProgress, signal: controller.signal }));
      },
      [url, stage],
    );
    assert.ok(error, `nothing happened when it was cancelled at ${stage}`);
    await assertRefused(error, "aborted");
  }
});

test("a load cancelled before it began does not begin", async () => {
  const url = await hub.addFile("never.safetensors", WEIGHTS);
  const error = await page.evaluate(
    ([network, source]) => failure(engine.load(network, { source, signal: AbortSignal.abort() })),
    [NETWORK, url],
  );
  assert.equal(hub.requests("never.safetensors").length, 0);
  await assertRefused(error, "aborted");
});
