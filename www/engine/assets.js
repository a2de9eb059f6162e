// Where a site that lies as the repository does has what the worker fetches. The npm package has addresses that
// bundlers can follow instead: xtask/package.mjs writes them.

/** @typedef {import("./wasm.js").Wasm} Wasm */

const SITE = new URL("../../", import.meta.url);

/**
 * A file of the site, or an address elsewhere; null where a package does not have it. @param {string} path
 * @returns {string | null}
 */
export const fileAddress = (path) => new URL(path, SITE).href;

/** @param {"cpu" | "webgpu" | "train"} build @returns {Promise<{ wasm: Wasm, module: string }>} */
export async function loadBuild(build) {
  const folder = new URL(`pkg/${build}/`, SITE);
  const wasm = /** @type {Wasm} */ (await import(new URL("vitrine.js", folder).href));
  return { wasm, module: new URL("vitrine_bg.wasm", folder).href };
}
