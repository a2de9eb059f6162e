/** Downloads that are cut, changed, refused or corrupted, and what is kept of them. */

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { BACKEND, FIREFOX, ROOT, launch, openPage, startEngine, startSite } from "./harness.mjs";
import { Hub } from "./hub.mjs";
import { readCheckpoint, writeCheckpoint } from "./safetensors.mjs";

const NETWORK = "resnet20_cifar10";
const WEIGHTS = path.join(ROOT, `www/weights/${NETWORK}.safetensors`);
let site, hub, browser;
let count = 0;

before(async () => {
  [site, hub, browser] = await Promise.all([startSite(), Hub.start(), launch()]);
});

after(async () => {
  await browser?.close();
  await Promise.all([site?.close(), hub?.close()]);
});

/**
 * What arrives, and is kept of it, is the same whatever computes with it afterwards: on WebGPU the main path is enough.
 */
const onCpu = { skip: BACKEND === "webgpu" };

/** A page with empty storage and an engine, and a file on the hub that no other test uses. */
async function withFile(t) {
  const name = `${NETWORK}-${++count}.safetensors`;
  const source = await hub.addFile(name, WEIGHTS);
  const { page, context } = await openPage(browser, site.blank);
  t.after(() => context.close());
  await startEngine(page);
  return { page, context, name, source, size: hub.size(name), half: Math.floor(hub.size(name) / 2) };
}

/** What a load ends in: the label of what it sees in the cat, or the error. `controller` cancels it. */
function load(page, source) {
  return page.evaluate(
    async ([network, source]) => {
      let label = null;
      globalThis.controller = new AbortController();
      const error = await failure(
        engine.load(network, { source, signal: controller.signal }).then(async (model) => {
          label = (await model.classify(await fetchBlob("www/samples/cat_chelsea.jpg"))).top[0].label;
          model.free();
        }),
      );
      return error ?? label;
    },
    [NETWORK, source],
  );
}

