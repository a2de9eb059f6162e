import { EngineError } from "./errors.js";

/**
 * One answer of a server, about the whole file.
 * @typedef {object} Answer
 * @property {ReadableStream<Uint8Array>} body
 * @property {number} start the first byte's place in the file
 * @property {number | null} total of the whole file
 * @property {string | null} validator
 * @property {string | null} sha256 where the server states it
 */

/** The connection failed or the server is busy: worth another try. */
export class Retry extends Error {}

/** The part that is kept is not a part of what the server has now. */
export class Changed extends Error {}

const WORTH_RETRYING = new Set([408, 425, 429, 502, 503, 504]);
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Asks for a file from the byte `from` on. `If-Range` is for the same origin only: elsewhere it would need the server's prior
 * consent (a CORS preflight), which the Hub's storage refuses; there the answer's validator and size are compared instead.
 * @param {string} url
 * @param {{ from: number, validator: string | null, total: number | null, signal: AbortSignal, cache: RequestCache }} options
 * @returns {Promise<Answer>}
 */
export async function ask(url, { from, validator, total, signal, cache }) {
  const headers = new Headers();
  if (from > 0) headers.set("Range", `bytes=${from}-`);
  if (from > 0 && validator && new URL(url).origin === location.origin) headers.set("If-Range", validator);
  const response = await fetch(url, { headers, signal, cache }).catch((thrown) => {
    if (signal.aborted) throw thrown;
    throw new Retry(Object(thrown).message);
  });
  if (response.status === 416) {
    if (from > 0) throw new Changed();
    throw new EngineError("truncated", `The file at ${url} is empty. Check the address, or get the file again.`);
  }
  if (!response.ok || !response.body) await refuse(response, url);
  const answer = read(response, from);
  if (answer.start > 0 && !sameFile(answer, from, validator, total)) {
    await response.body?.cancel();
    throw new Changed();
  }
  return answer;
}

/**
 * What the server says of a file without sending it; null when it cannot be reached or does not say.
 * @param {string} url
 * @param {AbortSignal} signal
 */
export async function head(url, signal) {
  try {
    const response = await fetch(url, { method: "HEAD", signal, cache: "no-store" });
    const { total, validator } = facts(response);
    return { found: response.ok, gone: response.status === 404 || response.status === 410, total, validator };
  } catch {
    return null;
  }
}

/**
 * @param {Response} response
 * @param {string} url
 */
async function refuse(response, url) {
  const { status } = response;
  await response.body?.cancel();
  if (WORTH_RETRYING.has(status)) throw new Retry(`HTTP ${status}`);
  throw new EngineError(
    "download-failed",
    `The server answered HTTP ${status}${meaning(status)} for ${url}. ${advice(status)}`,
  );
}

/** @param {number} status */
function meaning(status) {
  if (status === 404 || status === 410) return " (not found)";
  if (status === 401 || status === 403) return " (access refused)";
  return status >= 500 ? " (a fault of the server)" : "";
}

/** @param {number} status */
function advice(status) {
  if (status >= 500) return "Try again later.";
  return status === 401 || status === 403
    ? "The file may need an account. Download it yourself and open it."
    : "Check the address.";
}

/**
 * @param {Response} response
 * @param {number} from
 * @returns {Answer}
 */
function read(response, from) {
  const body = /** @type {ReadableStream<Uint8Array>} */ (response.body);
  const { total: length, validator, sha256 } = facts(response);
  if (response.status !== 206) return { body, start: 0, total: length, validator, sha256 };
  // Content-Range is not shown to other origins unless the server allows it; then the request's own range has to do.
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
  const start = range ? Number(range[1]) : from;
  const known = range && range[2] !== "*" ? Number(range[2]) : null;
  return { body, start, total: known ?? (length === null ? null : start + length), validator, sha256 };
}

/** @param {Response} response */
function facts({ headers, url }) {
  const length = headers.get("content-length");
  // Of a compressed answer the length is not the file's.
  const encoded = (headers.get("content-encoding") ?? "identity") !== "identity";
  const etag = headers.get("etag");
  const strong = etag && !etag.startsWith("W/") ? etag : null;
  return {
    total: length === null || encoded ? null : Number(length),
    validator: encoded ? null : (strong ?? headers.get("last-modified")),
    sha256: digestIn(headers.get("x-linked-etag")) ?? (isHubStorage(url) ? null : digestIn(etag)),
  };
}

/** @param {string | null} etag */
function digestIn(etag) {
  const bare = etag?.replace(/^W\//, "").replaceAll('"', "").toLowerCase() ?? "";
  return SHA256.test(bare) ? bare : null;
}

/** The Hub's storage names files by a digest of 64 digits too, but of another kind. @param {string} url */
function isHubStorage(url) {
  // Of a file in memory there is none.
  return /^https?:/.test(url) && new URL(url).hostname.endsWith(".hf.co");
}

/**
 * @param {Answer} answer
 * @param {number} from
 * @param {string | null} validator
 * @param {number | null} total
 */
function sameFile(answer, from, validator, total) {
  if (answer.start !== from) return false;
  if (validator && answer.validator && validator !== answer.validator) return false;
  return total === null || answer.total === null || total === answer.total;
}
