// @ts-check
// The code by which a page of others shows a figure: as an element, or as a frame.

/** @param {string} text */
const quoted = (text) => `"${text.replace(/&/g, "&amp;").replace(/"/g, "&quot;")}"`;

const here = () => new URL("./", document.baseURI);

/** @param {Record<string, string>} attributes those of <vitrine-figure>; `src` is relative to this site */
export function elementCode(attributes) {
  const written = Object.entries({ ...attributes, src: new URL(attributes.src, here()).href });
  const script = `<script type="module" src=${quoted(new URL("pkg/page/figure.js", here()).href)}></script>`;
  return `${script}\n<vitrine-figure ${written.map(([name, value]) => `${name}=${quoted(value)}`).join(" ")}></vitrine-figure>`;
}

/** @param {Record<string, string>} attributes */
export function frameCode(attributes) {
  const address = new URL(`embed.html?${new URLSearchParams(attributes)}`, here()).href;
  return `<iframe src=${quoted(address)} title=${quoted(`${attributes.model}: ${attributes.view}`)} width="640" height="420" loading="lazy"></iframe>`;
}
