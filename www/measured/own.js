// @ts-check
// This engine, measured on the device that it runs on: what the page's button and `cargo xtask bench` do. The worker
// computes; here it is only told what, and asked for the time.

import { exponent } from "./statistics.js";

/** @typedef {import("../engine.js").Engine} Engine */
/** @typedef {import("../engine.js").Model} Model */

/**
 * What is measured. @typedef {object} Plan
 * @property {{ id: string, source?: URL }[]} networks answered with, by id; with seeded weights from elsewhere for
 * `source`
 * @property {number} answers timed of each, as many as fit `patience`
 * @property {number} patience milliseconds for the answers of one network
 * @property {{ id: string, source?: URL, passes: number }[]} inside timed step by step
 * @property {{ id: string, source?: URL, sizes: number[] }[]} growth timed on images of these sizes
 * @property {{ experiment: import("../engine.js").Experiment, steps: number } | null} training
 */

/**
 * Milliseconds. @typedef {{ id: string, title: string, load: number, first: number, times: number[] }} Answers
 * @typedef {{ id: string, title: string } & import("../engine/generated.js").Throughput} Inside
 * @typedef {{ size: number, tokens: number, multiplyAdds: number, ms: number }} Point
 * How time and work grow with the number of pixels: as its power of so much.
 * @typedef {{ id: string, title: string, points: Point[], exponents: { ms: number, multiplyAdds: number } }} Growth
 * @typedef {{ experiment: string, times: number[] }} Training milliseconds of a step, as each report told
 */

/**
 * What has been measured so far. @typedef {object} Measured
 * @property {import("../engine.js").EngineInfo | null} info
 * @property {number} start milliseconds until the engine was there
 * @property {Answers[]} answers
 * @property {Inside[]} inside
 * @property {Growth[]} growth
 * @property {Training | null} training
 * @property {number} memory the most bytes that the wasm module has held
 */

/** @typedef {{ what: "start" | "answers" | "inside" | "growth" | "training", title: string, done: number, of: number }} Progress */

/**
 * Starts an engine of its own, so that nothing is loaded yet and the page's own networks are left alone.
 * @param {import("../engine.js").CreateOptions} options
 * @param {Plan} plan
 * @param {Measured} measured filled in while it is measured
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<Progress>}
 */
export async function* measureOwn(options, plan, measured, signal) {
  const of = plan.networks.length + plan.inside.length + plan.growth.length + Number(plan.training !== null);
  let done = 0;
  /** @param {Progress["what"]} what @param {string} title @returns {Progress} */
  const at = (what, title) => ({ what, title, done: done++, of });
  const { Engine } = await import("../engine.js");
  const begun = performance.now();
  const engine = await Engine.create(options);
  try {
    measured.start = performance.now() - begun;
    measured.info = engine.info;
    const titles = new Map(engine.models().map(({ id, title }) => [id, title]));
    for (const { id, source } of plan.networks) {
      yield at("answers", titles.get(id) ?? id);
      measured.answers.push(await answers(engine, { id, source, ...plan }, signal));
      measured.memory = (await engine.stats()).wasmMemory;
    }
    for (const { id, source, passes } of plan.inside) {
      yield at("inside", titles.get(id) ?? id);
      measured.inside.push(await held(engine, id, source, signal, (model) => inside(model, passes, signal)));
    }
    for (const { id, source, sizes } of plan.growth) {
      yield at("growth", titles.get(id) ?? id);
      measured.growth.push(await held(engine, id, source, signal, (model) => growth(model, sizes, signal)));
    }
    if (plan.training) {
      yield at("training", plan.training.experiment);
      measured.training = await training(engine, plan.training, signal);
    }
    measured.memory = (await engine.stats()).wasmMemory;
  } finally {
    engine.close();
  }
}

/** @returns {Measured} */
export const nothingYet = () => ({
  info: null,
  start: 0,
  answers: [],
  inside: [],
  growth: [],
  training: null,
  memory: 0,
});

/**
 * Any picture will do: how long an answer takes does not depend on what it sees. @param {Model} model
 * @returns {import("../engine.js").Tensor}
 */
function picture({ info: { input } }) {
  const shape = [1, input.channels, input.size, input.size];
  const data = Float32Array.from({ length: input.channels * input.size ** 2 }, (_, i) => Math.sin(i * i));
  return { data, shape };
}

/**
 * @template T
 * @param {Engine} engine
 * @param {string} id
 * @param {URL | undefined} source
 * @param {AbortSignal} signal
 * @param {(model: Model) => Promise<T>} work
 */
async function held(engine, id, source, signal, work) {
  const model = await engine.load(id, { source, signal });
  try {
    return await work(model);
  } finally {
    model.free();
  }
}

/**
 * @param {Engine} engine
 * @param {{ id: string, source?: URL, answers: number, patience: number }} plan
 * @param {AbortSignal} signal
 * @returns {Promise<Answers>}
 */
async function answers(engine, { id, source, answers, patience }, signal) {
  const begun = performance.now();
  return held(engine, id, source, signal, async (model) => {
    const loaded = performance.now();
    const tensor = picture(model);
    const timed = async () => {
      const before = performance.now();
      await model.forward(tensor, { signal });
      return performance.now() - before;
    };
    const first = await timed();
    /** @type {number[]} */
    const times = [];
    const end = performance.now() + patience;
    do times.push(await timed());
    while (times.length < answers && performance.now() < end);
    return { id, title: model.info.title, load: loaded - begun, first, times };
  });
}

/** @param {Model} model @param {number} passes @param {AbortSignal} signal @returns {Promise<Inside>} */
async function inside(model, passes, signal) {
  const { id, title } = model.info;
  return { id, title, ...(await model.throughput({ image: picture(model), passes, signal })) };
}

/** @param {Model} model @param {number[]} sizes @param {AbortSignal} signal @returns {Promise<Growth>} */
async function growth(model, sizes, signal) {
  const { id, title } = model.info;
  /** @type {Point[]} */
  const points = [];
  for (const size of sizes) points.push(await model.costAt({ size, signal }));
  const pixels = points.map(({ size }) => size ** 2);
  const of = (/** @type {"ms" | "multiplyAdds"} */ what) =>
    exponent(
      pixels,
      points.map((point) => point[what]),
    );
  return { id, title, points, exponents: { ms: of("ms"), multiplyAdds: of("multiplyAdds") } };
}

/**
 * @param {Engine} engine
 * @param {NonNullable<Plan["training"]>} plan
 * @param {AbortSignal} signal
 * @returns {Promise<Training>}
 */
async function training(engine, { experiment, steps }, signal) {
  const run = await engine.train({ experiment, signal });
  const stop = () => void run.pause();
  signal.addEventListener("abort", stop);
  try {
    /** @type {number[]} */
    const times = [];
    run.on("metrics", ({ ms }) => times.push(ms));
    await run.run(steps);
    signal.throwIfAborted();
    return { experiment, times };
  } finally {
    signal.removeEventListener("abort", stop);
    run.free();
  }
}
