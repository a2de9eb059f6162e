/**
 * Training on WebGPU: every experiment takes a few steps there and on the CPU, and both come to the same; rewound, forked,
 * and gone on with when the GPU is lost. Batches are small: software WebGPU takes a second for a step.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BACKEND, LOSABLE_GPU, launch, openPage, startEngine, startSite } from "./harness.mjs";

let site, browser, page;
const skip = BACKEND !== "webgpu";
/** Of the largest change, and of the loss. */
const TOLERANCE = 1e-3;
const STEPS = 2;

before(async () => {
  if (skip) return;
  [site, browser] = await Promise.all([startSite(), launch()]);
  site.before.set("www/engine/worker.js", LOSABLE_GPU);
  ({ page } = await openPage(browser, site.blank));
  await startEngine(page);
  await page.evaluate(helpers);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

/** Puts what the tests do in the page into it. */
function helpers() {
  /** The tensors of a safetensors file, by their keys. */
  const tensors = async (file) => {
    const bytes = await file.arrayBuffer();
    const start = 8 + Number(new DataView(bytes).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, start - 8)));
    const entries = Object.entries(header).filter(([, { dtype }]) => dtype === "F32");
    return new Map(
      entries.map(
        ([
          key,
          {
            data_offsets: [from, to],
          },
        ]) => [key, new Float32Array(bytes.slice(start + from, start + to))],
      ),
    );
  };
  const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const less = (a, b) => a.map((value, i) => value - b[i]);

  /** So many steps of a run, each reported. */
  const taken = async (run, steps) => {
    const metrics = [];
    const stop = run.on("metrics", (value) => metrics.push(value));
    for (let i = 0; i < steps; i++) await run.run(1);
    stop();
    return metrics;
  };

  /** The photos of groups, by the names of samples. */
  const grouped = (groups) =>
    Promise.all(
      Object.entries(groups).map(async ([name, samples]) => ({
        name,
        images: await Promise.all(samples.map((sample) => fetchBlob(`www/samples/${sample}.jpg`))),
      })),
    );

  /** A run on one device: what it measured, and each network's weights before and after its first step. */
  const on = async (device, { groups, ...description }, steps) => {
    const photos = groups ? { groups: await grouped(groups) } : {};
    const run = await engine.train({ checkpoint: 1, ...description, ...photos, device });
    const metrics = await taken(run, steps);
    const networks = {};
    for (const network of run.networks) {
      const at = (step) => run.save({ step, network }).then(tensors);
      networks[network] = { before: await at(0), after: await at(1) };
    }
    const told = { device: run.device, losses: metrics.map(({ loss }) => loss), devices: metrics.map((m) => m.device) };
    run.free();
    return { ...told, networks };
  };

  /** How far two runs' first steps are apart, as a share of the largest change in each tensor. */
  const apart = (ours, theirs) => {
    const rows = [];
    for (const [network, { before, after }] of Object.entries(theirs)) {
      const changes = new Map([...after].map(([key, values]) => [key, less(values, before.get(key))]));
      const most = Math.max(...[...changes.values()].map(largest));
      for (const [key, change] of changes) {
        const size = largest(change);
        // A gradient that is zero but for rounding (of keys' biases) says nothing.
        if (size < 1e-5 * most) continue;
        const rounding = 1e-7 * largest(after.get(key));
        const error = largest(less(ours[network].after.get(key), after.get(key)));
        rows.push({ key: `${network} ${key}`, error: Math.max(0, error - rounding) / size });
      }
    }
    return rows.reduce((worst, row) => (row.error > worst.error ? row : worst));
  };

  Object.assign(globalThis, {
    taken,
    compared: async (description, steps) => {
      const [gpu, cpu] = [await on("webgpu", description, steps), await on("cpu", description, steps)];
      const facts = ({ device, losses, devices }) => ({ device, losses, devices });
      return { gpu: facts(gpu), cpu: facts(cpu), worst: apart(gpu.networks, cpu.networks) };
    },
  });
}

