/** @typedef {import("../engine.js").Progress} Progress */

const EVERY_MS = 100;
// Rate over the last few seconds: steady enough to read, quick enough to follow a change of network.
const WINDOW_MS = 3000;

/** Progress of one load, told about ten times a second; the first and last word on every stage are never dropped. */
export class Meter {
  #tell;
  /** @type {Progress["stage"] | null} */
  #stage = null;
  #told = 0;
  /** @type {{ at: number, loaded: number }[]} */
  #samples = [];

  /** @param {(progress: Progress) => void} tell */
  constructor(tell) {
    this.#tell = tell;
  }

  /**
   * @param {Progress["stage"]} stage
   * @param {number} loaded
   * @param {number | null} total
   */
  report(stage, loaded, total) {
    const now = performance.now();
    if (stage !== this.#stage) {
      this.#stage = stage;
      this.#samples = [];
      this.#told = 0;
    }
    if (now - this.#told < EVERY_MS && loaded !== total) return;
    this.#told = now;
    const rate = this.#rate(now, loaded);
    const eta = rate > 0 && total !== null ? (total - loaded) / rate : null;
    this.#tell({ stage, loaded, total: total ?? 0, rate, eta });
  }

  /**
   * @param {number} now
   * @param {number} loaded
   */
  #rate(now, loaded) {
    this.#samples = this.#samples.filter(({ at }) => now - at < WINDOW_MS);
    this.#samples.push({ at: now, loaded });
    const first = this.#samples[0];
    return now > first.at ? Math.max(0, ((loaded - first.loaded) / (now - first.at)) * 1000) : 0;
  }
}
