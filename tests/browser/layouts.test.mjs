/**
 * Checkpoints in the layouts of others, through `engine.open`: equal to PyTorch, or refused by name, or with their
 * assumptions.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import path from "node:path";
import { BACKEND, ROOT, launch, openPage, startEngine, startSite } from "./harness.mjs";
import { Hub } from "./hub.mjs";
import { image, parameter, safetensors } from "./seeded.mjs";

const cases = JSON.parse(await readFile(path.join(ROOT, "tests/reference/layouts.json"), "utf8"));
// One of each kind; crate/tests/layouts.rs compares them all.
const CHOSEN = [
  "hf_vit_4",
  "hf_deit",
  "hf_resnet",
  "hf_swin_4",
  "timm_swinv2",
  "hf_dinov2",
  "hf_dinov2_registers",
  "tv_vit",
  "tv_swin",
  "timm_vit_layerscale",
  "timm_vit_clip_quick",
  "timm_vit_avg",
  "timm_resnet50d",
  "timm_seresnet50",
  "timm_resnetaa50d",
  "akamaster",
].map((name) => [name, cases[name]]);
let site, hub, browser;

before(async () => {
  [site, hub, browser] = await Promise.all([startSite(), Hub.start(), launch()]);
});

after(async () => {
  await browser?.close();
  await Promise.all([site?.close(), hub?.close()]);
});

async function withEngine(t) {
  const opened = await openPage(browser, site.blank);
  t.after(() => opened.context.close());
  await startEngine(opened.page, { backend: BACKEND });
  return opened.page;
}

const tensorsOf = ({ prefix, tensors, extra }) => [
  ...tensors.map(([key, shape]) => [prefix + key, shape, parameter(key, shape)]),
  ...extra.map((name) => [name, [2, 2], new Float32Array(4).fill(0.5)]),
];

function close(got, want, name) {
  assert.equal(got.length, want.length, name);
  const largest = Math.max(...want.map(Math.abs));
  const error = Math.max(...want.map((value, i) => Math.abs(value - got[i]))) / largest;
  assert.ok(error < 1e-3, `${name}: relative error ${error}`);
}

/** In the page: what opening and one forward pass give. */
const opened = async ({ url, config, data, shape }) => {
  try {
    const model = await engine.open(url, config ? { config } : {});
    const answer = await model.forward({ data: Float32Array.from(data), shape });
    const { assumptions, title, labels } = model.info;
    model.free();
    return { answer: [...answer.data], assumptions, title, labels };
  } catch (error) {
    return { code: error.code, message: error.message };
  }
};

test("every layout is equal to PyTorch, or refused by name", async (t) => {
  const page = await withEngine(t);
  for (const [name, record] of CHOSEN) {
    const url = hub.add(`${name}.safetensors`, safetensors(tensorsOf(record)));
    const { size, channels, config, refused } = record;
    const square = typeof size === "number" ? size : 32;
    const input = { data: [...image("layouts", square, channels)], shape: [1, channels, square, square] };
    const result = await page.evaluate(opened, { url, config, ...input });
    if (refused) {
      assert.equal(result.code, "unsupported-checkpoint", `${name}: ${JSON.stringify(result).slice(0, 200)}`);
      assert.ok(result.message.includes(refused), `${name}: ${result.message}`);
      continue;
    }
    assert.ok(result.answer, `${name}: ${result.message}`);
    close(result.answer, record.output, name);
  }
});