/** Waits until so many bytes of a file are stored. */
function arrived({ page, source }, bytes) {
  return page.evaluate(
    async ([url, bytes]) => {
      const enough = async () => (await engine.stored()).some((file) => file.url === url && file.bytes >= bytes);
      while (!(await enough())) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    [source, bytes],
  );
}

/** A load whose connection drops at one half, when that half has arrived; `faults` are of the answers after it. */
async function loadCutAtHalf(file, faults = [], first = {}) {
  hub.fail(file.name, { ...first, holdAt: file.half, cutAt: file.half }, ...faults);
  const result = load(file.page, file.source);
  await arrived(file, file.half);
  hub.release();
  return result;
}

const start = (entry) => Number(entry.range?.match(/bytes=(\d+)-/)?.[1] ?? 0);

test("a download cut at one half goes on from there", async (t) => {
  const file = await withFile(t);
  assert.equal(await loadCutAtHalf(file), "cat");
  const [first, second, ...more] = hub.requests(file.name);
  assert.deepEqual([first.status, first.sent], [200, file.half]);
  assert.deepEqual([second.status, start(second), second.sent], [206, file.half, file.size - file.half]);
  assert.equal(more.length, 0);
});

test("a download cut at one half goes on from there after a reload", onCpu, async (t) => {
  const file = await withFile(t);
  hub.fail(file.name, { holdAt: file.half });
  load(file.page, file.source).catch(() => "the page that asked has gone");
  await arrived(file, file.half);
  await file.page.reload();
  hub.release();
  await startEngine(file.page);
  assert.equal(await load(file.page, file.source), "cat");
  const [, second, ...more] = hub.requests(file.name);
  assert.deepEqual([second.status, start(second), second.sent], [206, file.half, file.size - file.half]);
  assert.equal(more.length, 0);
});

test("a connection that breaks again and again is given up in words, and what came is kept", onCpu, async (t) => {
  const file = await withFile(t);
  const error = await loadCutAtHalf(file, Array(20).fill({ status: 503 }));
  assert.deepEqual([error.engine, error.code], [true, "download-failed"]);
  assert.ok(hub.requests(file.name).length < 20, "it was tried without end");
  hub.fail(file.name);
  assert.equal(await load(file.page, file.source), "cat");
  assert.equal(start(hub.requests(file.name).at(-1)), file.half);
});

test("a server that ignores ranges is read from the start", onCpu, async (t) => {
  const file = await withFile(t);
  assert.equal(await loadCutAtHalf(file, [{ wholeOnly: true }]), "cat");
  const last = hub.requests(file.name).at(-1);
  assert.deepEqual([last.status, last.sent], [200, file.size]);
});

test("a file that changed on the server meanwhile is not mixed with the old one", onCpu, async (t) => {
  const file = await withFile(t);
  const changed = await everySignChanged();
  const wanted = await logitsOf(file.page, hub.add("changed.safetensors", changed), true);
  assert.equal(typeof (await loadCutAtHalf(file, [{ replace: changed }])), "string");
  assert.deepEqual(await logitsOf(file.page, file.source, false), wanted);
  assert.notDeepEqual(await logitsOf(file.page, await hub.addFile("old.safetensors", WEIGHTS), true), wanted);
});

test("a stored file is not used when the server has another one now", onCpu, async (t) => {
  const { page, name, source } = await withFile(t);
  const changed = await everySignChanged();
  const before = await logitsOf(page, source, false);
  hub.add(name, changed);
  const wanted = await logitsOf(page, hub.add("changed.safetensors", changed), true);
  assert.notDeepEqual(before, wanted);
  assert.deepEqual(await logitsOf(page, source, false), wanted);
});

/** The same network, each weight with another sign, in both halves of the file. */
async function everySignChanged() {
  const file = await readCheckpoint(WEIGHTS);
  for (const tensor of Object.values(file.tensors)) {
    if (tensor.shape.length < 2) continue;
    tensor.bytes = Buffer.from(tensor.bytes);
    const width = tensor.dtype === "F32" ? 4 : 2;
    for (let i = width - 1; i < tensor.bytes.length; i += width) tensor.bytes[i] ^= 0x80;
  }
  return writeCheckpoint(file);
}

function logitsOf(page, source, asBlob) {
  return page.evaluate(
    async ([network, source, asBlob]) => {
      const model = await engine.load(network, { source: asBlob ? await fetchBlob(source) : source });
      const { data } = await model.forward({ data: new Float32Array(3 * 32 * 32).fill(0.5), shape: [1, 3, 32, 32] });
      model.free();
      return [...data];
    },
    [NETWORK, source, asBlob],
  );
}

test("a byte that was changed on the way is noticed, and the file is fetched anew", onCpu, async (t) => {
  const { page, name, source, size } = await withFile(t);
  hub.fail(name, { flip: size - 100 });
  const error = await load(page, source);
  assert.deepEqual([error.engine, error.code], [true, "checksum-mismatch"]);
  assert.equal(await load(page, source), "cat");
  assert.equal(start(hub.requests(name).at(-1)), 0);
});

test("a byte changed before the download was cut is noticed after it went on", onCpu, async (t) => {
  const file = await withFile(t);
  const error = await loadCutAtHalf(file, [], { flip: file.half - 1000 });
  assert.deepEqual([error.engine, error.code], [true, "checksum-mismatch"]);
  assert.equal(await load(file.page, file.source), "cat");
  assert.equal(start(hub.requests(file.name).at(-1)), 0);
});

for (const status of [404, 500]) {
  test(`HTTP ${status} is said in words, and the next load works`, onCpu, async (t) => {
    const { page, name, source } = await withFile(t);
    hub.fail(name, ...Array(20).fill({ status }));
    const error = await load(page, source);
    assert.deepEqual([error.engine, error.code], [true, "download-failed"]);
    assert.match(error.message, new RegExp(status));
    hub.fail(name);
    assert.equal(await load(page, source), "cat");
  });
}

test("a server that is not there is said in words", onCpu, async (t) => {
  const { page } = await withFile(t);
  const error = await load(page, "http://127.0.0.1:9/none.safetensors");
  assert.deepEqual([error.engine, error.code], [true, "download-failed"]);
});

test("a stored file is not downloaded again, can be listed and removed", onCpu, async (t) => {
  const { page, name, source, size } = await withFile(t);
  assert.equal(await load(page, source), "cat");
  await page.reload();
  await startEngine(page);
  assert.equal(await load(page, source), "cat");
  assert.equal(
    hub.requests(name).reduce((sum, entry) => sum + entry.sent, 0),
    size,
  );
  const stored = await page.evaluate(() => engine.stored());
  assert.deepEqual(
    stored.map((file) => [file.url, file.bytes, file.complete]),
    [[source, size, true]],
  );
  await page.evaluate((key) => engine.remove(key), stored[0].key);
  assert.deepEqual(await page.evaluate(() => engine.stored()), []);
  assert.equal(await load(page, source), "cat");
  assert.equal(
    hub.requests(name).reduce((sum, entry) => sum + entry.sent, 0),
    2 * size,
  );
});

test("cancelling keeps what has arrived", onCpu, async (t) => {
  const file = await withFile(t);
  hub.fail(file.name, { holdAt: file.half });
  const result = load(file.page, file.source);
  await arrived(file, file.half);
  await file.page.evaluate(() => controller.abort());
  const error = await result;
  assert.deepEqual([error.engine, error.code], [true, "aborted"]);
  hub.release();
  const [kept] = await file.page.evaluate(() => engine.stored());
  assert.deepEqual([kept.bytes, kept.complete, kept.size], [file.half, false, file.size]);
  assert.equal(await load(file.page, file.source), "cat");
  assert.equal(start(hub.requests(file.name).at(-1)), file.half);
});

test("without room on disk the file is used from memory, with a notice", { skip: FIREFOX || onCpu.skip }, async (t) => {
  const { page, context, source } = await withFile(t);
  const session = await context.newCDPSession(page);
  const origin = new URL(site.url).origin;
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 100_000 });
  assert.equal(await load(page, source), "cat");
  const codes = await page.evaluate(() => notices.map((notice) => notice.code));
  assert.deepEqual(codes, ["memory-only"]);
  const stored = await page.evaluate(() => engine.stored());
  assert.deepEqual(
    stored.filter((file) => file.complete),
    [],
  );
});