const GROUPS = { Animals: ["cat_chelsea", "dog_labrador"], Things: ["coffee", "astronaut"] };
/** SGD throughout: what it makes of a gradient is as large as that, where AdamW makes a whole step of rounding. */
const SGD = { optimizer: "sgd", warmup: 0 };
const SAME_IMAGES = { shift: 0, flip: false };
/** `falls`: whether every step sees the same images, so that the loss falls at once. */
const EXPERIMENTS = [
  { experiment: "digits", batch: 10, images: 10, ...SGD, shift: 0, falls: true },
  { experiment: "activation", batch: 10, images: 10, ...SGD, flip: false, falls: true },
  { experiment: "residual", networks: ["plain-8", "residual-8"], batch: 10, images: 10, ...SGD, falls: true },
  { experiment: "mae", batch: 2, images: 10, width: 32, rate: 0.1, ...SGD, ...SAME_IMAGES },
  { experiment: "dino", batch: 2, images: 10, width: 32, rate: 0.1, ...SGD },
  { experiment: "probe", groups: GROUPS, network: "resnet20_cifar10", ...SGD, falls: true },
  { experiment: "fine-tune", groups: GROUPS, ...SGD, ...SAME_IMAGES, falls: true },
];

for (const { falls = false, ...description } of EXPERIMENTS) {
  test(`${description.experiment}: steps on WebGPU are those on the CPU`, { skip }, async (t) => {
    const begun = performance.now();
    const seen = await page.evaluate(([description, steps]) => compared(description, steps), [description, STEPS]);
    const { gpu, cpu, worst } = seen;
    t.diagnostic(
      `losses ${gpu.losses.map((loss) => loss.toFixed(4))}, on the CPU ${cpu.losses.map((l) => l.toFixed(4))}`,
    );
    t.diagnostic(`${worst.error.toExponential(1)} of the largest change of ${worst.key} apart`);
    t.diagnostic(`${((performance.now() - begun) / 1000).toFixed(1)} s`);
    assert.deepEqual([gpu.device, cpu.device], ["webgpu", "cpu"]);
    assert.deepEqual([...gpu.devices, ...cpu.devices], [...Array(STEPS).fill("webgpu"), ...Array(STEPS).fill("cpu")]);
    assert.ok(gpu.losses.every(Number.isFinite));
    assert.ok(Math.abs(gpu.losses[0] - cpu.losses[0]) < TOLERANCE * cpu.losses[0]);
    assert.ok(worst.error < TOLERANCE, `${worst.key}: ${worst.error}`);
    if (falls) assert.ok(gpu.losses.at(-1) < gpu.losses[0], `${gpu.losses}`);
  });
}

test("what dropout drops on WebGPU comes of the seed and the step", { skip }, async () => {
  const losses = await page.evaluate(async () => {
    const once = async (changes) => {
      const description = { experiment: "activation", networks: ["relu"], batch: 10, images: 10, ...changes };
      const run = await engine.train({ ...description, device: "webgpu" });
      const [{ loss }] = await taken(run, 1);
      run.free();
      return loss;
    };
    return { dropped: [await once({ dropout: true }), await once({ dropout: true })], whole: await once({}) };
  });
  assert.ok(Math.abs(losses.dropped[0] - losses.dropped[1]) < 1e-5 * losses.dropped[0], `${losses.dropped}`);
  assert.ok(Math.abs(losses.dropped[0] - losses.whole) > 1e-4 * losses.whole, `${losses.whole}`);
});

test("on WebGPU rewinding shows that moment's network, and a fork differs by its switch alone", { skip }, async () => {
  const seen = await page.evaluate(async () => {
    const description = { experiment: "digits", networks: ["lenet5"], batch: 4, images: 20, checkpoint: 1, warmup: 0 };
    const run = await engine.train({ ...description, device: "webgpu" });
    const image = await fetchBlob("www/samples/cat_chelsea.jpg");
    const logits = async (one, step) => {
      const model = await one.at(step);
      const answer = await model.classify(image);
      model.free();
      return [...answer.logits];
    };
    const fresh = await logits(run, 0);
    await run.run(3);
    const [begun, two, three] = [await logits(run, 0), await logits(run, 2), await logits(run, 3)];
    const [same, faster] = [await run.fork(2), await run.fork(2, { rate: 0.3 })];
    await same.run(1);
    await faster.run(1);
    const forked = { same: await logits(same, 3), faster: await logits(faster, 3), before: await logits(faster, 2) };
    // What is exported goes on elsewhere: on the CPU as well.
    const resume = await run.export({ step: 2 });
    const onCpu = await engine.train({ ...run.spec, resume, device: "cpu" });
    await onCpu.run(1);
    const model = await run.at(3);
    const tensor = await model.preprocess(image);
    const opened = await engine.open(await run.save({ step: 3 }));
    const saved = [[...(await model.forward(tensor)).data], [...(await opened.forward(tensor)).data]];
    const elsewhere = await logits(onCpu, 3);
    const told = { devices: [run.device, same.device, onCpu.device], set: faster.spec.set };
    for (const one of [run, same, faster, onCpu, model, opened]) one.free();
    return { fresh, begun, two, three, forked, elsewhere, saved, ...told };
  });
  const apart = (a, b) => Math.max(...a.map((value, i) => Math.abs(value - b[i]))) / Math.max(...b.map(Math.abs));
  assert.deepEqual(seen.devices, ["webgpu", "webgpu", "cpu"]);
  assert.ok(apart(seen.begun, seen.fresh) < 1e-6);
  assert.ok(apart(seen.three, seen.fresh) > 1e-3);
  assert.ok(apart(seen.forked.before, seen.two) < 1e-6);
  assert.ok(apart(seen.forked.same, seen.three) < TOLERANCE);
  assert.ok(apart(seen.forked.faster, seen.three) > 1e-3);
  assert.ok(apart(seen.elsewhere, seen.three) < TOLERANCE);
  assert.ok(apart(seen.saved[1], seen.saved[0]) < 1e-4);
  assert.deepEqual(seen.set, [{ step: 2, rate: 0.3 }]);
});

