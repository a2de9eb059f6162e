// @ts-check
// One map, enlarged; also a matrix, with what its rows and columns are.
// data: { values, rows, columns, title, unit?, low?, high?, rowName?, columnName? }

import { number, t } from "../../shell/text.js";
import { extent, scaleOf } from "./colour.js";
import { drawMap } from "./maps.js";

/**
 * `stretch`: fill the width whatever the shape, for matrices whose rows and columns are not places.
 * @typedef {{ values: ArrayLike<number>, rows: number, columns: number, title: string, unit?: string, low?: number, high?: number,
 *   rowName?: string, columnName?: string, maxHeight?: number, stretch?: boolean }} Heatmap
 */

/** @param {Heatmap} data */
const range = (data) =>
  data.low === undefined || data.high === undefined ? extent(data.values) : { low: data.low, high: data.high };

/** @type {import("./view-types.js").View<Heatmap>} */
export const heatmap = {
  name: "heatmap",
  height: ({ rows, columns, maxHeight = 420, stretch }, width) =>
    stretch ? Math.min(maxHeight, Math.max(60, rows * 4)) : Math.min(maxHeight, (width * rows) / columns),
  draw(context, data, area) {
    const place = placeOf(data, area);
    const { rows, columns, values } = data;
    drawMap(context, { rows, columns, value: (row, column) => values[row * columns + column] }, scaleOf(range(data)), {
      ...place,
      ratio: area.ratio,
    });
    if (area.cursor) outline(context, data, place, area.cursor, area.theme);
  },
  legend: (data) => ({ ...scaleOf(range(data)), unit: data.unit ?? "" }),
  summary(data) {
    const { low, high } = range(data);
    return t("views.map", {
      title: data.title,
      rows: data.rows,
      columns: data.columns,
      low: figure(low),
      high: figure(high),
    });
  },
  cells: ({ rows, columns }) => ({ rows, columns }),
  readout: (data, { row, column }) =>
    t("views.cell", {
      row: `${data.rowName ?? t("views.row")} ${number(row)}`,
      column: `${data.columnName ?? t("views.column")} ${number(column)}`,
      value: figure(data.values[row * data.columns + column]),
    }),
  at(data, area, x, y) {
    const place = placeOf(data, area);
    const column = Math.floor(((x - place.x) / place.width) * data.columns);
    const row = Math.floor(((y - place.y) / place.height) * data.rows);
    return row >= 0 && column >= 0 && row < data.rows && column < data.columns ? { row, column } : null;
  },
  table: ({ values, rows, columns }) => ({
    head: ["row", ...Array.from({ length: columns }, (_, i) => String(i))],
    rows: Array.from({ length: rows }, (_, row) => [
      row,
      ...Array.from({ length: columns }, (_, i) => values[row * columns + i]),
    ]),
  }),
};

/** Four significant digits. @param {number} value */
export const figure = (value) => number(value, { maximumSignificantDigits: 4 });

/** The largest rectangle of the map's own shape. @param {{ rows: number, columns: number, stretch?: boolean }} data @param {{ width: number, height: number }} area */
function placeOf({ rows, columns, stretch }, area) {
  if (stretch) return { x: 0, y: 0, width: area.width, height: area.height };
  const side = Math.min(area.width / columns, area.height / rows);
  return { x: 0, y: 0, width: side * columns, height: side * rows };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{ rows: number, columns: number }} data
 * @param {{ x: number, y: number, width: number, height: number }} place
 * @param {import("./view-types.js").Cell} cell
 * @param {import("./view-types.js").Theme} theme
 */
export function outline(context, { rows, columns }, place, { row, column }, theme) {
  const width = place.width / columns;
  const height = place.height / rows;
  const box = /** @type {const} */ ([
    place.x + column * width,
    place.y + row * height,
    Math.max(width, 3),
    Math.max(height, 3),
  ]);
  context.lineWidth = 4;
  context.strokeStyle = "#08141a";
  context.strokeRect(...box);
  context.lineWidth = 2;
  context.strokeStyle = theme.mark;
  context.strokeRect(...box);
}