const codes = (page) => page.evaluate(() => notices.map((notice) => notice.code));

test("a server that sends nothing for 15 seconds is asked again, at the start and half-way", onCpu, async (t) => {
  const [mute, stuck] = [await withFile(t), await withFile(t)];
  hub.fail(mute.name, { silent: true });
  hub.fail(stuck.name, { holdAt: stuck.half });
  const labels = await Promise.all([load(mute.page, mute.source), load(stuck.page, stuck.source)]);
  assert.deepEqual(labels, ["cat", "cat"]);
  for (const { page } of [mute, stuck]) assert.deepEqual(await codes(page), ["stalled"]);
  const [, second, ...more] = hub.requests(stuck.name);
  assert.deepEqual([second.status, start(second), more.length], [206, stuck.half, 0]);
});

test("a load that waits for a mute server can be cancelled", onCpu, async (t) => {
  const file = await withFile(t);
  hub.fail(file.name, { silent: true });
  const result = load(file.page, file.source);
  while (hub.requests(file.name).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await file.page.evaluate(() => controller.abort());
  assert.equal((await result).code, "aborted");
  assert.equal(await load(file.page, file.source), "cat");
});

for (const [title, fault] of [
  ["does not answer", { silent: true }],
  ["has the file no longer", { status: 404 }],
  ["is broken", { status: 500 }],
]) {
  test(`a stored file is used when the server ${title}, and that is said`, onCpu, async (t) => {
    const { page, name, source, size } = await withFile(t);
    assert.equal(await load(page, source), "cat");
    hub.failHead(name, fault, fault);
    hub.fail(name, fault, fault);
    const begun = Date.now();
    assert.equal(await load(page, source), "cat");
    assert.ok(Date.now() - begun < 10_000, "it was waited for");
    assert.deepEqual(await codes(page), ["stored-copy"]);
    const [kept] = await page.evaluate(() => engine.stored());
    assert.deepEqual([kept.bytes, kept.complete], [size, true]);
    assert.equal(hub.requests(name).length, 1);
    hub.release();
  });
}

for (const [title, first, later] of [
  ["without ETag or date", { etag: null }, { etag: null }],
  ["whose date is of just now", () => dated(0), () => dated(0)],
  ["that stops telling its ETag", {}, { etag: null }],
]) {
  test(`two versions of a file ${title} are not put together`, onCpu, async (t) => {
    const file = await withFile(t);
    const changed = await everySignChanged();
    const wanted = await logitsOf(file.page, hub.add("changed.safetensors", changed), true);
    const [before, after] = [first, later].map((fault) => (typeof fault === "function" ? fault() : fault));
    const result = await loadCutAtHalf(file, [{ ...after, replace: changed }, after, after], before);
    assert.equal(typeof result, "string", result.message);
    assert.equal(start(hub.requests(file.name).at(-1)), 0);
    assert.deepEqual(await logitsOf(file.page, file.source, false), wanted);
  });
}

/** Without an ETag, last changed so many seconds ago. */
const dated = (seconds) => ({
  etag: null,
  headers: { "Last-Modified": new Date(Date.now() - 1000 * seconds).toUTCString() },
});

test("a file that only has a date goes on where it was cut, when the date is past", onCpu, async (t) => {
  const file = await withFile(t);
  const old = dated(100_000);
  assert.equal(await loadCutAtHalf(file, [old], old), "cat");
  const last = hub.requests(file.name).at(-1);
  assert.deepEqual([last.status, start(last)], [206, file.half]);
});

test("a server that compresses without saying so is read to the end", onCpu, async (t) => {
  const { page, name, source, size } = await withFile(t);
  hub.fail(name, { gzip: true });
  assert.equal(await load(page, source), "cat");
  const [kept] = await page.evaluate(() => engine.stored());
  assert.deepEqual([kept.bytes, kept.size, kept.complete], [size, size, true]);
  assert.equal(await load(page, source), "cat");
  assert.equal(hub.requests(name).length, 1);
});

test("a single HTTP 500 is tried again, and a busy server is left alone as long as it asks", onCpu, async (t) => {
  const { page, name, source } = await withFile(t);
  hub.fail(name, { status: 500 }, { status: 503, headers: { "Retry-After": "3" } });
  const begun = Date.now();
  assert.equal(await load(page, source), "cat");
  assert.ok(Date.now() - begun > 3000, "it was asked too soon");
  assert.deepEqual(await codes(page), ["stalled"]);
  hub.fail(name, { status: 429, headers: { "Retry-After": "86400" } });
  const other = hub.add(`other-${name}`, Buffer.alloc(8));
  hub.fail(`other-${name}`, { status: 429, headers: { "Retry-After": "86400" } });
  const error = await load(page, other);
  assert.equal(error.code, "download-failed");
  assert.equal(hub.requests(`other-${name}`).length, 1);
});

test("an address that redirects in a circle is given up at once", onCpu, async (t) => {
  const { page, name, source } = await withFile(t);
  const round = { status: 302, headers: { Location: `/${name}` } };
  hub.fail(name, ...Array(200).fill(round));
  hub.failHead(name, ...Array(200).fill(round));
  const before = hub.log.length;
  const error = await load(page, source);
  assert.equal(error.code, "download-failed");
  assert.match(error.message, /circle/);
  assert.ok(hub.log.length - before < 30, `${hub.log.length - before} requests`);
});

// What a browser lacks is taken away in the worker before anything is used there.
for (const [title, code, kept] of [
  ["that do not tell how much room there is", "delete StorageManager.prototype.estimate", true],
  ["without locks", "delete WorkerNavigator.prototype.locks", false],
  ["without files of their own", "delete WorkerNavigator.prototype.storage", false],
  ["whose files cannot be written in a worker", "delete FileSystemFileHandle.prototype.createSyncAccessHandle", false],
  ["without AbortSignal.any", "delete AbortSignal.any; delete AbortSignal.timeout; delete URL.canParse", true],
]) {
  test(`browsers ${title} load files`, onCpu, async (t) => {
    const { source, context } = await withFile(t);
    site.before.set("www/engine/worker.js", code);
    t.after(() => site.before.clear());
    const page = await context.newPage();
    await page.goto(site.blank);
    await startEngine(page);
    assert.equal(await load(page, source), "cat");
    assert.deepEqual(await codes(page), kept ? [] : ["memory-only"]);
  });
}

test("two tabs that load the same file at once both get it whole", onCpu, async (t) => {
  const { page, context, name, source, size } = await withFile(t);
  const other = await context.newPage();
  await other.goto(site.blank);
  await startEngine(other);
  assert.deepEqual(await Promise.all([load(page, source), load(other, source)]), ["cat", "cat"]);
  const stored = await other.evaluate(() => engine.stored());
  assert.deepEqual(
    stored.map((file) => [file.url, file.bytes, file.complete]),
    [[source, size, true]],
  );
  const before = hub.requests(name).length;
  assert.equal(await load(other, source), "cat");
  assert.equal(
    hub
      .requests(name)
      .slice(before)
      .reduce((sum, entry) => sum + entry.sent, 0),
    0,
  );
});
