// @ts-check
// Taking a figure along: the whole of it as a picture, and every number that it shows.

import { savePicture, saveParts, savePartsJson } from "./save.js";
import { button, el, fill } from "../../shell/dom.js";
import { failureOf, failureText } from "../../shell/failure.js";
import { t } from "../../shell/text.js";
import { numbersOf } from "./numbers.js";

/** What decides how a node looks once its place is fixed. */
const LOOKS = [
  "display",
  "position",
  "inset",
  "top",
  "right",
  "bottom",
  "left",
  "box-sizing",
  "width",
  "height",
  "min-width",
  "min-height",
  "max-width",
  "max-height",
  "margin",
  "padding",
  "overflow",
  "border",
  "border-top",
  "border-right",
  "border-bottom",
  "border-left",
  "border-radius",
  "border-collapse",
  "outline",
  "outline-offset",
  "background-color",
  "opacity",
  "visibility",
  "transform",
  "color",
  "font-family",
  "font-size",
  "font-weight",
  "font-style",
  "font-variant-numeric",
  "line-height",
  "letter-spacing",
  "text-align",
  "text-decoration",
  "white-space",
  "overflow-wrap",
  "word-break",
  "vertical-align",
  "list-style",
  "grid-template-columns",
  "grid-template-rows",
  "grid-column",
  "grid-row",
  "flex",
  "flex-direction",
  "flex-wrap",
  "gap",
  "align-items",
  "align-content",
  "align-self",
  "justify-content",
  "justify-items",
  "image-rendering",
  "object-fit",
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "text-anchor",
  "clip-path",
];

/**
 * A copy that needs no style sheet: canvases as pictures, everything else with its computed looks. @param {Node} node
 * @returns {Node | null}
 */
function frozen(node) {
  if (!(node instanceof Element)) return node.nodeType === Node.TEXT_NODE ? node.cloneNode() : null;
  const computed = getComputedStyle(node);
  if (computed.display === "none" || node.matches(".visually-hidden, .take-along")) return null;
  const copy = /** @type {HTMLElement | SVGElement} */ (
    node instanceof HTMLCanvasElement ? document.createElement("img") : node.cloneNode(false)
  );
  if (node instanceof HTMLCanvasElement) /** @type {HTMLImageElement} */ (copy).src = node.toDataURL();
  if (node instanceof HTMLInputElement) copy.setAttribute("value", node.value);
  for (const look of LOOKS) copy.style.setProperty(look, computed.getPropertyValue(look));
  for (const child of node.childNodes) {
    const inner = frozen(child);
    if (inner) copy.append(inner);
  }
  return copy;
}

/** The figure as it stands on the page, at twice its size. @param {HTMLElement} frame */
async function pictureOf(frame) {
  const { width, height } = frame.getBoundingClientRect();
  const copy = /** @type {HTMLElement} */ (frozen(frame));
  copy.style.setProperty("margin", "0");
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><foreignObject width="100%" height="100%">${new XMLSerializer().serializeToString(copy)}</foreignObject></svg>`;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = new OffscreenCanvas(Math.round(2 * width), Math.round(2 * height));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/png" });
}

/** @param {() => string} title @param {HTMLElement} frame */
export function takeAlong(title, frame) {
  const said = el("span", { class: "quiet", role: "status" });
  const png = () => {
    fill(said);
    pictureOf(frame).then(
      (blob) => savePicture(title(), blob),
      (error) => fill(said, failureText(failureOf(error))),
    );
  };
  return el(
    "div",
    { class: "take-along" },
    button(t("views.png"), png, { icon: "image", class: "plain" }),
    numbersOf(frame).length > 0 && [
      button(t("views.csv"), () => saveParts(title(), numbersOf(frame)), { icon: "table", class: "plain" }),
      button(t("views.json"), () => savePartsJson(title(), numbersOf(frame)), { icon: "download", class: "plain" }),
    ],
    said,
  );
}
