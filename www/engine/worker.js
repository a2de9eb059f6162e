// The one worker: owns the wasm module and with it all computing, all downloads and the store. Messages are in
// protocol.js. Its helpers on other cores run this script too (cores.js).

import { startBackend, watchDevices } from "./backend.js";
import { calls, sizeOf } from "./calls.js";
import { help } from "./cores.js";
import { EngineError, asEngineError, isTrap } from "./errors.js";
import { Loads } from "./loads.js";
import { Runs } from "./runs.js";
import { removeStored, storedFiles } from "./store.js";

/** @typedef {import("./protocol.js").Request} Request */
/** @typedef {import("./protocol.js").Reply} Reply */
/** @typedef {import("./protocol.js").ErrorCode} ErrorCode */
/** @typedef {import("./backend.js").Started} Started */

const DEVICE_NEWS_MS = 200;

/** @type {Started | null} */
let started = null;
/** @type {Loads | null} */
let loads = null;
/** @type {Runs | null} */
let runs = null;
/** The GPU's complaint about what is being computed now. @type {Error | null} */
let gpuFault = null;
let memoryOnlyTold = false;
/** Loads under way, by the number of their request. @type {Map<number, AbortController>} */
const stops = new Map();
/** Their models. @type {Map<number, number>} */
const loading = new Map();
/** Loads that made the module trap. @type {Set<number>} */
const causes = new Set();
let computing = 0;

watchDevices(
  // Before the engine has started, and where it has settled for the CPU, losing a device is no loss.
  (message) =>
    started?.info.backend === "webgpu" &&
    crash("device-lost", `The graphics processor was lost (${message || "no reason given"}).`),
  (error) => (gpuFault ??= error),
);

self.onmessage = ({ data }) => {
  const { id, request } = /** @type {import("./protocol.js").Call} */ (data);
  answer(id, request).then(
    (value) => id > 0 && post({ type: "result", id, value }, buffersIn(value)),
    (thrown) => refuse(id, request, thrown),
  );
};

// A trap inside an asynchronous function of the module reaches nobody: its promise stays pending for ever.
self.addEventListener("error", (event) => {
  event.preventDefault();
  blameFinishing();
  crashed(event.error ?? event.message);
});
self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  blameFinishing();
  crashed(event.reason);
});

/**
 * @param {number} id
 * @param {Request} request
 * @returns {Promise<unknown>}
 */
async function answer(id, request) {
  switch (request.type) {
    case "start":
      return start(request);
    case "help":
      return help(request.help);
    case "load":
    case "train":
      return load(id, request);
    case "abort":
      return void stops.get(request.target)?.abort();
    case "free":
      return void loads?.free(request.model);
    case "stored":
      return storedFiles();
    case "remove":
      return void (await removeStored(request.key));
    case "arithmetic":
      return JSON.parse(running().wasm.arithmetic(request.name, request.args));
    case "stats":
      return {
        wasmMemory: running().memory.buffer.byteLength,
        models: loads?.count ?? 0,
        cores: started?.cores ? running().wasm.cores() : 1,
      };
    case "advance":
      return watched(() => trainings().advance(request.run, request.steps));
    case "step-run-through":
      return watched(() => trainings().stepThrough(request));
    case "set-run":
      return trainings().set(request.run, request.switches);
    case "fork":
      return trainings().fork(request);
    case "keep-run":
      return trainings().keep(request.run);
    case "export-run":
      return trainings().of(request.run).export(request.step);
    case "save-run":
      return trainings()
        .of(request.run)
        .save(request.step, request.network ?? undefined);
    case "hash-run":
      return trainings().of(request.run).hash();
    case "describe-run":
      return trainings().describe(request);
    case "guess-run":
      return JSON.parse(trainings().of(request.run).guess(request.step, request.features));
    case "free-run":
      return void runs?.free(request.run);
    default:
      return compute(request);
  }
}

/** @param {import("./protocol.js").StartRequest} request */
async function start({ backend, patient, wasmUrls, cores }) {
  started = await startBackend(backend, patient, wasmUrls, cores);
  const catalogue = JSON.parse(started.wasm.catalogue());
  runs = new Runs(started);
  loads = new Loads(started, catalogue, runs, {
    memoryOnly,
    storing: () => post({ type: "storing" }),
    notice: (code, message) => post({ type: "notice", code, message }),
  });
  return { info: started.info, catalogue };
}

/**
 * @param {number} id
 * @param {import("./protocol.js").LoadRequest | import("./protocol.js").TrainRequest} request
 */