test("PyTorch's own file opens, alone with its assumptions and beside its config.json with labels of its own", async (t) => {
  const page = await withEngine(t);
  const record = cases.timm_vit;
  const input = { data: [...image("layouts", 32, 3)], shape: [1, 3, 32, 32] };
  const told = { ...record.config, label_names: ["a", "b", "c", "d", "e"] };
  const result = await page.evaluate(
    async ({ data, shape, told }) => {
      const bytes = await (
        await fetch(new URL("tests/reference/torch/vit.pth", location.href.replace(/blank.*/, "")))
      ).blob();
      const weights = new File([bytes], "vit.pth");
      const run = async (source, options) => {
        const model = await engine.open(source, options);
        const answer = await model.forward({ data: Float32Array.from(data), shape });
        return { answer: [...answer.data], info: model.info };
      };
      return {
        alone: await run(weights),
        beside: await run([weights, new File([JSON.stringify(told)], "config.json")]),
        given: await run(weights, { config: told }),
        wrong: await failure(engine.open(weights, { config: { ...told, architecture: "convnext_tiny" } })),
      };
    },
    { ...input, told },
  );
  assert.ok(
    result.alone.info.assumptions.some((words) => /attention heads/.test(words)),
    "heads are assumed",
  );
  for (const { answer, info } of [result.beside, result.given]) {
    close(answer, record.output, "vit.pth");
    assert.deepEqual(info.assumptions, []);
    assert.deepEqual(info.labels, ["a", "b", "c", "d", "e"]);
  }
  assert.equal(result.wrong.code, "unsupported-checkpoint");
  assert.match(result.wrong.message, /convnext_tiny/);
});

test("shards open together with their index, and never alone", async (t) => {
  const page = await withEngine(t);
  const record = cases.hf_vit;
  const tensors = tensorsOf(record);
  const names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
  const halves = [tensors.slice(0, 20), tensors.slice(20)];
  const weightMap = Object.fromEntries(halves.flatMap((half, i) => half.map(([name]) => [name, names[i]])));
  const files = [
    ...halves.map((half, i) => [names[i], [...safetensors(half)]]),
    ["model.safetensors.index.json", [...Buffer.from(JSON.stringify({ metadata: {}, weight_map: weightMap }))]],
    ["config.json", [...Buffer.from(JSON.stringify(record.config))]],
  ];
  for (const [name, bytes] of files) hub.add(name, Buffer.from(bytes));
  const result = await page.evaluate(
    async ({ files, data, shape, index, config }) => {
      const made = files.map(([name, bytes]) => new File([Uint8Array.from(bytes)], name));
      const run = async (source, options) => {
        const model = await engine.open(source, options);
        return { answer: [...(await model.forward({ data: Float32Array.from(data), shape })).data], info: model.info };
      };
      return {
        dropped: await run(made),
        remote: await run(index, { config }),
        alone: await failure(engine.open(made[0])),
        half: await failure(engine.open([made[0], made[2]])),
      };
    },
    {
      files,
      data: [...image("layouts", 32, 3)],
      shape: [1, 3, 32, 32],
      index: `${hub.origin}/model.safetensors.index.json`,
      config: record.config,
    },
  );
  for (const { answer, info } of [result.dropped, result.remote]) {
    close(answer, record.output, "shards");
    assert.equal(info.family, "vit");
  }
  assert.deepEqual(result.dropped.info.labels, Object.values(record.config.id2label));
  for (const refusal of [result.alone, result.half]) {
    assert.equal(refusal.code, "unsupported-checkpoint");
    assert.match(refusal.message, /shard/);
  }
});

test("a Hub id reads its own configuration, and keeps it for when there is no network", async (t) => {
  const page = await withEngine(t);
  const record = cases.timm_vit;
  const weights = safetensors(tensorsOf(record));
  let offline = false;
  await page.context().route("https://huggingface.co/**", (route) => {
    if (offline) return route.abort();
    const { pathname } = new URL(route.request().url());
    const headers = { "access-control-allow-origin": "*" };
    if (pathname === "/someone/vit/resolve/main/config.json") return route.fulfill({ json: record.config, headers });
    if (pathname === "/someone/vit/resolve/main/model.safetensors") return route.fulfill({ body: weights, headers });
    return route.fulfill({ status: 404, headers, body: "" });
  });
  const input = { url: "someone/vit", config: null, data: [...image("layouts", 32, 3)], shape: [1, 3, 32, 32] };
  const online = await page.evaluate(opened, input);
  assert.ok(online.answer, online.message);
  close(online.answer, record.output, "from the Hub");
  assert.deepEqual(online.assumptions, []);
  offline = true;
  const kept = await page.evaluate(opened, input);
  assert.ok(kept.answer, kept.message);
  close(kept.answer, record.output, "from what is kept");
  assert.deepEqual(kept.assumptions, []);
});

