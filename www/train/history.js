// @ts-check
// What a run has measured so far, and the runs of this visit.

/** @typedef {import("../engine.js").Run} Run */
/** @typedef {import("../engine.js").Metrics} Metrics */
/** @typedef {import("../engine/generated.js").GradientNorm} GradientNorm */
/**
 * What is plotted; of a masked autoencoder the test is a loss, of the others an accuracy.
 * @typedef {import("../engine.js").Measure | "test" | "testLoss"} Plotted
 */
/** Or two in one plot: the accuracy on what is learned from, and on what is not. @typedef {Plotted | "both"} Shown */

/** Reports that a speed is the mean of. */
const RECENT = 10;
const NOT_PLOTTED = new Set(["gradients"]);

/** A run with all that it has said. */
export class Recorded {
  /** @type {Metrics[]} */
  metrics = [];
  message = "";
  /**
   * Of a run on groups of photos: these, in the order in which it was given them.
   * @type {{ name: string, url: string, group: string }[]}
   */
  photos = [];
  shown = true;

  /** @param {Run} run @param {string} name @param {Recorded | null} [parent] @param {number} [from] */
  constructor(run, name, parent = null, from = 0) {
    this.run = run;
    this.name = name;
    // A fork has the past of the run that it left.
    this.metrics = parent ? parent.metrics.filter(({ step }) => step <= from) : [];
    if (parent) this.photos = parent.photos;
    run.on("metrics", (metrics) => this.metrics.push(metrics));
    run.on("state", ({ message }) => {
      this.message = message ?? "";
    });
  }

  /** The measures that some network has. @returns {Plotted[]} */
  get measures() {
    const names = new Set();
    const test = this.run.spec.experiment === "mae" ? "testLoss" : "test";
    for (const { networks } of this.metrics)
      for (const measured of Object.values(networks))
        for (const [name, value] of Object.entries(measured))
          if (!NOT_PLOTTED.has(name) && typeof value === "number") names.add(name === "test" ? test : name);
    return [...names];
  }

  /** @param {string} network @param {Plotted} measure @returns {[number, number][]} */
  points(network, measure) {
    return this.metrics.flatMap(({ step, networks }) => {
      const value = networks[network]?.[measure === "testLoss" ? "test" : measure];
      return typeof value === "number" ? [/** @type {[number, number]} */ ([step, value])] : [];
    });
  }

  /** The last gradients of each network that has some. */
  get gradients() {
    /** @type {Map<string, GradientNorm[]>} */
    const last = new Map();
    for (const { networks } of this.metrics)
      for (const [network, { gradients }] of Object.entries(networks))
        if (gradients.length > 0) last.set(network, gradients);
    return last;
  }

  /**
   * The last of a measure that a network has. @param {string} network @param {Plotted} measure @returns {number | null}
   */
  lastOf(network, measure) {
    return this.points(network, measure).at(-1)?.[1] ?? null;
  }

  /**
   * Steps a second on a device, over the last reports from there; null before. The first one since it moved there is
   * left out: a GPU compiles then.
   * @param {import("../engine.js").RunDevice} device
   */
  speedOn(device) {
    const spans = this.metrics.flatMap(({ step, ms, device: on }, i) => {
      const before = this.metrics[i - 1];
      const steps = step - (before?.step ?? 0);
      return on === device && before?.device === device && steps > 0 ? [{ steps, ms: steps * ms }] : [];
    });
    const recent = spans.slice(-RECENT);
    const sum = (/** @type {"steps" | "ms"} */ what) => recent.reduce((all, one) => all + one[what], 0);
    return recent.length > 0 ? (1000 * sum("steps")) / sum("ms") : null;
  }

  get last() {
    return this.metrics.at(-1) ?? null;
  }
}
