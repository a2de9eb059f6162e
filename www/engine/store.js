import { EngineError } from "./errors.js";
import { orNull } from "./promises.js";

/** @typedef {import("./wasm.js").SyncFile} SyncFile */
/** @typedef {import("../engine.js").StoredFile} StoredFile */

/**
 * What is known of a stored file, in a small JSON file beside it.
 * @typedef {object} Card
 * @property {string} url
 * @property {string} title
 * @property {number | null} size of the whole file
 * @property {string | null} validator strong ETag or Last-Modified of what was downloaded
 * @property {string | null} sha256 known once complete
 * @property {boolean} complete
 * @property {string | null} [config] the JSON of its configuration
 * @property {string} date
 */

const FOLDER = "vitrine-weights";
const PART = ".safetensors";
const CARD = ".json";
// A worker that was ended a moment ago, by a reload or a crash, may still hold the file.
const HELD_TRIES = 10;
const HELD_WAIT_MS = 100;

/** The origin private file system cannot be used, or is full: go on without it. */
export class StoreUnavailable extends Error {}

/** @returns {Promise<FileSystemDirectoryHandle>} */
async function folder() {
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(FOLDER, { create: true });
  } catch (thrown) {
    throw new StoreUnavailable(Object(thrown).message);
  }
}

/**
 * Runs `work` with the place where the file of that key is kept, which nobody else touches meanwhile, in no tab; or
 * with null where nothing can be kept.
 * @template T
 * @param {string} key
 * @param {{ signal: AbortSignal, waiting: () => void }} options `waiting` is told when another load holds the place
 * @param {(slot: Slot | null) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withSlot(key, { signal, waiting }, work) {
  const slot = navigator.locks ? await orNull(Slot.at(key)) : null;
  if (!slot) return work(null);
  const name = lockName(key);
  const none = Symbol("held elsewhere");
  const first = await navigator.locks.request(name, { ifAvailable: true }, async (lock) => (lock ? work(slot) : none));
  if (first !== none) return /** @type {T} */ (first);
  waiting();
  return navigator.locks.request(name, { signal }, () => work(slot));
}

/** @returns {Promise<StoredFile[]>} newest first */
export async function storedFiles() {
  const place = await orNull(folder());
  if (!place) return [];
  /** @type {StoredFile[]} */
  const files = [];
  for await (const name of place.keys()) {
    if (!name.endsWith(CARD)) continue;
    const key = name.slice(0, -CARD.length);
    const slot = new Slot(place, key);
    const [card, file] = await Promise.all([slot.card(), slot.file()]);
    if (!card) continue;
    const { title, url, size, sha256, complete, date } = card;
    files.push({ key, title, url, bytes: file?.size ?? 0, size, complete, sha256, date });
  }
  return files.sort((a, b) => b.date.localeCompare(a.date));
}

/** @param {string} key */
export async function removeStored(key) {
  const place = await orNull(folder());
  if (!place) return;
  const remove = async () => new Slot(place, key).discard();
  if (!navigator.locks) return remove();
  await navigator.locks.request(lockName(key), { ifAvailable: true }, async (lock) => {
    if (!lock)
      throw new EngineError(
        "busy",
        "This file is being loaded, here or in another tab. Stop the load first, then remove it.",
      );
    await remove();
  });
}

/** @param {string} key */
const lockName = (key) => `${FOLDER}/${key}`;

/** One stored file and its card. */
export class Slot {
  #folder;
  #key;
  /** @type {SyncFile | null} */
  #writer = null;
  #end = 0;

  /**
   * @param {FileSystemDirectoryHandle} place
   * @param {string} key
   */
  constructor(place, key) {
    this.#folder = place;
    this.#key = key;
  }

  /** @param {string} key */
  static async at(key) {
    return new Slot(await folder(), key);
  }

  /** @returns {Promise<Card | null>} */
  async card() {
    try {
      const handle = await this.#folder.getFileHandle(this.#key + CARD);
      const card = JSON.parse(await (await handle.getFile()).text());
      return typeof card.url === "string" && typeof card.title === "string" && typeof card.date === "string"
        ? card
        : null;
    } catch {
      // None, or one that was being written when the browser ended: the file is downloaded again.
      return null;
    }
  }

  /** @param {Card} card */
  async setCard(card) {
    const bytes = new TextEncoder().encode(JSON.stringify(card, null, 1));
    const writer = await this.#open(CARD);
    try {
      writer.truncate(0);
      writeAll(writer, bytes, 0);
    } finally {
      writer.close();
    }
  }

  /** What is stored, to be read; null when nothing is. @returns {Promise<File | null>} */
  async file() {
    try {
      return await (await this.#folder.getFileHandle(this.#key + PART)).getFile();
    } catch {
      // Nothing is stored, which is what null says.
      return null;
    }
  }

  /** Gets ready to write after the first `end` bytes; what is behind them goes. @param {number} end */
  async writeFrom(end) {
    this.#writer ??= await this.#open(PART);
    this.#writer.truncate(end);
    this.#end = end;
  }

  /** @param {Uint8Array} bytes */
  append(bytes) {
    if (!this.#writer) throw new StoreUnavailable("not open");
    writeAll(this.#writer, bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Ends writing; what was written stays. */
  close() {
    this.#writer?.close();
    this.#writer = null;
  }

  async discard() {
    this.close();
    for (const name of [this.#key + CARD, this.#key + PART]) {
      // What is not there, or open in another tab, cannot be removed: the next download writes over it.
      await orNull(this.#folder.removeEntry(name));
    }
  }

  /**
   * @param {string} ending
   * @returns {Promise<SyncFile>}
   */
  async #open(ending) {
    try {
      const handle = /** @type {any} */ (await this.#folder.getFileHandle(this.#key + ending, { create: true }));
      for (let count = 1; ; count++) {
        try {
          return await handle.createSyncAccessHandle();
        } catch (thrown) {
          if (Object(thrown).name !== "NoModificationAllowedError" || count === HELD_TRIES) throw thrown;
          await new Promise((resolve) => setTimeout(resolve, HELD_WAIT_MS));
        }
      }
    } catch (thrown) {
      throw new StoreUnavailable(Object(thrown).message);
    }
  }
}

/**
 * @param {SyncFile} writer
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function writeAll(writer, bytes, at) {
  let written = 0;
  try {
    written = writer.write(bytes, { at });
  } catch (thrown) {
    throw new StoreUnavailable(Object(thrown).message);
  }
  // A full disk shows as an exception, as a short write, and in Chromium's private windows as one of 2^32 - 8 bytes.
  if (written !== bytes.length) throw new StoreUnavailable("The disk is full.");
}
