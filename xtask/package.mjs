/**
 * `node xtask/package.mjs DIR`: the npm package in an empty folder, from www/ and the engines in pkg/. The worker, the
 * wasm modules and the weights are named by expressions that bundlers follow: `new URL("./file", import.meta.url)` with
 * nothing computed in it.
 */

import { cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const BUILDS = ["cpu", "webgpu"];
const FROM_BUILD = ["vitrine.js", "vitrine_bg.wasm"];
/** Larger networks are downloaded when they are asked for. */
const LARGEST = 5_000_000;

const literal = (file) => `new URL(${JSON.stringify(`./${file}`)}, import.meta.url)`;

/** What stands in for www/engine/assets.js. */
function assets(builds, weights) {
  const rows = builds.map(
    (name) => `${name}: { glue: () => import("./${name}/vitrine.js"), module: ${literal(`${name}/vitrine_bg.wasm`)} },`,
  );
  const files = weights.map((name) => `${JSON.stringify(`www/weights/${name}`)}: ${literal(`weights/${name}`)},`);
  return `
const BUILDS = { ${rows.join("\n")} };
const FILES = { ${files.join("\n")} };
export const fileAddress = (path) => FILES[path]?.href ?? (URL.canParse(path) ? path : null);
export async function loadBuild(build, elsewhere) {
  const [wasm, module] = await Promise.all([BUILDS[build].glue(), fetch(elsewhere ?? BUILDS[build].module)]);
  return { wasm, module };
}
`;
}

/** @param {string} out an empty folder @param {string[]} [builds] engines to pack */
export async function makePackage(out, builds = BUILDS) {
  const weights = [];
  for (const entry of await readdir(path.join(ROOT, "www/weights"), { withFileTypes: true })) {
    const bytes =
      entry.isFile() && !entry.name.startsWith(".") ? await readFile(path.join(ROOT, "www/weights", entry.name)) : null;
    if (bytes && bytes.length <= LARGEST) weights.push(entry.name);
  }
  const files = weights.filter((name) => name.endsWith(".safetensors"));
  await mkdir(out, { recursive: true });
  await bundle(out, assets(builds, files));
  const copy = (from, to) => cp(path.join(ROOT, from), path.join(out, to), { recursive: true });
  for (const name of builds) {
    for (const file of FROM_BUILD) await copy(`pkg/${name}/${file}`, `${name}/${file}`);
  }
  for (const name of weights) await copy(`www/weights/${name}`, `weights/${name}`);
  for (const name of ["LICENSE-MIT", "LICENSE-APACHE"]) await copy(name, name);
  for (const name of ["engine.d.ts", "engine/generated.d.ts"]) await copy(`www/${name}`, name);
  await copy("xtask/package/figure.d.ts", "figure.d.ts");
  await copy("xtask/package/README.md", "README.md");
  await writeFile(path.join(out, "package.json"), `${JSON.stringify(await manifest(), null, 2)}\n`);
}

async function bundle(out, assetsText) {
  const standIns = {
    name: "stand-ins",
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^\.\/spawn\.js$/ }, () => ({ path: path.join(ROOT, "xtask/package/spawn.js") }));
      onResolve({ filter: /^\.\/assets\.js$/ }, () => ({ path: "assets", namespace: "package" }));
      onResolve({ filter: /^\.\/(cpu|webgpu)\/vitrine\.js$/ }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /.*/, namespace: "package" }, () => ({ contents: assetsText, loader: "js" }));
    },
  };
  const shared = /** @type {const} */ ({
    absWorkingDir: ROOT,
    bundle: true,
    format: "esm",
    target: ["es2022"],
    outdir: out,
    logLevel: "warning",
  });
  await build({
    ...shared,
    entryPoints: { engine: "www/engine.js", worker: "www/engine/worker.js" },
    plugins: [standIns],
  });
  // The element shares the engine that the package has.
  const engine = {
    name: "engine",
    setup: ({ onResolve }) =>
      onResolve({ filter: /^\.\.\/engine\.js$/ }, () => ({ path: "./engine.js", external: true })),
  };
  const figure = { figure: "www/embed/figure.js" };
  await build({ ...shared, entryPoints: figure, plugins: [engine] });
}

async function manifest() {
  const { version, license } = JSON.parse(await readFile(path.join(ROOT, "package.json"), "utf8"));
  return {
    name: "vitrine",
    version,
    description: "Landmark vision networks in the browser, on WebGPU and on the CPU",
    license,
    type: "module",
    sideEffects: ["./figure.js"],
    exports: {
      ".": { types: "./engine.d.ts", default: "./engine.js" },
      "./figure.js": { types: "./figure.d.ts", default: "./figure.js" },
      "./worker.js": "./worker.js",
      "./cpu/*": "./cpu/*",
      "./webgpu/*": "./webgpu/*",
      "./weights/*": "./weights/*",
      "./package.json": "./package.json",
    },
    types: "./engine.d.ts",
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await makePackage(path.resolve(process.argv[2]));
