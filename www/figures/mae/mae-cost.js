// @ts-check
// What hiding patches saves: the encoder's multiply-adds counted, and the time of the encoder alone measured.

import { el, fill } from "../../shell/dom.js";
import { number, percent, time } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { curves, note, table } from "../kit/draw.js";

/** @typedef {import("../../engine.js").EncoderCost & { ratio: number }} Cost */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal } = stage;
  const model = await stage.load();
  /** @type {Cost[]} */
  const costs = [];
  const plot = el("div");
  const counted = el("div");
  for (const ratio of /** @type {number[]} */ (state.ratios)) {
    costs.push({ ratio, ...(await model.encoderCost({ ratio, signal })) });
    fill(plot, plotOf(costs, state.ratios));
    fill(counted, tableOf(costs));
    if (costs.length === 1) stage.show(plot, counted, note(f("maeCostNote")));
  }
}

/** Both as shares of those with nothing hidden. @param {Cost[]} costs @param {number[]} ratios */
function plotOf(costs, ratios) {
  const shares = (/** @type {"multiplyAdds" | "ms"} */ what) =>
    costs.map((cost) => /** @type {[number, number]} */ ([cost.ratio, cost[what] / costs[0][what]]));
  return curves({
    series: [
      { label: f("encoderMacs"), part: "macs", points: shares("multiplyAdds") },
      { label: f("encoderTime"), part: "measured", points: shares("ms"), dots: true, line: false },
    ],
    xName: f("maskRatio"),
    yName: f("shareOfFull"),
    xText: percent,
    yText: percent,
    low: 0,
    first: ratios[0],
    last: ratios[ratios.length - 1],
    ticks: ratios,
    label: f("maeCostLabel"),
  });
}

/** @param {Cost[]} costs */
function tableOf(costs) {
  const rows = costs.map(({ ratio, multiplyAdds, ms }) => ({
    name: percent(ratio),
    cells: [
      { content: number(multiplyAdds), part: "macs" },
      { content: time(ms), part: "measured" },
    ],
  }));
  return table([f("maskRatio"), f("encoderMacs"), f("encoderTime")], rows);
}
