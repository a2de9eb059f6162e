/**
 * The npm package as others use it: packed by npm, then built by Vite and by webpack, and served to an import map as it
 * is. Next is not among them, whose packages take 350 MB; xtask/package/README.md has what was seen with it by hand.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { build as viteBuild } from "vite";
import webpack from "webpack";
import { makePackage } from "../../xtask/package.mjs";
import { listen, mediaType, stop } from "./files.mjs";
import { BACKEND, ROOT, launch, openPage } from "./harness.mjs";

// What bundlers make of it does not depend on the backend.
const options = { skip: BACKEND === "webgpu" };
const run = promisify(execFile);
let folder, browser;

before(async () => {
  if (options.skip) return;
  folder = await mkdtemp(path.join(tmpdir(), "vitrine-consumers-"));
  await makePackage(path.join(folder, "package"), ["cpu"]);
  await run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: path.join(folder, "package") });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** A project of its own that has installed what npm packed. */
async function project(name) {
  const home = path.join(folder, name);
  const installed = path.join(home, "node_modules/vitrine");
  await mkdir(installed, { recursive: true });
  const { version } = JSON.parse(await readFile(path.join(folder, "package/package.json"), "utf8"));
  const packed = path.join(folder, `vitrine-${version}.tgz`);
  await run("tar", ["-xzf", packed, "-C", installed, "--strip-components=1"]);
  await cp(path.join(ROOT, "tests/consumers"), home, { recursive: true });
  return home;
}

const page = (script) =>
  `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>waits</title>${script}`;

/** The title of the page that a folder holds, once the network has answered. */
async function titleOf(t, site) {
  await cp(path.join(ROOT, "www/samples/cat_chelsea.jpg"), path.join(site, "cat_chelsea.jpg"));
  const server = http.createServer(async (request, response) => {
    const name = new URL(request.url, "http://site").pathname.replace(/\/$/, "/index.html");
    const bytes = await readFile(path.join(site, name)).catch(() => null);
    response.writeHead(bytes ? 200 : 404, { "Content-Type": mediaType(name) }).end(bytes ?? "");
  });
  const opened = await openPage(browser, `http://127.0.0.1:${await listen(server)}/`);
  t.after(() => Promise.all([opened.context.close(), stop(server)]));
  await opened.page.waitForFunction(() => document.title !== "waits").catch(() => {});
  assert.deepEqual(opened.errors, []);
  return opened.page.title();
}

test("it is imported where there is no window, and has types", options, async () => {
  const home = await project("node");
  const script =
    'import { Engine, EngineError } from "vitrine"; import "vitrine/figure.js"; console.log(typeof Engine.create, EngineError.name);';
  const { stdout } = await run("node", ["--input-type=module", "--eval", script], { cwd: home });
  assert.equal(stdout.trim(), "function EngineError");
  await writeFile(
    path.join(home, "typed.ts"),
    `import { Engine, type Layout } from "vitrine";
export const made: Promise<Engine> = Engine.create({ wasmUrl: "x" });
export const across = (layout: Layout): number => layout.items[0].x[1];
// @ts-expect-error a name is no number
export const wrong = (layout: Layout): number => layout.items[0].name;
`,
  );
  const flags = [
    "--noEmit",
    "--strict",
    "--module",
    "esnext",
    "--moduleResolution",
    "bundler",
    "--lib",
    "es2022,dom",
    "--target",
    "es2022",
  ];
  await run("node", [path.join(ROOT, "node_modules/typescript/bin/tsc"), ...flags, "--types", "", "typed.ts"], {
    cwd: home,
  });
});

test("Vite builds a page with it", options, async (t) => {
  const home = await project("vite");
  await writeFile(path.join(home, "index.html"), page('<script type="module" src="./app.js"></script>'));
  await viteBuild({ root: home, configFile: path.join(home, "vite.config.mjs") });
  assert.equal(await titleOf(t, path.join(home, "dist")), "cat on cpu");
});

test("webpack builds a page with it", options, async (t) => {
  const home = await project("webpack");
  const { default: config } = await import(path.join(home, "webpack.config.cjs"));
  const stats = await promisify(webpack)({ ...config, context: home, output: { path: path.join(home, "dist") } });
  assert.deepEqual(stats.toJson({ errors: true, warnings: true, all: false }).errors, []);
  await writeFile(path.join(home, "dist/index.html"), page('<script type="module" src="./main.js"></script>'));
  assert.equal(await titleOf(t, path.join(home, "dist")), "cat on cpu");
});

test("a page without a bundler imports it through an import map", options, async (t) => {
  const home = await project("plain");
  const map = { imports: { vitrine: "./node_modules/vitrine/engine.js" } };
  const script = `<script type="importmap">${JSON.stringify(map)}</script><script type="module" src="./app.js"></script>`;
  await writeFile(path.join(home, "index.html"), page(script));
  assert.equal(await titleOf(t, home), "cat on cpu");
});

test("the element draws from the package", options, async (t) => {
  const home = await project("element");
  const imports = {
    vitrine: "./node_modules/vitrine/engine.js",
    "vitrine/figure.js": "./node_modules/vitrine/figure.js",
  };
  const element =
    '<vitrine-figure model="vit_cifar10" view="attention" src="cat_chelsea.jpg" backend="cpu"></vitrine-figure>';
  const script = `<script type="importmap">${JSON.stringify({ imports })}</script><script type="module" src="./figure.js"></script>`;
  await writeFile(path.join(home, "index.html"), page(script + element));
  assert.match(await titleOf(t, home), /^ViT-small\/4, .* attention goes/);
});
