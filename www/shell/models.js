// @ts-check
// Loaded networks. Small ones stay; of the large ones only the last, so that memory does not grow.

import { ASK_ABOVE } from "./networks.js";

/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("../engine.js").LoadOptions} Options */

export class Models {
  /** @param {import("./types.js").Engine} engine */
  constructor(engine) {
    this.engine = engine;
    /** @type {Map<string, Model>} */
    this.loaded = new Map();
    /** @type {Model | null} */
    this.own = null;
  }

  /** @param {string} id */
  has(id) {
    return this.loaded.has(id);
  }

  /** @param {string} id @param {Options} [options] @returns {Promise<Model>} */
  async get(id, options = {}) {
    const known = this.loaded.get(id);
    if (known) return known;
    const model = await this.engine.load(id, options);
    const twin = this.loaded.get(id);
    if (twin) {
      model.free();
      return twin;
    }
    this.#forgetLarge();
    this.loaded.set(id, model);
    return model;
  }

  /**
   * @param {Blob | string | Blob[]} source
   * @param {Options & { config?: Record<string, unknown> }} [options]
   * @returns {Promise<Model>}
   */
  async open(source, options = {}) {
    const model = await this.engine.open(source, options);
    this.own?.free();
    this.own = model;
    return model;
  }

  #forgetLarge() {
    const bytes = new Map(this.engine.models().map((entry) => [entry.id, entry.bytes]));
    for (const [id, model] of this.loaded) {
      if ((bytes.get(id) ?? 0) <= ASK_ABOVE) continue;
      this.loaded.delete(id);
      model.free();
    }
  }
}
