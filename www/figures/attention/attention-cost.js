// @ts-check
// What growing images cost: both kinds of attention by the paper's formulas, and the two small networks of the page
// counted and timed at sizes that they were not trained for.

import { el, fill } from "../../shell/dom.js";
import { number, short, time } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { block, curves, note, table } from "../kit/draw.js";

/** @typedef {{ size: number, tokens: number, multiplyAdds: number, attention: number, ms: number }} Cost */
/** @typedef {{ title: string, part: string, costs: Cost[] }} Measured */

const WIDTH = 96;
const WINDOW = 7;
const PATCH = 4;
const NETWORKS = /** @type {const} */ ([
  ["vit_cifar10", "vit"],
  ["swin_cifar10", "swin"],
]);

// In steps of a window, up to the paper's 224 pixels and twice that.
const SIZES = [56, 112, 168, 224, 280, 336, 392, 448];
/** The paper's own. */
const PAPER = 224;
/** By equations 1 and 2 of the paper. @typedef {import("../../engine.js").AttentionCost} Formula */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { signal } = stage;
  const progress = el("p", { class: "quiet", "aria-live": "polite" });
  const plot = el("div");
  const counted = el("div");
  const told = el("div");
  stage.show(
    el(
      "div",
      { class: "figure-row" },
      block(f("countedCost"), counted),
      block(f("measuredTime"), el("div", { "data-part": "measured" }, progress, plot)),
    ),
    el("div", { "data-part": "measured" }, told),
    note(f("costNote")),
  );
  // The figure stands with its first number; the others follow as they are measured.
  await new Promise((/** @type {(first?: unknown) => void} */ first, refuse) => {
    measure(stage, { counted, progress, plot, told, first }).catch((error) => {
      refuse(error);
      if (!signal.aborted) fill(progress, String(error?.message ?? error));
    });
  });
}

/**
 * @param {import("../kit/mount.js").Stage} stage
 * @param {{ counted: HTMLElement, progress: HTMLElement, plot: HTMLElement, told: HTMLElement, first: () => void }} on
 */
async function measure({ state, signal, load }, { counted, progress, plot, told, first }) {
  /** @type {Measured[]} */
  const measured = [];
  for (const [id, part] of NETWORKS) {
    const model = await load(id);
    if (!counted.hasChildNodes())
      fill(
        counted,
        formulas(await model.attentionCost({ sizes: SIZES, patch: PATCH, width: WIDTH, window: WINDOW, signal })),
      );
    const one = { title: model.info.title, part, costs: /** @type {Cost[]} */ ([]) };
    measured.push(one);
    for (const size of state.resolutions) {
      fill(progress, f("costMeasuring", { network: one.title, size: number(size) }));
      one.costs.push(await model.costAt({ size, signal }));
      signal.throwIfAborted();
      fill(plot, growth(measured, state.resolutions));
      first();
    }
  }
  fill(progress);
  fill(told, tableOf(measured));
}

/** @param {Formula[]} costs */
function formulas(costs) {
  const points = (/** @type {"global" | "windowed"} */ what) =>
    costs.map((cost) => /** @type {[number, number]} */ ([cost.size, cost[what]]));
  const paper = costs.find(({ size }) => size === PAPER) ?? costs[0];
  return [
    curves({
      series: [
        { label: f("globalAttention"), part: "vit", points: points("global") },
        { label: f("windowAttention"), part: "swin", points: points("windowed") },
      ],
      xName: f("imageSize"),
      yName: f("multiplyAdds"),
      yText: short,
      low: 0,
      ticks: [56, 224, 448],
      label: f("attentionCostLabel"),
      part: "macs",
    }),
    el(
      "p",
      { class: "quiet" },
      f("attentionCostNote", {
        width: number(WIDTH),
        window: number(WINDOW),
        full: short(paper.global),
        windowed: short(paper.windowed),
      }),
    ),
  ];
}

/**
 * Counts as lines, times as points, both as multiples of those of the smallest image. @param {Measured[]} measured
 * @param {number[]} sizes
 */
function growth(measured, sizes) {
  const of = (/** @type {Cost[]} */ costs, /** @type {"multiplyAdds" | "ms"} */ what) =>
    costs.map((cost) => /** @type {[number, number]} */ ([cost.size, cost[what] / costs[0][what]]));
  const series = measured.flatMap(({ title, part, costs }, style) => [
    { label: f("countedOf", { network: title }), part: `${part} macs`, style, points: of(costs, "multiplyAdds") },
    {
      label: f("measuredOf", { network: title }),
      part: `${part} measured`,
      style,
      points: of(costs, "ms"),
      dots: true,
      line: false,
    },
  ]);
  return curves({
    series,
    xName: f("imageSize"),
    yName: f("costGrowth", { size: number(sizes[0]) }),
    low: 0,
    ticks: sizes,
    last: sizes[sizes.length - 1],
    yText: (y) => number(y, { maximumFractionDigits: 1 }),
    label: f("costGrowthLabel"),
  });
}

/** @param {Measured[]} measured */
function tableOf(measured) {
  const heads = [f("network"), f("size.input"), f("tokenCount"), f("multiplyAdds"), f("time")];
  const rows = measured.flatMap(({ title, part, costs }) =>
    costs.map(({ size, tokens, multiplyAdds, ms }) => ({
      name: title,
      part,
      cells: [f("pixels", { count: number(size) }), number(tokens), short(multiplyAdds), time(ms)],
    })),
  );
  return table(heads, rows, { class: "stage-table cost-table" });
}
