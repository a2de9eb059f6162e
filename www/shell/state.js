// @ts-check
// One store for the whole page. Who shows a part of the state subscribes to its keys.

/** @template {object} S */
export class Store {
  /** @param {S} initial */
  constructor(initial) {
    /** @type {S} */
    this.state = initial;
    /** @type {Set<{ keys: ReadonlyArray<keyof S>, fn: (state: S) => void }>} */
    this.listeners = new Set();
  }

  /**
   * Changes some keys and tells those who listen to any of them, once each.
   * @param {Partial<S>} patch
   */
  set(patch) {
    const changed = /** @type {(keyof S)[]} */ (Object.keys(patch)).filter((key) => this.state[key] !== patch[key]);
    if (changed.length === 0) return;
    this.state = { ...this.state, ...patch };
    for (const listener of [...this.listeners]) {
      if (this.listeners.has(listener) && listener.keys.some((key) => changed.includes(key))) listener.fn(this.state);
    }
  }

  /**
   * Calls `fn` whenever one of `keys` changes, until the signal aborts.
   * @param {ReadonlyArray<keyof S>} keys
   * @param {(state: S) => void} fn
   * @param {AbortSignal} [signal]
   */
  on(keys, fn, signal) {
    // What was built while its place was being left would listen for ever.
    if (signal?.aborted) return;
    const listener = { keys, fn };
    this.listeners.add(listener);
    signal?.addEventListener("abort", () => this.listeners.delete(listener), { once: true });
  }

  /**
   * As `on`, and once at once.
   * @param {ReadonlyArray<keyof S>} keys
   * @param {(state: S) => void} fn
   * @param {AbortSignal} [signal]
   */
  show(keys, fn, signal) {
    this.on(keys, fn, signal);
    fn(this.state);
  }
}
