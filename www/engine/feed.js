import { EngineError } from "./errors.js";

/** @typedef {import("./wasm.js").Wasm} Wasm */
/** @typedef {import("./wasm.js").Runtime} Runtime */
/** @typedef {import("./wasm.js").Network} Network */

// What crosses into the module at once: its memory grows by this much and no more.
const PIECE = 1 << 20;
const PREFIX = 8;

/** A safetensors file on its way into the module, in any pieces: hashed and uploaded at once, never whole in memory. */
export class Feed {
  /** Bytes taken so far. */
  position = 0;
  /** Of the whole file, once known. @type {number | null} */
  total = null;
  /** Whether `total` is more than what a server that may compress has announced. */
  certain = true;
  #wasm;
  #runtime;
  #id;
  #hash;
  /** The length and the header, collected until complete. @type {Uint8Array | null} */
  #head = new Uint8Array(PREFIX);
  #filled = 0;
  /** @type {import("./wasm.js").Loader | null} */
  #loader = null;

  /**
   * @param {Wasm} wasm
   * @param {Runtime} runtime
   * @param {string | null} id
   */
  constructor(wasm, runtime, id) {
    this.#wasm = wasm;
    this.#runtime = runtime;
    this.#id = id;
    this.#hash = new wasm.Sha256();
  }

  /** Forgets everything, for a file that has to be read again from its first byte. */
  restart() {
    this.free();
    this.position = 0;
    this.#hash = new this.#wasm.Sha256();
    this.#head = new Uint8Array(PREFIX);
    this.#filled = 0;
  }

  /** @param {Uint8Array} bytes */
  push(bytes) {
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE);
      this.#hash.update(piece);
      this.position += piece.length;
      this.#place(piece);
    }
  }

  /** SHA-256 of all that was pushed; once, at the end. */
  digest() {
    return this.#hash.hex();
  }

  /** @returns {Promise<Network>} */
  async finish() {
    if (!this.#loader) throw headless();
    const loader = this.#loader;
    this.#loader = null;
    return loader.finish();
  }

  free() {
    this.#hash.free();
    this.#loader?.free();
    this.#loader = null;
  }

  /** @param {Uint8Array} piece */
  #place(piece) {
    let rest = piece;
    while (this.#head && rest.length > 0) {
      const taken = rest.subarray(0, this.#head.length - this.#filled);
      this.#head.set(taken, this.#filled);
      this.#filled += taken.length;
      rest = rest.subarray(taken.length);
      if (this.#filled === this.#head.length) this.#headFull(this.#head);
    }
    if (rest.length > 0) this.#loader?.push(rest);
  }

  /** @param {Uint8Array} head */
  #headFull(head) {
    if (head.length > PREFIX) return this.#open(head);
    const length = this.#wasm.header_length(head);
    if (this.certain && this.total !== null && PREFIX + length > this.total) throw headless();
    this.#head = new Uint8Array(PREFIX + length);
    this.#head.set(head);
  }

  /** @param {Uint8Array} head */
  #open(head) {
    this.#head = null;
    this.#loader = new this.#wasm.Loader(
      this.#runtime,
      this.#id ?? undefined,
      head.subarray(PREFIX),
      this.certain ? (this.total ?? undefined) : undefined,
    );
  }
}

function headless() {
  return new EngineError(
    "truncated",
    "The file ends before its header does. Download it again, or choose another file.",
  );
}
