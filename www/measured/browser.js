// @ts-check
// The browser's name and version, and the system's, as it tells them.

/** Those that say their names alone in the old way, the most particular first. */
const NAMES = /** @type {const} */ ([
  ["Firefox", /Firefox\/(\d+)/],
  ["Edge", /Edg\/(\d+)/],
  ["Chrome", /Chrome\/(\d+)/],
  ["Safari", /Version\/(\d+(?:\.\d+)?).*Safari/],
]);

/** @typedef {{ brands: { brand: string, version: string }[], platform: string }} AgentData */

export function browserName() {
  const { userAgent, userAgentData } = /** @type {Navigator & { userAgentData?: AgentData }} */ (navigator);
  const brands = userAgentData?.brands.filter(({ brand }) => !/not.?a.?brand/i.test(brand)) ?? [];
  // A browser built on Chromium names that too; its own name says more.
  const own = brands.find(({ brand }) => brand !== "Chromium") ?? brands[0];
  if (own) return [`${own.brand} ${own.version}`, userAgentData?.platform].filter(Boolean).join(", ");
  for (const [name, pattern] of NAMES) {
    const version = pattern.exec(userAgent)?.[1];
    if (version) return `${name} ${version}, ${systemName(userAgent)}`;
  }
  return userAgent;
}

/** @param {string} userAgent */
const systemName = (userAgent) => /\(([^;)]+)/.exec(userAgent)?.[1] ?? "";
