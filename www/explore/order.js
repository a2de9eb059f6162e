// @ts-check
// Which maps stand in a column where there is not room for all: those that vary most, and those that the shown number
// is in or is computed from.

import { holds } from "./place.js";

/** @typedef {import("./place.js").Rect} Rect */
/** @typedef {import("./scene.js").Item} Item */
/** @typedef {import("./paint.js").Lit} Lit */
/** @typedef {import("./tile-store.js").Tiles} Tiles */

/** @param {Item} item @param {Lit | null} lit */
const holdsCell = (item, lit) => item.tiles === "maps" && lit?.cell.item.id === item.id;

/**
 * Whether a stage's output is an item's: what a block gives, its last part gives. @param {Item} item @param {string |
 * null} stage
 */
export function gives(item, stage) {
  if (stage === item.shows) return true;
  let of = item;
  while (of.stage !== stage && of.parent?.parts.at(-1) === of) of = of.parent;
  return of.stage === stage;
}

/** The maps of an item that must be seen. @param {Item} item @param {Lit | null} lit @returns {number[]} */
function needed(item, lit) {
  if (!lit || item.tiles !== "maps") return [];
  const read = lit.windows.flatMap(({ stage, channel }) => (channel !== null && gives(item, stage) ? [channel] : []));
  return [...new Set([...(holdsCell(item, lit) ? [lit.cell.channel] : []), ...read])];
}

/**
 * Whether a map that must be seen is not among those that were asked for. @param {Item} item @param {Tiles | null} tiles
 * @param {Lit | null} lit
 */
export const lacksSome = (item, tiles, lit) =>
  tiles !== null && needed(item, lit).some((channel) => !tiles.channels.includes(channel));

/** Whether most of a tile is in sight. @param {Rect} tile @param {Rect} sight */
const inSight = (tile, sight) => holds(sight, tile.x + tile.width / 2, tile.y + tile.height / 2);

/** Kinds of operations that make each map of one map: what others add to a normalization is a mean and a spread. */
const EACH_ITS_OWN = ["activation", "norm", "pool", "add", "dropout", "reshape", "embedding"];

/** Whether each map of an item is made of the same map of another. @param {Item} from @param {Item} to */
export const eachItsOwn = (from, to) =>
  EACH_ITS_OWN.includes(to.kind) &&
  to.parts.length === 0 &&
  from.count === to.count &&
  from.tiles === "maps" &&
  to.tiles === "maps";

/**
 * A map stands beside the one that it is made of, where both are drawn. @param {number[]} order @param {Tiles | null}
 * tiles @param {number[]} source the channels that stand in the places before
 */
function besideSource(order, tiles, source) {
  source.slice(0, order.length).forEach((channel, place) => {
    const at = tiles?.channels.indexOf(channel) ?? -1;
    if (at < 0) return;
    const now = order.indexOf(at);
    if (now >= 0) order[now] = order[place];
    order[place] = at;
  });
}

/**
 * For each place of a column the tile that stands there. A map that must be seen and has no place in sight takes the
 * last such place. @param {Item} item @param {Tiles | null} tiles @param {Rect[]} places
 * @param {Lit | null} lit @param {Rect} sight what is seen @param {number[]} source the
 * channels in the places of the column that each map is made of; none where maps are made of many
 * @returns {number[]}
 */
export function orderOf(item, tiles, places, lit, sight, source) {
  const order = places.map((_, i) => i);
  besideSource(order, tiles, source);
  const must = needed(item, lit)
    .map((channel) => tiles?.channels.indexOf(channel) ?? -1)
    .filter((at) => at >= 0);
  for (const at of must) {
    const now = order.indexOf(at);
    if (now >= 0 && inSight(places[now], sight)) continue;
    const next = order.findLastIndex((other, i) => !must.includes(other) && inSight(places[i], sight));
    if (next < 0) break;
    if (now >= 0) order[now] = order[next];
    order[next] = at;
  }
  return order;
}
