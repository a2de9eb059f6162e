// @ts-check
// Multiply-adds of global and of windowed attention over growing resolutions, by the paper's formulas.

import { el } from "../dom.js";
import { number, short } from "../text.js";
import { f } from "../lessons/words.js";
import { curves } from "./draw.js";
import { notBuilt } from "./mount.js";

const WIDTH = 96;
const WINDOW = 7;
const PATCH = 4;

/** @param {number} n tokens */
const globalMacs = (n) => 4 * n * WIDTH ** 2 + 2 * n ** 2 * WIDTH;
/** @param {number} n tokens */
const windowMacs = (n) => 4 * n * WIDTH ** 2 + 2 * WINDOW ** 2 * n * WIDTH;

/** @param {import("./mount.js").Stage} stage */
export function figure(stage) {
  // In steps of a window, up to the paper's 224 pixels and twice that.
  const sizes = [56, 112, 168, 224, 280, 336, 392, 448];
  const points = (/** @type {(n: number) => number} */ macs) => sizes.map((size) => /** @type {[number, number]} */ ([size, macs((size / PATCH) ** 2)]));
  stage.show(
    curves({
      series: [{ label: f("globalAttention"), part: "vit", points: points(globalMacs), dots: true }, { label: f("windowAttention"), part: "swin", points: points(windowMacs), dots: true }],
      xName: f("imageSize"), yName: f("multiplyAdds"), yText: short, low: 0, ticks: [56, 224, 448], label: f("attentionCostLabel"), part: "macs",
    }),
    el("p", { class: "quiet" }, f("attentionCostNote", { width: number(WIDTH), window: number(WINDOW), full: short(globalMacs(3136)), windowed: short(windowMacs(3136)) })),
    el("div", { "data-part": "measured" }, el("h3", null, f("measuredTime")), notBuilt()),
  );
}
