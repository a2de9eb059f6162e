// @ts-check
// Curves over a common axis, told apart by dashes and end labels as well as by colour.
// data: { series: [{ name, points: [[x, y], ...] }], title, xName, yName, logarithmic? }

import { number, t } from "../app/text.js";
import { extent } from "./colour.js";
import { figure } from "./heatmap.js";

/** @typedef {{ series: { name: string, points: [number, number][] }[], title: string, xName: string, yName: string, logarithmic?: boolean }} Curve */

const EDGE = { left: 58, right: 96, top: 22, bottom: 38 };
const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3], [1, 2]];

/** @param {Curve} data */
function bounds({ series, logarithmic }) {
  const points = series.flatMap(({ points }) => points);
  const x = extent(points.map(([at]) => at));
  const y = extent(points.map(([, value]) => value).filter((value) => !logarithmic || value > 0));
  return { x, y: logarithmic ? y : { low: Math.min(0, y.low), high: y.high } };
}

/** @param {Curve} data @param {{ width: number, height: number }} area */
function projection(data, area) {
  const { x, y } = bounds(data);
  const of = (/** @type {number} */ value) => (data.logarithmic ? Math.log10(Math.max(value, 1e-30)) : value);
  const [low, high] = [of(y.low), of(y.high)];
  return {
    x: (/** @type {number} */ value) => EDGE.left + ((value - x.low) / (x.high - x.low || 1)) * (area.width - EDGE.left - EDGE.right),
    y: (/** @type {number} */ value) => area.height - EDGE.bottom - ((of(value) - low) / (high - low || 1)) * (area.height - EDGE.top - EDGE.bottom),
  };
}

/** @type {import("./types.js").View<Curve>} */
export const curve = {
  name: "curve",
  height: (_data, width) => Math.min(320, Math.max(200, width * 0.55)),
  draw(context, data, area) {
    const at = projection(data, area);
    axes(context, data, area, at);
    data.series.forEach(({ name, points }, index) => {
      const lit = area.highlight === name;
      context.setLineDash(DASHES[index % DASHES.length]);
      context.strokeStyle = context.fillStyle = index % 2 === 0 ? area.theme.accent : area.theme.ink;
      context.lineWidth = lit ? 4 : 2;
      context.beginPath();
      points.forEach(([x, y]) => context.lineTo(at.x(x), at.y(y)));
      context.stroke();
      context.setLineDash([]);
      const end = points.at(-1);
      if (end) context.fillText(name, at.x(end[0]) + 6, at.y(end[1]), EDGE.right - 8);
      const marked = area.cursor?.row === index ? points[area.cursor.column] : null;
      if (marked) dot(context, at.x(marked[0]), at.y(marked[1]), area.theme.mark);
    });
  },
  summary(data) {
    const { x, y } = bounds(data);
    return t("views.curves", { title: data.title, names: data.series.map(({ name }) => name).join(", "), x: data.xName, from: figure(x.low), to: figure(x.high), y: data.yName, low: figure(y.low), high: figure(y.high) });
  },
  cells: ({ series }) => ({ rows: series.length, columns: Math.max(1, ...series.map(({ points }) => points.length)) }),
  readout({ series, xName, yName }, { row, column }) {
    const point = series[row]?.points[column];
    return point ? `${series[row].name}: ${xName} ${number(point[0])}, ${yName} ${figure(point[1])}` : "";
  },
  at(data, area, x, y) {
    const at = projection(data, area);
    let best = { distance: 900, row: -1, column: 0 };
    data.series.forEach(({ points }, row) => points.forEach(([px, py], column) => {
      const distance = (at.x(px) - x) ** 2 + (at.y(py) - y) ** 2;
      if (distance < best.distance) best = { distance, row, column };
    }));
    return best.row < 0 ? null : { row: best.row, column: best.column };
  },
  table: ({ series, xName, yName }) => ({ head: ["series", xName, yName], rows: series.flatMap(({ name, points }) => points.map(([x, y]) => [name, x, y])) }),
};

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Curve} data
 * @param {import("./types.js").Area} area
 * @param {ReturnType<typeof projection>} at
 */
function axes(context, data, { width, height, theme }, at) {
  const { x, y } = bounds(data);
  context.font = theme.font;
  context.fillStyle = theme.muted;
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.strokeRect(EDGE.left, EDGE.top, width - EDGE.left - EDGE.right, height - EDGE.top - EDGE.bottom);
  context.fillText(data.yName, 0, 8);
  context.textAlign = "right";
  for (const value of [y.low, y.high]) context.fillText(figure(value), EDGE.left - 6, at.y(value), EDGE.left - 6);
  context.textAlign = "center";
  for (const value of [x.low, x.high]) context.fillText(figure(value), at.x(value), height - EDGE.bottom + 14);
  context.fillText(data.xName, (EDGE.left + width - EDGE.right) / 2, height - 8);
  context.textAlign = "left";
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {string} colour */
function dot(context, x, y, colour) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, 5, 0, 2 * Math.PI);
  context.fill();
}
