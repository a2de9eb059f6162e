// @ts-check
// Signals of several kinds in one.

/**
 * Aborts when the first of them does. Safari has had `AbortSignal.any` since 17.4, and this page is read in earlier
 * ones.
 * @param {AbortSignal[]} signals
 * @returns {AbortSignal}
 */
export function anyOf(signals) {
  if ("any" in AbortSignal) return AbortSignal.any(signals);
  const control = new AbortController();
  for (const signal of signals) {
    const abort = () => control.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true, signal: control.signal });
  }
  return control.signal;
}
