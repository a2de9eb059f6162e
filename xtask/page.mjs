/**
 * `node xtask/page.mjs`: the page's modules and style sheets from www/ into a few files in pkg/page/, with source maps
 * and the licences of the libraries in them. What only one place of the page needs stays in a file of its own.
 *
 * Addresses that a module gives beside itself, `new URL("../samples/", import.meta.url)`, stay where they are in www/;
 * the worker alone is bundled, and lies beside the page.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const OUT = path.join(ROOT, "pkg/page");
const LIST = path.join(OUT, "files.js");
const ENTRIES = {
  main: "www/shell/main.js",
  page: "www/shell/page.css",
  figure: "www/embed/figure.js",
  embed: "www/embed/embed.js",
  gallery: "www/embed/gallery.js",
};
/** Entries of the same name as a module's, so built by themselves. */
const SHEETS = { embed: "www/embed/embed.css" };
const WORKER = { worker: "www/engine/worker.js" };
/** Files are named by what they hold: a page that is open keeps the versions that belong together. */
const CHUNKS = "[name]-[hash]";

const BASE = /(new URL\("\.\/worker\.js", )?\bimport\.meta\.url\b/g;

const slashes = (file) => file.split(path.sep).join("/");

/** Modules keep the address that they have unbundled. */
const addresses = {
  name: "addresses",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.js$/ }, async ({ path: file }) => {
      if (file.includes("node_modules")) return null;
      const text = await readFile(file, "utf8");
      const own = `new URL(${JSON.stringify(slashes(path.relative(OUT, file)))}, import.meta.url)`;
      const contents = text.replace(BASE, (base, worker) => (worker ? base : `${own}.href`));
      return { contents, loader: "js" };
    }),
};

const options = {
  absWorkingDir: ROOT,
  bundle: true,
  format: "esm",
  minify: true,
  sourcemap: true,
  write: false,
  metafile: true,
  outdir: "pkg/page",
  target: ["es2022"],
  logLevel: "silent",
  plugins: [addresses],
};

const hashOf = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

/** Larger networks are the visitor's own choice to download; so is the engine for a GPU that may not be there. */
const LARGEST_KEPT = 5_000_000;
const LATER = /^(pkg\/(webgpu|train)\/|www\/samples\/\w+_train5000\.)/;
const LEFT_OUT = /(^|\/)\.|\.(map|gz|br|md)$|\.d\.ts$|^pkg\/page\/files\.js$|^www\/.*\.js$/;

/** Every file that a page without a network needs, by path: what sw.js keeps. */
async function filesToKeep() {
  const names = ["index.html", "embed.html", "gallery.html", "manifest.webmanifest"];
  for (const folder of ["pkg", "www"]) {
    const entries = await readdir(path.join(ROOT, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    names.push(...files.map((entry) => slashes(path.relative(ROOT, path.join(entry.parentPath, entry.name)))));
  }
  const files = {};
  for (const name of names.filter((name) => !LEFT_OUT.test(name)).sort()) {
    const bytes = await readFile(path.join(ROOT, name));
    const later = LATER.test(name);
    if (later || bytes.length <= LARGEST_KEPT) files[name] = { hash: hashOf(bytes), later };
  }
  return files;
}

/** Writes pkg/page/ and gives the files that it was made from. */
export async function bundlePage() {
  const built = await Promise.all([
    build({ ...options, entryPoints: ENTRIES, splitting: true, chunkNames: CHUNKS }),
    build({ ...options, entryPoints: WORKER }),
    build({ ...options, entryPoints: SHEETS }),
  ]);
  const files = new Map(built.flatMap(({ outputFiles }) => outputFiles.map((file) => [file.path, file.contents])));
  const inputs = built.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const licences = await licencesOf(inputs);
  if (licences) files.set(path.join(OUT, "LICENSES.txt"), Buffer.from(licences));
  await mkdir(OUT, { recursive: true });
  await Promise.all([...files].map(([file, contents]) => replace(file, contents)));
  files.set(LIST, null);
  const old = (await readdir(OUT)).filter((name) => !name.startsWith(".") && !files.has(path.join(OUT, name)));
  await Promise.all(old.map((name) => rm(path.join(OUT, name), { force: true })));
  const kept = await filesToKeep();
  await replace(LIST, Buffer.from(`self.VITRINE_FILES = ${JSON.stringify(kept, null, 1)};\n`));
  return [...inputs, ...Object.keys(kept).filter((name) => !name.startsWith("pkg/page/"))];
}

/** A reader finds the old file or the new one, never half of one. */
async function replace(file, contents) {
  const same = await readFile(file).then(
    (old) => old.equals(contents),
    () => false,
  );
  if (same) return;
  const part = `${file}.${process.pid}.part`;
  await writeFile(part, contents);
  await rename(part, file);
}

/** The licence of each library that the page holds. @param {string[]} inputs */
async function licencesOf(inputs) {
  const names = inputs.map((file) => file.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]).filter(Boolean);
  const texts = [...new Set(names)].sort().map(async (name) => {
    const folder = path.join(ROOT, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} comes without its licence`);
    return `${name} ${version} (${license})\n\n${await readFile(path.join(folder, file), "utf8")}`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    for (const input of await bundlePage()) console.log(input);
  } catch (error) {
    const messages = error.errors?.map(({ location, text }) => `${location?.file}:${location?.line}: ${text}`);
    console.error((messages ?? [error.stack]).join("\n"));
    process.exitCode = 1;
  }
}
