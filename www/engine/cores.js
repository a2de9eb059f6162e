// All cores for one network: helpers are workers that run the same module on the same memory. Without cross-origin
// isolation (the page's service worker brings it, sw.js) there is no memory to share, and the engine computes alone.

import { helping, sharing, STACK, TABLE } from "./shared-memory.js";
import { scriptAddress } from "./trusted.js";

/** @typedef {import("./wasm.js").Wasm} Wasm */

/**
 * What a helper is told. @typedef {{ module: WebAssembly.Module, memory: WebAssembly.Memory, number: number,
 *   pool: number, stack: number, kernels: { module: WebAssembly.Module, name: string, slot: number }[] }} Help
 */

/** More bring little: what a helper is handed takes it less than a millisecond. */
const MOST = 8;

/** The helpers that this worker may have. @param {number | null} wanted cores in all; null is all there are */
export function helpersFor(wanted) {
  if (!globalThis.crossOriginIsolated) return 0;
  return Math.min(wanted ?? MOST, navigator.hardwareConcurrency || 1, MOST) - 1;
}

/** The module twice, for who founds a pool and for who joins. @param {Response} response */
export async function twice(response) {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const [own, helper] = await Promise.all([sharing(bytes), helping(bytes)]);
  return Promise.all([WebAssembly.compile(own), WebAssembly.compile(helper)]);
}

/** The helpers of one module. */
export class Cores {
  /** @type {Worker[]} */
  #workers = [];
  #wasm;

  /**
   * They come when they are ready; until then there are fewer.
   * @param {Wasm} wasm on a memory that is shared
   * @param {WebAssembly.Memory} memory
   * @param {WebAssembly.Module} module as `helping` makes it
   * @param {number} helpers
   */
  constructor(wasm, memory, module, helpers) {
    this.#wasm = wasm;
    const { pool, stacks, kernels } = wasm.found_pool(helpers);
    for (let number = 0; number < helpers; number++) {
      // This worker's own script once more: the one address that is right in every site and bundle.
      const worker = new Worker(scriptAddress(location.href), { type: "module", name: "vitrine-helper" });
      worker.onerror = (event) => event.preventDefault();
      const help = { module, memory, number, pool, stack: stacks[number], kernels };
      worker.postMessage({ id: 0, request: { type: "help", help } });
      this.#workers.push(worker);
    }
  }

  /** Ends what is left of the helpers once one was lost. */
  tidy() {
    if (this.#workers.length === 0 || !this.#wasm.helper_lost()) return;
    for (const worker of this.#workers) worker.terminate();
    this.#workers = [];
  }
}

/** In a helper: computes whatever its engine hands out, and never returns. @param {Help} help */
export async function help({ module, memory, number, pool, stack, kernels }) {
  const refuse = () => {
    throw new WebAssembly.RuntimeError("A helper has no JavaScript.");
  };
  const needed = WebAssembly.Module.imports(module).filter(({ kind }) => kind === "function");
  /** @type {WebAssembly.Imports} */
  const imports = { helper: { memory } };
  for (const { module: from, name } of needed) imports[from] = { ...imports[from], [name]: refuse };
  const { exports } = await WebAssembly.instantiate(module, imports);
  const own = /** @type {any} */ (exports);
  own[STACK].value = stack;
  for (const kernel of kernels) {
    const instance = new WebAssembly.Instance(kernel.module, { kernels: { memory } });
    own[TABLE].set(kernel.slot, instance.exports[kernel.name]);
  }
  try {
    own.help(pool, number);
  } catch {
    // The engine is told, and computes the same alone.
    own.lose(pool);
  }
}
