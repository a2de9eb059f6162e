import { fileAddress } from "./assets.js";
import { shown } from "./check.js";
import { EngineError } from "./errors.js";
import { hubConfig, hubUrl, hubWeights, small } from "./hub.js";
import { head } from "./remote.js";
import { chosenOf, complete, parsed, shardsIn } from "./shards.js";
import { orNull } from "./promises.js";

/** @typedef {import("../engine.js").CatalogueEntry} CatalogueEntry */
/** @typedef {import("./protocol.js").LoadRequest} LoadRequest */
/** @typedef {import("./download.js").Wanted} Wanted */

/**
 * Where to get the checkpoint of a request, and whether to keep it: what ships with the page is there anyway.
 * @typedef {{ kind: "blobs", blobs: Blob[], config: string | null }
 *   | { kind: "remote", wanted: Wanted, keep: boolean }
 *   | { kind: "shards", shards: Wanted[], config: string | null, bytes: number | null }} Plan
 */

/**
 * @param {LoadRequest} request
 * @param {CatalogueEntry[]} catalogue
 * @param {AbortSignal} signal
 * @returns {Promise<Plan>}
 */
export async function planFor({ id, source, config }, catalogue, signal) {
  const entry = catalogue.find((candidate) => candidate.id === id);
  if (source?.kind === "files") return fromFiles(source.files, config);
  if (source?.kind === "hub") return fromHub(source.id, entry, config, signal);
  if (source?.kind === "url") return fromAddress(source.url, entry?.title, config, signal);
  if (!entry) throw new EngineError("not-found", `There is no network "${id}" in the catalogue.`);
  return fromCatalogue(entry, signal);
}

/**
 * @param {import("./shards.js").Named[]} files
 * @param {string | null} given
 * @returns {Promise<Plan>}
 */
async function fromFiles(files, given) {
  if (files.length === 1) {
    complete([], [files[0].name]);
    return { kind: "blobs", blobs: [files[0].blob], config: given };
  }
  const { weights, config } = await chosenOf(files);
  return { kind: "blobs", blobs: weights.map(({ blob }) => blob), config: given ?? config };
}

/**
 * @param {string} id
 * @param {CatalogueEntry | undefined} entry
 * @param {string | null} given
 * @param {AbortSignal} signal
 * @returns {Promise<Plan>}
 */
async function fromHub(id, entry, given, signal) {
  // A network of the catalogue needs none.
  const asked = given === null && !entry ? hubConfig(id, signal) : given;
  const [file, config] = await Promise.all([hubWeights(id, signal), asked]);
  const title = entry?.title ?? id;
  const url = hubUrl(id, file);
  if (!file.endsWith(".index.json")) return remote({ url, title, hub: true, config });
  return fromIndex(url, title, config ?? null, signal, true);
}

/**
 * @param {string} url
 * @param {string} [title]
 * @param {string | null} [config]
 * @param {AbortSignal} [signal]
 */
async function fromAddress(url, title, config = null, signal) {
  const { protocol, pathname } = new URL(url);
  const keep = protocol === "https:" || protocol === "http:";
  if (keep && signal && pathname.endsWith(".index.json"))
    return fromIndex(url, title ?? nameIn(url), config, signal, false);
  if (keep) complete([], [nameIn(url)]);
  return remote({ url, title: title ?? nameIn(url), mutable: keep, config }, keep);
}

/**
 * The shards beside their index.
 * @param {string} url
 * @param {string} title
 * @param {string | null} config
 * @param {AbortSignal} signal
 * @param {boolean} hub
 * @returns {Promise<Plan>}
 */
async function fromIndex(url, title, config, signal, hub) {
  const text = await small(url, signal);
  if (!text)
    throw new EngineError("download-failed", `The index of shards at ${url} could not be fetched. Try again later.`);
  const index = parsed(text, nameIn(url));
  const shards = shardsIn(index).map((name) => {
    const plan = remote({ url: new URL(name, url).href, title: `${title} (${name})`, hub, mutable: !hub });
    return /** @type {Extract<Plan, { kind: "remote" }>} */ (plan).wanted;
  });
  const bytes = Number(Object(index.metadata).total_size);
  return { kind: "shards", shards, config, bytes: Number.isFinite(bytes) ? bytes : null };
}

/** The file's name in an address. @param {string} url */
function nameIn(url) {
  const name = new URL(url).pathname.split("/").pop() || url;
  try {
    return shown(decodeURIComponent(name));
  } catch {
    // A percent sign that is none of an escape.
    return shown(name);
  }
}

/**
 * @param {CatalogueEntry} entry
 * @param {AbortSignal} signal
 */
async function fromCatalogue({ title, sha256, sources, source }, signal) {
  for (const { url, kind } of sources) {
    const address = fileAddress(url);
    if (address === null) continue;
    if (kind === "bundled") return remote({ url: address, title, sha256, cache: "no-cache" }, false);
    if (kind === "hub") return remote({ url: address, title, sha256, hub: true });
    // A conversion somebody may have put beside the page; its bytes are not the catalogue's.
    const answer = await head(address, signal);
    if (Object(answer).found) return remote({ url: address, title, mutable: true });
  }
  const address = fileAddress(source);
  if (address === null)
    throw new EngineError("not-found", `The weights of ${title} are not here: give their \`source\`.`);
  return fromAddress(address, title);
}

/**
 * A small file that ships with the page.
 * @param {string} path
 */
export async function bytesOf(path) {
  const response = await orNull(fetch(fileAddress(path) ?? path));
  if (!response?.ok) {
    throw new EngineError(
      "download-failed",
      `A part of this network, ${path}, could not be fetched. Reload the page to try again.`,
    );
  }
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * @param {Partial<Wanted> & { url: string, title: string }} wanted
 * @param {boolean} [keep]
 * @returns {Plan}
 */
function remote(wanted, keep = true) {
  return {
    kind: "remote",
    wanted: { sha256: null, hub: false, mutable: false, cache: "no-store", config: null, ...wanted },
    keep,
  };
}
