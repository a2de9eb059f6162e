/** Serving files: the parts that the site's server and the hub share. */

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

export function mediaType(name) {
  return TYPES[path.extname(name)] ?? "application/octet-stream";
}

/** Null where a percent sign begins no escape, or an escape no text. */
function decodedPath(path) {
  try {
    const decoded = decodeURIComponent(path);
    return decoded.includes("\0") ? null : decoded;
  } catch {
    return null;
  }
}

/** The file under ROOT that a path names, or null. */
export async function find(relative) {
  const decoded = decodedPath(relative);
  if (decoded === null) return null;
  const file = path.join(ROOT, path.normalize(`/${decoded}`));
  if (!file.startsWith(ROOT)) return null;
  const found = await stat(file).catch(() => null);
  if (found?.isDirectory()) return find(`${relative}/index.html`);
  return found?.isFile() ? { file, size: found.size } : null;
}

/** The gzipped file beside it, where there is one and the browser takes it. */
export async function precompressed(found, request) {
  if (!/\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) return null;
  const file = `${found.file}.gz`;
  const zipped = await stat(file).catch(() => null);
  return zipped ? { file, size: zipped.size } : null;
}

export function stream(found, response) {
  createReadStream(found.file).pipe(response);
}

/** Starts a server on a free port of this machine. */
export async function listen(server) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server.address().port;
}

export async function stop(server) {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
