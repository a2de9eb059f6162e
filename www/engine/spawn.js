// The worker of a site that lies as the repository does. The npm package has one that bundlers can follow:
// xtask/package/spawn.js.

import { scriptAddress } from "./trusted.js";

/** @param {string | null} workerUrl where the worker is, if it is not beside this file */
export function spawn(workerUrl) {
  const url = new URL(workerUrl ?? new URL("./worker.js", import.meta.url));
  if (url.origin === location.origin) return new Worker(scriptAddress(url.href), { type: "module", name: "vitrine" });
  return elsewhere(url);
}

/** A worker's script must be of the page's own origin; a module it imports may come from elsewhere. @param {URL} url */
function elsewhere(url) {
  const shim = URL.createObjectURL(new Blob([`import ${JSON.stringify(url.href)};`], { type: "text/javascript" }));
  const worker = new Worker(scriptAddress(shim), { type: "module", name: "vitrine" });
  setTimeout(() => URL.revokeObjectURL(shim), 60_000);
  return worker;
}
