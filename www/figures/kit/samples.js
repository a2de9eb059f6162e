// @ts-check
// The bundled photos, for figures that compare the visitor's with others.

/** @typedef {import("../../shell/types.js").App} App */
/** @typedef {import("../../shell/types.js").Sample} Sample */

/** @param {App} app @param {Sample} sample @param {AbortSignal} signal */
export async function samplePicture({ photos }, sample, signal) {
  const answer = await fetch(photos.url(sample), { signal });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.blob();
}
