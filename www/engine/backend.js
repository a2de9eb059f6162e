import { loadBuild } from "./assets.js";
import { Cores, helpersFor, twice } from "./cores.js";
import { EngineError, isTrap } from "./errors.js";
import { orNull } from "./promises.js";

/** @typedef {import("./wasm.js").Wasm} Wasm */
/** @typedef {import("./wasm.js").Runtime} Runtime */
/** @typedef {import("./wasm.js").Adapter} Adapter */
/** @typedef {import("../engine.js").EngineInfo} EngineInfo */
/** @typedef {{ wasm: Wasm, runtime: Runtime, memory: WebAssembly.Memory, cores: Cores | null }} Module */
/** `helpers` are those that one of its modules may have. @typedef {Module & { info: EngineInfo, helpers: number }} Started */

const MIB = 1 << 20;
// cubecl measures with timestamps and panics without them; the limits are what the smallest full network needs.
const FEATURES = ["timestamp-query"];
const LIMITS = {
  maxStorageBufferBindingSize: 128 * MIB,
  maxBufferSize: 128 * MIB,
  maxComputeInvocationsPerWorkgroup: 256,
};
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|microsoft basic render|software/i;
const PROBE_MS = 10_000;

const ON_CPU = "so the network runs on the processor (CPU)";

/**
 * The wasm build for the backend, running. The WebGPU build is seven times the other's size and is not fetched before
 * it is known to be of use.
 * @param {"auto" | "webgpu" | "cpu"} wanted
 * @param {boolean} patient ask for an adapter a few times
 * @param {import("./protocol.js").WasmUrls} urls of modules that lie elsewhere
 * @param {number | null} cores that the CPU build may use
 * @returns {Promise<Started>}
 */
export async function startBackend(wanted, patient, urls, cores) {
  if (wanted === "cpu") return startCpu(null, urls, cores);
  const { adapter, reason } = await probe(wanted === "webgpu", patient);
  if (!adapter) {
    if (wanted === "auto") return startCpu(reason, urls, cores);
    throw new EngineError("no-webgpu", `${reason} Use backend "cpu" or "auto".`);
  }
  try {
    const started = await start("webgpu", urls.webgpu);
    const info = /** @type {EngineInfo} */ ({
      backend: "webgpu",
      adapter: adapterName(adapter),
      reason: null,
      cores: 1,
    });
    return { ...started, info, helpers: helpersFor(cores) };
  } catch (thrown) {
    const detail = isTrap(thrown) ? "it does not work with the engine" : Object(thrown).message;
    const why = `The graphics processor could not be started (${detail}), ${ON_CPU}.`;
    if (wanted === "auto") return startCpu(why, urls, cores);
    throw new EngineError("no-webgpu", `WebGPU could not be started (${detail}). Use backend "cpu" or "auto".`);
  }
}

/**
 * @param {string | null} reason
 * @param {import("./protocol.js").WasmUrls} urls
 * @param {number | null} cores
 * @returns {Promise<Started>}
 */
async function startCpu(reason, urls, cores) {
  try {
    const helpers = helpersFor(cores);
    const started = await startWith(helpers, "cpu", urls.cpu);
    const info = /** @type {EngineInfo} */ ({
      backend: "cpu",
      adapter: null,
      reason,
      cores: started.cores ? helpers + 1 : 1,
    });
    return { ...started, info, helpers };
  } catch (thrown) {
    const detail = Object(thrown).message ?? thrown;
    throw new EngineError(
      "internal",
      `The engine could not be started (${detail}). Is pkg/ beside www/ on the server? Reload to try again.`,
    );
  }
}

/**
 * The wasm build that trains on the CPU, fetched when an experiment first begins there, whatever the engine runs on:
 * the same description gives the same weights everywhere, on any number of cores.
 * @param {number} helpers
 */
export async function startTraining(helpers) {
  try {
    return await startWith(helpers, "train");
  } catch (thrown) {
    const detail = Object(thrown).message ?? thrown;
    throw new EngineError(
      "download-failed",
      `The part of the engine that trains could not be fetched (${detail}). Try again.`,
    );
  }
}

/**
 * A build with helpers; where memory cannot be shared after all, one core computes the same.
 * @param {number} helpers
 * @param {"cpu" | "train"} build
 * @param {string} [url]
 */
