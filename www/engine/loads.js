import { Download } from "./download.js";
import { EngineError, aborted, asEngineError, isTrap } from "./errors.js";
import { Feed, Tally } from "./feed.js";
import { Job } from "./job.js";
import { Meter } from "./progress.js";
import { Retry } from "./remote.js";
import { bytesOf, planFor } from "./sources.js";
import { withSlot } from "./store.js";
import { breathe, drain } from "./stream.js";

/** @typedef {import("./backend.js").Started} Started */
/** @typedef {import("./wasm.js").Network} Network */
/** @typedef {import("./protocol.js").LoadRequest} LoadRequest */
/** @typedef {import("../engine.js").Progress} Progress */
/** @typedef {import("../engine.js").CatalogueEntry} CatalogueEntry */

/**
 * @typedef {object} Tellers
 * @property {(message: string) => void} memoryOnly
 * @property {() => void} storing
 * @property {(code: "stalled" | "stored-copy", message: string) => void} notice
 */

// What these are thrown for is a fault of the file itself, so it is not kept.
const FAULTS_OF_FILE = new Set(["unsupported-checkpoint", "truncated", "checksum-mismatch"]);

/** The networks of this worker. Loads of the same thing at the same time are one load. */
export class Loads {
  #started;
  #catalogue;
  #runs;
  #tellers;
  /** @type {Map<string, Job>} */
  #jobs = new Map();
  /** @type {Map<number, Job>} */
  #models = new Map();

  /**
   * @param {Started} started
   * @param {CatalogueEntry[]} catalogue
   * @param {import("./runs.js").Runs} runs
   * @param {Tellers} tellers
   */
  constructor(started, catalogue, runs, tellers) {
    this.#started = started;
    this.#catalogue = catalogue;
    this.#runs = runs;
    this.#tellers = tellers;
  }

  get count() {
    return this.#models.size;
  }

  /** @param {number} model */
  isFinishing(model) {
    return this.#models.get(model)?.finishing ?? false;
  }

  /**
   * @param {number} model
   * @param {number | null} [size] pixels a side, where not the network's own
   */
  network(model, size = null) {
    const network = this.#models.get(model)?.at(size);
    if (!network) throw new EngineError("freed", "This model was freed. Load it again.");
    return network;
  }

  /**
   * @param {LoadRequest} request
   * @param {(progress: Progress) => void} tell
   * @param {AbortSignal} signal
   */
  async load(request, tell, signal) {
    if (signal.aborted) throw aborted();
    const key = shareKey(request);
    const job = this.#jobs.get(key) ?? this.#begin(key, request);
    job.holders.add(request.model);
    job.listeners.add(tell);
    this.#models.set(request.model, job);
    const leave = () => this.free(request.model);
    signal.addEventListener("abort", leave);
    try {
      const network = await job.done;
      if (signal.aborted) throw aborted();
      return { info: JSON.parse(network.info()), stages: JSON.parse(network.stages()) };
    } catch (thrown) {
      this.free(request.model);
      throw thrown;
    } finally {
      job.listeners.delete(tell);
      signal.removeEventListener("abort", leave);
    }
  }

  /** Lets go of a model; the last one to do so ends the load or frees the network. @param {number} model */
  free(model) {
    const job = this.#models.get(model);
    this.#models.delete(model);
    if (!job?.holders.delete(model) || job.holders.size > 0) return;
    for (const [key, candidate] of this.#jobs) if (candidate === job) this.#jobs.delete(key);
    job.stop.abort();
    job.done.then(
      (network) => job.free(network),
      () => {
        // A load that failed has nothing to free; its holders heard of it.
      },
    );
  }

  /**
   * @param {string} key
   * @param {LoadRequest} request
   */
  #begin(key, request) {
    const job = new Job(async (self) => this.#banked(request, await this.#run(request, self)));
    this.#jobs.set(key, job);
    // The content behind an address or a file may change, so later loads of it read it again.
    const forget = () => this.#jobs.get(key) === job && this.#jobs.delete(key);
    job.done.then(() => request.source && forget(), forget);
    return job;
  }

  /**
   * A network without a head names classes by labelled features that ship beside it.
   * @param {LoadRequest} request
   * @param {Network} network
   */
  async #banked({ id, source }, network) {
    const bank = source ? null : this.#catalogue.find((entry) => entry.id === id)?.bank;
    if (!bank) return network;
    try {
      network.set_bank(await bytesOf(bank));
      return network;
    } catch (thrown) {
      network.free();
      throw thrown;
    }
  }

  /**
   * @param {LoadRequest} request
   * @param {Job} job
   */
  async #run(request, job) {
    if (request.source?.kind === "run") {
      const { run, step, network } = request.source;
      return this.#runs.of(run).at(step, network ?? undefined);
    }
    const { signal } = job.stop;
    try {
      const plan = await planFor(request, this.#catalogue, signal);
      if (plan.kind === "blobs") return await this.#fromBlobs(plan.blobs, plan.config, request.id, job);
      if (plan.kind === "shards") return await this.#fromShards(plan, request.id, job);
      return await this.#inSlot(plan.wanted, plan.keep, job, (slot) => this.#fed(request.id, plan.wanted, slot, job));
    } catch (thrown) {
      throw signal.aborted ? aborted() : thrown;
    }
  }