async function load(id, request) {
  const stop = new AbortController();
  stops.set(id, stop);
  loading.set(id, request.type === "load" ? request.model : request.run);
  const tell = (/** @type {import("../engine.js").Progress} */ progress) => post({ type: "progress", id, progress });
  try {
    if (request.type === "train") return await trainings().begin(request, tell, stop.signal);
    return await held().load(request, tell, stop.signal);
  } finally {
    stops.delete(id);
    loading.delete(id);
  }
}

/** @param {Extract<Request, { type: keyof typeof calls }>} request */
async function compute(request) {
  const network = held().network(request.model, sizeOf(request));
  const call = /** @type {(wasm: unknown, network: unknown, request: Request) => Promise<unknown>} */ (
    calls[request.type]
  );
  return watched(() => call(running().wasm, network, request));
}

/**
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function watched(work) {
  gpuFault = null;
  computing++;
  const value = await work().finally(() => computing--);
  started?.cores?.tidy();
  runs?.tidy();
  // What a failed GPU operation leaves behind are zeros, not an error.
  if (gpuFault) throw faultOf(gpuFault);
  return value;
}

/**
 * @param {number} id
 * @param {Request} request
 * @param {unknown} thrown
 */
function refuse(id, request, thrown) {
  if (isTrap(thrown)) {
    if (request.type === "load") causes.add(id);
    return crashed(thrown);
  }
  const { code, message } = asEngineError(thrown);
  // A lost device refuses what is read before the browser says that it is lost, which is said better.
  if (code === "device-lost") return void setTimeout(() => crash(code, message), DEVICE_NEWS_MS);
  post({ type: "error", id, code, message });
}

/**
 * Of a trap that nobody caught, a load whose network is being made ready is the cause, when nothing is computed beside
 * it.
 */
function blameFinishing() {
  if (computing > 0) return;
  for (const [id, model] of loading) if (loads?.isFinishing(model)) causes.add(id);
}

/** @param {unknown} thrown */
function crashed(thrown) {
  const { code, message } = gpuFault ? faultOf(gpuFault) : trapOf(thrown);
  // A lost device makes the module trap too, sometimes before the browser says that it is lost; that is the better
  // reason.
  const wait = started?.info.backend === "webgpu" ? DEVICE_NEWS_MS : 0;
  setTimeout(() => crash(code, message), wait);
}

/**
 * @param {ErrorCode} code
 * @param {string} message
 */
function crash(code, message) {
  post({ type: "crash", code, message, causes: code === "device-lost" ? [] : [...causes] });
}

/** @param {unknown} thrown */
function trapOf(thrown) {
  // What the allocator does when memory cannot grow looks like any other trap; how much there was tells.
  const full = (started?.memory.buffer.byteLength ?? 0) > 2 ** 31;
  if (full)
    return new EngineError("out-of-memory", "The engine ran out of memory. Free a model, or use a smaller one.");
  const detail = Object(thrown).message ?? String(thrown);
  return new EngineError(
    "internal",
    `The engine stopped unexpectedly (${detail}). Try again; if it happens again, please report it.`,
  );
}

/** @param {Error} error of the GPU */
function faultOf(error) {
  const full = error.constructor.name === "GPUOutOfMemoryError" || /memory/i.test(error.message);
  if (full)
    return new EngineError(
      "out-of-memory",
      "The graphics processor's memory is full. Free a model, or use a smaller one.",
    );
  return new EngineError(
    "internal",
    `The graphics processor refused an operation (${error.message}). Try the backend "cpu".`,
  );
}

/** @param {string} message */
function memoryOnly(message) {
  if (memoryOnlyTold) return;
  memoryOnlyTold = true;
  post({ type: "notice", code: "memory-only", message });
}

function running() {
  if (!started) throw new EngineError("internal", "The engine has not started.");
  return started;
}

function held() {
  if (!loads) throw new EngineError("internal", "The engine has not started.");
  return loads;
}

function trainings() {
  if (!runs) throw new EngineError("internal", "The engine has not started.");
  return runs;
}

/**
 * @param {Reply} reply
 * @param {ArrayBuffer[]} [transfer]
 */
function post(reply, transfer = []) {
  // The page's own library of types knows `self` as a window.
  /** @type {Worker} */ (/** @type {unknown} */ (self)).postMessage(reply, transfer);
}

/**
 * Results are handed over, not copied; nothing here holds on to them.
 * @param {unknown} value
 * @returns {ArrayBuffer[]}
 */
function buffersIn(value) {
  if (ArrayBuffer.isView(value)) {
    const { buffer } = value;
    return buffer instanceof ArrayBuffer && buffer !== started?.memory.buffer ? [buffer] : [];
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return [...new Set(Object.values(value).flatMap(buffersIn))];
}
