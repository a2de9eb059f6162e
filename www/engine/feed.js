/** @typedef {import("./wasm.js").Wasm} Wasm */
/** @typedef {import("./wasm.js").Runtime} Runtime */
/** @typedef {import("./wasm.js").Network} Network */

// What crosses into the module at once: its memory grows by this much and no more.
const PIECE = 1 << 20;

/**
 * A checkpoint's file on its way into the module, in any pieces: hashed and uploaded at once, never whole in memory.
 */
export class Feed {
  /** Bytes taken so far. */
  position = 0;
  /** Of the whole file, once known. @type {number | null} */
  total = null;
  /** Whether `total` is more than what a server that may compress has announced. */
  certain = true;
  /** The JSON of its configuration, known before the first byte is taken. @type {string | null} */
  config = null;
  #wasm;
  #runtime;
  #id;
  #files;
  #hash;
  /** @type {import("./wasm.js").Loader | null} */
  #loader = null;

  /**
   * @param {Wasm} wasm
   * @param {Runtime} runtime
   * @param {string | null} id
   * @param {number} [files] of several each is scanned for its header first
   */
  constructor(wasm, runtime, id, files = 1) {
    this.#wasm = wasm;
    this.#runtime = runtime;
    this.#id = id;
    this.#files = files;
    this.#hash = new wasm.Sha256();
  }

  /** Forgets everything, for a file that has to be read again from its first byte. */
  restart() {
    this.free();
    this.position = 0;
    this.#hash = new this.#wasm.Sha256();
  }

  /**
   * One of several files begins, at its first byte.
   * @param {number} file
   * @param {number} size
   */
  begin(file, size) {
    this.position = 0;
    this.total = size;
    this.#open().begin(file, size);
  }

  /** Whether as much as the header of the file that was begun is known. */
  get hasHeader() {
    return this.#loader?.has_header() ?? false;
  }

  /** @param {Uint8Array} bytes */
  push(bytes) {
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE);
      const first = this.position === 0 && this.#files === 1;
      this.#hash.update(piece);
      this.position += piece.length;
      if (first) this.#open().begin(0, this.certain ? (this.total ?? undefined) : undefined);
      this.#open().push(piece);
    }
  }

  /** SHA-256 of all that was pushed; once, at the end. */
  digest() {
    return this.#hash.hex();
  }

  /** @returns {Promise<Network>} */
  async finish() {
    const loader = this.#open();
    this.#loader = null;
    return loader.finish();
  }

  free() {
    this.#hash.free();
    this.#loader?.free();
    this.#loader = null;
  }

  #open() {
    const { config } = this;
    this.#loader ??= new this.#wasm.Loader(this.#runtime, this.#id ?? undefined, config ?? undefined, this.#files);
    return this.#loader;
  }
}

/** The same without a module, for a file that is only to be kept: counts and hashes. */
export class Tally {
  position = 0;
  /** @type {number | null} */
  total = null;
  certain = true;
  /** @type {string | null} */
  config = null;
  /** What was pushed, where no file keeps it. @type {Uint8Array<ArrayBuffer>[]} */
  chunks = [];
  #wasm;
  #hash;

  /** @param {Wasm} wasm */
  constructor(wasm) {
    this.#wasm = wasm;
    this.#hash = new wasm.Sha256();
  }

  restart() {
    this.free();
    this.position = 0;
    this.chunks = [];
    this.#hash = new this.#wasm.Sha256();
  }

  /** @param {Uint8Array} bytes */
  push(bytes) {
    this.#hash.update(bytes);
    this.position += bytes.length;
    this.chunks.push(/** @type {Uint8Array<ArrayBuffer>} */ (bytes));
  }

  digest() {
    return this.#hash.hex();
  }

  free() {
    this.#hash.free();
  }
}
