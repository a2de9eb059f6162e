// Trainings in the worker: the data they need, and the calls on each.

import { fileAddress } from "./assets.js";
import { startTraining } from "./backend.js";
import { decode } from "./decode.js";
import { EngineError } from "./errors.js";
import { Retry } from "./remote.js";
import { bytesOf } from "./sources.js";
import { drain } from "./stream.js";

/** @typedef {import("./backend.js").Started} Started */
/** @typedef {import("./wasm.js").Training} Training */
/** @typedef {import("./wasm.js").Images} Images */
/** @typedef {import("./protocol.js").TrainRequest} TrainRequest */
/** @typedef {import("../engine.js").Progress} Progress */
/** @typedef {import("./protocol.js").RunDevice} RunDevice */
/**
 * @typedef {{ wasm: import("./wasm.js").TrainingWasm, runtime: import("./wasm.js").Runtime,
 *   cores: import("./cores.js").Cores | null }} Trainer
 */

/** The runs of this worker, by the number that the page gave each. */
export class Runs {
  #started;
  /** The build that trains on the CPU. @type {Promise<Trainer> | null} */
  #build = null;
  /** Its helpers. @type {import("./cores.js").Cores | null} */
  #cores = null;
  /** @type {Map<number, Training>} */
  #runs = new Map();

  /** @param {Started} started */
  constructor(started) {
    this.#started = started;
  }

  /** @param {number} run */
  of(run) {
    const training = this.#runs.get(run);
    if (!training) throw new EngineError("freed", "This run was freed, or lost with the engine. Start it again.");
    return training;
  }

  /**
   * @param {TrainRequest} request
   * @param {(progress: Progress) => void} tell
   * @param {AbortSignal} signal
   */
  async begin({ run, spec, device, photos, resume }, tell, signal) {
    const { wasm, runtime } = await this.#trainer(device);
    const { channels, sheets, weights } = needs(wasm, spec);
    if (!sheets) {
      const sorted = await this.#sorted(new wasm.Photos(spec), photos ?? []);
      const learned = weights ? await bytesOf(`www/weights/${weights}.safetensors`) : undefined;
      const training = await wasm.Training.of_photos(runtime, sorted, learned, resume ?? undefined);
      this.#runs.set(run, training);
      return about(training);
    }
    /** @type {Images[]} */
    const images = [];
    for (const sheet of sheets) {
      const { rgba, width, card } = await this.#sheet(sheet, tell, signal);
      images.push(wasm.Images.of_sheet(rgba, width, card, channels));
    }
    const training = await wasm.Training.begin(runtime, spec, images[0], images[1], resume ?? undefined);
    this.#runs.set(run, training);
    return about(training);
  }

  /**
   * The whole of a description, and what it takes of the visitor's photos.
   * @param {{ spec: string, device: RunDevice }} request
   */
  async describe({ spec, device }) {
    const { wasm } = await this.#trainer(device);
    return needs(wasm, spec);
  }

  /** @param {number} run @param {number} steps */
  async advance(run, steps) {
    const begun = performance.now();
    const report = JSON.parse(await this.of(run).advance(steps));
    return { ...report, ms: performance.now() - begun };
  }

  /**
   * One step, and what it was for one weight. @param {import("./protocol.js").StepThroughRequest} request
   * @returns {Promise<import("./generated.js").SteppedThrough>}
   */
  async stepThrough({ run, network, key }) {
    return JSON.parse(await this.of(run).step_through(network ?? undefined, key ?? undefined));
  }

  /** @param {number} run @param {string} switches */
  set(run, switches) {
    const training = this.of(run);
    training.set(switches);
    return about(training);
  }

  /** @param {{ run: number, from: number, step: number, switches: string }} request */
  async fork({ run, from, step, switches }) {
    const training = this.of(from).fork(step, switches);
    this.#runs.set(run, training);
    return about(training);
  }

  /** A checkpoint of this moment, and what the run is then. @param {number} run */
  async keep(run) {
    const training = this.of(run);
    await training.keep();
    return about(training);
  }

