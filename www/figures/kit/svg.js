// @ts-check
// Nodes of a drawing.

/**
 * @param {string} tag
 * @param {Record<string, string | number | null | undefined>} [props]
 * @param {...(SVGElement | string | null | false)} children
 * @returns {SVGElement}
 */
export function svg(tag, props = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(props))
    if (value !== null && value !== undefined) node.setAttribute(name, String(value));
  for (const child of children) if (child !== null && child !== false) node.append(child);
  return node;
}