async function startWith(helpers, build, url) {
  const shared = helpers > 0 ? await orNull(startShared(helpers, build, url)) : null;
  return shared ?? (await start(build, url));
}

/** @param {"cpu" | "webgpu" | "train"} build @param {string} [url] @returns {Promise<Module>} */
async function start(build, url) {
  const { wasm, module } = await loadBuild(build, url);
  const { memory } = await wasm.default({ module_or_path: module });
  return { wasm, memory, runtime: await wasm.Runtime.create(build), cores: null };
}

/** @param {number} helpers @param {"cpu" | "train"} build @param {string} [url] @returns {Promise<Module>} */
async function startShared(helpers, build, url) {
  const { wasm, module } = await loadBuild(build, url);
  const [own, helper] = await twice(module);
  const { memory } = await wasm.default({ module_or_path: own });
  const runtime = await wasm.Runtime.create(build);
  return { wasm, memory, runtime, cores: new Cores(wasm, memory, helper, helpers) };
}

/**
 * @param {boolean} anyAdapter take a software one too: asked for by name, WebGPU is given where it exists at all
 * @param {boolean} patient
 * @returns {Promise<{ adapter: Adapter | null, reason: string }>}
 */
async function probe(anyAdapter, patient) {
  const { gpu } = /** @type {{ gpu?: import("./wasm.js").Gpu }} */ (/** @type {unknown} */ (navigator));
  if (!gpu) return { adapter: null, reason: `This browser does not offer WebGPU here, ${ON_CPU}.` };
  const adapter = await findAdapter(gpu, patient ? 8 : 1);
  if (!adapter) return { adapter, reason: `The browser found no graphics processor it can use, ${ON_CPU}.` };
  const problem = lacking(adapter) ?? (anyAdapter ? null : software(adapter));
  return problem ? { adapter: null, reason: `${problem}, ${ON_CPU}.` } : { adapter, reason: "" };
}

/**
 * @param {import("./wasm.js").Gpu} gpu
 * @param {number} tries
 * @returns {Promise<Adapter | null>}
 */
async function findAdapter(gpu, tries) {
  for (let count = 0; count < tries; count++) {
    if (count > 0) await new Promise((resolve) => setTimeout(resolve, 250));
    const silence = new Promise((resolve) => setTimeout(resolve, PROBE_MS, null));
    const asked = orNull(gpu.requestAdapter({ powerPreference: "high-performance" }));
    const adapter = await Promise.race([asked, silence]);
    if (adapter) return adapter;
  }
  return null;
}

/**
 * @param {Adapter} adapter
 * @returns {string | null}
 */
function lacking({ features, limits }) {
  if (FEATURES.some((name) => !features.has(name))) {
    return "The graphics processor lacks a feature the engine needs (timestamp queries)";
  }
  const tooSmall = Object.entries(LIMITS).some(([name, needed]) => !(limits[name] >= needed));
  return tooSmall ? "The graphics processor allows too little memory at once" : null;
}

/**
 * A GPU imitated by the processor is many times slower than the CPU build.
 * @param {Adapter} adapter
 * @returns {string | null}
 */
function software(adapter) {
  const { info } = adapter;
  const words = [info.vendor, info.architecture, info.device, info.description].join(" ");
  const imitated = adapter.isFallbackAdapter || info.isFallbackAdapter || SOFTWARE.test(words);
  return imitated ? "The only graphics processor here is imitated in software, which would be slower" : null;
}

/** @param {Adapter} adapter */
function adapterName({ info }) {
  return info.description || [info.vendor, info.architecture].filter(Boolean).join(" ") || "unnamed";
}

/**
 * Lets the worker see its GPU device being lost and failing: the wasm module, which asks for the device, does not pass
 * either on. To be called before the module starts.
 * @param {(message: string) => void} onLost
 * @param {(error: Error) => void} onError
 */
export function watchDevices(onLost, onError) {
  const prototype = Object(globalThis).GPUAdapter?.prototype;
  if (!prototype) return;
  const request = prototype.requestDevice;
  prototype.requestDevice = async function (/** @type {unknown} */ descriptor) {
    const device = await request.call(this, descriptor);
    device.lost.then((/** @type {{ message: string }} */ info) => onLost(info.message));
    device.addEventListener("uncapturederror", (/** @type {any} */ event) => onError(event.error));
    return device;
  };
}
