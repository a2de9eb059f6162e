/**
 * What the suites of the picture begin with. Importing it starts one site and one browser for all tests of a suite; what
 * a test opens is closed after it.
 */

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { after, before } from "node:test";
import { BACKEND, ROOT, launch, openPage, startSite } from "./harness.mjs";

export const DESK = { width: 1280, height: 720 };
export const PHONE = { width: 390, height: 844 };
/** For tests of what is the same with either backend: on software WebGPU it is drawn minutes later. */
export const skip = BACKEND === "webgpu";
/** Where pictures for people lie. */
export const SHOTS = path.join(ROOT, "tests/artifacts/picture", BACKEND);

/** There from the first test on. */
export let site, browser;

before(async () => {
  [site, browser] = await Promise.all([startSite(), launch(), mkdir(SHOTS, { recursive: true })]);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

/** @param {string} query @param {{ route?: string, lang?: string }} [where] the picture in English, if nothing is said */
export const address = (query, { route = "explore", lang = "en" } = {}) =>
  `${site.url}#/${route}?lang=${lang}&backend=${BACKEND === "webgpu" ? "webgpu" : "auto"}&${query}`;

/** A place of the page, which need not be drawn yet. `options`: as for `address` and for a browser's context. */
export async function openedAt(t, query, { route, lang, ...options } = {}) {
  const open = await openPage(browser, address(query, { route, lang }), options);
  t.after(() => open.context.close());
  return open;
}

/** The picture, drawn, without motion. */
export async function opened(t, query, options) {
  const open = await openedAt(t, query, { reducedMotion: "reduce", ...options });
  await drawn(open.page);
  return open;
}

/** Waits until all that is on the screen is drawn from numbers of this photo; of a network, if one is named. */
export const drawn = (page, model) =>
  page.locator(`.picture${model ? `[data-network="${model}"]` : ""}[data-drawn="all"]`).waitFor();

/** The words of a column. */
export const label = (page, item) => page.locator(`.label[data-item="${item}"]`);

export const shoot = (page, name, options) =>
  page.screenshot({ path: path.join(SHOTS, `${name.replaceAll(" ", "-")}.png`), ...options });
