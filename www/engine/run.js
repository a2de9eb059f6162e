import { json, options as optionsOf, shown, whole, wrong } from "./check.js";
import { EngineError } from "./errors.js";
import { ensureLoaded, Model } from "./model.js";
import { LOSSES_UNTIL_CPU } from "./session.js";

/** @typedef {import("../engine.js").RunEvents} RunEvents */
/** @typedef {import("../engine.js").Switches} Switches */
/** @typedef {import("../engine.js").ImageInput} ImageInput */
/** @typedef {import("./protocol.js").RunState} RunState */
/** @typedef {import("./protocol.js").TrainRequest} TrainRequest */
/** @typedef {import("./link.js").Link} Link */
/** @typedef {import("./session.js").Session} Session */

// Metrics come back about this often, and other calls have their turn between.
const TURN_MS = 200;
const MOST_STEPS_A_TURN = 50;
/** The engine gives a GPU up that was lost twice: what a run computes on the CPU then is not to blame. */
const TRIES_ON_WEBGPU = LOSSES_UNTIL_CPU + 1;

/**
 * Numbers for what the page names in the worker: runs and models share them with the engine.
 * @typedef {() => number} Numbers
 */

/** A training under way. Made by Engine.train and by fork only. */
export class Run {
  #session;
  #numbers;
  /**
   * @type {TrainRequest} how it came to be, to begin it again after a crash; from its last checkpoint where it has one
   */
  #request;
  /** @type {RunState} */
  #state;
  /** @type {"paused" | "running" | "done" | "failed"} */
  #now = "paused";
  /** The step at which to halt. */
  #goal = 0;
  #freed = false;
  #msPerStep = 0;
  /** Steps a second, at most. */
  #pace = Number.POSITIVE_INFINITY;
  /** Ends a wait between steps. */
  #wake = () => {};
  /** @type {Promise<void> | null} */
  #loop = null;
  /** @type {import("./groups.js").Shared | null} what runs of the same photos hold together */
  #shared;
  /** @type {{ metrics: Set<(value: any) => void>, state: Set<(value: any) => void> }} */
  #listeners = { metrics: new Set(), state: new Set() };

  /**
   * @param {Session} session
   * @param {Numbers} numbers
   * @param {TrainRequest} request
   * @param {RunState} state
   * @param {import("./groups.js").Shared | null} [shared]
   */
  constructor(session, numbers, request, state, shared = null) {
    this.#session = session;
    this.#numbers = numbers;
    this.#request = request;
    this.#state = state;
    this.#shared = shared;
  }

