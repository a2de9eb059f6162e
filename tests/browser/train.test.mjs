/**
 * Training: each experiment for a few steps; halted, rewound, forked, saved; the same description gives the same
 * weights.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { BACKEND, launch, openPage, startEngine, startSite } from "./harness.mjs";

let site, browser, page;
/** Training computes on the CPU whatever the engine runs on, so that most of it is tested once. */
const skip = BACKEND === "webgpu";
const STEPS = 12;

before(async () => {
  [site, browser] = await Promise.all([startSite(), launch()]);
  ({ page } = await openPage(browser, site.blank));
  await startEngine(page);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

/** A run of so many steps with everything it told. */
const trained = async ({ description, steps }) => {
  const run = await engine.train(description);
  const metrics = [];
  const states = [];
  run.on("metrics", (value) => metrics.push(value));
  run.on("state", ({ state }) => states.push(state));
  await run.run(steps);
  const told = {
    metrics,
    states,
    spec: run.spec,
    networks: run.networks,
    checkpoints: run.checkpoints,
    step: run.step,
  };
  const hash = await run.hash();
  run.free();
  return { ...told, hash };
};

test("both networks read over 95 % of held-out digits, and the metrics tell how they came there", {
  skip,
}, async (t) => {
  const begun = performance.now();
  const description = { experiment: "digits" };
  const { metrics, states, networks, checkpoints, step } = await page.evaluate(trained, {
    description,
    steps: undefined,
  });
  t.diagnostic(`${step} steps in ${Math.round((performance.now() - begun) / 1000)} s`);
  assert.deepEqual(networks, ["lenet5", "fcnn"]);
  assert.deepEqual([states[0], states.at(-1)], ["running", "done"]);
  assert.deepEqual([checkpoints[0], checkpoints.at(-1)], [0, step]);
  const [first, last] = [metrics[0], metrics.at(-1)];
  // Metrics are of as many steps as fit a turn, on a busy machine of one alone: the end is a mean over a hundred steps.
  const spans = metrics.map(({ step: to, loss }, i) => ({ to, loss, steps: to - (metrics[i - 1]?.step ?? 0) }));
  const end = spans.filter(({ to }) => to > step - 100);
  const steps = end.reduce((sum, span) => sum + span.steps, 0);
  const loss = end.reduce((sum, span) => sum + span.loss * span.steps, 0) / steps;
  assert.ok(first.loss > 2 && loss < 0.2, `${first.loss} -> ${loss}, over ${steps} steps`);
  t.diagnostic(`loss ${first.loss} -> ${loss}, over ${steps} steps`);
  for (const network of networks) {
    const { test: right } = last.networks[network];
    assert.ok(right > 0.95, `${network} reads ${right} of held-out digits`);
  }
  const keys = last.networks.lenet5.gradients.map(({ key }) => key);
  assert.deepEqual(keys, ["conv1.weight", "conv2.weight", "fc1.weight", "fc2.weight", "fc3.weight"]);
});

test("after 200 steps the weights are in every browser the same to the bit, and the native trainer's to a thousandth", {
  skip,
}, async (t) => {
  const { spec, sha256, entries } = JSON.parse(
    await readFile(new URL("../reference/digits_200.json", import.meta.url), "utf8"),
  );
  const { bytes, hash } = await page.evaluate(async (spec) => {
    const run = await engine.train(spec);
    await run.run();
    const file = await run.save({ network: "lenet5" });
    const hash = await run.hash();
    run.free();
    return { bytes: [...new Uint8Array(await file.arrayBuffer())], hash };
  }, spec);
  assert.equal(hash, sha256);
  const file = Buffer.from(bytes);
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, start).toString());
  let worst = 0;
  for (const [key, { at, values, largest }] of Object.entries(entries)) {
    const from = start + header[key].data_offsets[0];
    at.forEach((place, i) => {
      worst = Math.max(worst, Math.abs(file.readFloatLE(from + 4 * place) - values[i]) / largest);
    });
  }
  t.diagnostic(`${worst.toExponential(1)} of a layer's largest weight apart`);
  assert.equal(Object.keys(entries).length, 10);
  assert.ok(worst < 1e-3, `${worst}`);
});

test("the same description gives the same weights, another seed others", { skip }, async () => {
  const description = { experiment: "residual", networks: ["residual-8"], batch: 16, images: 200 };
  const first = await page.evaluate(trained, { description, steps: 6 });
  const again = await page.evaluate(trained, { description: first.spec, steps: 6 });
  const other = await page.evaluate(trained, { description: { ...description, seed: 9 }, steps: 6 });
  assert.match(first.hash, /^[0-9a-f]{64}$/);
  assert.equal(again.hash, first.hash);
  assert.notEqual(other.hash, first.hash);
});

