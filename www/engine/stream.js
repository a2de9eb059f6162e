import { aborted } from "./errors.js";
import { Retry, STALL_MS, silence } from "./remote.js";
import { indifferent } from "./promises.js";

// Messages, such as the one to stop, are heard between tasks only, and a stream that is fast enough never ends its
// task.
const BREATH_MS = 40;

/**
 * Reads a stream to its end.
 * @param {ReadableStream<Uint8Array>} stream
 * @param {AbortSignal} signal
 * @param {(chunk: Uint8Array) => void | Promise<void>} take
 */
export async function drain(stream, signal, take) {
  const reader = stream.getReader();
  let breath = performance.now();
  try {
    for (;;) {
      const { done, value } = await next(reader, signal);
      if (done) return;
      await take(value);
      if (performance.now() - breath > BREATH_MS) {
        await breathe();
        breath = performance.now();
      }
      if (signal.aborted) throw aborted();
    }
  } finally {
    // Where the stream has failed already, the failure is on its way to the caller.
    indifferent(reader.cancel());
  }
}

/**
 * The next piece; one that does not come, or is no longer wanted, is not waited for.
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 * @param {AbortSignal} signal
 */
async function next(reader, signal) {
  let end = () => {};
  const given = new Promise((_, reject) => {
    const stop = () => reject(aborted());
    const timer = setTimeout(() => reject(silence(STALL_MS)), STALL_MS);
    signal.addEventListener("abort", stop);
    end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    };
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([reader.read(), /** @type {Promise<never>} */ (given)]);
  } catch (thrown) {
    if (signal.aborted) throw aborted();
    throw thrown instanceof Retry ? thrown : new Retry(Object(thrown).message);
  } finally {
    end();
  }
}

/** Lets waiting messages be heard. @returns {Promise<void>} */
export function breathe() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(aborted());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
  });
}