  /** @param {number} run */
  free(run) {
    this.#runs.get(run)?.free();
    this.#runs.delete(run);
  }

  /**
   * @param {import("./wasm.js").Photos} photos
   * @param {import("./protocol.js").GivenPhoto[]} given
   */
  async #sorted(photos, given) {
    try {
      for (const { group, input, features } of given) {
        if (features) photos.add_features(group, features);
        else if (input && input.kind !== "tensor") {
          const { rgba, width, height } = await decode(this.#started.wasm, input);
          photos.add(group, rgba, width, height);
        }
      }
      return photos;
    } catch (thrown) {
      photos.free();
      throw thrown;
    }
  }

  /**
   * A sheet of images that ships with the page, fetched when a run first needs it, and decoded as photos are.
   * @param {string} name
   * @param {(progress: Progress) => void} tell
   * @param {AbortSignal} signal
   */
  async #sheet(name, tell, signal) {
    const [card, blob] = await Promise.all([
      download(`${name}.json`, signal).then((file) => file.text()),
      download(`${name}.png`, signal, tell),
    ]);
    const { rgba, width } = await decode(this.#started.wasm, { kind: "blob", blob });
    return { rgba, width, card };
  }

  /**
   * The module that trains on a device: on WebGPU the engine's own, on its device.
   * @param {RunDevice} device
   * @returns {Promise<Trainer>}
   */
  async #trainer(device) {
    if (device === "cpu") return this.#onCpu();
    const { info, wasm, runtime } = this.#started;
    if (info.backend !== "webgpu") {
      const why = info.reason ?? "This engine runs on the CPU.";
      throw new EngineError(
        "no-webgpu",
        `${why} A run computes on WebGPU only where the engine does. Use the device "cpu".`,
      );
    }
    return { wasm: /** @type {import("./wasm.js").TrainingWasm} */ (wasm), runtime, cores: null };
  }

  /** What failed to be fetched is tried again by the next run. */
  #onCpu() {
    this.#build ??= this.#start().catch((thrown) => {
      this.#build = null;
      throw thrown;
    });
    return this.#build;
  }

  async #start() {
    const { wasm, runtime, cores } = await startTraining(this.#started.helpers);
    this.#cores = cores;
    return { wasm: /** @type {import("./wasm.js").TrainingWasm} */ (wasm), runtime, cores };
  }

  /** Ends what is left of the helpers once one was lost. */
  tidy() {
    this.#cores?.tidy();
  }
}

/**
 * What a described run is given before it begins.
 * @param {Trainer["wasm"]} wasm
 * @param {string} spec
 */
function needs(wasm, spec) {
  return /** @type {import("./generated.js").RunNeeds} */ (JSON.parse(wasm.training_needs(spec)));
}

/** @param {Training} training */
function about(training) {
  return /** @type {import("./protocol.js").RunState} */ (JSON.parse(training.about()));
}

/**
 * @param {string} name a file of the samples
 * @param {AbortSignal} signal
 * @param {(progress: Progress) => void} [tell]
 */
async function download(name, signal, tell = () => {}) {
  const failed = (/** @type {string} */ why) =>
    new EngineError("download-failed", `The images to learn from could not be fetched (${why}). Try again.`);
  const address = fileAddress(`www/samples/${name}`);
  if (!address) throw failed("this package of the engine does not have them");
  const response = await fetch(address, { signal }).catch((thrown) => {
    throw signal.aborted ? thrown : failed(Object(thrown).message);
  });
  if (!response.ok || !response.body) throw failed(`HTTP ${response.status}`);
  const total = Number(response.headers.get("content-length") ?? 0);
  /** @type {BlobPart[]} */
  const parts = [];
  let loaded = 0;
  const take = (/** @type {Uint8Array} */ chunk) => {
    parts.push(/** @type {Uint8Array<ArrayBuffer>} */ (chunk));
    loaded += chunk.length;
    tell({ stage: "download", loaded, total, rate: 0, eta: null });
  };
  await drain(response.body, signal, take).catch((thrown) => {
    throw thrown instanceof Retry ? failed(thrown.message) : thrown;
  });
  return new Blob(parts);
}
