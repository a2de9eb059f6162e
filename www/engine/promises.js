// @ts-check
// Failures that are heard elsewhere, or are no failures.

/**
 * The promise itself. Whoever awaits it hears of its failure; while nobody does yet, the browser is not to report it as
 * unhandled.
 * @template {Promise<any>} P
 * @param {P} promise
 */
export function observed(promise) {
  promise.catch(() => {});
  return promise;
}

/**
 * What is done on the way out, and whose failure changes nothing for anybody: the reason is given to nobody.
 * @param {Promise<unknown> | undefined} promise
 */
export function indifferent(promise) {
  promise?.catch(() => {});
}

/**
 * Null where it fails: there is none then, which is an answer.
 * @template T
 * @param {Promise<T> | undefined} promise
 * @returns {Promise<T | null>}
 */
export async function orNull(promise) {
  try {
    return (await promise) ?? null;
  } catch {
    // Null says it.
    return null;
  }
}
