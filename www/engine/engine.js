import { json, options as optionsOf, reading, shown, text, whole, wrong } from "./check.js";
import { EngineError, aborted } from "./errors.js";
import { captured, described, groupsOf, Shared } from "./groups.js";
import { ensureLoaded, Model } from "./model.js";
import { ensureRun, Run } from "./run.js";
import { Session, untilAborted } from "./session.js";
import { sourceOf } from "./hub.js";

/** @typedef {import("../engine.js").EngineEvents} EngineEvents */
/** @typedef {import("../engine.js").LoadOptions} LoadOptions */
/** @typedef {import("./protocol.js").LoadRequest} LoadRequest */

/** Whose features a probe reads where nothing is said: those that tell most without a label. */
const FEATURES = "dino_vit_cifar10";
const BACKENDS = ["auto", "webgpu", "cpu"];
const RUN_DEVICES = ["cpu", "webgpu"];

/** An address of the embedding page's. @param {unknown} url @param {string} name @returns {string | null} */
function address(url, name) {
  if (url === undefined || url === null) return null;
  return reading(name, () => new URL(String(url), document.baseURI).href);
}

/**
 * @param {import("../engine.js").CreateOptions["wasmUrl"]} urls one for both builds, or one for each
 * @returns {import("./protocol.js").WasmUrls}
 */
function wasmUrls(urls) {
  const each = typeof urls === "string" || urls instanceof URL ? { cpu: urls, webgpu: urls } : optionsOf(urls);
  return {
    cpu: address(each.cpu, "wasmUrl") ?? undefined,
    webgpu: address(each.webgpu, "wasmUrl") ?? undefined,
  };
}

// A load that ends the worker is not tried again; one that went on beside it is.
const TRIES = 8;

/** The engine: one worker, and the networks loaded in it. See engine.d.ts and docs/contract.md. */
export class Engine {
  #session;
  #handles = 0;
  /** @type {{ notice: Set<(value: any) => void>, status: Set<(value: any) => void> }} */
  #listeners = { notice: new Set(), status: new Set() };

  /** @param {"auto" | "webgpu" | "cpu"} backend @param {import("./session.js").Setting} setting */
  constructor(backend, setting) {
    const hooks = {
      notice: (/** @type {import("../engine.js").Notice} */ notice) => this.#emit("notice", notice),
      status: (/** @type {import("../engine.js").Status} */ status) => this.#emit("status", status),
    };
    this.#session = new Session(backend, hooks, setting);
  }

  /**
   * @param {import("../engine.js").CreateOptions} [options]
   * @returns {Promise<Engine>}
   */
  static async create(options) {
    const { backend = "auto", workerUrl, wasmUrl, cores } = optionsOf(options);
    if (!BACKENDS.includes(backend)) {
      throw wrong(`There is no backend "${shown(backend)}". Use "auto", "webgpu" or "cpu".`);
    }
    const engine = new Engine(backend, {
      workerUrl: address(workerUrl, "workerUrl"),
      wasmUrls: wasmUrls(wasmUrl),
      cores: cores === undefined || cores === null ? null : whole(cores, "cores", 1),
    });
    await engine.#session.link();
    return engine;
  }

  get info() {
    return this.#session.info;
  }

  models() {
    return structuredClone(this.#session.catalogue);
  }

  /**
   * @param {string} id
   * @param {LoadOptions & { source?: string | URL | Blob }} [options]
   */
  async load(id, options) {
    const { source, onProgress, signal } = optionsOf(options);
    const ids = this.#session.catalogue.map((entry) => entry.id);
    if (!ids.includes(text(id, "A network's id"))) {
      throw new EngineError("not-found", `There is no network "${shown(id)}". The catalogue has ${ids.join(", ")}.`);
    }
    const from = source === undefined || source === null ? null : sourceOf(source, document.baseURI);
    return this.#load({ id, source: from, config: null }, onProgress, signal);
  }

  /**
   * @param {string | URL | Blob | Blob[]} source
   * @param {LoadOptions & { config?: Record<string, unknown> }} [options]
   */
  async open(source, options) {
    const { config, onProgress, signal } = optionsOf(options);
    return this.#load(
      { id: null, source: sourceOf(source, document.baseURI), config: configOf(config) },
      onProgress,
      signal,
    );
  }

