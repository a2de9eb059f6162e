import { fileAddress } from "./assets.js";
import { shown } from "./check.js";
import { EngineError } from "./errors.js";
import { hubUrl } from "./hub.js";
import { head } from "./remote.js";

/** @typedef {import("../engine.js").CatalogueEntry} CatalogueEntry */
/** @typedef {import("./protocol.js").LoadRequest} LoadRequest */
/** @typedef {import("./download.js").Wanted} Wanted */

/**
 * Where to get the checkpoint of a request, and whether to keep it: what ships with the page is there anyway.
 * @typedef {{ kind: "blob", blob: Blob } | { kind: "remote", wanted: Wanted, keep: boolean }} Plan
 */

/**
 * @param {LoadRequest} request
 * @param {CatalogueEntry[]} catalogue
 * @param {AbortSignal} signal
 * @returns {Promise<Plan>}
 */
export async function planFor({ id, source }, catalogue, signal) {
  const entry = catalogue.find((candidate) => candidate.id === id);
  if (source?.kind === "blob") return { kind: "blob", blob: source.blob };
  if (source?.kind === "hub") return remote({ url: hubUrl(source.id), title: entry?.title ?? source.id, hub: true });
  if (source?.kind === "url") return fromAddress(source.url, entry?.title);
  if (!entry) throw new EngineError("not-found", `There is no network "${id}" in the catalogue.`);
  return fromCatalogue(entry, signal);
}

/**
 * @param {string} url
 * @param {string} [title]
 */
function fromAddress(url, title) {
  const { protocol } = new URL(url);
  const keep = protocol === "https:" || protocol === "http:";
  return remote({ url, title: title ?? nameIn(url), mutable: keep }, keep);
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
  const response = await fetch(fileAddress(path) ?? path).catch(() => null);
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
  return { kind: "remote", wanted: { sha256: null, hub: false, mutable: false, cache: "no-store", ...wanted }, keep };
}
