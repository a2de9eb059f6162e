import { EngineError } from "./errors.js";

/** @typedef {import("./protocol.js").Source} Source */

const HUB = "https://huggingface.co";
// owner/name, and a revision that may hold slashes (refs/pr/1). A file of a local folder would be written "./owner/name".
const HUB_ID = /^[\w-][\w.-]*\/[\w-][\w.-]*(@[\w./-]+)?$/;

/**
 * What `load` and `open` were given, as a Source.
 * @param {unknown} value
 * @param {string} base
 * @returns {Source}
 */
export function sourceOf(value, base) {
  if (value instanceof Blob) return { kind: "blob", blob: value };
  if (value instanceof URL) return { kind: "url", url: value.href };
  if (typeof value !== "string" || value === "") {
    throw new EngineError(
      "bad-input",
      'A source is a URL, a Hub id such as "timm/resnet34.a1_in1k", or a Blob of a .safetensors file.',
    );
  }
  if (HUB_ID.test(value) && !value.endsWith(".safetensors")) return { kind: "hub", id: value };
  try {
    return { kind: "url", url: new URL(value, base).href };
  } catch {
    throw new EngineError("bad-input", `"${value}" is not a URL.`);
  }
}

/**
 * Where a Hub repository keeps its weights.
 * @param {string} id "owner/name" or "owner/name@revision"
 */
export function hubUrl(id) {
  const [name, revision = "main"] = id.split("@");
  return `${HUB}/${name}/resolve/${encodeURIComponent(revision)}/model.safetensors`;
}

/**
 * The SHA-256 and size the Hub has on record. Large files are behind a redirect whose headers a page cannot see, but the
 * repository itself holds a small pointer file with both.
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
      signal: AbortSignal.any([signal, cut.signal, AbortSignal.timeout(10_000)]),
    });
    // A file small enough to be kept in the repository itself comes whole: nothing to learn from it.
    if (!response.ok || Number(response.headers.get("content-length") ?? 0) > 1024) return null;
    return parsePointer(await response.text());
  } catch {
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
