// @ts-check
// The code by which a page of others shows a figure: as an element, or as a frame.

/** @param {string} text */
const quoted = (text) => `"${text.replace(/&/g, "&amp;").replace(/"/g, "&quot;")}"`;

const here = () => new URL("./", document.baseURI);

/** @param {Record<string, string>} attributes those of <vitrine-figure>; `src` is relative to this site */
export const elementCode = (attributes) => element({ ...attributes, src: new URL(attributes.src, here()).href });

/** @param {Record<string, string>} attributes */
function element(attributes) {
  const written = Object.entries(attributes);
  const script = `<script type="module" src=${quoted(new URL("pkg/page/figure.js", here()).href)}></script>`;
  return `${script}\n<vitrine-figure ${written.map(([name, value]) => `${name}=${quoted(value)}`).join(" ")}></vitrine-figure>`;
}

/** @param {Record<string, string>} attributes */
export function frameCode(attributes) {
  const address = new URL(`embed.html?${new URLSearchParams(attributes)}`, here()).href;
  return `<iframe src=${quoted(address)} title=${quoted(`${attributes.model}: ${attributes.view}`)} width="640" height="420" loading="lazy"></iframe>`;
}

/** @typedef {import("./site.js").Asked} Asked */

/** @param {Asked} asked of a figure that the site shows alone */
export function siteElementCode(asked) {
  const given = Object.entries(asked).filter(([, value]) => value !== "");
  return element({ site: here().href, ...Object.fromEntries(given) });
}

/**
 * @param {Asked} asked @param {(asked: Asked) => string | null} addressOf @param {string} title
 * @param {{ width: number, height: number }} size
 */
export function siteFrameCode(asked, addressOf, title, { width, height }) {
  const address = addressOf({ site: here().href, ...asked }) ?? "";
  return `<iframe src=${quoted(address)} title=${quoted(title)} width="${width}" height="${height}" loading="lazy"></iframe>`;
}