test("a run goes on from its last checkpoint when the GPU is lost, and on the CPU when it is lost for good", {
  skip,
}, async (t) => {
  // In a context of its own, as every device is lost there.
  const { page, context } = await openPage(browser, site.blank);
  t.after(() => context.close());
  await startEngine(page, { backend: "cpu" });
  const seen = await page.evaluate(async () => {
    const gpu = new BroadcastChannel("gpu");
    const onCpu = globalThis.engine;
    const engine = await Engine.create({ backend: "webgpu" });
    const description = { experiment: "digits", networks: ["fcnn"], batch: 4, images: 20, warmup: 0 };
    const run = await engine.train({ ...description, checkpoint: 2, device: "webgpu" });
    const steps = [];
    run.on("metrics", ({ step, device }) => steps.push(`${step} ${device}`));
    for (let i = 0; i < 3; i++) await run.run(1);
    await run.set({ rate: 0.01 });
    let losses = 0;
    const lose = () => {
      losses++;
      gpu.postMessage("lose");
    };
    lose();
    await run.run(2);
    const { restarts } = await engine.stats();
    const once = { device: run.device, step: run.step, set: run.spec.set, state: run.state, restarts };
    // And again as soon as it is there again.
    engine.on("status", ({ state, backend }) => state === "ready" && backend === "webgpu" && lose());
    lose();
    await run.run(2);
    const twice = { device: run.device, step: run.step, checkpoints: run.checkpoints, state: run.state };
    const found = { once, twice, steps, losses, backend: engine.info.backend };
    const reference = await onCpu.train(description);
    await reference.run(3);
    await reference.set({ rate: 0.01 });
    await reference.run(4);
    const logits = async (one) => {
      const model = await one.at(7);
      const { logits } = await model.classify(await fetchBlob("www/samples/cat_chelsea.jpg"));
      return [...logits];
    };
    const answers = [await logits(run), await logits(reference)];
    engine.close();
    return { ...found, answers };
  });
  const { once } = seen;
  assert.deepEqual([once.device, once.step, once.state, once.restarts], ["webgpu", 5, "paused", 1]);
  assert.deepEqual(once.set, [{ step: 3, rate: 0.01 }]);
  assert.deepEqual([seen.twice.device, seen.twice.step, seen.twice.state], ["cpu", 7, "paused"]);
  assert.equal(seen.backend, "cpu");
  assert.equal(seen.losses, 3);
  assert.deepEqual(seen.twice.checkpoints.at(-1), 7);
  const [ours, theirs] = seen.answers;
  const most = Math.max(...theirs.map(Math.abs));
  assert.ok(Math.max(...ours.map((value, i) => Math.abs(value - theirs[i]))) < TOLERANCE * most, `${seen.answers}`);
});

test("a device that there is none of is refused by name", { skip }, async () => {
  const seen = await page.evaluate(async () => {
    const cpu = await Engine.create({ backend: "cpu" });
    const refused = {
      strange: await failure(engine.train({ experiment: "digits", device: "abacus" })),
      none: await failure(cpu.train({ experiment: "digits", device: "webgpu" })),
    };
    const run = await engine.train({ experiment: "digits" });
    const usual = { device: run.device, said: "device" in run.spec };
    run.free();
    cpu.close();
    return { refused, usual };
  });
  assert.deepEqual([seen.refused.strange.code, seen.refused.none.code], ["bad-input", "no-webgpu"]);
  assert.match(seen.refused.strange.message, /abacus/);
  assert.deepEqual(seen.usual, { device: "cpu", said: false });
});
