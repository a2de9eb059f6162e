/**
 * A static server for the repository root under a sub-path, and a real Chromium in one of two modes:
 * VITRINE_BACKEND=webgpu has a software WebGPU adapter, VITRINE_BACKEND=cpu (the default) has none.
 * VITRINE_BROWSER=firefox takes Firefox instead, by WebDriver BiDi.
 */

import { execFile } from "node:child_process";
import { access, mkdir, readFile, rename } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { promisify } from "node:util";
import { chromium, firefox } from "playwright-core";
import { bundlePage } from "../../xtask/page.mjs";
import { ROOT, find, listen, mediaType, precompressed, stop, stream } from "./files.mjs";

export { ROOT };
export const BACKEND = process.env.VITRINE_BACKEND === "webgpu" ? "webgpu" : "cpu";

const PREFIX = "/some/sub/path/";
const BLANK = "blank.html";
const QUIET = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const SOFTWARE_WEBGPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
/** For one step of a test: what takes longer hangs. Software WebGPU on two shared cores is slow. */
export const PATIENCE = BACKEND === "webgpu" ? 240_000 : 60_000;

/** To put before the worker's code: its GPU devices are lost when something is posted to the channel "gpu". */
export const LOSABLE_GPU = `
const request = GPUAdapter.prototype.requestDevice;
GPUAdapter.prototype.requestDevice = async function (...given) {
  const device = await request.apply(this, given);
  new BroadcastChannel("gpu").onmessage = () => device.destroy();
  return device;
};`;

/** The page's own policy, so that the engine is tested under it on the blank page too. */
async function blankPage() {
  const page = await readFile(path.join(ROOT, "index.html"), "utf8");
  const policy = page.match(/<meta http-equiv="Content-Security-Policy"[^>]*>/)?.[0];
  if (!policy) throw new Error("index.html has no Content-Security-Policy");
  return `<!doctype html><meta charset="utf-8">${policy}<link rel="icon" href="data:,"><title>blank</title>`;
}

/**
 * Serves the repository under PREFIX, with the page as its sources are now. `log` holds every answer:
 * { path, status, bytes, at };
 * `before` holds code to put before a module's own, `changed` another text of a file, both by path. `headers` go with
 * every answer.
 */
export async function startSite({ headers: always = {} } = {}) {
  await bundlePage();
  const blank = await blankPage();
  const log = [];
  const before = new Map();
  const changed = new Map();
  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://site");
    const relative = pathname.startsWith(PREFIX) ? pathname.slice(PREFIX.length) : null;
    const answer = (status, bytes, headers = {}) => {
      log.push({ path: relative ?? pathname, status, bytes, at: Date.now() });
      response.writeHead(status, { "Content-Length": bytes, "Cache-Control": "no-cache", ...always, ...headers });
    };
    if (relative === BLANK) {
      answer(200, Buffer.byteLength(blank), { "Content-Type": "text/html" });
      return response.end(blank);
    }
    if (changed.has(relative)) {
      const text = changed.get(relative);
      answer(200, Buffer.byteLength(text), { "Content-Type": mediaType(relative || "index.html") });
      return response.end(text);
    }
    const found = relative === null ? null : await find(relative);
    if (!found) {
      answer(404, 0);
      return response.end();
    }
    if (before.has(relative)) {
      const code = `${before.get(relative)};\n${await readFile(found.file, "utf8")}`;
      answer(200, Buffer.byteLength(code), { "Content-Type": mediaType(found.file) });
      return response.end(code);
    }
    const zipped = await precompressed(found, request);
    const encoding = zipped ? { "Content-Encoding": "gzip" } : {};
    answer(200, (zipped ?? found).size, { "Content-Type": mediaType(found.file), ...encoding });
    stream(zipped ?? found, response);
  });
  const port = await listen(server);
  const url = `http://127.0.0.1:${port}${PREFIX}`;
  return { url, log, before, changed, blank: url + BLANK, close: () => stop(server) };
}

/** Firefox has the CPU path alone here, and neither Chromium's protocol nor its switches. */
export const FIREFOX = process.env.VITRINE_BROWSER === "firefox";

/** @param {string[]} [more] of Chromium's arguments */
export function launch(more = []) {
  if (FIREFOX) {
    const executablePath = path.join(ROOT, "tests/browser/firefox.mjs");
    return firefox.launch({ channel: "moz-firefox", executablePath });
  }
  return chromium.launch(chromiumOptions(more));
}

/** What a Chromium is started with. @param {string[]} [more] of its arguments */
export const chromiumOptions = (more = []) => ({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", ...QUIET, ...(BACKEND === "webgpu" ? SOFTWARE_WEBGPU : []), ...more],
});

/** A page of its own context, so of its own storage. `errors` collects what the console calls an error. */
export async function openPage(browser, url, options = {}) {
  // A page that is kept offline answers from its cache: tests of the server and of changed files would not reach them.
  const context = await browser.newContext({ locale: "en-US", serviceWorkers: "block", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const errors = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(url);
  return { page, context, errors };
}

/** Makes `window.engine` on a blank page, with helpers that every engine test uses. */
export async function startEngine(page, options = { backend: BACKEND }) {
  await page.evaluate(async (options) => {
    const { Engine, EngineError } = await import(new URL("www/engine.js", location.href).href);
    const fetchBlob = async (url) => (await fetch(url)).blob();
    /** What a rejected promise says, as plain data; null where it was fulfilled. */
    const failure = (promise) =>
      promise.then(
        () => null,
        (error) => ({ engine: error instanceof EngineError, code: error.code, message: error.message }),
      );
    Object.assign(globalThis, { Engine, EngineError, fetchBlob, failure, notices: [] });
    globalThis.engine = await Engine.create(options);
    engine.on("notice", (notice) => notices.push(notice));
  }, options);
}

const run = promisify(execFile);

/** `cargo xtask ARGS`, by the program that runs these tests where there is one. */
function xtask(...args) {
  const program = process.env.VITRINE_XTASK;
  const [file, before] = program ? [program, []] : ["cargo", ["run", "--quiet", "--package", "xtask", "--"]];
  return run(file, [...before, ...args], { cwd: ROOT });
}

/** A file in tests/artifacts that `cargo xtask COMMAND NAME FILE` makes when it is not there. */
async function artifact(command, name, file, ...options) {
  const folder = path.join(ROOT, "tests/artifacts");
  const target = path.join(folder, file);
  const exists = await access(target).then(
    () => true,
    () => false,
  );
  if (!exists) {
    await mkdir(folder, { recursive: true });
    // Another suite may be making the same.
    const part = `${target}.${process.pid}.part`;
    await xtask(command, name, part, ...options);
    await rename(part, target);
  }
  return target;
}

/** The seeded checkpoint of an official architecture. */
export function checkpoint(model) {
  return artifact("checkpoint", model, `${model}.f32.safetensors`);
}

/** The seeded input that the expected outputs were computed from, as float32 bytes. */
export function input(name) {
  return artifact("input", name, `${name}.input.f32`);
}

/**
 * The seeded noise, 0 to 1, that hid patches when a masked network's expected output was computed, as float32 bytes.
 */
export function noise(name, count) {
  return artifact("noise", name, `${name}.noise.f32`, String(count));
}

export async function expected(model) {
  return JSON.parse(await readFile(path.join(ROOT, `tests/reference/expected/${model}.json`), "utf8"));
}