test("other sizes are answered as the network can, and refused where it cannot", async (t) => {
  const page = await withEngine(t);
  const result = await page.evaluate(async () => {
    const vit = await engine.load("vit_cifar10");
    const photo = await fetchBlob("www/samples/cat_chelsea.jpg");
    const { logits } = await vit.classify(photo, { size: 48 });
    const shape = [1, 3, 64, 64];
    const { data } = await vit.forward({ data: new Float32Array(3 * 64 * 64).fill(0.1), shape });
    const bad = await failure(vit.classify(photo, { size: 33 }));
    const large = await vit.at(48);
    const same = await large.classify(photo);
    const heads = await vit.attentionHeads({ image: photo, block: 5, size: 48 });
    const { "blocks.0": seen } = await vit.observe(photo, ["blocks.0"], { size: 48 });
    const swin = await engine.load("swin_cifar10");
    const { columns } = await swin.windowAttention({ image: photo, block: 0, query: [0, 0], size: 64 });
    const mae = await engine.load("mae_vit_cifar10");
    const made = await mae.reconstruct(photo, { size: 64 });
    const tall = large.info;
    const stage = large.stages.find(({ name }) => name === "blocks.0").shape;
    vit.free();
    return {
      logits: [...logits],
      data: [...data],
      bad,
      assumptions: vit.info.assumptions,
      same: [...same.logits],
      info: [tall.input.size, tall.grid, tall.sizes, stage],
      shapes: [heads.shape, seen.shape, made.shape, [made.mask.length, made.pixels.width]],
      columns: columns.length,
      freed: await failure(large.classify(photo)),
      lenet: (await engine.load("lenet5_mnist")).info.sizes,
    };
  });
  assert.equal(result.logits.length, 10);
  assert.ok(result.data.every(Number.isFinite));
  assert.equal(result.bad.code, "bad-input");
  assert.deepEqual(result.assumptions, []);
  assert.deepEqual(result.same, result.logits, "a model of a size answers as a call of that size");
  assert.deepEqual(result.info, [48, [12, 12], [16, 24, 32, 48, 64, 96, 128], [1, 145, 128]]);
  assert.deepEqual(result.shapes, [
    [4, 12, 12],
    [1, 145, 128],
    [1, 256, 48],
    [256, 64],
  ]);
  assert.equal(result.columns, 7, "32 patches in windows of 4");
  assert.equal(result.freed.code, "freed");
  assert.deepEqual(result.lenet, [32]);
});

test("on a phone what was assumed stands below the photo, and is changed there", {
  skip: BACKEND === "webgpu",
}, async (t) => {
  const viewport = { width: 390, height: 844 };
  const opened = await openPage(browser, `${site.url}#/explore?backend=cpu&model=vit_cifar10`, { viewport });
  t.after(() => opened.context.close());
  const { page } = opened;
  await page.locator(".guess-row.first").waitFor();
  const buffer = Buffer.from(safetensors(tensorsOf(cases.timm_vit)));
  const file = { name: "own.safetensors", mimeType: "application/octet-stream", buffer };
  await page.locator('input[type="file"][accept*=".safetensors"]').first().setInputFiles(file);
  const panel = page.getByRole("region", { name: "Assumed, because no configuration says it" });
  await panel.getByText("1 attention heads: 32 channels a head").waitFor();
  await page.locator(".guess-row.first", { hasText: "class" }).waitFor();
  await page.getByRole("button", { name: "Dismiss" }).click();
  const [photo, said] = await Promise.all([page.locator(".photo-card").boundingBox(), panel.boundingBox()]);
  assert.ok(photo && said && said.y >= photo.y + photo.height, JSON.stringify([photo, said]));
  await panel.getByText("Change what was assumed").click();
  await panel.getByLabel("Attention heads").fill("4");
  await panel.getByLabel("Pooling").selectOption("token");
  await panel.getByRole("button", { name: "Open again so" }).click();
  await panel.getByText("attention heads").waitFor({ state: "detached" });
  assert.match(await panel.innerText(), /layer norm epsilon/);
  assert.doesNotMatch(await panel.innerText(), /class token pooling/);
  assert.deepEqual(opened.errors, []);
});
