// @ts-check
// The page without a network: once it has answered, its service worker keeps it, and a newer version is offered.

import { notify } from "./notices.js";
import { t } from "./text.js";
import { indifferent } from "../engine/promises.js";

/** @typedef {import("./state.js").Store<import("./types.js").State>} PageStore */

/** @typedef {{ createPolicy(name: string, rules: object): { createScriptURL(url: string): string } }} Factory */

const WORKER = new URL("../../sw.js", import.meta.url).href;
const { trustedTypes } = /** @type {{ trustedTypes?: Factory }} */ (globalThis);
const policy = trustedTypes?.createPolicy("vitrine-offline", { createScriptURL: () => WORKER });
/** Keeping the page waits for its first answer, or this long. */
const PATIENCE_MS = 20_000;

/** @param {PageStore} store */
export function keepOffline(store) {
  const { connection } = /** @type {{ connection?: { saveData: boolean } }} */ (/** @type {unknown} */ (navigator));
  if (!navigator.serviceWorker || connection?.saveData) return;
  let begun = false;
  const begin = () => {
    if (begun) return;
    begun = true;
    // A host without this file, or a browser that keeps nothing, has a page that needs its network: no fault.
    indifferent(register(store));
  };
  store.on(["run"], ({ run }) => run.status === "done" && begin());
  setTimeout(begin, PATIENCE_MS);
}

/** @param {PageStore} store */
async function register(store) {
  const registration = await navigator.serviceWorker.register(policy?.createScriptURL(WORKER) ?? WORKER, {
    updateViaCache: "none",
  });
  if (registration.waiting && navigator.serviceWorker.controller) offer(store, registration.waiting);
  registration.addEventListener("updatefound", () => {
    const next = registration.installing;
    next?.addEventListener("statechange", () => {
      if (next.state === "installed" && navigator.serviceWorker.controller) offer(store, next);
    });
  });
}

/** @param {PageStore} store @param {ServiceWorker} next */
function offer(store, next) {
  const run = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    next.postMessage("take-over");
  };
  notify(store, { kind: "info", text: t("notices.update"), action: { label: t("notices.reload"), run } });
}