  get spec() {
    return structuredClone(this.#state.spec);
  }

  get networks() {
    return [...this.#state.networks];
  }

  get checkpoints() {
    return [...this.#state.checkpoints];
  }

  get held() {
    const { spec, held } = this.#state;
    const places = (spec.groups ?? []).flatMap(({ images }, group) =>
      Array.from({ length: images }, (_, image) => ({ group, image })),
    );
    return held.map((photo) => places[photo]);
  }

  get step() {
    return this.#state.step;
  }

  get device() {
    return this.#state.device;
  }

  get state() {
    return this.#now;
  }

  /**
   * @template {keyof RunEvents} K
   * @param {K} event
   * @param {(value: RunEvents[K]) => void} listener
   */
  on(event, listener) {
    const known = typeof event === "string" && Object.hasOwn(this.#listeners, event);
    if (!known) throw wrong(`There is no event "${shown(event)}". Use "metrics" or "state".`);
    if (typeof listener !== "function") throw wrong("What listens to an event is a function.");
    const listeners = this.#listeners[event];
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  /** @param {number} [steps] @param {{ pace?: number }} [options] */
  async run(steps, options) {
    this.#check();
    const { pace = Number.POSITIVE_INFINITY } = optionsOf(options);
    if (!(typeof pace === "number" && pace > 0)) throw wrong(`A pace is a number above 0, not ${shown(pace)}.`);
    const { step, spec } = this.#state;
    this.#pace = pace;
    this.#goal = steps === undefined ? spec.steps : step + whole(steps, "The number of steps", 0);
    this.#alive();
    this.#wake();
    this.#loop ??= this.#go().finally(() => {
      this.#loop = null;
    });
    return this.#loop;
  }

  /** @param {{ network?: string, key?: string }} [options] */
  async stepThrough(options) {
    const { network, key } = optionsOf(options);
    const asked = { network: nameOf(network, "A network"), key: nameOf(key, "A layer") };
    this.#check();
    this.#alive();
    if (this.#now === "running") throw wrong("A run is stepped through while it is paused.");
    this.#become("running");
    try {
      const { report, weight } = await this.#ask((link, run) =>
        link.request({ type: "step-run-through", run, ...asked }),
      );
      await this.#took(report);
      await this.#keep();
      return weight;
    } finally {
      if (this.state === "running" && !this.#freed) this.#rest();
    }
  }

  async pause() {
    this.#check();
    this.#goal = 0;
    this.#wake();
    await this.#loop;
  }

  /** @param {Switches} switches */
  async set(switches) {
    const thrown = json(optionsOf(switches), "What is switched");
    await this.#ask(async (link, run) => {
      this.#state = await link.request({ type: "set-run", run, switches: thrown });
      // Where the worker is lost before the next checkpoint, the switch is thrown again at its step.
      this.#request = { ...this.#request, spec: JSON.stringify(this.#state.spec) };
    });
  }

  /**
   * @param {number} step
   * @param {{ network?: string }} [options]
   */
  async at(step, options) {
    const { network } = optionsOf(options);
    const moment = whole(step, "A step", 0);
    await this.#reach(moment);
    const { run } = this.#request;
    const source = { kind: /** @type {const} */ ("run"), run, step: moment, network: nameOf(network, "A network") };
    /** @type {import("./protocol.js").LoadRequest} */
    const request = { type: "load", model: this.#numbers(), id: null, source, config: null };
    const loaded = await this.#ask((link) => ensureLoaded(link, request));
    return new Model(this.#session, request, loaded);
  }

  /**
   * @param {number} step
   * @param {Switches} [switches]
   */
  async fork(step, switches) {
    const thrown = json(optionsOf(switches), "What is switched");
    const moment = whole(step, "A step", 0);
    await this.#reach(moment);
    const number = this.#numbers();
    const { state, resume } = await this.#ask(async (link, from) => {
      const state = await link.request({ type: "fork", run: number, from, step: moment, switches: thrown });
      link.runs.set(number, Promise.resolve(state));
      return { state, resume: await link.request({ type: "export-run", run: number, step: moment }) };
    });
    const request = { ...this.#request, run: number, spec: JSON.stringify(state.spec), resume };
    return new Run(this.#session, this.#numbers, request, state, this.#shared?.hold());
  }

  /**
   * @param {ImageInput} image
   * @param {{ step?: number, network?: string, topK?: number, signal?: AbortSignal }} [options]
   */
  async classify(image, options) {
    const { step = this.#state.step, network, topK, signal } = optionsOf(options);
    const moment = whole(step, "A step", 0);
    const reader = this.#shared?.model;
    if (!reader) {
      const model = await this.at(moment, { network });
      const answer = model.classify(image, { topK, signal }).finally(() => model.free());
      return { top: (await answer).top, neighbours: null };
    }
    const features = Float32Array.from(await reader.features({ image, signal }));
    await this.#reach(moment);
    return this.#ask((link, run) => link.request({ type: "guess-run", run, step: moment, features }));
  }

  /** @param {{ step?: number, network?: string }} [options] */
  async save(options) {
    const { step = this.#state.step, network } = optionsOf(options);
    const moment = whole(step, "A step", 0);
    await this.#reach(moment);
    const name = nameOf(network, "A network");
    const bytes = await this.#ask((link, run) => link.request({ type: "save-run", run, step: moment, network: name }));
    return new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)], { type: "application/octet-stream" });
  }

  /** @param {{ step?: number }} [options] */
  async export(options) {
    const { step = this.#state.step } = optionsOf(options);
    const moment = whole(step, "A step", 0);
    await this.#reach(moment);
    const bytes = await this.#ask((link, run) => link.request({ type: "export-run", run, step: moment }));
    return new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)], { type: "application/octet-stream" });
  }

  hash() {
    return this.#ask((link, run) => link.request({ type: "hash-run", run }));
  }

  free() {
    if (this.#freed) return;
    this.#freed = true;
    this.#goal = 0;
    this.#wake();
    const { run } = this.#request;
    this.#session.afterQueue(() => {
      const link = this.#session.live();
      link?.runs.delete(run);
      link?.tell({ type: "free-run", run });
      this.#shared?.release();
    });
  }

