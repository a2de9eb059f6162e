// @ts-check
// All maps of a stage, one large; or several stages beside each other at their true relative sizes.

import { el, fill } from "../dom.js";
import { number } from "../text.js";
import { f } from "../lessons/words.js";
import { scaleOf } from "../../views/colour.js";
import { channelExtents, mapsOf, oneMap } from "../../views/maps.js";
import { block, legend, tile } from "./draw.js";

const FEW = 6;
const MANY = 64;

/** @param {import("./mount.js").Stage} stage */
export async function figure(stage) {
  const model = await stage.load();
  const input = await stage.input(model);
  /** @type {string[]} */
  const names = stage.state.stages ?? [stage.state.stage];
  const seen = await model.observe(input, names);
  const all = names.map((name) => ({ name, maps: mapsOf(seen[name], { layout: /** @type {any} */ (model.stages.find((s) => s.name === name))?.layout }) }));
  if (all.length > 1) stage.show(scales(all));
  else if (all[0].maps) stage.show(grid(all[0].name, all[0].maps, Number(stage.state.channel ?? -1)));
}

/** @typedef {import("../../views/maps.js").Maps} Maps */

/** @param {string} name @param {Maps} maps @param {number} given */
function grid(name, maps, given) {
  const extents = channelExtents(maps);
  const order = extents.map((_, index) => index);
  if (order.length > MANY) order.sort((a, b) => extents[b].high - extents[a].high).splice(MANY);
  const large = el("div", { class: "large-map", "data-part": "channel" });
  const show = (/** @type {number} */ channel) => {
    const scale = scaleOf(extents[channel]);
    fill(large, el("h3", null, f("channelTitle", { channel: number(channel) })), tile(oneMap(maps, channel), maps.rows, maps.columns, { scale, label: f("mapLabel", { stage: name, channel: number(channel) }) }), legend(scale));
    for (const one of tiles) one.setAttribute("aria-pressed", String(one.dataset.channel === String(channel)));
  };
  const tiles = order.map((channel) => el("button", {
    type: "button", class: "map-button", "data-channel": channel, "aria-label": f("channelTitle", { channel: number(channel) }), "aria-pressed": "false", onclick: () => show(channel),
  }, tile(oneMap(maps, channel), maps.rows, maps.columns, { scale: scaleOf(extents[channel]) })));
  show(given >= 0 ? given : order.toSorted((a, b) => extents[b].high - extents[a].high)[0]);
  return el(
    "div",
    { class: "figure-row maps" },
    block(f("mapsTitle", { stage: name, count: number(maps.channels), rows: number(maps.rows), columns: number(maps.columns) }), el("div", { class: "map-grid", "data-part": "grid" }, tiles), order.length < maps.channels && el("p", { class: "quiet" }, f("strongest", { count: number(order.length) }))),
    large,
  );
}

/** @param {{ name: string, maps: Maps | null }[]} stages */
function scales(stages) {
  const widest = Math.max(...stages.map(({ maps }) => maps?.columns ?? 1));
  return el("div", { class: "scales" }, stages.map(({ name, maps }) => {
    if (!maps) return null;
    const extents = channelExtents(maps);
    const order = extents.map((_, index) => index).sort((a, b) => extents[b].high - extents[a].high).slice(0, FEW);
    return block(
      f("mapsTitle", { stage: name, count: number(maps.channels), rows: number(maps.rows), columns: number(maps.columns) }),
      el("div", { class: "scale-row", "data-part": "grid" }, order.map((channel) => {
        const map = tile(oneMap(maps, channel), maps.rows, maps.columns, { scale: scaleOf(extents[channel]), label: f("mapLabel", { stage: name, channel: number(channel) }) });
        map.style.setProperty("width", `${(100 * maps.columns) / widest / FEW - 1}%`);
        return map;
      })),
    );
  }));
}
