// @ts-check
// Making DOM nodes. Styles are set through the CSSOM: the page's policy forbids style attributes.

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Child | Child[]} Children */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any> | null} [props] `onclick: fn` adds a listener, `style: {}` sets properties,
 *   `class`, `hidden` and every other name set an attribute; null and false leave it out.
 * @param {...Children} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) setProp(node, name, value);
  append(node, children);
  return node;
}

/**
 * @param {HTMLElement} node
 * @param {string} name
 * @param {any} value
 */
function setProp(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "style") for (const [key, part] of Object.entries(value)) node.style.setProperty(key, String(part));
  else if (name === "ref") value(node);
  else node.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : String(value));
}

/**
 * @param {Node} node
 * @param {Children[]} children
 */
function append(node, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    node.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/**
 * Replaces what a node holds.
 * @param {Element} node
 * @param {...Children} children
 */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
}

const PATHS = {
  upload: "M12 16V4m0 0L7 9m5-5 5 5M5 20h14",
  camera: "M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 12.5 10 17.5 19 7",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2m0 16v2M2 12h2m16 0h2M5 5l1.4 1.4m11.2 11.2L19 19M5 19l1.4-1.4M17.6 6.4 19 5",
  moon: "M20 14.5A8 8 0 0 1 9.5 4 8 8 0 1 0 20 14.5z",
  drawer: "M4 5h16v14H4zM4 12h16M10 8.5h4M10 15.5h4",
  download: "M12 4v12m0 0-5-5m5 5 5-5M5 20h14",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9.5h.01",
  table: "M4 5h16v14H4zM4 10h16M4 14.5h16M10 5v14",
  chevron: "M9 6l6 6-6 6",
  question: "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5h.01",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  play: "M7 5v14l12-7z",
  pause: "M8 5v14M16 5v14",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  whole: "M4 9V5h4M20 9V5h-4M4 15v4h4M20 15v4h-4",
};

/**
 * A line icon, hidden from screen readers: the text beside it speaks.
 * @param {keyof typeof PATHS} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.appendChild(path);
  return svg;
}

/**
 * Scrolls a row so that a part of it is seen. (After `scrollIntoView` the first Tab would go on from that part, past the
 * link to the content.) @param {HTMLElement} row @param {HTMLElement | null | undefined} part
 */
export function showInRow(row, part) {
  if (!part) return;
  const [outer, inner] = [row.getBoundingClientRect(), part.getBoundingClientRect()];
  row.scrollLeft += Math.min(0, inner.left - outer.left) + Math.max(0, inner.right - outer.right);
}

/**
 * A button with text (and perhaps an icon).
 * @param {Children} label
 * @param {(event: MouseEvent) => void} onclick
 * @param {{ icon?: keyof typeof PATHS, class?: string, iconOnly?: boolean, [attribute: string]: any }} [options]
 */
export function button(label, onclick, options = {}) {
  const { icon: name, class: extra = "", iconOnly = false, ...attributes } = options;
  return el(
    "button",
    { type: "button", class: `button ${iconOnly ? "icon-only" : ""} ${extra}`.trim(), onclick, ...attributes },
    name && icon(name),
    iconOnly ? el("span", { class: "visually-hidden" }, label) : el("span", null, label),
  );
}

/**
 * Texts that break between each other alone. @param {string[]} texts @param {string} [between] what joins them, before
 * the space
 * @returns {Children}
 */
export const unbroken = (texts, between = "") =>
  texts.flatMap((text, i) => [
    i > 0 && " ",
    el("span", { class: "unbroken" }, i < texts.length - 1 ? `${text}${between}` : text),
  ]);

/** A path, which breaks where its parts meet. @param {string} text @returns {Children} */
export const breakable = (text) => text.split(/(?<=[._])/).flatMap((part, i) => (i === 0 ? [part] : [el("wbr"), part]));