test("rewinding shows the network of that moment", async () => {
  const seen = await page.evaluate(async (steps) => {
    const run = await engine.train({
      experiment: "digits",
      networks: ["lenet5"],
      batch: 16,
      images: 500,
      checkpoint: 1,
    });
    const image = await fetchBlob("www/samples/cat_chelsea.jpg");
    const logits = async (step) => {
      const model = await run.at(step);
      const answer = await model.classify(image);
      const { labels, stages } = { labels: model.info.labels, stages: model.stages.length };
      model.free();
      return { logits: [...answer.logits], labels, stages };
    };
    const fresh = await logits(0);
    await run.run(steps);
    const [begun, last] = [await logits(0), await logits(steps)];
    const model = await run.at(steps);
    const tensor = await model.preprocess(image);
    const opened = await engine.open(await run.save({ step: steps, network: "lenet5" }));
    const saved = [await model.forward(tensor), await opened.forward(tensor)].map(({ data }) => [...data]);
    const nowhere = await failure(run.at(steps + 7));
    const nobody = await failure(run.at(0, { network: "vgg" }));
    run.free();
    const gone = await failure(run.hash());
    return { fresh, begun, last, saved, nowhere, nobody, gone };
  }, STEPS);
  assert.deepEqual(seen.begun.logits, seen.fresh.logits);
  assert.notDeepEqual(seen.last.logits, seen.fresh.logits);
  assert.deepEqual(seen.last.labels, [..."0123456789"]);
  assert.ok(seen.last.stages > 5);
  seen.saved[0].forEach((value, i) => assert.ok(Math.abs(value - seen.saved[1][i]) < 1e-4));
  assert.deepEqual([seen.nowhere.code, seen.nobody.code, seen.gone.code], ["not-found", "not-found", "freed"]);
});

test("going back and naming a picture takes less than 200 ms for LeNet and for ResNet-20", { skip }, async (t) => {
  const of = (description) =>
    page.evaluate(async (description) => {
      const run = await engine.train({ batch: 8, images: 100, checkpoint: 1, ...description });
      await run.run(2);
      const image = await fetchBlob("www/samples/cat_chelsea.jpg");
      const times = [];
      for (const step of [0, 1, 2, 1, 0]) {
        const begun = performance.now();
        const model = await run.at(step);
        await model.classify(image);
        times.push(performance.now() - begun);
        model.free();
      }
      run.free();
      return times;
    }, description);
  const lenet = await of({ experiment: "digits", networks: ["lenet5"] });
  const resnet = await of({ experiment: "residual", networks: ["residual-20"], width: 16, side: 32 });
  for (const times of [lenet, resnet]) {
    t.diagnostic(times.map((time) => `${time.toFixed(0)} ms`).join(", "));
    // The quickest of five: other tests compute on the same cores.
    assert.ok(Math.min(...times) < 200, `${times}`);
  }
});

