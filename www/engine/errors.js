/** @typedef {import("../engine.js").ErrorCode} ErrorCode */

/** @type {ReadonlySet<string>} */
const CODES = new Set([
  "aborted",
  "bad-image",
  "bad-input",
  "busy",
  "checksum-mismatch",
  "device-lost",
  "download-failed",
  "freed",
  "internal",
  "no-webgpu",
  "not-found",
  "out-of-memory",
  "overflow",
  "truncated",
  "unsupported-checkpoint",
]);

/** The only kind of error the engine rejects with: a stable code, and a message that says what to do. */
export class EngineError extends Error {
  /**
   * @param {ErrorCode} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    /** @type {"EngineError"} */
    this.name = "EngineError";
    this.code = code;
  }
}

/** @returns {EngineError} */
export function aborted() {
  return new EngineError(
    "aborted",
    "Stopped, as asked. What had been downloaded is kept: do the same again to continue.",
  );
}

/**
 * Whatever was thrown, as an EngineError. Errors from the wasm module already carry a code.
 * @param {unknown} thrown
 * @returns {EngineError}
 */
export function asEngineError(thrown) {
  if (thrown instanceof EngineError) return thrown;
  const { code, name, message } = /** @type {{ code?: unknown, name?: string, message?: string }} */ (Object(thrown));
  if (typeof code === "string" && CODES.has(code)) {
    return new EngineError(/** @type {ErrorCode} */ (code), message ?? code);
  }
  if (name === "AbortError") return aborted();
  return new EngineError(
    "internal",
    `Something went wrong inside the engine (${message || String(thrown)}). Try again.`,
  );
}

/**
 * A wasm trap leaves its instance in an unknown state, so the whole worker has to go. Stack exhaustion inside wasm is a
 * RangeError, which plain code of ours never throws.
 * @param {unknown} thrown
 */
export function isTrap(thrown) {
  return (
    thrown instanceof WebAssembly.RuntimeError || (thrown instanceof RangeError && /call stack/i.test(thrown.message))
  );
}
