// @ts-check
// The page without a network: keeps the page, its engines and the small networks, each file under the hash of its
// contents. A newer version is fetched beside the one in use and takes its place when the visitor says so.

/** @typedef {{ hash: string, later: boolean }} Kept `later`: fetched when it is first used */

const worker = /** @type {any} */ (self);
/** What a site holds, by path: written by the build. */
worker.importScripts("pkg/page/files.js");
/** @type {Record<string, Kept>} */
const FILES = worker.VITRINE_FILES;

const CACHE = "vitrine";
const SCOPE = new URL("./", worker.location.href);
const AT_ONCE = 6;

/** @param {string} path */
const key = (path) => new URL(`${path}?${FILES[path].hash}`, SCOPE).href;

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(keepAll()));

worker.addEventListener("activate", (/** @type {any} */ event) =>
  event.waitUntil(Promise.all([forgetOthers(), worker.clients.claim()])),
);

worker.addEventListener("message", (/** @type {MessageEvent} */ event) => {
  if (event.data === "take-over") worker.skipWaiting();
});

/**
 * Pages and workers with these may share memory, and so compute on all cores, whatever host they come from. Weights and
 * photos of other origins are asked for by CORS, which passes.
 */
const ISOLATION = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
const ISOLATED = ["document", "iframe", "frame", "worker"];

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  /** @type {Request} */
  const request = event.request;
  const path = keptPath(request);
  // A worker of an isolated page has to be isolated too, wherever in the site its script lies.
  const script = request.destination === "worker" && new URL(request.url).origin === SCOPE.origin;
  if (path === null && !script) return;
  const answered = path === null ? fetch(request) : answer(path, request);
  event.respondWith(ISOLATED.includes(request.destination) ? answered.then(isolated) : answered);
});

/** @param {Response} response */
function isolated(response) {
  // Redirects and errors have no body to hand on.
  if (!response.ok) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/** The file that is asked for whole, where it is one of the site's. @param {Request} request */
function keptPath(request) {
  const url = new URL(request.url);
  if (request.method !== "GET" || request.headers.has("range") || url.origin !== SCOPE.origin) return null;
  if (!url.pathname.startsWith(SCOPE.pathname)) return null;
  const path = decodeURIComponent(url.pathname.slice(SCOPE.pathname.length)) || "index.html";
  return Object.hasOwn(FILES, path) ? path : null;
}

/** @param {string} path @param {Request} request */
async function answer(path, request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(key(path));
  if (kept) return kept;
  return FILES[path].later ? keep(cache, path).catch(() => fetch(request)) : fetch(request);
}

/** Fetches what is not here yet, a few files at once; the version is complete or is none. */
async function keepAll() {
  const cache = await caches.open(CACHE);
  const known = new Set((await cache.keys()).map((request) => request.url));
  const missing = Object.keys(FILES).filter((path) => !FILES[path].later && !known.has(key(path)));
  const next = async () => {
    for (let path = missing.shift(); path !== undefined; path = missing.shift()) await keep(cache, path);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

/**
 * Keeps a file of this version; another version's, half deployed, is refused. @param {Cache} cache @param {string} path
 */
async function keep(cache, path) {
  const response = await fetch(new URL(path, SCOPE), { cache: "no-cache" });
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  const bytes = await response.clone().arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hash = [...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hash !== FILES[path].hash) throw new Error(`${path} is of another version`);
  await cache.put(key(path), response.clone());
  return response;
}

async function forgetOthers() {
  const cache = await caches.open(CACHE);
  const wanted = new Set(Object.keys(FILES).map(key));
  const old = (await cache.keys()).filter((request) => !wanted.has(request.url));
  await Promise.all(old.map((request) => cache.delete(request)));
}
