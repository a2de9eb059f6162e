// @ts-check
// The network as a row of blocks: as tall as its maps are large, as wide as it has channels. Drawn from model.stages alone.
// Arcs are the connections that pass over other blocks. data: { stages: [{ name, kind, shape, layout?, parameters?, multiply_adds?, from? }], title, chosen, focus?, ms? }

import { number, short, t, time, tOf } from "../../shell/text.js";

/** @typedef {{ name: string, kind: string, shape: number[], layout?: string, parameters?: number, multiply_adds?: number, from?: string[] }} Stage */
/** @typedef {{ stages: Stage[], title: string, chosen: string, focus?: string[], ms?: Map<string, number> }} Architecture */

const LABEL = 34;
const TALL = 120;
const ARC = 26;

/** Side and channels of a stage's output. @param {Stage} stage */
export function extentOf({ shape, layout }) {
  if (shape.length === 4)
    return layout === "nhwc" ? { side: shape[1], channels: shape[3] } : { side: shape[2], channels: shape[1] };
  if (shape.length === 3) return { side: Math.floor(Math.sqrt(shape[1])), channels: shape[2] };
  return { side: 1, channels: shape.at(-1) ?? 1 };
}

/** Where each block stands. @param {Architecture} data @param {number} width */
function boxes({ stages }, width) {
  const sides = stages.map(extentOf);
  const largest = Math.max(...sides.map(({ side }) => side));
  const wants = sides.map(({ channels }) => 6 + 3 * Math.log2(1 + channels));
  const total = wants.reduce((sum, want) => sum + want, 0);
  const between = Math.max(1, stages.length - 1);
  const per = Math.min(2.4, (width - 4 * between) / total);
  const gap = Math.min(90, (width - per * total) / between);
  let x = 0;
  return stages.map((_, i) => {
    const box = { x, width: wants[i] * per, height: 14 + (TALL - 14) * Math.sqrt(sides[i].side / largest) };
    x += box.width + gap;
    return box;
  });
}

/** @type {import("./view-types.js").View<Architecture>} */
export const architecture = {
  name: "architecture",
  height: (data) => TALL + LABEL + (skips(data).length > 0 ? ARC : 0),
  draw(context, data, area) {
    const { theme } = area;
    const arcs = skips(data);
    context.translate(0, arcs.length > 0 ? ARC : 0);
    context.font = theme.font;
    context.textBaseline = "middle";
    context.strokeStyle = theme.line;
    context.lineWidth = 2;
    const blocks = boxes(data, area.width);
    context.strokeRect(0, TALL / 2, blocks.at(-1)?.x ?? 0, 0);
    arcs.forEach((arc) => drawArc(context, arc, blocks));
    blocks.forEach(({ x, width, height }, index) => {
      const stage = data.stages[index];
      const chosen =
        holds(stage, data.chosen) || area.highlight === `stage:${stage.name}` || data.focus?.includes(stage.name);
      context.fillStyle = chosen ? theme.accent : theme.sunken;
      context.strokeStyle = area.cursor?.column === index ? theme.mark : chosen ? theme.accent : theme.muted;
      context.lineWidth = area.cursor?.column === index ? 3 : 1.5;
      context.fillRect(x + 1, (TALL - height) / 2, width - 2, height);
      context.strokeRect(x + 1, (TALL - height) / 2, width - 2, height);
    });
    labels(context, data, area);
  },
  summary: (data) =>
    t("views.architecture", {
      title: data.title,
      count: number(data.stages.length),
      names: data.stages.map(({ name }) => name).join(", "),
    }),
  cells: (data) => ({ rows: 1, columns: data.stages.length }),
  readout: (data, { column }) =>
    data.stages[column] ? stageText(data.stages[column], data.ms?.get(data.stages[column].name)) : "",
  at(data, area, x) {
    const column = boxes(data, area.width).findIndex((box) => x >= box.x - 2 && x < box.x + box.width + 2);
    return column < 0 ? null : { row: 0, column };
  },
  table: ({ stages, ms }) => ({
    head: ["stage", "kind", "shape", "parameters", "multiply_adds", "ms"],
    rows: stages.map((s) => [
      s.name,
      s.kind,
      s.shape.join("x"),
      s.parameters ?? "",
      s.multiply_adds ?? "",
      ms?.get(s.name) ?? "",
    ]),
  }),
};

/** Connections over at least one block, as pairs of places; from -1 where they begin before the first. @param {Architecture} data */
function skips({ stages }) {
  const place = new Map(stages.map(({ name }, index) => [name, index]));
  return stages.flatMap(({ from = [] }, to) =>
    from.map((name) => ({ from: place.get(name) ?? -1, to })).filter(({ from: start }) => start < to - 1),
  );
}

/** @param {CanvasRenderingContext2D} context @param {{ from: number, to: number }} arc @param {{ x: number, width: number, height: number }[]} blocks */
function drawArc(context, { from, to }, blocks) {
  const start = from < 0 ? 0 : blocks[from].x + blocks[from].width / 2;
  const end = blocks[to].x + blocks[to].width / 2;
  const top = (/** @type {number} */ index) => (index < 0 ? TALL / 2 : (TALL - blocks[index].height) / 2);
  context.beginPath();
  context.moveTo(start, top(from));
  context.bezierCurveTo(start, -ARC, end, -ARC, end, top(to));
  context.stroke();
}

/** Whether a stage is, or contains, the one of that path. @param {Stage} stage @param {string} path */
const holds = ({ name }, path) => path === name || path.startsWith(`${name}.`);

/** Names under the blocks, as many as fit. @param {CanvasRenderingContext2D} context @param {Architecture} data @param {import("./view-types.js").Area} area */
function labels(context, data, { width, theme }) {
  let free = 0;
  boxes(data, width).forEach((box, index) => {
    const { name } = data.stages[index];
    const wide = context.measureText(name).width;
    const chosen = holds(data.stages[index], data.chosen);
    const x = Math.min(box.x, width - wide);
    if (x < free && !chosen) return;
    if (x < free) context.clearRect(x - 4, TALL + 4, wide + 8, LABEL);
    context.fillStyle = chosen ? theme.accent : theme.muted;
    context.fillText(name, x, TALL + 18);
    free = x + wide + 12;
  });
}

/** A stage in one line. @param {Stage} stage @param {number} [ms] */
export function stageText({ name, kind, shape, parameters, multiply_adds }, ms) {
  return [
    name,
    tOf("kinds", kind, kind),
    shape.slice(shape.length > 2 ? 1 : 0).join(" × "),
    parameters ? t("views.parameters", { count: short(parameters) }) : "",
    multiply_adds ? t("views.macs", { count: short(multiply_adds) }) : "",
    ms === undefined ? "" : time(ms),
  ]
    .filter(Boolean)
    .join(" · ");
}
