/**
 * The engines of the benchmark, each as `prepare(id, folder, { backend, cores }) -> { run(data) -> Float32Array }`, or
 * null where it cannot compute so. In the page: imported by turns.mjs and by cold.html.
 */

const SHAPE = [1, 3, 224, 224];
const bytes = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());
const here = (path) => new URL(path, import.meta.url);

/** As an embedding page's bundler leaves it: page side and worker a file each (run.mjs bundles the first). */
const vitrine = { key: "", engine: null };
async function prepareVitrine(id, folder, { backend, cores }) {
  const { Engine } = await import(here("../../www/engine/bundled.js").href);
  const key = `${backend} ${cores}`;
  if (vitrine.key !== key) {
    vitrine.engine = await Engine.create({ backend, cores, workerUrl: here("../../pkg/page/worker.js") });
    vitrine.key = key;
  }
  // Where it computes on fewer it is left out, so that no row says what is not so.
  if (cores > 1 && vitrine.engine.info.cores !== cores) return null;
  const model = await vitrine.engine.load(id, { source: here(`${folder}/${id}.safetensors`) });
  return {
    run: async (data) => (await model.forward({ data: data.slice(), shape: SHAPE })).data,
  };
}

async function prepareOnnxruntime(id, folder, { backend, cores }) {
  const dist = here("node_modules/onnxruntime-web/dist/");
  const file = backend === "webgpu" ? "ort.webgpu.min.mjs" : "ort.wasm.min.mjs";
  // Its threads are settled when it starts: each number of them is an instance of its own.
  const ort = await import(new URL(`${file}?threads=${cores}`, dist).href);
  ort.env.wasm.numThreads = cores;
  ort.env.wasm.wasmPaths = dist.href;
  const session = await ort.InferenceSession.create(await bytes(here(`${folder}/${id}.onnx`)), {
    executionProviders: [backend === "webgpu" ? "webgpu" : "wasm"],
    graphOptimizationLevel: "all",
  });
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  const run = async (data) => (await session.run({ [input]: new ort.Tensor("float32", data, SHAPE) }))[output].data;
  return { run };
}

async function prepareLitert(id, folder, { backend }) {
  const { loadLiteRt, loadAndCompile, Tensor } = await import("./node_modules/@litertjs/core/dist/index.js");
  prepareLitert.loaded ??= await loadLiteRt(here("node_modules/@litertjs/core/wasm/").href, { threads: false });
  const model = await loadAndCompile(await bytes(here(`${folder}/${id}.tflite`)), {
    accelerator: backend === "webgpu" ? "webgpu" : "wasm",
  });
  const run = async (data) => {
    const input = Tensor.fromTypedArray(data, SHAPE);
    const [output] = await model.run([input]);
    const answer = (await output.data()).slice();
    input.delete();
    output.delete();
    return answer;
  };
  return { run };
}

export const PREPARE = {
  Vitrine: prepareVitrine,
  "onnxruntime-web": prepareOnnxruntime,
  "LiteRT.js": prepareLitert,
};

/** Max |a - b| over max |b|. */
function relativeError(ours, theirs) {
  if (ours.length !== theirs.length) return Infinity;
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return theirs.reduce((most, value, i) => Math.max(most, Math.abs(ours[i] - value)), 0) / largest;
}

/** Threads look for more work for a while after an answer; who is next is not to pay for it. */
const REST_MS = 100;
const rest = () => new Promise((resolve) => setTimeout(resolve, REST_MS));

const floats = async (file) => new Float32Array((await bytes(here(file))).buffer);

/**
 * Loads one network in each of `contenders` ({ name, engine, backend, cores }), holds it to PyTorch's answer, and lets
 * them answer in turn.
 * @returns by name { load, first, error, times } in milliseconds, times in the order of the turns.
 */
export async function measure(id, folder, contenders, { rounds, warm }) {
  const [data, expected] = await Promise.all(["input", "expected"].map((kind) => floats(`${folder}/${id}.${kind}`)));
  const results = {};
  const ready = [];
  for (const { name, engine, ...how } of contenders) {
    const started = performance.now();
    const prepared = await PREPARE[engine](id, folder, how);
    if (!prepared) continue;
    const loaded = performance.now();
    const answer = await prepared.run(data);
    results[name] = {
      load: loaded - started,
      first: performance.now() - loaded,
      error: relativeError(answer, expected),
      times: [],
    };
    ready.push([name, prepared]);
  }
  // The browser's compilers replace their first code while it runs.
  for (let turn = 0; turn < warm; turn++) for (const [, prepared] of ready) await prepared.run(data);
  for (let round = 0; round < rounds; round++) {
    for (const [name, prepared] of ready) {
      await rest();
      const started = performance.now();
      await prepared.run(data);
      results[name].times.push(performance.now() - started);
    }
  }
  return results;
}

/**
 * How long an answer takes on one core by itself, and while every other core computes one too, each in an engine of its
 * own that shares nothing: what a machine's cores have in common is all that slows them.
 * @returns { alone, together } in milliseconds, of the turns.
 */
export async function together(id, folder, cores, { rounds, warm }) {
  const { Engine } = await import(here("../../www/engine/bundled.js").href);
  const data = await floats(`${folder}/${id}.input`);
  const source = here(`${folder}/${id}.safetensors`);
  const engines = await Promise.all(
    Array.from({ length: cores }, () =>
      Engine.create({ backend: "cpu", cores: 1, workerUrl: here("../../pkg/page/worker.js") }),
    ),
  );
  const models = await Promise.all(engines.map((engine) => engine.load(id, { source })));
  const timed = async (model) => {
    const started = performance.now();
    await model.forward({ data: data.slice(), shape: SHAPE });
    return performance.now() - started;
  };
  const times = { alone: [], together: [] };
  for (let turn = -warm; turn < rounds; turn++) {
    await rest();
    const alone = await timed(models[0]);
    await rest();
    const all = await Promise.all(models.map(timed));
    if (turn < 0) continue;
    times.alone.push(alone);
    times.together.push(all.reduce((sum, time) => sum + time) / cores);
  }
  for (const engine of engines) engine.close();
  return times;
}

/** From the navigation to the first answer of one engine, and warm ones after it; milliseconds. */
export async function cold(id, folder, engine, how, warm) {
  const prepared = await PREPARE[engine](id, folder, how);
  const loaded = performance.now();
  const data = Float32Array.from({ length: SHAPE.reduce((a, b) => a * b) }, (_, i) => Math.sin(i * i));
  await prepared.run(data);
  const first = performance.now();
  const times = [];
  for (let turn = 0; turn < warm; turn++) {
    const started = performance.now();
    await prepared.run(data);
    times.push(performance.now() - started);
  }
  return { load: loaded, answered: first, first: first - loaded, at: performance.timeOrigin + first, times };
}
