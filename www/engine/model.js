import { EngineError } from "./errors.js";
import { capture, copyTensor, isTensor } from "./input.js";

/** @typedef {import("../engine.js").ImageInput} ImageInput */
/** @typedef {import("../engine.js").Tensor} Tensor */
/** @typedef {import("../engine.js").CallOptions} CallOptions */
/** @typedef {import("./protocol.js").Input} Input */
/** @typedef {import("./protocol.js").LoadRequest} LoadRequest */
/** @typedef {import("./link.js").Link} Link */
/** @typedef {import("./session.js").Session} Session */

/**
 * Makes sure the worker behind `link` holds the model; a worker that replaced a crashed one does not at first.
 * @param {Link} link
 * @param {LoadRequest} request
 * @param {Parameters<Link["request"]>[1]} [options]
 * @returns {Promise<import("./protocol.js").Results["load"]>}
 */
export function ensureLoaded(link, request, options) {
  let load = link.loads.get(request.model);
  if (!load) {
    load = link.request(request, options);
    link.loads.set(request.model, load);
    load.catch(() => link.loads.delete(request.model));
  }
  return load;
}

/** A loaded network. Made by Engine.load and Engine.open only. */
export class Model {
  #session;
  #request;
  #freed = false;
  /** @type {ImageInput | Tensor | null} what was last given, for explanations that name no image */
  #last = null;

  /**
   * @param {Session} session
   * @param {LoadRequest} request how it was loaded, to load it again after a crash
   * @param {import("./protocol.js").Results["load"]} loaded
   */
  constructor(session, request, { info, stages }) {
    this.#session = session;
    this.#request = request;
    this.info = info;
    this.stages = stages;
  }

