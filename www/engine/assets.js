// Where a site that lies as the repository does has what the worker fetches. The npm package has addresses that
// bundlers can follow instead: xtask/package.mjs writes them.

/** @typedef {import("./wasm.js").Wasm} Wasm */

const SITE = new URL("../../", import.meta.url);

/**
 * A file of the site, or an address elsewhere; null where a package does not have it. @param {string} path
 * @returns {string | null}
 */
export const fileAddress = (path) => new URL(path, SITE).href;

/**
 * A build's glue; its module is on the way meanwhile, not after it. @param {"cpu" | "webgpu" | "train"} build
 * @param {string} [elsewhere] where the module is, if not beside the glue
 * @returns {Promise<{ wasm: Wasm, module: Response }>}
 */
export async function loadBuild(build, elsewhere) {
  const folder = new URL(`pkg/${build}/`, SITE);
  const glue = /** @type {Promise<Wasm>} */ (import(new URL("vitrine.js", folder).href));
  const [wasm, module] = await Promise.all([glue, fetch(elsewhere ?? new URL("vitrine_bg.wasm", folder))]);
  return { wasm, module };
}
