// @ts-check
// All channels of a stage as a grid of small maps.
// data: { maps (see maps.js; small ones), rows and columns of the whole maps, order, extents, scale: "each" | "shared", title, chosen }

import { number, t } from "../../shell/text.js";
import { extent, scaleOf } from "./colour.js";
import { figure } from "./heatmap.js";
import { drawMap, valueAt } from "./maps.js";

/**
 * @typedef {{ maps: import("./maps.js").Maps, rows: number, columns: number, order: number[], extents: import("./colour.js").Range[], scale: "each" | "shared",
 *   title: string, chosen: number }} MapGrid
 */

const GAP = 4;

/** Columns and side of a tile, for a width. @param {number} count @param {number} width */
function layout(count, width) {
  const want = count <= 16 ? 92 : count <= 64 ? 62 : 46;
  const columns = Math.max(1, Math.min(count, Math.floor((width + GAP) / (want + GAP))));
  return { columns, side: Math.min(120, (width + GAP) / columns - GAP) };
}

/** @param {MapGrid} data */
const shared = (data) =>
  scaleOf(data.extents.reduce((all, one) => ({ low: Math.min(all.low, one.low), high: Math.max(all.high, one.high) })));

/** @type {import("./view-types.js").View<MapGrid>} */
export const mapGrid = {
  name: "map-grid",
  height(data, width) {
    const { columns, side } = layout(data.order.length, width);
    return Math.ceil(data.order.length / columns) * (side + GAP);
  },
  draw(context, data, area) {
    const { columns, side } = layout(data.order.length, area.width);
    const all = shared(data);
    data.order.forEach((channel, index) => {
      const x = (index % columns) * (side + GAP);
      const y = Math.floor(index / columns) * (side + GAP);
      const scale = data.scale === "shared" ? all : scaleOf(data.extents[channel]);
      const map = {
        rows: data.maps.rows,
        columns: data.maps.columns,
        value: (/** @type {number} */ r, /** @type {number} */ c) => valueAt(data.maps, channel, r, c),
      };
      drawMap(context, map, scale, { x, y, width: side, height: side, ratio: area.ratio });
      const under = area.cursor && area.cursor.row * columns + area.cursor.column === index;
      if (channel === data.chosen || under)
        frame(context, x, y, side, channel === data.chosen ? area.theme.mark : area.theme.ink);
    });
  },
  legend: (data) => ({
    ...(data.scale === "shared" ? shared(data) : scaleOf(data.extents[data.chosen] ?? { low: 0, high: 1 })),
    unit: t("views.activation"),
  }),
  summary: (data) =>
    t("views.grid", {
      title: data.title,
      count: number(data.order.length),
      rows: data.rows,
      columns: data.columns,
      strongest: number(data.order[0]),
    }),
  cells(data, width) {
    const { columns } = layout(data.order.length, width);
    return { rows: Math.ceil(data.order.length / columns), columns };
  },
  readout: (_, { row, column }) => t("views.tile", { position: `${number(row + 1)}, ${number(column + 1)}` }),
  at(data, area, x, y) {
    const { columns, side } = layout(data.order.length, area.width);
    const cell = { row: Math.floor(y / (side + GAP)), column: Math.floor(x / (side + GAP)) };
    return cell.column < columns && cell.row * columns + cell.column < data.order.length ? cell : null;
  },
  table: (data) => ({
    head: ["channel", "lowest", "highest"],
    rows: data.order.map((channel) => [channel, data.extents[channel].low, data.extents[channel].high]),
  }),
};

/** The channel at a cell of the grid as drawn at a width. @param {MapGrid} data @param {import("./view-types.js").Cell} cell @param {number} width */
export const channelAt = (data, { row, column }, width) =>
  data.order[row * layout(data.order.length, width).columns + column];

/** @param {MapGrid} data @param {number} channel */
export const channelText = (data, channel) =>
  t("views.channel", {
    channel: number(channel),
    low: figure(data.extents[channel].low),
    high: figure(data.extents[channel].high),
  });

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} side @param {string} colour */
function frame(context, x, y, side, colour) {
  context.lineWidth = 3;
  context.strokeStyle = colour;
  context.strokeRect(x + 1, y + 1, side - 2, side - 2);
}

export { extent };
