import { EngineError, aborted } from "./errors.js";
import { Link, WorkerLost } from "./link.js";
import { indifferent, orNull } from "./promises.js";

/** @typedef {import("../engine.js").EngineInfo} EngineInfo */
/** @typedef {import("../engine.js").CatalogueEntry} CatalogueEntry */
/** @typedef {import("../engine.js").Notice} Notice */
/** @typedef {import("../engine.js").Status} Status */

/** @typedef {{ notice: (notice: Notice) => void, status: (status: Status) => void }} Hooks */

/**
 * Where the worker and the wasm modules are, if not beside the engine, and the cores that may compute, null for all.
 * @typedef {{ workerUrl: string | null, wasmUrls: import("./protocol.js").WasmUrls, cores: number | null }} Setting
 */

// Lost twice in a row, with nothing computed in between: this GPU is not to be relied on.
export const LOSSES_UNTIL_CPU = 2;

/**
 * @template T
 * @param {Promise<T>} work
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<T>} rejects as soon as the signal fires, whatever `work` still does
 */
export function untilAborted(work, signal) {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(aborted());
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/**
 * The worker across its deaths. A wasm trap or a lost GPU device ends a worker; the next one who needs it gets a new
 * one, and what was under way is tried once more there. Networks are loaded again when they are next used (model.js).
 */
export class Session {
  restarts = 0;
  /** @type {EngineInfo} */
  info = Object.freeze({ backend: "cpu", adapter: null, reason: null, cores: 1 });
  /** @type {CatalogueEntry[]} */
  catalogue = [];
  #closed = false;
  #losses = 0;
  /** @type {"auto" | "webgpu" | "cpu"} */
  #backend;
  #hooks;
  /** @type {Setting} */
  #setting;
  /** @type {Promise<Link> | null} */
  #current = null;
  /** @type {Link | null} */
  #link = null;
  /** @type {Promise<unknown>} */
  #tail = Promise.resolve();

  /**
   * @param {"auto" | "webgpu" | "cpu"} backend
   * @param {Hooks} hooks
   * @param {Setting} setting
   */
  constructor(backend, hooks, setting) {
    this.#backend = backend;
    this.#setting = setting;
    this.#hooks = hooks;
  }

  /**
   * Runs `task` on the worker, and once more on a new worker when the first one dies under it.
   * @template T
   * @param {(link: Link) => Promise<T>} task
   * @param {number} [tries] more for what cannot have been the cause
   * @returns {Promise<T>}
   */
  async run(task, tries = 2) {
    if (this.#closed) throw closed("freed");
    for (let attempt = 1; ; attempt++) {
      const link = await this.link().catch((thrown) => {
        throw this.#closed ? closed("aborted") : thrown;
      });
      try {
        const value = await task(link);
        this.#losses = 0;
        return value;
      } catch (thrown) {
        if (link.lost && !this.#closed) this.#retire(link, link.lost.error);
        if (!(thrown instanceof WorkerLost)) throw thrown;
        if (this.#closed) throw closed("aborted");
        if (attempt === tries) throw thrown.error;
      }
    }
  }

  /**
   * Calls are computed one at a time, in the order asked. The queue is on this side so that a worker that dies takes
   * one call with it and the others are not even aware.
   * @template T
   * @param {(link: Link) => Promise<T>} task
   * @param {AbortSignal} [signal]
   * @param {number} [tries] as of `run`
   * @returns {Promise<T>}
   */
  enqueue(task, signal, tries) {
    if (this.#closed) return Promise.reject(closed("freed"));
    const turn = this.#tail.then(() => {
      if (signal?.aborted) throw aborted();
      if (this.#closed) throw closed("aborted");
      return this.run(task, tries);
    });
    // The caller hears of a failure; the next in the queue must not.
    this.#tail = orNull(turn);
    return untilAborted(turn, signal);
  }

  /** Something short to do when what is in the queue now is through. @param {() => void} task */
  afterQueue(task) {
    this.#tail = this.#tail.then(task);
  }

  /** @returns {Promise<Link>} the worker in use, started or replaced where needed */
  link() {
    if (this.#closed) return Promise.reject(closed("freed"));
    this.#current ??= this.#start().catch((thrown) => {
      this.#current = null;
      throw thrown;
    });
    return this.#current;
  }

  /** The worker in use if it is alive now. */
  live() {
    return this.#link && !this.#link.lost ? this.#link : null;
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#link?.end(closed("aborted"));
    this.#hooks.status({ state: "closed", backend: null });
  }

  /** @returns {Promise<Link>} */
  async #start() {
    const first = this.catalogue.length === 0;
    this.#hooks.status({ state: first ? "starting" : "restarting", backend: first ? null : this.info.backend });
    if (first) return this.#spawn(this.#backend, false);
    this.restarts++;
    const before = this.info;
    if (before.backend === "webgpu" && this.#losses < LOSSES_UNTIL_CPU) {
      try {
        return this.#recovered(await this.#spawn("webgpu", true));
      } catch (thrown) {
        if (this.#closed) throw thrown;
      }
    }
    const link = await this.#spawn("cpu", false);
    if (before.backend === "webgpu") return this.#fallBack(link);
    this.info = Object.freeze({ ...before, cores: this.info.cores });
    return this.#recovered(link);
  }

  /**
   * @param {"auto" | "webgpu" | "cpu"} backend
   * @param {boolean} patient right after a crash of the browser's GPU process there is no adapter for a moment
   */
  async #spawn(backend, patient) {
    const link = new Link((reply) => {
      if (reply.type === "notice") this.#hooks.notice({ code: reply.code, message: reply.message });
      else persist();
    }, this.#setting.workerUrl);
    this.#link = link;
    try {
      const { info, catalogue } = await link.request({
        type: "start",
        backend,
        patient,
        wasmUrls: this.#setting.wasmUrls,
        // After a crash the engine computes alone, so that what is tried again does not depend on others.
        cores: this.restarts > 0 ? 1 : this.#setting.cores,
      });
      this.info = Object.freeze(info);
      this.catalogue = catalogue;
    } catch (thrown) {
      const error = thrown instanceof WorkerLost ? thrown.error : thrown;
      link.end(closed("aborted"));
      throw this.#closed ? closed("aborted") : error;
    }
    this.#hooks.status({ state: "ready", backend: this.info.backend });
    return link;
  }

  /** @param {Link} link */
  #recovered(link) {
    const gpu = this.info.backend === "webgpu";
    const what = gpu ? "The graphics processor was lost for a moment" : "The engine stopped unexpectedly";
    const message = `${what} and has been started again. Networks are loaded again when next used.`;
    this.#hooks.notice({ code: "recovered", message });
    return link;
  }

  /** @param {Link} link */
  #fallBack(link) {
    const reason = "The graphics processor stopped responding, so the processor (CPU) is used instead.";
    this.info = Object.freeze({ ...this.info, reason });
    this.#hooks.notice({ code: "cpu-fallback", message: `${reason} Everything works, more slowly.` });
    return link;
  }

  /**
   * Several calls may see the same worker die; it is counted once.
   * @param {Link} link
   * @param {EngineError} error
   */
  #retire(link, error) {
    if (this.#link !== link || !this.#current) return;
    if (error.code === "device-lost") this.#losses++;
    this.#current = null;
  }
}

/** @param {"aborted" | "freed"} code */
function closed(code) {
  return new EngineError(code, "The engine was closed. Create a new one with Engine.create().");
}

let asked = false;

/** Asks once, and only when there is something worth keeping: some browsers put this question to the visitor. */
function persist() {
  if (asked) return;
  asked = true;
  // Refused or unknown: files are kept as long as the browser has room.
  indifferent(navigator.storage?.persist?.());
}
