// @ts-check
// Maps and pictures, a pixel for each value; CSS makes them large.

import { el } from "../../shell/dom.js";
import { extent, scaleOf } from "./colour.js";
import { drawMap } from "./maps.js";
import { cellsOf, states } from "./numbers.js";

/** @typedef {import("./colour.js").Scale} Scale */

/**
 * One map, a pixel for each value; CSS makes it large.
 * @param {ArrayLike<number>} values @param {number} rows @param {number} columns
 * @param {{ scale?: Scale, label?: string, part?: string, class?: string }} [options]
 */
export function tile(values, rows, columns, { scale = scaleOf(extent(values)), label, part, class: extra = "" } = {}) {
  const canvas = el("canvas", {
    width: columns,
    height: rows,
    class: `tile ${extra}`,
    role: label ? "img" : null,
    "aria-label": label,
    "aria-hidden": label ? null : "true",
    "data-part": part,
  });
  const context = canvas.getContext("2d");
  if (context)
    drawMap(context, { rows, columns, value: (r, c) => values[r * columns + c] }, scale, {
      x: 0,
      y: 0,
      width: columns,
      height: rows,
      ratio: 1,
    });
  return states(canvas, () => cellsOf(values, columns));
}

/**
 * A picture at its own pixels. @param {ImageData} image @param {{ label?: string, part?: string, class?: string }}
 * [options]
 */
export function picture(image, { label, part, class: extra = "" } = {}) {
  const canvas = el("canvas", {
    width: image.width,
    height: image.height,
    class: `tile ${image.width > 64 ? "smooth" : ""} ${extra}`,
    role: label ? "img" : null,
    "aria-label": label,
    "aria-hidden": label ? null : "true",
    "data-part": part,
  });
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}

/** @param {{ data: Uint8ClampedArray, width: number, height: number }} crop */
export const cropImage = ({ data, width, height }) => new ImageData(new Uint8ClampedArray(data), width, height);
