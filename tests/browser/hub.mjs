/**
 * A server for checkpoints on an origin of its own, like the Hugging Face Hub: ETag is the file's SHA-256, ranges are
 * answered, CORS headers allow any page. Each file can be told how its next answers go wrong.
 */

import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import http from "node:http";
import { gzipSync } from "node:zlib";
import { listen, stop } from "./files.mjs";

const CHUNK = 64 * 1024;
const EXPOSED =
  "ETag, Accept-Ranges, Content-Range, Content-Length, Retry-After, X-Linked-Size, X-Linked-ETag, X-Repo-Commit";

/**
 * How one answer goes wrong.
 * @typedef {object} Fault
 * @property {number} [status] answers with this status and no file
 * @property {number} [holdAt] stops at this byte of the file until `hub.release()`
 * @property {number} [cutAt] drops the connection at this byte of the file; together with holdAt, when what was sent
 * before
 *   has surely arrived: a browser throws away what it has not yet handed over
 * @property {number} [flip] the byte of the file to change
 * @property {boolean} [wholeOnly] knows nothing of ranges
 * @property {string | null} [etag] another ETag, or none
 * @property {boolean} [silent] never answers, until `hub.release()`
 * @property {Record<string, string>} [headers] more of them
 * @property {boolean} [gzip] compressed, without telling other origins so
 * @property {Buffer} [replace] another file from now on
 */

export class Hub {
  #files = new Map();
  #faults = new Map();
  #headFaults = new Map();
  #held = new Set();
  #server = http.createServer((request, response) => this.#answer(request, response).catch(() => response.destroy()));
  /** Every request but preflights: { name, method, range, ifRange, status, sent }. */
  log = [];

  static async start() {
    const hub = new Hub();
    hub.origin = `http://127.0.0.1:${await listen(hub.#server)}`;
    return hub;
  }

  /** Puts a file under a name; gives its address. */
  add(name, bytes) {
    this.#files.set(name, { bytes, sha256: createHash("sha256").update(bytes).digest("hex") });
    return `${this.origin}/${name}`;
  }

  async addFile(name, file) {
    return this.add(name, await readFile(file));
  }

  size(name) {
    return this.#files.get(name).bytes.length;
  }

  /** The next answers for a file, one fault each; then all is well again. @param {Fault[]} faults */
  fail(name, ...faults) {
    this.#faults.set(name, faults);
  }

  /** As `fail`, for HEAD. @param {Fault[]} faults */
  failHead(name, ...faults) {
    this.#headFaults.set(name, faults);
  }

  /** Lets every held answer go on. */
  release() {
    for (const go of this.#held) go();
    this.#held.clear();
  }

  requests(name) {
    return this.log.filter((entry) => entry.name === name && entry.method === "GET");
  }

  close() {
    this.release();
    return stop(this.#server);
  }

  async #answer(request, response) {
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Expose-Headers", EXPOSED);
    response.setHeader("Cache-Control", "no-store");
    if (request.method === "OPTIONS") {
      // The Hub's storage allows no header that a browser would have to ask for.
      response.writeHead(403);
      return response.end();
    }
    const name = named(new URL(request.url, this.origin).pathname.slice(1));
    const { range, "if-range": ifRange } = request.headers;
    const entry = { name, method: request.method, range, ifRange, status: 0, sent: 0 };
    this.log.push(entry);
    const faults = request.method === "HEAD" ? this.#headFaults : this.#faults;
    const fault = faults.get(name)?.shift() ?? {};
    for (const [header, value] of Object.entries(fault.headers ?? {})) response.setHeader(header, value);
    if (fault.silent) await this.#hold(response);
    if (fault.replace) this.add(name, fault.replace);
    const file = this.#files.get(name);
    entry.status = fault.status ?? (file ? 200 : 404);
    if (entry.status !== 200) {
      response.writeHead(entry.status);
      return response.end("no");
    }
    if (fault.gzip) return compressed(response, file.bytes);
    const part = this.#head(response, entry, file, fault);
    if (request.method === "HEAD" || !part) return response.end();
    await this.#send(response, entry, file.bytes, part, fault);
  }

  /** Writes the head; gives the first and the last byte to send, exclusive, or null. */
  #head(response, entry, file, fault) {
    const { length } = file.bytes;
    const etag = fault.etag === undefined ? `"${file.sha256}"` : fault.etag;
    if (etag) response.setHeader("ETag", etag);
    response.setHeader("Content-Type", "application/octet-stream");
    response.setHeader("X-Linked-Size", length);
    response.setHeader("X-Linked-ETag", etag ?? "");
    if (!fault.wholeOnly) response.setHeader("Accept-Ranges", "bytes");
    const fresh = !entry.ifRange || entry.ifRange === etag;
    const range = !fault.wholeOnly && fresh ? entry.range?.match(/^bytes=(\d+)-(\d*)$/) : null;
    const [start, end] = range
      ? [Number(range[1]), range[2] ? Math.min(Number(range[2]) + 1, length) : length]
      : [0, length];
    if (start >= end) {
      entry.status = 416;
      response.writeHead(416, { "Content-Range": `bytes */${length}` });
      return null;
    }
    if (range) {
      entry.status = 206;
      response.setHeader("Content-Range", `bytes ${start}-${end - 1}/${length}`);
    }
    response.writeHead(entry.status, { "Content-Length": end - start });
    return [start, end];
  }

  async #send(response, entry, bytes, [start, end], fault) {
    const stops = [fault.holdAt, fault.cutAt].filter((at) => at !== undefined && at > start);
    for (let at = start; at < end; ) {
      const next = Math.min(at + CHUNK, end, ...stops.filter((stop) => stop > at));
      const chunk = Buffer.from(bytes.subarray(at, next));
      if (fault.flip >= at && fault.flip < next) chunk[fault.flip - at] ^= 0xff;
      // Ready to be released before anybody can know that the bytes have arrived.
      const held = next === fault.holdAt ? this.#hold(response) : null;
      if (!response.write(chunk)) await either(response, "drain", "close");
      if (response.destroyed) return;
      entry.sent += chunk.length;
      at = next;
      await held;
      if (at === fault.cutAt) return response.socket?.destroySoon();
    }
    response.end();
  }

  #hold(response) {
    const released = new Promise((go) => this.#held.add(go));
    return Promise.race([released, either(response, "close", "error")]);
  }
}

/** As a server that compresses and lets no other origin see that. */
function compressed(response, bytes) {
  const body = gzipSync(bytes, { level: 1 });
  response.writeHead(200, { "Content-Encoding": "gzip", "Content-Length": body.length });
  response.end(body);
}

/** A file's name; as it is written where a percent sign begins no escape. */
function named(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The first of some events; leaves no listeners behind. */
async function either(emitter, ...events) {
  const done = new AbortController();
  const first = Promise.race(events.map((event) => once(emitter, event, { signal: done.signal })));
  await first.catch(() => {}).finally(() => done.abort());
}