  /**
   * @template T
   * @param {import("./download.js").Wanted} wanted
   * @param {boolean} keep
   * @param {Job} job
   * @param {(slot: import("./store.js").Slot | null) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async #inSlot(wanted, keep, job, work) {
    if (!keep) return work(null);
    const waiting = () => job.meter.report("cache", 0, null);
    return withSlot(await this.#keyOf(wanted.url), { signal: job.stop.signal, waiting }, (slot) => {
      if (!slot) this.#memoryOnly(wanted.title, "the browser does not let pages keep files in this window");
      return work(slot);
    });
  }

  /**
   * @param {string | null} id
   * @param {import("./download.js").Wanted} wanted
   * @param {import("./store.js").Slot | null} slot
   * @param {Job} job
   */
  async #fed(id, wanted, slot, job) {
    const { wasm, runtime } = this.#started;
    const feed = new Feed(wasm, runtime, id);
    feed.config = wanted.config ?? null;
    try {
      return await this.#fromRemote(wanted, slot, feed, job);
    } finally {
      feed.free();
    }
  }

  /**
   * @param {Blob[]} blobs
   * @param {string | null} config
   * @param {string | null} id
   * @param {Job} job
   */
  async #fromBlobs(blobs, config, id, job) {
    const { wasm, runtime } = this.#started;
    const { meter, stop } = job;
    const { signal } = stop;
    const feed = new Feed(wasm, runtime, id, blobs.length);
    feed.config = config;
    try {
      if (blobs.length > 1) for (const [file, blob] of blobs.entries()) await scan(feed, file, blob);
      const total = blobs.reduce((sum, blob) => sum + blob.size, 0);
      let before = 0;
      for (const [file, blob] of blobs.entries()) {
        feed.total = blob.size;
        if (blobs.length > 1) feed.begin(file, blob.size);
        await drain(blob.stream(), signal, (chunk) => {
          feed.push(chunk);
          meter.report("cache", before + feed.position, total);
        });
        before += blob.size;
      }
      return await finish(feed, job, this.#catalogue);
    } catch (thrown) {
      if (!(thrown instanceof Retry)) throw thrown;
      throw new EngineError(
        "download-failed",
        `The file could not be read (${thrown.message}). Was it moved or changed? Choose it again.`,
      );
    } finally {
      feed.free();
    }
  }

  /**
   * Shards are all brought here first: the architecture is told by the headers of all.
   * @param {Extract<import("./sources.js").Plan, { kind: "shards" }>} plan
   * @param {string | null} id
   * @param {Job} job
   */
  async #fromShards({ shards, config, bytes }, id, job) {
    const blobs = [];
    let before = 0;
    for (const wanted of shards) {
      const meter = new Meter(({ stage, loaded }) => job.meter.report(stage, before + loaded, bytes));
      const blob = await this.#inSlot(wanted, true, job, (slot) => this.#kept(wanted, slot, job, meter));
      before += blob.size;
      blobs.push(blob);
    }
    return this.#fromBlobs(blobs, config, id, job);
  }

  /**
   * A file of which nothing is computed yet: on the disk, or in memory where it cannot be kept.
   * @param {import("./download.js").Wanted} wanted
   * @param {import("./store.js").Slot | null} slot
   * @param {Job} job
   * @param {Meter} meter
   * @returns {Promise<Blob>}
   */
  async #kept(wanted, slot, job, meter) {
    const tally = new Tally(this.#started.wasm);
    const download = this.#download(wanted, slot, { feed: tally, meter, signal: job.stop.signal });
    try {
      const hash = new this.#started.wasm.Sha256();
      if (!(await storedCopy(download, tally, hash))) await download.fromNetwork();
      await verify(download, tally, meter);
      const file = await slot?.file();
      return file?.size === tally.position ? file : new Blob(tally.chunks);
    } finally {
      tally.free();
      download.close();
    }
  }

  /**
   * A download that tells this engine's listeners of itself.
   * @param {import("./download.js").Wanted} wanted
   * @param {import("./store.js").Slot | null} slot
   * @param {Pick<import("./download.js").Way, "feed" | "meter" | "signal">} way
   */
  #download(wanted, slot, way) {
    const onMemoryOnly = (/** @type {string} */ why) => this.#memoryOnly(wanted.title, why);
    return new Download(wanted, slot, {
      ...way,
      onMemoryOnly,
      onStoring: this.#tellers.storing,
      onNotice: this.#tellers.notice,
    });
  }

  /**
   * @param {import("./download.js").Wanted} wanted
   * @param {import("./store.js").Slot | null} slot
   * @param {Feed} feed
   * @param {Job} job
   */
  async #fromRemote(wanted, slot, feed, job) {
    const { meter, stop } = job;
    const { signal } = stop;
    const download = this.#download(wanted, slot, { feed, meter, signal });
    try {
      const hash = new this.#started.wasm.Sha256();
      if (!(await storedCopy(download, feed, hash))) await download.fromNetwork();
      await verify(download, feed, meter);
      const network = await finish(feed, job, this.#catalogue);
      await download.rename(JSON.parse(network.info()).title);
      return network;
    } catch (thrown) {
      // A stored copy that is whole has nothing wrong: it was asked to be what it is not.
      const unfit = !signal.aborted && !download.sound && FAULTS_OF_FILE.has(asEngineError(thrown).code);
      if (unfit) await download.forget();
      throw thrown;
    } finally {
      download.close();
    }
  }

  /** Names in the store are short and safe whatever the address. @param {string} url */
  async #keyOf(url) {
    const hash = new this.#started.wasm.Sha256();
    hash.update(new TextEncoder().encode(url));
    const hex = hash.hex();
    hash.free();
    return hex.slice(0, 32);
  }

  /**
   * @param {string} title
   * @param {string} why
   */
  #memoryOnly(title, why) {
    this.#tellers.memoryOnly(`${title} is not kept, because ${why}. It works now, and is downloaded again next time.`);
  }
}

