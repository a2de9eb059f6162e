import { isArray, json, numbers, options as optionsOf, reading, text, texts, whole, wrong } from "./check.js";
import { duringCall, place, switchedOff } from "./call-options.js";
import { EngineError } from "./errors.js";
import { EXPLANATIONS } from "./explanations.js";
import { capture, copyTensor, isTensor } from "./input.js";
import { observed, orNull } from "./promises.js";

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
  /** JSON of what `ablate` switched off: it is this handle's, and sent with every call. */
  #off = "[]";
  /** @type {number | null} pixels a side of what it looks at; null: the network's own */
  #size = null;
  /** @type {Model | null} the handle at the network's own size, of one at another */
  #whole = null;
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
  async classify(image, options) {
    const { topK = 5, signal, ...more } = optionsOf(options);
    const count = whole(topK, "topK", 1);
    const during = duringCall(more);
    return this.#withInput(image, signal, (model, input, link) =>
      link.request({ type: "classify", model, input, topK: count, ...this.#asked(during) }),
    );
  }

  /**
   * @param {Tensor} tensor
   * @param {CallOptions} [options]
   */
  async forward(tensor, options) {
    const { signal, ...more } = optionsOf(options);
    const during = duringCall(more);
    if (!reading("The tensor", () => isTensor(tensor))) {
      throw wrong("forward takes a tensor, { data, shape }. For an image use classify, or preprocess first.");
    }
    const input = { kind: /** @type {const} */ ("tensor"), ...copyTensor(tensor) };
    return this.#enqueue(
      (model, link) => link.request({ type: "forward", model, input, ...this.#asked(during) }),
      signal,
    );
  }

  /**
   * @param {ImageInput | Tensor} image
   * @param {string[]} names
   * @param {CallOptions & { ranges?: Record<string, import("../engine.js").Ranges> }} [options]
   */
  async observe(image, names, options) {
    const { ranges = {}, signal, ...more } = optionsOf(options);
    const during = duringCall(more);
    const wanted = texts(names, "The names of stages (model.stages lists them)");
    const parts = json(ranges, "ranges");
    return this.#withInput(image, signal, (model, input, link) =>
      link.request({ type: "observe", model, input, names: wanted, ranges: parts, ...this.#asked(during) }),
    );
  }

  /**
   * @param {ImageInput} image
   * @param {CallOptions} [options]
   */
  async preprocess(image, options) {
    const { signal, ...more } = optionsOf(options);
    const during = duringCall(more);
    if (reading("The image", () => isTensor(image) && !(image instanceof ImageData)))
      throw new EngineError("bad-image", "preprocess takes an image, not a tensor.");
    return this.#withInput(image, signal, (model, input, link) =>
      link.request({ type: "preprocess", model, input, ...this.#asked(during) }),
    );
  }

  /**
   * @param {ImageInput | Tensor} image
   * @param {CallOptions & { noise?: Float32Array, mask?: Uint8Array | boolean[] | number[] }} [options]
   */
  async reconstruct(image, options) {
    const given = optionsOf(options);
    const { signal } = given;
    const during = duringCall(given);
    const noise = numbers(given.noise, "noise");
    const mask = numbers(given.mask, "mask");
    const exact = {
      noise: noise && Float32Array.from(noise),
      mask: mask && Uint8Array.from(mask, (hidden) => (hidden ? 1 : 0)),
    };
    return this.#withInput(image, signal, (model, input, link) =>
      link.request({ type: "reconstruct", model, input, ...exact, ...this.#asked(during) }),
    );
  }

  /**
   * @param {string} stage
   * @param {number[]} cell
   * @param {CallOptions & { image?: ImageInput | Tensor, through?: string[] }} [options]
   */
  async receptiveField(stage, cell, options) {
    return this.#explain("receptiveField", place(stage, cell), optionsOf(options));
  }

  /**
   * @param {string} stage
   * @param {CallOptions & { image?: ImageInput | Tensor, side?: number, head?: number }} [options]
   */
  async maps(stage, options) {
    return this.#explain("maps", { stage: text(stage, "A stage") }, optionsOf(options));
  }

  /** @param {CallOptions} [options] @returns {Promise<import("../engine.js").Layout>} */
  async layout(options) {
    return this.#explain("layout", {}, optionsOf(options));
  }

  /**
   * @param {{ stage: string, count?: number, side?: number, query?: number }[]} stages
   * @param {CallOptions & { image?: ImageInput | Tensor }} [options]
   * @returns {Promise<import("../engine.js").StageTiles[]>}
   */
  async tiles(stages, options) {
    if (!isArray(stages)) throw wrong("tiles takes an array of { stage, count, side, query }.");
    return this.#explain("tiles", { stages }, optionsOf(options));
  }

  /**
   * @param {{ stage: string, channel: number, row?: number, column?: number, query?: number, windows?: number }} where
   * @param {CallOptions & { image?: ImageInput | Tensor }} [options]
   * @returns {Promise<import("../engine.js").Spot>}
   */
  async spot(where, options) {
    return this.#explain("spot", { ...optionsOf(where) }, optionsOf(options));
  }

  /**
   * @param {string[]} stages
   * @param {CallOptions & { index?: number, image?: ImageInput | Tensor }} [options]
   * @returns {Promise<import("../engine.js").Contributions>}
   */
  async contributions(stages, options) {
    if (!isArray(stages)) throw wrong("contributions takes an array of stage names.");
    return this.#explain("contributions", { stages }, optionsOf(options));
  }

  /**
   * @param {{ block?: number, head?: number, query?: number, image?: ImageInput | Tensor, signal?: AbortSignal }} [options]
   */
  async attention(options) {
    return this.#explain("attention", {}, optionsOf(options));
  }

  /**
   * @param {ImageInput | Tensor} image
   * @param {CallOptions & { method?: "cam" | "gradcam" | "attention" | "occlusion", index?: number, stage?: string, grid?: number }} [options]
   */
  async explainClass(image, options) {
    return this.#explain("explainClass", {}, { ...optionsOf(options), image });
  }

  /**
   * @param {import("../engine.js").Off[]} off
   * @param {CallOptions} [options]
   * @returns {Promise<number>}
   */
  async ablate(off, options) {
    const { signal } = optionsOf(options);
    const switched = switchedOff(off ?? null);
    return this.#enqueue(async (model, link) => {
      const changes = await link.request({ type: "ablate", model, size: this.#size, off: switched ?? "[]" });
      this.#off = switched ?? "[]";
      return changes;
    }, signal);
  }

  /**
   * @param {ImageInput | Tensor} image
   * @param {CallOptions & { k?: number }} [options]
   */
  async logitLens(image, options) {
    return this.#explain("logitLens", {}, { ...optionsOf(options), image });
  }

  /**
   * @param {string} stage
   * @param {number[]} cell
   * @param {CallOptions & { image?: ImageInput | Tensor }} [options]
   */
  async cell(stage, cell, options) {
    return this.#explain("cell", place(stage, cell), optionsOf(options));
  }

  /** @param {import("../engine.js").AttentionHeadsOptions} [options] */
  async attentionHeads(options) {
    return this.#explain("attentionHeads", {}, optionsOf(options));
  }

  /** @param {import("../engine.js").ImageOptions} [options] */
  async attentionStats(options) {
    return this.#explain("attentionStats", {}, optionsOf(options));
  }

  /** @param {import("../engine.js").ImageOptions} [options] */
  async rollout(options) {
    return this.#explain("rollout", {}, optionsOf(options));
  }

  /** @param {import("../engine.js").ImageOptions} [options] */
  async similarity(options) {
    return this.#explain("similarity", {}, optionsOf(options));
  }

  /** @param {import("../engine.js").ImageOptions} [options] */
  async pca(options) {
    return this.#explain("pca", {}, optionsOf(options));
  }

  /** @param {import("../engine.js").ImageOptions} [options] */
  async features(options) {
    return this.#explain("features", {}, optionsOf(options));
  }

  /** @param {import("../engine.js").NormOrdersOptions} [options] */
  async normOrders(options) {
    return this.#explain("normOrders", {}, optionsOf(options));
  }

  /** @param {import("../engine.js").ImageOptions} [options] */
  async stageTimes(options) {
    return this.#explain("stageTimes", {}, optionsOf(options));
  }

  /** @param {import("../engine.js").ThroughputOptions} [options] */
  async throughput(options) {
    return this.#explain("throughput", {}, optionsOf(options));
  }

  /** @param {import("../engine.js").DropoutOptions} [options] */
  async dropoutPasses(options) {
    return this.#explain("dropoutPasses", {}, optionsOf(options));
  }

  /** @param {import("../engine.js").CallOptions} [options] */
  async receptiveCurve(options) {
    return this.#explain("receptiveCurve", {}, optionsOf(options));
  }

  /** @param {import("../engine.js").RelativeBiasOptions} [options] */
  async relativeBias(options) {
    return this.#explain("relativeBias", {}, optionsOf(options));
  }

  /** @param {import("../engine.js").CallOptions} [options] */
  async positionSimilarity(options) {
    return this.#explain("positionSimilarity", {}, optionsOf(options));
  }

  /** @param {import("../engine.js").FilterOptions} [options] */
  async filters(options) {
    return this.#explain("filters", {}, optionsOf(options));
  }

  /** @param {import("../engine.js").CostOptions} [options] */
  async costAt(options) {
    const { size, ...more } = optionsOf(options);
    return this.#explain("costAt", { size }, more);
  }

  /** @param {import("../engine.js").AttentionCostOptions} [options] */
  async attentionCost(options) {
    return this.#explain("attentionCost", {}, optionsOf(options));
  }

  /** @param {import("../engine.js").GradientDepthOptions} [options] */
  async gradientDepth(options) {
    return this.#explain("gradientDepth", {}, optionsOf(options));
  }

  /** @param {import("../engine.js").NeighbourOptions} [options] */
  async neighbours(options) {
    return this.#explain("neighbours", {}, optionsOf(options));
  }

  /** @param {import("../engine.js").DinoLossOptions} [options] */
  async dinoLoss(options) {
    return this.#explain("dinoLoss", {}, optionsOf(options));
  }

  /**
   * @param {CallOptions & { block: number, head?: number, query: [number, number], image?: ImageInput | Tensor }} options
   * @returns {Promise<import("../engine.js").WindowAttention>}
   */
  async windowAttention(options) {
    return this.#explain("windowAttention", {}, optionsOf(options));
  }

  /**
   * @param {CallOptions & { mass: number, image?: ImageInput | Tensor }} options
   * @returns {Promise<import("../engine.js").ClassHeads>}
   */
  async classHeads(options) {
    return this.#explain("classHeads", {}, optionsOf(options));
  }

  /**
   * @param {Tensor} pictures
   * @param {CallOptions & { labels: number[], shift: number }} options
   * @returns {Promise<number>}
   */
  async rightAfterShift(pictures, options) {
    if (!reading("The pictures", () => isTensor(pictures))) {
      throw wrong("rightAfterShift takes pictures as a tensor, { data, shape: [n, 1, height, width] }, of 0 to 255.");
    }
    return this.#explain("rightAfterShift", {}, { ...optionsOf(options), image: pictures });
  }

  /**
   * @param {Tensor} features
   * @param {CallOptions & { labels: number[], k: number }} options
   * @returns {Promise<{ right: number, of: number }>}
   */
  async readOut(features, options) {
    if (!reading("The features", () => isTensor(features)))
      throw wrong("readOut takes the features of images as a tensor, { data, shape: [n, width] }.");
    return this.#explain("readOut", {}, { ...optionsOf(options), image: features });
  }

  /**
   * @param {CallOptions & { ratio: number, seed?: number }} options
   * @returns {Promise<Uint8Array>}
   */
  async randomMask(options) {
    return (await this.#explain("randomMask", {}, optionsOf(options))).mask;
  }

  /**
   * @param {CallOptions & { ratio: number }} options
   * @returns {Promise<import("../engine.js").EncoderCost>}
   */
  async encoderCost(options) {
    return this.#explain("encoderCost", {}, optionsOf(options));
  }

  /**
   * @param {import("./explanations.js").Explanation} method
   * @param {Record<string, unknown>} args
   * @param {CallOptions & { image?: ImageInput | Tensor }} options those that are not of every call are arguments too
   * @returns {Promise<any>} what engine.d.ts says of the method
   */
  async #explain(method, args, { image, signal, off, size, ...more }) {
    this.#check();
    const sent = json({ ...more, ...args }, "The arguments");
    const during = duringCall({ off, size });
    const request = { type: /** @type {const} */ ("explain"), method, args: sent };
    if (EXPLANATIONS[method] === "network") {
      return this.#enqueue(
        (model, link) => link.request({ ...request, model, input: null, ...this.#asked(during) }),
        signal,
      );
    }
    const shown = image ?? this.#last;
    if (!shown) throw wrong(`${method} explains an image: give one, or classify one first.`);
    return this.#withInput(shown, signal, (model, input, link) =>
      link.request({ ...request, model, input, ...this.#asked(during) }),
    );
  }

  /**
   * @param {number} size
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<Model>}
   */
  async at(size, options) {
    const { signal } = optionsOf(options);
    const side = whole(size, "size", 1);
    const told = await this.#enqueue(
      (model, link) => link.request({ type: "describe", model, size: side, off: "[]" }),
      signal,
    );
    const sized = new Model(this.#session, this.#request, told);
    sized.#size = side;
    sized.#whole = this.#whole ?? this;
    return sized;
  }

  free() {
    if (this.#freed) return;
    this.#freed = true;
    this.#last = null;
    // At another size it is the same network, which the handle that it was made of frees.
    if (this.#whole) return;
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
    // Its failure is the task's, below; a call that is aborted in the queue never asks for it.
    const captured = observed(capture(value));
    return this.#enqueue(async (model, link) => task(model, (await captured).input, link), signal).finally(() =>
      orNull(captured.then(({ release }) => release())),
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

  /**
   * What every call says beside its own: how large the image is to be, and what is off.
   * @param {{ size: number | null, off: string | null }} during
   */
  #asked({ size, off }) {
    return { size: size ?? this.#size, off: off ?? this.#off };
  }

  #check() {
    const whole = this.#whole ?? this;
    if (this.#freed || whole.#freed) throw new EngineError("freed", "This model was freed. Load it again.");
  }
}
