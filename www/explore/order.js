// @ts-check
// Which maps stand in a column where there is not room for all: those that vary most, and those that the shown number
// is in or is computed from.

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

/** How much of a tile is in sight. @param {import("./place.js").Rect} tile @param {import("./place.js").Rect} strip */
function inSight(tile, strip) {
  const [x, y] = [tile.x + tile.width / 2, tile.y + tile.height / 2];
  return x > strip.x && y > strip.y && x < strip.x + strip.width && y < strip.y + strip.height;
}

/**
 * For each place of a column the tile that stands there. A map that must be seen and has no place in sight takes the
 * last such place. @param {Item} item @param {Tiles | null} tiles @param {import("./place.js").Rect[]} places
 * @param {Lit | null} lit @param {import("./place.js").Rect} strip what is seen
 * @returns {number[]}
 */
export function orderOf(item, tiles, places, lit, strip) {
  const order = places.map((_, i) => i);
  const must = needed(item, lit)
    .map((channel) => tiles?.channels.indexOf(channel) ?? -1)
    .filter((at) => at >= 0);
  for (const at of must) {
    const now = order.indexOf(at);
    if (now >= 0 && inSight(places[now], strip)) continue;
    const next = order.findLastIndex((other, i) => !must.includes(other) && inSight(places[i], strip));
    if (next < 0) break;
    if (now >= 0) order[now] = order[next];
    order[next] = at;
  }
  return order;
}
