/**
 * The engines of the benchmark, each as `prepare(id, folder, backend) -> { run(data) -> Float32Array }`, on one thread
 * of the CPU or on WebGPU. In the page: imported by run.mjs.
 */

const SHAPE = [1, 3, 224, 224];
const bytes = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());

async function vitrine(id, folder, backend) {
  const { Engine } = await import("../../www/engine.js");
  vitrine.engine ??= await Engine.create({ backend });
  const model = await vitrine.engine.load(id, { source: new URL(`${folder}/${id}.safetensors`, location.href) });
  return { run: async (data) => (await model.forward({ data: data.slice(), shape: SHAPE })).data };
}

async function onnxruntime(id, folder, backend) {
  const dist = new URL("node_modules/onnxruntime-web/dist/", location.href);
  const ort = await import(new URL(backend === "webgpu" ? "ort.webgpu.min.mjs" : "ort.wasm.min.mjs", dist).href);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = dist.href;
  const session = await ort.InferenceSession.create(await bytes(`${folder}/${id}.onnx`), {
    executionProviders: [backend === "webgpu" ? "webgpu" : "wasm"],
    graphOptimizationLevel: "all",
  });
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  const run = async (data) => (await session.run({ [input]: new ort.Tensor("float32", data, SHAPE) }))[output].data;
  return { run };
}

async function litert(id, folder, backend) {
  const { loadLiteRt, loadAndCompile, Tensor } = await import("./node_modules/@litertjs/core/dist/index.js");
  litert.loaded ??= await loadLiteRt(new URL("node_modules/@litertjs/core/wasm/", location.href).href, {
    threads: false,
  });
  const model = await loadAndCompile(await bytes(`${folder}/${id}.tflite`), {
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

export const ENGINES = { Vitrine: vitrine, "onnxruntime-web": onnxruntime, "LiteRT.js": litert };

/** Max |a - b| over max |b|. */
function relativeError(ours, theirs) {
  if (ours.length !== theirs.length) return Infinity;
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return theirs.reduce((most, value, i) => Math.max(most, Math.abs(ours[i] - value)), 0) / largest;
}

/**
 * Loads one network in each of `names`, holds it to PyTorch's answer, and lets them answer in turn.
 * @returns for each engine { load, first, error, times } in milliseconds, times in the order of the turns.
 */
export async function measure(id, folder, names, rounds, backend) {
  const floats = async (kind) => new Float32Array((await bytes(`${folder}/${id}.${kind}`)).buffer);
  const [data, expected] = [await floats("input"), await floats("expected")];
  const results = {};
  const ready = [];
  for (const name of names) {
    const started = performance.now();
    const engine = await ENGINES[name](id, folder, backend);
    const loaded = performance.now();
    const answer = await engine.run(data);
    results[name] = {
      load: loaded - started,
      first: performance.now() - loaded,
      error: relativeError(answer, expected),
      times: [],
    };
    ready.push([name, engine]);
  }
  // The browser's compilers replace their first code while it runs.
  for (let warm = 0; warm < (backend === "webgpu" ? 1 : 3); warm++)
    for (const [, engine] of ready) await engine.run(data);
  for (let round = 0; round < rounds; round++) {
    for (const [name, engine] of ready) {
      const started = performance.now();
      await engine.run(data);
      results[name].times.push(performance.now() - started);
    }
  }
  return results;
}
