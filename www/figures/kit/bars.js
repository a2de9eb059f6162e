// @ts-check
// Numbers as horizontal bars, from zero. data: { items: [{ label, value }], title, unit? }

import { number, t } from "../../shell/text.js";
import { figure } from "./heatmap.js";

/** @typedef {{ items: { label: string, value: number }[], title: string, unit?: string }} Bars */

const ROW = 26;

/** @type {import("./view-types.js").View<Bars>} */
export const bars = {
  name: "bars",
  height: ({ items }) => items.length * ROW + 4,
  draw(context, { items }, { width, theme, cursor }) {
    const labels = Math.min(width * 0.36, 180);
    const low = Math.min(0, ...items.map((item) => item.value));
    const high = Math.max(0, ...items.map((item) => item.value));
    const room = width - labels - 84;
    const to = (/** @type {number} */ value) => labels + ((value - low) / (high - low || 1)) * room;
    context.font = theme.font;
    context.textBaseline = "middle";
    items.forEach(({ label, value }, index) => {
      const y = index * ROW + ROW / 2;
      context.fillStyle = theme.ink;
      context.fillText(label, 0, y, labels - 10);
      context.fillText(figure(value), labels + room + 8, y, 76);
      context.fillStyle = cursor?.row === index ? theme.mark : value < 0 ? theme.muted : theme.accent;
      context.fillRect(Math.min(to(0), to(value)), y - 7, Math.max(1, Math.abs(to(value) - to(0))), 14);
    });
    context.fillStyle = theme.muted;
    context.fillRect(to(0), 0, 1, items.length * ROW);
  },
  summary: ({ items, title }) =>
    t("views.bars", {
      title,
      count: number(items.length),
      first: items[0]?.label ?? "",
      value: figure(items[0]?.value ?? 0),
    }),
  cells: ({ items }) => ({ rows: items.length, columns: 1 }),
  readout: ({ items }, { row }) => (items[row] ? `${items[row].label}: ${figure(items[row].value)}` : ""),
  at: ({ items }, _area, _x, y) =>
    Math.floor(y / ROW) < items.length ? { row: Math.floor(y / ROW), column: 0 } : null,
  table: ({ items }) => ({ head: ["label", "value"], rows: items.map(({ label, value }) => [label, value]) }),
};
