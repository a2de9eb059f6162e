import { EngineError, aborted } from "./errors.js";
import { HUB } from "./hub.js";
import { orNull } from "./promises.js";

/**
 * One answer of a server, about the whole file.
 * @typedef {object} Answer
 * @property {ReadableStream<Uint8Array>} body
 * @property {number} start the first byte's place in the file
 * @property {number | null} total of the whole file
 * @property {boolean} certain whether `total` is the file's: another origin may hide that what it sends is compressed
 * @property {string | null} validator
 * @property {string | null} sha256 where the server states it
 */

/** The connection failed or the server is busy: worth another try. */
export class Retry extends Error {
  /**
   * @param {string} message
   * @param {{ silent?: boolean, after?: number }} [why] nothing came for too long; seconds the server asked to wait
   */
  constructor(message, { silent = false, after = 0 } = {}) {
    super(message);
    this.silent = silent;
    this.after = after;
  }
}

/** A server that sends nothing for so long is asked again. */
export const STALL_MS = 15_000;
// What is stored can be used without an answer, so nobody waits long for one.
const HEAD_MS = 5_000;

/** @param {number} ms */
export function silence(ms) {
  return new Retry(`nothing came for ${ms / 1000} seconds`, { silent: true });
}

/**
 * The part that is asked for, and what is known of the file it has to be of.
 * @typedef {object} Part
 * @property {number} from
 * @property {string | null} validator
 * @property {number | null} total
 * @property {boolean} hashed the whole will be compared with a known SHA-256
 */

/** The part that is kept is not a part of what the server has now. */
export class Changed extends Error {}

const WORTH_RETRYING = new Set([408, 425, 429, 500, 502, 503, 504]);
// The longest wait a server may ask for; what is longer is for the visitor to decide.
const MOST_WAIT = 120;
// A file may be written twice within the second of its date, and clocks differ.
const DATE_MARGIN_MS = 60_000;
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Asks for a file from the byte `from` on. `If-Range` is for the same origin only: elsewhere it would need the server's
 * prior consent (a CORS preflight), which the Hub's storage refuses; there the answer's validator and size are compared
 * instead.
 * @param {string} url
 * @param {Part} part
 * @param {{ signal: AbortSignal, cache: RequestCache }} options
 * @returns {Promise<Answer>}
 */
export async function ask(url, part, { signal, cache }) {
  const { from, validator } = part;
  const headers = new Headers();
  if (from > 0) headers.set("Range", `bytes=${from}-`);
  if (from > 0 && validator && new URL(url).origin === location.origin) headers.set("If-Range", validator);
  const response = await fetchWithin(STALL_MS, url, { headers, cache }, signal).catch(async (thrown) => {
    throw from === 0 && thrown instanceof Retry ? ((await hopeless(url, signal)) ?? thrown) : thrown;
  });
  if (response.status === 416) {
    if (from > 0) throw new Changed();
    throw new EngineError("truncated", `The file at ${url} is empty. Check the address, or get the file again.`);
  }
  if (!response.ok || !response.body) await refuse(response, url);
  const answer = read(response, from);
  if (answer.start > 0 && !sameFile(answer, part)) {
    await response.body?.cancel();
    throw new Changed();
  }
  return answer;
}

/**
 * What the server says of a file without sending it; null when it cannot be reached.
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<{ status: number, found: boolean, total: number | null, certain: boolean, validator: string | null } | "silent" | null>}
 */
export async function head(url, signal) {
  try {
    const response = await fetchWithin(HEAD_MS, url, { method: "HEAD", cache: "no-store" }, signal);
    return { status: response.status, found: response.ok, ...facts(response) };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return thrown instanceof Retry && thrown.silent ? "silent" : null;
  }
}

/**
 * The answer of a server that gives one in time. The signal goes on to stop what it sends.
 * @param {number} ms
 * @param {string} url
 * @param {RequestInit} init
 * @param {AbortSignal} signal
 */
async function fetchWithin(ms, url, init, signal) {
  const stop = new AbortController();
  signal.addEventListener("abort", () => stop.abort(), { once: true });
  if (signal.aborted) throw aborted();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop.abort();
  }, ms);
  try {
    return await fetch(url, { ...init, signal: stop.signal });
  } catch (thrown) {
    if (signal.aborted) throw aborted();
    throw late ? silence(ms) : new Retry(Object(thrown).message);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Why another try would end as the first did. A browser does not say why it failed, and follows twenty redirects each
 * time; those of the Hub are known to be sound.
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function hopeless(url, signal) {
  if (!/^https?:/.test(url)) {
    return new EngineError("download-failed", "This address is of a file in memory that is no longer there.");
  }
  if (url.startsWith(`${HUB}/`)) return null;
  const init = /** @type {RequestInit} */ ({ method: "HEAD", redirect: "manual", cache: "no-store" });
  const first = await orNull(fetchWithin(HEAD_MS, url, init, signal));
  if (signal.aborted) throw aborted();
  if (first?.type !== "opaqueredirect") return null;
  return new EngineError(
    "download-failed",
    `${url} redirects to where no file can be read: in a circle, or to a server that does not answer or lets no page read it.`,
  );
}

/**
 * @param {Response} response
 * @param {string} url
 */
async function refuse(response, url) {
  const { status } = response;
  await response.body?.cancel();
  const after = waitAsked(response);
  if (WORTH_RETRYING.has(status) && after <= MOST_WAIT) throw new Retry(`HTTP ${status}`, { after });
  throw new EngineError(
    "download-failed",
    `The server answered HTTP ${status}${meaning(status)} for ${url}. ${advice(status)}`,
  );
}

/** The seconds that a busy server asks to be left alone; 0 when it does not say. @param {Response} response */
function waitAsked({ headers }) {
  const value = headers.get("retry-after") ?? "";
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Math.max(0, seconds || 0);
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
  const { total: length, ...known } = facts(response);
  if (response.status !== 206) return { body, start: 0, total: length, ...known };
  // Content-Range is not shown to other origins unless the server allows it; then the request's own range has to do.
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
  const start = range ? Number(range[1]) : from;
  const stated = range && range[2] !== "*" ? Number(range[2]) : null;
  return { body, start, ...known, total: stated ?? (length === null ? null : start + length) };
}

/** @param {Response} response */
function facts({ headers, type, url }) {
  const length = headers.get("content-length");
  // Of a compressed answer the length is not the file's.
  const encoding = headers.get("content-encoding");
  const encoded = (encoding ?? "identity") !== "identity";
  const etag = headers.get("etag");
  const strong = etag && !etag.startsWith("W/") ? etag : null;
  return {
    total: length === null || encoded ? null : Number(length),
    certain: type !== "cors" || encoding !== null,
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
 * Whether the answer goes on where the kept part ends. Without a known hash only a validator tells that.
 * @param {Answer} answer
 * @param {Part} part
 */
function sameFile(answer, { from, validator, total, hashed }) {
  if (answer.start !== from) return false;
  if (validator && answer.validator ? validator !== answer.validator : !hashed) return false;
  return total === null || answer.total === null || total === answer.total;
}

/**
 * Whether equal validators mean equal bytes: an ETag, or a date that was past when the answer came.
 * @param {string | null} validator
 * @param {number} seen when, in milliseconds
 */
export function isStrong(validator, seen) {
  return validator !== null && (validator.startsWith('"') || seen - Date.parse(validator) > DATE_MARGIN_MS);
}
