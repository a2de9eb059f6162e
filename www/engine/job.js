import { Meter } from "./progress.js";
import { observed } from "./promises.js";

/** @typedef {import("./wasm.js").Network} Network */
/** @typedef {import("../engine.js").Progress} Progress */

// Sizes that a network is held at beside its own: each has what was looked at last.
const SIZES = 2;

/** One load, under way or done: a network and the handles that hold it. */
export class Job {
  /** @type {Set<number>} */
  holders = new Set();
  /** @type {Set<(progress: Progress) => void>} */
  listeners = new Set();
  stop = new AbortController();
  /** The module makes its network ready. */
  finishing = false;
  meter = new Meter((progress) => this.listeners.forEach((tell) => tell(progress)));
  /** @type {Network | null} */
  network = null;
  /** @type {number | undefined} pixels a side */
  ownSize;
  /** The same at other sizes, the one that was asked for last at the end. @type {Map<number, Network>} */
  #sized = new Map();
  /** @type {Promise<Network>} */
  done;

  /** @param {(job: Job) => Promise<Network>} work */
  constructor(work) {
    // Whoever waits for the load hears of its failure; nobody may be waiting any more.
    this.done = observed(work(this).then((network) => (this.network = network)));
  }

  /**
   * The network on images of so many pixels a side; weights are shared.
   * @param {number | null} size
   */
  at(size) {
    const own = this.network;
    if (!own || size === null) return own;
    this.ownSize ??= JSON.parse(own.info()).input.size;
    if (size === this.ownSize) return own;
    const sized = this.#sized.get(size) ?? own.at(size);
    // The one that was asked last comes last.
    this.#sized.delete(size);
    this.#sized.set(size, sized);
    const [first] = this.#sized.keys();
    if (this.#sized.size > SIZES) this.#drop(first);
    return sized;
  }

  /** @param {number} size */
  #drop(size) {
    this.#sized.get(size)?.free();
    this.#sized.delete(size);
  }

  /** @param {Network} network */
  free(network) {
    for (const size of [...this.#sized.keys()]) this.#drop(size);
    network.free();
  }
}
