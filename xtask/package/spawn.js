// The npm package's worker: bundlers follow this expression as it stands, and no other. See www/engine/spawn.js.

/** @param {string | null} workerUrl */
export function spawn(workerUrl) {
  if (workerUrl !== null) return new Worker(workerUrl, { type: "module", name: "vitrine" });
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "vitrine" });
}
