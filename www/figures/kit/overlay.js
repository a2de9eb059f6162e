// @ts-check
// A map laid over the picture it speaks about, as attention from one patch.
// data: { image, values, rows, columns, title, unit?, query? }

import { number, t } from "../../shell/text.js";
import { extent, scaleOf } from "./colour.js";
import { figure, outline } from "./heatmap.js";
import { drawMap } from "./maps.js";

/**
 * @typedef {{ image: ImageData | ImageBitmap | null, values: ArrayLike<number>, rows: number, columns: number, title: string, unit?: string,
 *   query?: import("./view-types.js").Cell | null, maxHeight?: number }} Overlay
 */

/** @param {Overlay} data @param {{ width: number, height: number }} area */
function squareOf({ rows, columns }, area) {
  const side = Math.min(area.width / columns, area.height / rows);
  return { x: 0, y: 0, width: side * columns, height: side * rows };
}

/** @type {import("./view-types.js").View<Overlay>} */
export const overlay = {
  name: "overlay",
  height: ({ rows, columns, maxHeight = 420 }, width) => Math.min(maxHeight, (width * rows) / columns),
  draw(context, data, area) {
    const place = squareOf(data, area);
    if (data.image) drawImage(context, data.image, place);
    context.globalAlpha = data.image ? 0.68 : 1;
    drawMap(
      context,
      { rows: data.rows, columns: data.columns, value: (row, column) => data.values[row * data.columns + column] },
      scaleOf(extent(data.values)),
      { ...place, ratio: area.ratio },
    );
    context.globalAlpha = 1;
    if (data.query) outline(context, data, place, data.query, area.theme);
    if (area.cursor) outline(context, data, place, area.cursor, { ...area.theme, mark: "#ffffff" });
  },
  legend: (data) => ({ ...scaleOf(extent(data.values)), unit: data.unit ?? "" }),
  summary(data) {
    const { high } = extent(data.values);
    const at = Array.from(data.values).indexOf(high);
    return t("views.overlay", {
      title: data.title,
      row: number(Math.floor(at / data.columns)),
      column: number(at % data.columns),
      high: figure(high),
    });
  },
  cells: ({ rows, columns }) => ({ rows, columns }),
  readout: (data, { row, column }) =>
    t("views.cell", {
      row: `${t("views.row")} ${number(row)}`,
      column: `${t("views.column")} ${number(column)}`,
      value: figure(data.values[row * data.columns + column]),
    }),
  at(data, area, x, y) {
    const place = squareOf(data, area);
    const column = Math.floor((x / place.width) * data.columns);
    const row = Math.floor((y / place.height) * data.rows);
    return row >= 0 && column >= 0 && row < data.rows && column < data.columns ? { row, column } : null;
  },
  table: (data) => ({
    head: ["row", "column", "value"],
    rows: Array.from(data.values, (value, i) => [Math.floor(i / data.columns), i % data.columns, value]),
  }),
};

/** @param {CanvasRenderingContext2D} context @param {ImageData | ImageBitmap} image @param {{ x: number, y: number, width: number, height: number }} place */
export function drawImage(context, image, place) {
  const tile = new OffscreenCanvas(image.width, image.height);
  const inner = tile.getContext("2d");
  if (image instanceof ImageData) inner?.putImageData(image, 0, 0);
  else inner?.drawImage(image, 0, 0);
  context.imageSmoothingEnabled = image.width > 64;
  context.drawImage(tile, place.x, place.y, place.width, place.height);
}
