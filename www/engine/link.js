import { EngineError } from "./errors.js";
import { spawn } from "./spawn.js";

/** @typedef {import("./protocol.js").Request} Request */
/** @typedef {import("./protocol.js").Reply} Reply */
/** @typedef {import("../engine.js").Progress} Progress */

/**
 * @typedef {object} Pending
 * @property {(value: any) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {(progress: Progress) => void} progress
 */

/** The worker is gone: whoever was waiting may ask again on another one. Never reaches the engine's users. */
export class WorkerLost extends Error {
  /** @param {EngineError} cause */
  constructor(cause) {
    super(cause.message);
    this.error = cause;
  }
}

/** One worker and the calls under way in it. */
export class Link {
  /** Loads asked of this worker, by model: a new worker starts with none. @type {Map<number, Promise<any>>} */
  loads = new Map();
  /** Runs begun in this worker, by their number. @type {Map<number, Promise<import("./protocol.js").RunState>>} */
  runs = new Map();
  /** @type {WorkerLost | null} */
  lost = null;
  #next = 1;
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  #worker;
  #onOther;

  /**
   * @param {(reply: import("./protocol.js").NoticeReply | import("./protocol.js").StoringReply) => void} onOther
   * @param {string | null} [workerUrl] of a worker that lies elsewhere
   */
  constructor(onOther, workerUrl = null) {
    this.#onOther = onOther;
    this.#worker = spawn(workerUrl);
    this.#worker.onmessage = (event) => this.#receive(event.data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      const detail = event.message ? ` (${event.message})` : "";
      this.end(new EngineError("internal", `The engine's worker stopped${detail}. Try again, or reload the page.`));
    };
    this.#worker.onmessageerror = () =>
      this.end(new EngineError("internal", "A message from the worker was unreadable."));
  }

  /**
   * @template {Request} R
   * @param {R} request
   * @param {{ progress?: (progress: Progress) => void, signal?: AbortSignal }} [options] the signal stops a load in the
   * worker
   * @returns {Promise<import("./protocol.js").Results[R["type"]]>}
   */
  request(request, { progress = () => {}, signal } = {}) {
    if (this.lost) return Promise.reject(this.lost);
    const id = this.#next++;
    const abort = () => this.tell({ type: "abort", target: id });
    signal?.addEventListener("abort", abort);
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, progress });
      try {
        this.#worker.postMessage({ id, request });
      } catch (thrown) {
        this.#pending.delete(id);
        reject(new EngineError("bad-input", `This input cannot be sent to the worker (${Object(thrown).message}).`));
      }
    }).finally(() => signal?.removeEventListener("abort", abort));
  }

  /** A request whose answer nobody waits for. @param {Request} request */
  tell(request) {
    if (!this.lost) this.#worker.postMessage({ id: 0, request });
  }

  /**
   * Ends the worker. What was under way is rejected with WorkerLost, to be tried again; what ended it, with the error
   * itself.
   * @param {EngineError} error
   * @param {number[]} [causes] numbers of requests
   */
  end(error, causes = []) {
    if (this.lost) return;
    this.lost = new WorkerLost(error);
    this.#worker.terminate();
    for (const [id, { reject }] of this.#pending) reject(causes.includes(id) ? error : this.lost);
    this.#pending.clear();
  }

  /** @param {Reply} reply */
  #receive(reply) {
    if (this.lost) return;
    if (reply.type === "crash") return this.end(new EngineError(reply.code, reply.message), reply.causes);
    if (reply.type === "notice" || reply.type === "storing") return this.#onOther(reply);
    const pending = this.#pending.get(reply.id);
    if (!pending) return;
    if (reply.type === "progress") return pending.progress(reply.progress);
    this.#pending.delete(reply.id);
    if (reply.type === "result") pending.resolve(reply.value);
    else pending.reject(new EngineError(reply.code, reply.message));
  }
}