  get #left() {
    return this.#goal - this.#state.step;
  }

  async #go() {
    this.#become("running");
    try {
      while (this.#left > 0 && !this.#freed && this.#now === "running") {
        await this.#visible();
        await this.#paced(this.#turn());
      }
    } catch (thrown) {
      this.#become("failed", Object(thrown).message);
      throw thrown;
    }
    if (this.#freed || this.#now === "failed") return;
    await this.#keep();
    this.#rest();
  }

  #rest() {
    this.#become(this.#state.step >= this.#state.spec.steps ? "done" : "paused");
  }

  /** A turn, and what is left of the time that it may take. @param {Promise<void>} turn */
  async #paced(turn) {
    const [begun, from] = [performance.now(), this.#state.step];
    await turn;
    const wait = (1000 * (this.#state.step - from)) / this.#pace - (performance.now() - begun);
    if (!(wait > 0) || this.#left <= 0 || this.#now !== "running") return;
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(null);
      };
    });
  }

  /** A few steps, as many as fit a turn. */
  async #turn() {
    const most = this.#msPerStep > 0 ? Math.floor(TURN_MS / this.#msPerStep) : 1;
    const fitting = Math.min(most, Math.ceil((TURN_MS / 1000) * this.#pace));
    const steps = Math.min(this.#left, Math.max(1, Math.min(MOST_STEPS_A_TURN, fitting)));
    const { ms, ...report } = await this.#ask((link, run) => link.request({ type: "advance", run, steps }));
    this.#msPerStep = ms / steps;
    await this.#took(report);
  }

  /** @param {import("./generated.js").RunReport} report */
  async #took(report) {
    const before = this.#state.checkpoints.at(-1);
    this.#state = { ...this.#state, step: report.step, checkpoints: report.checkpoints };
    if (before !== report.checkpoints.at(-1)) await this.#backUp();
    this.#emit("metrics", { ...report, ms: this.#msPerStep });
    if (report.failed) this.#become("failed", report.failed);
  }

  /** A tab that nobody sees does not compute. */
  async #visible() {
    if (!document.hidden) return;
    this.#emit("state", { state: "paused", message: "The tab is hidden; training goes on when it is seen again." });
    await new Promise((resolve) => {
      const look = () => {
        if (document.hidden && this.#left > 0) return;
        document.removeEventListener("visibilitychange", look);
        resolve(null);
      };
      document.addEventListener("visibilitychange", look);
    });
    this.#emit("state", { state: "running", message: null });
  }

  /** The moment that the run is at can be gone to, too. @param {number} step */
  async #reach(step) {
    if (step === this.#state.step && !this.#state.checkpoints.includes(step)) await this.#keep();
  }

  async #keep() {
    this.#state = await this.#ask((link, run) => link.request({ type: "keep-run", run }));
    await this.#backUp();
  }

  /** The last checkpoint, from which the run goes on where the worker is lost. */
  async #backUp() {
    const step = this.#state.checkpoints.at(-1);
    if (step === undefined) return;
    const resume = await this.#ask((link, run) => link.request({ type: "export-run", run, step }));
    this.#request = { ...this.#request, spec: JSON.stringify(this.#state.spec), resume };
  }

  /**
   * @template T
   * @param {(link: Link, run: number) => Promise<T>} task
   * @returns {Promise<T>}
   */
  async #ask(task) {
    this.#check();
    const tries = this.device === "webgpu" ? TRIES_ON_WEBGPU : undefined;
    return this.#session.enqueue(
      async (link) => {
        if (!link.runs.has(this.#request.run)) await this.#beginAgain(link);
        return task(link, this.#request.run);
      },
      undefined,
      tries,
    );
  }

  /** From the last checkpoint, in a worker that replaced a lost one. @param {Link} link */
  async #beginAgain(link) {
    // A run on a GPU that was lost for good goes on where the engine does.
    if (this.#session.info.backend === "cpu") this.#request = { ...this.#request, device: "cpu" };
    this.#state = await ensureRun(link, this.#request);
  }

  /**
   * @param {"paused" | "running" | "done" | "failed"} state
   * @param {string | null} [message]
   */
  #become(state, message = null) {
    this.#now = state;
    this.#emit("state", { state, message });
  }

  /**
   * @template {keyof RunEvents} K
   * @param {K} event
   * @param {RunEvents[K]} value
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

  #alive() {
    if (this.#now === "failed") throw wrong("This run has failed. Fork it from a checkpoint, with a lower rate.");
  }

  #check() {
    if (this.#freed) throw new EngineError("freed", "This run was freed. Train it again.");
  }
}

/**
 * Makes sure the worker behind `link` holds the run; a worker that replaced a crashed one begins it from its last
 * checkpoint.
 * @param {Link} link
 * @param {TrainRequest} request
 * @param {Parameters<Link["request"]>[1]} [options]
 * @returns {Promise<RunState>}
 */
export function ensureRun(link, request, options) {
  let begun = link.runs.get(request.run);
  if (!begun) {
    begun = link.request(request, options);
    link.runs.set(request.run, begun);
    begun.catch(() => link.runs.delete(request.run));
  }
  return begun;
}

/** @param {unknown} name @param {string} what */
function nameOf(name, what) {
  if (name === undefined || name === null) return null;
  if (typeof name !== "string") throw wrong(`${what} of a run goes by its name, not by ${shown(name)}.`);
  return name;
}