/**
 * Two loads share one network when they mean the same bytes.
 * @param {LoadRequest} request
 */
function shareKey({ id, source, model, config }) {
  if (!source) return `catalogue ${id}`;
  if (source.kind === "run") return `run ${model}`;
  if (source.kind === "url") return `url ${id} ${source.url} ${config}`;
  return source.kind === "hub" ? `hub ${id} ${source.id} ${config}` : `files ${model}`;
}

// Read at once where only the header is wanted.
const SCANNED = 1 << 20;

/**
 * Reads as much of a shard as tells its tensors.
 * @param {Feed} feed
 * @param {number} file
 * @param {Blob} blob
 */
async function scan(feed, file, blob) {
  feed.begin(file, blob.size);
  for (let at = 0; at < blob.size && !feed.hasHeader; at += SCANNED) {
    const piece = await blob
      .slice(at, at + SCANNED)
      .arrayBuffer()
      .catch((thrown) => {
        throw new Retry(Object(thrown).message);
      });
    feed.push(new Uint8Array(piece));
  }
}

/**
 * A stored copy that was damaged on disk is dropped, and the file downloaded again.
 * @param {Download} download
 * @param {Feed | Tally} feed
 * @param {import("./wasm.js").Sha256} hash
 */
async function storedCopy(download, feed, hash) {
  try {
    if (!(await download.fromStore())) return false;
    if (!download.sha256 || feed.digest() === download.sha256) return true;
  } catch (thrown) {
    if (!(thrown instanceof Retry) && (await download.intact(hash))) throw thrown;
  } finally {
    hash.free();
  }
  feed.restart();
  return download.forget();
}

/**
 * @param {Download} download
 * @param {Feed | Tally} feed
 * @param {Meter} meter
 */
async function verify(download, feed, meter) {
  meter.report("verify", 0, feed.position);
  await breathe();
  const digest = feed.digest();
  if (download.sha256 && digest !== download.sha256) {
    const message =
      "What arrived is not the file it should be (its SHA-256 differs), so it was not kept. Download it again.";
    throw new EngineError("checksum-mismatch", message);
  }
  await download.complete(digest);
  meter.report("verify", feed.position, feed.position);
}

/**
 * @param {Feed} feed
 * @param {Job} job
 * @param {CatalogueEntry[]} catalogue
 */
async function finish(feed, job, catalogue) {
  const { meter, stop } = job;
  const size = feed.position;
  meter.report("upload", size, size);
  await breathe();
  if (stop.signal.aborted) throw aborted();
  meter.report("compile", 0, size);
  await breathe();
  if (stop.signal.aborted) throw aborted();
  job.finishing = true;
  try {
    const network = await proven(await feed.finish(), catalogue);
    meter.report("compile", size, size);
    return network;
  } finally {
    job.finishing = false;
  }
}

/**
 * A network that has answered once: what cannot be computed is found now, and not by the first who asks. Those of the
 * catalogue's own shapes are known to answer.
 * @param {Network} network
 * @param {CatalogueEntry[]} catalogue
 */
async function proven(network, catalogue) {
  const { title, parameters, input } = JSON.parse(network.info());
  const known = catalogue.some((entry) => entry.title === title && entry.parameters === parameters);
  if (known) return network;
  const shape = [1, input.channels, input.size, input.size];
  try {
    await network.forward(new Float32Array(input.channels * input.size ** 2), Uint32Array.from(shape), "[]");
    return network;
  } catch (thrown) {
    if (!isTrap(thrown)) network.free();
    throw thrown;
  }
}
