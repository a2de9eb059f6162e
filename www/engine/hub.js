import { reading, shown, wrong } from "./check.js";
import { parsed, together } from "./shards.js";
import { orNull } from "./promises.js";
import { anyOf } from "./signals.js";

/** @typedef {import("./protocol.js").Source} Source */

export const HUB = "https://huggingface.co";
// owner/name, and a revision that may hold slashes (refs/pr/1). A file of a local folder would be written
// "./owner/name".
const HUB_ID = /^[\w-][\w.-]*\/[\w-][\w.-]*(@[\w./-]+)?$/;

// Begins like one and climbs out of it. What begins with "../" is a file beside the page.
const CLIMBING = /^[\w-][\w.-]*\/(.*\/)?\.\.([/@]|$)/;
// What a page can read a file from; blob: and data: are files that it already holds.
const SCHEMES = ["https:", "http:", "blob:", "data:"];
const MOST_ADDRESS = 8192;

/**
 * What `load` and `open` were given, as a Source.
 * @param {unknown} value
 * @param {string} base
 * @returns {Source}
 */
export function sourceOf(value, base) {
  if (value instanceof Blob) return { kind: "files", files: [named(value)] };
  if (Array.isArray(value) || (typeof FileList !== "undefined" && value instanceof FileList)) {
    const files = Array.from(value);
    if (files.length === 0 || !files.every((file) => file instanceof Blob)) {
      throw wrong(
        "Several files are an array of Files: shards with their index.json, or weights with their config.json.",
      );
    }
    return { kind: "files", files: files.map(named) };
  }
  if (value instanceof URL) return addressOf(value);
  if (typeof value !== "string" || value === "") {
    throw wrong(
      'A source is a URL, a Hub id such as "timm/resnet34.a1_in1k", a Blob of a checkpoint, or an array of Files.',
    );
  }
  if (HUB_ID.test(value) && !value.endsWith(".safetensors")) return hubSource(value);
  if (CLIMBING.test(value)) throw wrong(`"${shown(value)}" is no Hub id: write it as "owner/name".`);
  return addressOf(reading(`"${shown(value)}" is not a URL: it`, () => new URL(value, base)));
}

/** @param {Blob} blob @returns {import("./shards.js").Named} */
function named(blob) {
  return { name: blob instanceof File ? blob.name : "", blob };
}

/**
 * @param {string} id
 * @returns {Source}
 */
function hubSource(id) {
  const revision = id.split("@")[1] ?? "main";
  if (revision.split("/").some((part) => part === "" || /^\.+$/.test(part))) {
    throw wrong(`"${shown(revision)}" is no revision of a Hub repository: use a branch, a tag or a commit.`);
  }
  return { kind: "hub", id };
}

/**
 * Refused here, by name, is what a browser would refuse without a reason.
 * @param {URL} url
 * @returns {Source}
 */
function addressOf({ href, protocol, username, password }) {
  if (!SCHEMES.includes(protocol)) {
    throw wrong(
      `Files cannot be loaded from ${shown(protocol)} addresses. Use https:, or download the file and open it.`,
    );
  }
  if (username || password) {
    throw wrong("An address must not hold a name or password. Download the file yourself and open it.");
  }
  if (protocol !== "data:" && href.length > MOST_ADDRESS) {
    throw wrong(`The address has ${href.length} characters; no server takes more than ${MOST_ADDRESS}.`);
  }
  return { kind: "url", url: href };
}

/**
 * Where a Hub repository keeps a file.
 * @param {string} id "owner/name" or "owner/name@revision"
 * @param {string} file
 */
export function hubUrl(id, file) {
  const [name, revision = "main"] = id.split("@");
  return `${HUB}/${name}/resolve/${encodeURIComponent(revision)}/${file}`;
}

// What a repository may keep its weights in, the first that is there.
const WEIGHTS = [
  "model.safetensors",
  "model.safetensors.index.json",
  "pytorch_model.bin",
  "pytorch_model.bin.index.json",
];

/**
 * The weights of a repository: one file, or the index of its shards. Where the Hub cannot be asked the first is taken,
 * which may be stored.
 * @param {string} id
 * @param {AbortSignal} signal
 */
export async function hubWeights(id, signal) {
  for (const file of WEIGHTS) {
    const response = await orNull(fetch(hubUrl(id, file), { method: "HEAD", signal }));
    if (!response) break;
    if (response.status !== 404 && response.status !== 410) return file;
  }
  return WEIGHTS[0];
}

/**
 * The configuration of a repository, with the preprocessing that transformers keeps beside it.
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<string | null | undefined>} null where it has none, undefined where the Hub cannot be asked
 */
export async function hubConfig(id, signal) {
  const config = await small(hubUrl(id, "config.json"), signal);
  if (!config) return config;
  const facts = parsed(config, "config.json");
  const transformers = typeof Object(facts).model_type === "string";
  const beside = transformers ? await small(hubUrl(id, "preprocessor_config.json"), signal) : null;
  return together(facts, beside ? parsed(beside, "preprocessor_config.json") : null);
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 */
export async function small(url, signal) {
  try {
    const response = await fetch(url, { signal });
    if (response.ok) return await response.text();
    return response.status === 404 || response.status === 410 || response.status === 401 ? null : undefined;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return undefined;
  }
}

/**
 * The SHA-256 and size the Hub has on record. Large files are behind a redirect whose headers a page cannot see, but
 * the repository itself holds a small pointer file with both.
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<{ sha256: string, size: number } | null>} null when the Hub does not say
 */
export async function hubRecord(url, signal) {
  const { origin, pathname } = new URL(url);
  if (origin !== HUB || !pathname.includes("/resolve/")) return null;
  const cut = new AbortController();
  try {
    const response = await fetch(origin + pathname.replace("/resolve/", "/raw/"), {
      signal: anyOf([signal, cut.signal, AbortSignal.timeout(10_000)]),
    });
    // A file small enough to be kept in the repository itself comes whole: nothing to learn from it.
    if (!response.ok || Number(response.headers.get("content-length") ?? 0) > 1024) return null;
    return parsePointer(await response.text());
  } catch {
    // The digest is a help, not a condition: without it the size and the Hub's own ETag are compared.
    return null;
  } finally {
    cut.abort();
  }
}

/** @param {string} text a Git LFS pointer */
export function parsePointer(text) {
  const sha256 = /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1];
  const size = /^size (\d+)$/m.exec(text)?.[1];
  return sha256 && size ? { sha256, size: Number(size) } : null;
}