  /**
   * @param {ImageInput | Tensor} image
   * @param {CallOptions & { topK?: number }} [options]
   */
  classify(image, { topK = 5, signal } = {}) {
    return this.#withInput(image, signal, (model, input, link) =>
      link.request({ type: "classify", model, input, topK }),
    );
  }

  /**
   * @param {Tensor} tensor
   * @param {CallOptions} [options]
   */
  async forward(tensor, { signal } = {}) {
    if (!isTensor(tensor)) {
      throw new EngineError(
        "bad-input",
        "forward takes a tensor, { data, shape }. For an image use classify, or preprocess first.",
      );
    }
    const copy = copyTensor(tensor);
    return this.#enqueue((model, link) => link.request({ type: "forward", model, tensor: copy }), signal);
  }

  /**
   * @param {ImageInput | Tensor} image
   * @param {string[]} names
   * @param {CallOptions & { ranges?: Record<string, import("../engine.js").Ranges> }} [options]
   */
  async observe(image, names, { ranges = {}, signal } = {}) {
    if (!Array.isArray(names))
      throw new EngineError("bad-input", "observe takes an array of stage names; model.stages lists them.");
    const wanted = names.map(String);
    const parts = JSON.stringify(ranges);
    return this.#withInput(image, signal, (model, input, link) =>
      link.request({ type: "observe", model, input, names: wanted, ranges: parts }),
    );
  }

  /**
   * @param {ImageInput} image
   * @param {CallOptions} [options]
   */
  async preprocess(image, { signal } = {}) {
    if (isTensor(image) && !(image instanceof ImageData))
      throw new EngineError("bad-image", "preprocess takes an image, not a tensor.");
    return this.#withInput(image, signal, (model, input, link) => link.request({ type: "preprocess", model, input }));
  }

  /**
   * @param {ImageInput | Tensor} image
   * @param {CallOptions & { noise?: Float32Array, mask?: Uint8Array | boolean[] | number[] }} [options]
   */
  async reconstruct(image, { noise, mask, signal } = {}) {
    const exact = {
      noise: noise ? Float32Array.from(noise) : null,
      mask: mask ? Uint8Array.from(Array.from(mask, Number), (hidden) => (hidden ? 1 : 0)) : null,
    };
    return this.#withInput(image, signal, (model, input, link) =>
      link.request({ type: "reconstruct", model, input, ...exact }),
    );
  }

  /**
   * @param {string} method
   * @param {Record<string, unknown>} [args]
   * @param {ImageInput | Tensor | null} [input]
   * @param {CallOptions} [options]
   * @returns {Promise<any>}
   */
  async call(method, args = {}, input = null, { signal } = {}) {
    const json = JSON.stringify(args);
    if (!input) {
      return this.#enqueue(
        (model, link) => link.request({ type: "call", model, method, args: json, input: null }),
        signal,
      );
    }
    return this.#withInput(input, signal, (model, value, link) =>
      link.request({ type: "call", model, method, args: json, input: value }),
    );
  }

  /**
   * @param {string} stage
   * @param {number[]} cell
   * @param {CallOptions & { image?: ImageInput | Tensor }} [options]
   */
  receptiveField(stage, cell, { image, signal } = {}) {
    return this.#explain("receptiveField", { stage: String(stage), cell: Array.from(cell ?? []) }, image, signal);
  }

  /**
   * @param {string} stage
   * @param {CallOptions & { image?: ImageInput | Tensor, side?: number, head?: number }} [options]
   */
  maps(stage, { image, signal, ...args } = {}) {
    return this.#explain("maps", { stage: String(stage), ...args }, image, signal);
  }

  /** @param {{ block?: number, head?: number, query?: number, image?: ImageInput | Tensor, signal?: AbortSignal }} [options] */
  attention({ image, signal, ...args } = {}) {
    return this.#explain("attention", args, image, signal);
  }

  /**
   * @param {ImageInput | Tensor} image
   * @param {CallOptions & { method?: "cam" | "gradcam" | "attention" | "occlusion", index?: number, stage?: string, grid?: number }} [options]
   */
  explainClass(image, { signal, ...args } = {}) {
    return this.#explain("explainClass", args, image, signal);
  }

  /**
   * @param {{ stage: string, what?: string, index?: number }[]} off
   * @param {CallOptions} [options]
   * @returns {Promise<number>}
   */
  async ablate(off, { signal } = {}) {
    if (!Array.isArray(off))
      throw new EngineError(
        "bad-input",
        "ablate takes an array of { stage, what, index }; [] switches everything on again.",
      );
    return this.call("ablate", { off }, null, { signal });
  }

  /**
   * @param {ImageInput | Tensor} image
   * @param {CallOptions & { k?: number }} [options]
   */
  logitLens(image, { signal, ...args } = {}) {
    return this.#explain("logitLens", args, image, signal);
  }

  /**
   * @param {string} stage
   * @param {number[]} cell
   * @param {CallOptions & { image?: ImageInput | Tensor }} [options]
   */
  cell(stage, cell, { image, signal } = {}) {
    return this.#explain("cell", { stage: String(stage), cell: Array.from(cell ?? []) }, image, signal);
  }

  /**
   * @param {string} method
   * @param {Record<string, unknown>} args
   * @param {ImageInput | Tensor | undefined} image
   * @param {AbortSignal | undefined} signal
   */
  async #explain(method, args, image, signal) {
    this.#check();
    const shown = image ?? this.#last;
    if (!shown) throw new EngineError("bad-input", `${method} explains an image: give one, or classify one first.`);
    return this.call(method, args, shown, { signal });
  }

  free() {
    if (this.#freed) return;
    this.#freed = true;
    this.#last = null;
    // After the calls already in the queue, which still may use it.
    const { model } = this.#request;
    const release = () => {
      const link = this.#session.live();
      link?.loads.delete(model);
      link?.tell({ type: "free", model });
    };
    this.#session.afterQueue(release);
  }

  /**
   * @template T
   * @param {ImageInput | Tensor} value
   * @param {AbortSignal | undefined} signal
   * @param {(model: number, input: Input, link: Link) => Promise<T>} task
   * @returns {Promise<T>}
   */
  async #withInput(value, signal, task) {
    this.#check();
    this.#last = value;
    // The place in the queue is taken before the picture is captured, which is not immediate.
    const captured = capture(value);
    captured.catch(() => {});
    return this.#enqueue(async (model, link) => task(model, (await captured).input, link), signal).finally(() =>
      captured.then(({ release }) => release()).catch(() => {}),
    );
  }

  /**
   * @template T
   * @param {(model: number, link: Link) => Promise<T>} task
   * @param {AbortSignal} [signal]
   * @returns {Promise<T>}
   */
  async #enqueue(task, signal) {
    this.#check();
    return this.#session.enqueue(async (link) => {
      await ensureLoaded(link, this.#request);
      return task(this.#request.model, link);
    }, signal);
  }

  #check() {
    if (this.#freed) throw new EngineError("freed", "This model was freed. Load it again.");
  }
}