test("a run keeps to its pace, and takes another at once", { skip }, async () => {
  const seen = await page.evaluate(async () => {
    const run = await engine.train({ experiment: "digits", networks: ["fcnn"], batch: 8, images: 100 });
    await run.run(1);
    const begun = performance.now();
    await run.run(3, { pace: 4 });
    const slow = performance.now() - begun;
    const whole = run.run(undefined, { pace: 0.1 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const waiting = run.step;
    void run.run(12);
    await whole;
    const resting = { step: run.step, state: run.state };
    void run.run(undefined, { pace: 0.1 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await run.pause();
    const wrong = await Promise.all([0, -1, "fast", Number.NaN].map((pace) => failure(run.run(1, { pace }))));
    return { slow, waiting, resting, paused: run.state, wrong: wrong.map(({ code }) => code) };
  });
  // Two waits of a quarter of a second: none follows the last step.
  assert.ok(seen.slow >= 480, `${seen.slow} ms`);
  assert.equal(seen.waiting, 5);
  assert.deepEqual(seen.resting, { step: 17, state: "paused" });
  assert.equal(seen.paused, "paused");
  assert.deepEqual(seen.wrong, Array(4).fill("bad-input"));
});

test("a fork differs by its switch alone", { skip }, async () => {
  const seen = await page.evaluate(async () => {
    const run = await engine.train({
      experiment: "residual",
      networks: ["plain-8"],
      batch: 16,
      images: 200,
      checkpoint: 2,
    });
    await run.run(6);
    const same = await run.fork(4, {});
    const skips = await run.fork(4, { shortcuts: true });
    await Promise.all([same.run(2), skips.run(2)]);
    const before = [await run.at(4), await skips.at(4)].map((model) => model.info.title);
    const after = [await run.at(6), await skips.at(6)].map((model) => model.info.title);
    const hashes = await Promise.all([run, same, skips].map((one) => one.hash()));
    const again = await engine.train(skips.spec);
    await again.run(6);
    const refused = await failure(run.fork(4, { centering: false }));
    return { before, after, hashes, spec: skips.spec.set, again: await again.hash(), refused };
  });
  assert.deepEqual(seen.before, ["Plain-8", "Plain-8"]);
  assert.deepEqual(seen.after, ["Plain-8", "ResNet-8"]);
  assert.equal(seen.hashes[1], seen.hashes[0]);
  assert.notEqual(seen.hashes[2], seen.hashes[0]);
  assert.deepEqual(seen.spec.at(-1), { step: 4, shortcuts: true });
  assert.equal(seen.again, seen.hashes[2]);
  assert.equal(seen.refused.code, "bad-input");
});

test("a run can be paused, and goes on from its last checkpoint when the engine is lost", { skip }, async () => {
  const seen = await page.evaluate(async () => {
    const workers = [];
    const Original = Worker;
    globalThis.Worker = class extends Original {
      constructor(...args) {
        super(...args);
        workers.push(this);
      }
    };
    const engine = await Engine.create({ backend: "cpu" });
    globalThis.Worker = Original;
    const description = { experiment: "digits", networks: ["fcnn"], batch: 16, images: 500, checkpoint: 10 };
    const whole = await engine.train(description);
    await whole.run(40);
    const hash = await whole.hash();
    const run = await engine.train(whole.spec);
    const stop = run.on("metrics", () => run.pause());
    await run.run(40);
    const paused = run.step;
    stop();
    await run.run(Math.max(0, 13 - paused));
    workers.at(-1).dispatchEvent(new ErrorEvent("error", { message: "lost" }));
    await run.run(40 - run.step);
    const found = {
      paused,
      hashes: [hash, await run.hash()],
      step: run.step,
      restarts: (await engine.stats()).restarts,
    };
    engine.close();
    return found;
  });
  assert.ok(seen.paused > 0 && seen.paused < 40, `paused after ${seen.paused} steps`);
  assert.equal(seen.step, 40);
  assert.equal(seen.restarts, 1);
  assert.equal(seen.hashes[0], seen.hashes[1]);
});

test("a step is told on one weight, and is a step as any other", { skip }, async () => {
  const seen = await page.evaluate(async () => {
    const description = { experiment: "digits", batch: 16, images: 500 };
    const [told, taken] = [await engine.train(description), await engine.train(description)];
    const steps = [];
    told.on("metrics", ({ step }) => steps.push(step));
    await told.run(2);
    const weight = await told.stepThrough({ network: "lenet5", key: "conv2.weight" });
    await taken.run(3);
    const wrong = [{ network: "vgg" }, { key: "conv9" }, { key: 7 }];
    const refused = [];
    // One after the other: a run takes one step at a time.
    for (const options of wrong) refused.push(await failure(told.stepThrough(options)));
    return {
      weight,
      last: steps.at(-1),
      step: told.step,
      state: told.state,
      hashes: [await told.hash(), await taken.hash()],
      refused,
      after: told.state,
    };
  });
  const { before, after, rate, direction, gradient, slope, forward, curve, layers, at } = seen.weight;
  assert.deepEqual([seen.step, seen.last, seen.state, seen.after], [3, 3, "paused", "paused"]);
  assert.equal(seen.hashes[0], seen.hashes[1]);
  assert.deepEqual(layers, ["conv1.weight", "conv2.weight", "fc1.weight", "fc2.weight", "fc3.weight"]);
  assert.deepEqual([at.length, curve.length, forward.terms], [4, 7, 150]);
  assert.ok(Math.abs(before - rate * direction - after) < 1e-5 && after !== before);
  assert.ok(Math.abs(slope - gradient) < 0.1 * Math.abs(gradient), `slope ${slope}, gradient ${gradient}`);
  assert.deepEqual(
    seen.refused.map(({ code }) => code),
    ["not-found", "not-found", "bad-input"],
  );
});

test("a run goes on from what another exported, bit for bit", { skip }, async () => {
  const seen = await page.evaluate(async () => {
    const description = { experiment: "digits", networks: ["fcnn"], batch: 16, images: 500 };
    const run = await engine.train(description);
    await run.run(7);
    await run.set({ shift: 2 });
    const resume = await run.export();
    const [first, spec] = [await run.export({ step: 0 }), run.spec];
    await run.run(5);
    const hash = await run.hash();
    run.free();
    const on = await engine.train({ ...spec, resume });
    const from = on.step;
    await on.run(5);
    const other = { ...description, networks: ["lenet5"] };
    return {
      from,
      hashes: [hash, await on.hash()],
      begun: (await engine.train({ ...spec, resume: first })).step,
      strange: await failure(engine.train({ ...other, resume })),
      none: await failure(engine.train({ ...spec, resume: "a checkpoint" })),
      cut: await failure(engine.train({ ...spec, resume: resume.slice(0, 1000) })),
    };
  });
  assert.equal(seen.from, 7);
  assert.equal(seen.hashes[1], seen.hashes[0]);
  assert.equal(seen.begun, 0);
  assert.deepEqual([seen.strange.code, seen.none.code, seen.cut.code], ["bad-input", "bad-input", "truncated"]);
});

for (const experiment of ["activation", "mae"]) {
  test(`${experiment}: the loss falls on images that are seen again and again`, { skip }, async () => {
    const changes = experiment === "mae" ? { flip: false, shift: 0 } : {};
    const description = { experiment, batch: 10, images: 10, warmup: 0, rate: 0.003, ...changes };
    const { metrics } = await page.evaluate(trained, { description, steps: 25 });
    const [first, last] = [metrics[0].loss, metrics.at(-1).loss];
    assert.ok(last < 0.98 * first, `${first} -> ${last}`);
  });
}

test("DINO's teacher begins as its student and trails it; both can be looked at", { skip }, async () => {
  const seen = await page.evaluate(async (steps) => {
    const run = await engine.train({ experiment: "dino", batch: 4, images: 20, warmup: 0 });
    const metrics = [];
    run.on("metrics", (value) => metrics.push(value));
    await run.run(steps);
    const image = await fetchBlob("www/samples/cat_chelsea.jpg");
    const features = async (step, network) => {
      const model = await run.at(step, { network });
      const tensor = await model.preprocess(image);
      return [...(await model.forward(tensor)).data];
    };
    const student = [await features(0, "student"), await features(steps, "student")];
    const teacher = [await features(0, "teacher"), await features(steps, "teacher")];
    const model = await run.at(steps, { network: "teacher" });
    const heads = await model.attention({ image });
    const fork = await run.fork(0, { centering: false });
    await fork.run(steps);
    const hashes = [await run.hash(), await fork.hash()];
    return { student, teacher, last: metrics.at(-1), blocks: heads.blocks, hashes, networks: run.networks };
  }, STEPS / 2);
  assert.deepEqual(seen.networks, ["student", "teacher"]);
  assert.deepEqual(seen.teacher[0], seen.student[0]);
  const moved = ({ 0: from, 1: to }) => Math.hypot(...from.map((value, i) => to[i] - value));
  assert.ok(moved(seen.teacher) > 0 && moved(seen.teacher) < moved(seen.student));
  const { entropy, agreement, distance } = seen.last.networks.teacher;
  assert.ok(entropy > 0 && entropy <= 1.001 && agreement > 0 && agreement <= 1 && distance > 0);
  assert.equal(seen.blocks, 2);
  assert.notEqual(seen.hashes[0], seen.hashes[1]);
});

test("a loss that grows without bound ends the run and says why", { skip }, async () => {
  const seen = await page.evaluate(async () => {
    const run = await engine.train({
      experiment: "digits",
      networks: ["fcnn"],
      batch: 8,
      images: 100,
      rate: 100,
      warmup: 0,
    });
    const states = [];
    run.on("state", (value) => states.push(value));
    await run.run(60);
    return { states, again: await failure(run.run(1)) };
  });
  assert.equal(seen.states.at(-1).state, "failed");
  assert.match(seen.states.at(-1).message, /rate/);
  assert.equal(seen.again.code, "bad-input");
});

test("what a run cannot be is refused by name", async () => {
  const codes = await page.evaluate(() => {
    const wrong = [
      {},
      { experiment: "dreams" },
      { experiment: "digits", steps: 0 },
      { experiment: "digits", colour: 1 },
    ];
    return Promise.all(wrong.map((description) => failure(engine.train(description))));
  });
  assert.deepEqual(
    codes.map(({ code }) => code),
    ["bad-input", "bad-input", "bad-input", "bad-input"],
  );
  assert.match(codes[3].message, /colour/);
});