  /**
   * @param {import("../engine.js").TrainOptions} description
   */
  async train(description) {
    const { onProgress, signal, groups, model, resume, device = "cpu", ...said } = optionsOf(description);
    if (!RUN_DEVICES.includes(device)) {
      throw wrong(`A run computes on the device "cpu" or "webgpu", not "${shown(device)}".`);
    }
    const sorted = groups === undefined ? null : groupsOf(groups);
    if (model !== undefined && !(sorted && model instanceof Model)) {
      throw wrong("model is a loaded network, whose features of groups of photos a probe reads.");
    }
    if (resume !== undefined && !(resume instanceof Blob)) {
      throw wrong("resume is the Blob of a checkpoint, as run.export() gives it.");
    }
    const network = model ? { network: model.info.id } : {};
    const spec = json({ ...said, ...network, ...(sorted && { groups: sorted.groups }) }, "A run");
    const given = sorted && (await this.#photos({ spec, device }, sorted.photos, model, { onProgress, signal }));
    const from = resume ? new Uint8Array(await resume.arrayBuffer()) : null;
    /** @type {import("./protocol.js").TrainRequest} */
    const request = {
      type: "train",
      run: ++this.#handles,
      spec,
      device,
      photos: null,
      resume: from,
      ...given?.request,
    };
    const options = { signal, progress: guarded(onProgress, signal) };
    try {
      const work = this.#session.run((link) => ensureRun(link, request, options));
      const state = await untilAborted(work, signal);
      const whole = { ...request, spec: JSON.stringify(state.spec) };
      return new Run(this.#session, () => ++this.#handles, whole, state, given?.shared);
    } catch (thrown) {
      given?.shared.release();
      throw thrown;
    }
  }

  /**
   * What a run takes of a visitor's photos: the pictures, or what a network makes of them.
   * @param {{ spec: string, device: import("./protocol.js").RunDevice }} description
   * @param {import("./groups.js").Sorted[]} sorted
   * @param {Model | undefined} model
   * @param {LoadOptions} options
   */
  async #photos(description, sorted, model, options) {
    const { spec, photos } = await this.#session.run((link) => link.request({ type: "describe-run", ...description }));
    if (photos === null) throw wrong("This experiment brings its own images, and takes no groups of photos.");
    if (photos === "pixels") {
      const { photos: pictures, release } = await captured(sorted);
      return { request: { photos: pictures }, shared: new Shared(null, release) };
    }
    const network = spec.network ?? FEATURES;
    const reader = model ?? (await this.load(network, options));
    const end = () => !model && reader.free();
    try {
      const request = {
        spec: JSON.stringify({ ...spec, network }),
        photos: await described(reader, sorted, options.signal),
      };
      return { request, shared: new Shared(reader, end) };
    } catch (thrown) {
      end();
      throw thrown;
    }
  }

  stored() {
    return this.#session.run((link) => link.request({ type: "stored" }));
  }

  /** @param {string} key */
  async remove(key) {
    const name = text(key, "The key of a stored file");
    await this.#session.run((link) => link.request({ type: "remove", key: name }));
  }

  /** @param {import("../engine.js").ConvolutionArgs} args */
  async convolutionSize(args) {
    return /** @type {Promise<import("../engine.js").ConvolutionSize>} */ (this.#arithmetic("convolutionSize", args));
  }

  /** @param {import("../engine.js").StackArgs} args */
  async stackedConvolutions(args) {
    return /** @type {Promise<import("../engine.js").Stacked>} */ (this.#arithmetic("stackedConvolutions", args));
  }

  /** @param {{ size: number, patch: number }} args */
  async patches(args) {
    return /** @type {Promise<import("../engine.js").Patches>} */ (this.#arithmetic("patches", args));
  }

  /**
   * Waits for no network: it is answered between the calls in the queue.
   * @param {string} name
   * @param {object} args
   */
  #arithmetic(name, args) {
    const sent = json(args, "The arguments");
    return this.#session.run((link) => link.request({ type: "arithmetic", name, args: sent }));
  }

  async stats() {
    const { wasmMemory, models, cores } = await this.#session.run((link) => link.request({ type: "stats" }));
    return { backend: this.info.backend, wasmMemory, restarts: this.#session.restarts, models, cores };
  }

  /**
   * @template {keyof EngineEvents} K
   * @param {K} event
   * @param {(value: EngineEvents[K]) => void} listener
   */
  on(event, listener) {
    const known = typeof event === "string" && Object.hasOwn(this.#listeners, event);
    const listeners = known ? this.#listeners[event] : null;
    if (!listeners) throw wrong(`There is no event "${shown(event)}". Use "notice" or "status".`);
    if (typeof listener !== "function") throw wrong("What listens to an event is a function.");
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  close() {
    this.#session.close();
  }

  /**
   * @param {Omit<LoadRequest, "type" | "model">} what
   * @param {LoadOptions["onProgress"]} onProgress
   * @param {AbortSignal | undefined} signal
   */
  async #load(what, onProgress, signal) {
    if (signal?.aborted) throw aborted();
    /** @type {LoadRequest} */
    const request = { type: "load", model: ++this.#handles, ...what };
    const options = { signal, progress: guarded(onProgress, signal) };
    const work = this.#session.run((link) => ensureLoaded(link, request, options), TRIES);
    const loaded = await untilAborted(work, signal).catch((error) => {
      if (signal?.aborted)
        work.then(
          () => this.#session.live()?.tell({ type: "free", model: request.model }),
          () => {
            // It failed by itself, and left nothing.
          },
        );
      throw error;
    });
    return new Model(this.#session, request, loaded);
  }

  /**
   * @template {keyof EngineEvents} K
   * @param {K} event
   * @param {EngineEvents[K]} value
   */
  #emit(event, value) {
    for (const listener of this.#listeners[event]) {
      try {
        listener(value);
      } catch (thrown) {
        reportError(thrown);
      }
    }
  }
}

/**
 * A listener that throws must not break the load, nor hear of it after it was stopped.
 * @param {LoadOptions["onProgress"]} onProgress
 * @param {AbortSignal | undefined} signal
 */
function guarded(onProgress, signal) {
  return (/** @type {import("../engine.js").Progress} */ progress) => {
    if (!onProgress || signal?.aborted) return;
    try {
      onProgress(progress);
    } catch (thrown) {
      reportError(thrown);
    }
  };
}

/**
 * A configuration as JSON: an object, as config.json of timm and transformers.
 * @param {unknown} config
 */
function configOf(config) {
  if (config === undefined || config === null) return null;
  if (typeof config !== "object" || Array.isArray(config)) {
    throw wrong("A configuration is an object, as config.json of timm and transformers holds it.");
  }
  try {
    return JSON.stringify(config);
  } catch {
    throw wrong("This configuration cannot be written as JSON.");
  }
}
