// @ts-check
// Local response normalization on the visitor's photo: the same map before and after.

import { el, fill } from "../dom.js";
import { number } from "../text.js";
import { f } from "../lessons/words.js";
import { extent, scaleOf } from "../../views/colour.js";
import { channelExtents, mapsOf, oneMap } from "../../views/maps.js";
import { barRows, block, legend, tile } from "./draw.js";
import { NotBuilt } from "./mount.js";

const AROUND = 2;

/** @param {import("./mount.js").Stage} stage */
export async function figure(stage) {
  // The paper's order needs the normalization run at a place where the trained network has none.
  if (stage.state.order === "paper") throw new NotBuilt();
  const model = await stage.load();
  const input = await stage.input(model);
  const after = String(stage.state.stage);
  const before = /** @type {{ name: string, from: string[] } | undefined} */ (/** @type {unknown} */ (model.stages.find(({ name }) => name === after)))?.from[0];
  if (!before) throw new NotBuilt();
  const seen = await model.observe(input, [before, after]);
  const [a, b] = [mapsOf(seen[before]), mapsOf(seen[after])];
  if (!a || !b) throw new NotBuilt();
  const strongest = channelExtents(a).map((range, channel) => ({ channel, high: range.high })).sort((x, y) => y.high - x.high)[0].channel;
  const view = el("div", { class: "figure-row" });
  const draw = (/** @type {number} */ channel) => {
    const [old, fresh] = [oneMap(a, channel), oneMap(b, channel)];
    const peak = old.indexOf(Math.max(...old));
    const around = Array.from({ length: 2 * AROUND + 1 }, (_, i) => channel - AROUND + i).filter((c) => c >= 0 && c < a.channels);
    const valuesAt = (/** @type {import("../../views/maps.js").Maps} */ maps) => around.map((c) => ({
      label: f("channelTitle", { channel: number(c) }), value: oneMap(maps, c)[peak], text: number(oneMap(maps, c)[peak], { maximumSignificantDigits: 3 }), strong: c === channel,
    }));
    const most = Math.max(...valuesAt(a).map(({ value }) => value));
    const [s1, s2] = [scaleOf(extent(old)), scaleOf(extent(fresh))];
    const boxOf = (/** @type {string} */ title, /** @type {string} */ part, /** @type {Float32Array} */ map, /** @type {typeof s1} */ scale, /** @type {typeof a} */ maps) => {
      const box = block(title, tile(map, maps.rows, maps.columns, { scale, label: title }), legend(scale), el("div", { "data-part": "channels" }, el("p", { class: "quiet" }, f("samePlace")), barRows(valuesAt(maps), { most, label: title })));
      box.setAttribute("data-part", part);
      return box;
    };
    fill(view, boxOf(f("before", { stage: before }), "before", old, s1, a), boxOf(f("after", { stage: after }), "after", fresh, s2, b));
  };
  const first = Number(stage.state.channel ?? strongest);
  draw(first);
  const choice = el("select", { onchange: () => draw(Number(choice.value)) }, Array.from({ length: a.channels }, (_, channel) => el("option", { value: channel, selected: channel === first }, number(channel))));
  stage.show(view, el("label", { class: "picker", "data-part": "channels" }, f("channel"), " ", choice));
}
