// Trusted Types: where a page requires them, a worker's address has to come from a policy of that page.

/** @typedef {{ createPolicy(name: string, rules: object): { createScriptURL(url: string): string } }} Factory */

const { trustedTypes } = /** @type {{ trustedTypes?: Factory }} */ (globalThis);
const policy = made();

/** None where the browser knows none, or the page that embeds the engine does not allow one of this name. */
function made() {
  try {
    return trustedTypes?.createPolicy("vitrine", { createScriptURL: own }) ?? null;
  } catch {
    // A page that requires such addresses then refuses the worker, which the engine reports.
    return null;
  }
}

/** Scripts of the page's own origin or this engine's, and the shim that imports one. @param {string} url */
function own(url) {
  const { origin, protocol } = new URL(url, import.meta.url);
  const known = [location.origin, new URL(import.meta.url).origin].includes(origin);
  if (known || protocol === "blob:") return url;
  throw new TypeError(`${url} is not a script of the engine.`);
}

/** @param {string} url @returns {string} what `new Worker` takes */
export const scriptAddress = (url) => policy?.createScriptURL(url) ?? url;
