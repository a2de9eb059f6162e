// Trusted Types: where a page requires them, a worker's address has to come from a policy of that page.

/** @typedef {{ createPolicy(name: string, rules: object): { createScriptURL(url: string): string } }} Factory */

const { trustedTypes } = /** @type {{ trustedTypes?: Factory }} */ (globalThis);
const policy = made();

/** None where the browser knows none, or the page that embeds the engine does not allow one of this name. */
function made() {
  try {
    return trustedTypes?.createPolicy("vitrine", { createScriptURL: own }) ?? null;
  } catch {
    return null;
  }
}

/** Only the worker, from where this script is, and the shim that imports it. @param {string} url */
function own(url) {
  const { origin, pathname } = new URL(url, import.meta.url);
  const worker = origin === new URL(import.meta.url).origin && pathname.endsWith("/worker.js");
  if (worker || url.startsWith("blob:")) return url;
  throw new TypeError(`${url} is not a script of the engine.`);
}

/** @param {string} url @returns {string} what `new Worker` takes */
export const scriptAddress = (url) => policy?.createScriptURL(url) ?? url;
