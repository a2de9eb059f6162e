// @ts-check
// What of the picture can be seen: the items of a layout within the camera, each as deep as there is room for.

/** @typedef {import("../engine.js").LayoutItem} LayoutItem */
/** @typedef {import("../engine.js").Layout} Layout */
/**
 * @typedef {LayoutItem & { parent: Item | null, parts: Item[], ranks: number }} Item `ranks`: how many parts stand
 * beside each other
 */
/** @typedef {{ items: Item[], byId: Map<string, Item>, ofStage: Map<string, Item>, skips: Layout["skips"] }} Scene */
/** @typedef {{ from: number, to: number }} Camera the visible share of the picture along its main axis */
/** @typedef {{ item: Item, alpha: number }} Seen */

/** Pixels that each of a column's parts needs before they take the column's place. */
const ROOM = 62;
/** The same where parts are rows, with their words beside them, and where their column fills most of the screen. */
const ROOM_UPRIGHT = 36;
const ROOM_FILLED = 24;
const FILLED = 0.7;
/** A column among many stays one, however wide the screen is: so much of it a column fills that opens. */
const LEAST_FILLED = 0.22;

/**
 * The length from which a column of so many parts opens. @param {number} ranks @param {number} length of the screen
 * @param {boolean} upright
 */
export const opensAt = (ranks, length, upright) =>
  upright
    ? Math.min(ranks * ROOM_UPRIGHT, Math.max(ranks * ROOM_FILLED, FILLED * length))
    : Math.max(ranks * ROOM, LEAST_FILLED * length);

/** @param {Layout} layout @returns {Scene} */
export function sceneOf({ items, skips }) {
  /** @type {Map<string, Item>} */
  const byId = new Map();
  /** @type {Map<string, Item>} */
  const ofStage = new Map();
  const take = (/** @type {LayoutItem} */ given, /** @type {Item | null} */ parent) => {
    const item = /** @type {Item} */ ({ ...given, parent, ranks: new Set(given.parts.map(({ x }) => x[0])).size });
    byId.set(item.id, item);
    item.parts = given.parts.map((part) => take(part, item));
    if (!item.id.endsWith("+")) ofStage.set(item.stage, item);
    return item;
  };
  return { items: items.map((item) => take(item, null)), byId, ofStage, skips };
}

/** @param {Item} item @returns {Item[]} the item and what it is in, outermost first */
export const pathOf = (item) => (item.parent ? [...pathOf(item.parent), item] : [item]);

/**
 * The items that are drawn, deepest first decided by their length on the screen. @param {Scene} scene @param {Camera}
 * camera @param {number} length @param {boolean} upright whether the picture runs from top to bottom
 */
export function visible({ items }, { from, to }, length, upright) {
  /** @type {Seen[]} */
  const found = [];
  const visit = (/** @type {Item} */ item, /** @type {number} */ alpha) => {
    if (item.x[1] <= from || item.x[0] >= to) return;
    const pixels = ((item.x[1] - item.x[0]) / (to - from)) * length;
    const filled = pixels / opensAt(item.ranks, length, upright);
    const open = item.parts.length > 0 ? Math.max(0, Math.min(1, (filled - 1) * 16)) : 0;
    if (open < 1) found.push({ item, alpha: alpha * (1 - open) });
    if (open > 0) for (const part of item.parts) visit(part, alpha * open);
  };
  for (const item of items) visit(item, 1);
  return found;
}

/**
 * What the camera looks at: the deepest item that fills most of it. @param {Scene} scene @param {Camera} camera
 * @returns {Item | null}
 */
export function focusOf({ items }, { from, to }) {
  const most = (/** @type {Item[]} */ among) =>
    among.find(({ x }) => Math.min(x[1], to) - Math.max(x[0], from) > 0.5 * (to - from) && x[1] - x[0] < 1);
  let found = null;
  for (let next = most(items); next; next = most(next.parts)) found = next;
  return found;
}

/** Of what stands before an operation, so much of its width is seen: the windows that it reads lie there. */
const BEFORE = 0.34;
/** The same on a phone, where the card of a chosen number leaves half of the height. */
const BEFORE_UPRIGHT = 0.8;

/**
 * The camera that shows an item with a glimpse of its neighbours. @param {Item | null} item @param {boolean} upright
 * whether the picture runs from top to bottom
 * @returns {Camera}
 */
export function cameraOn(item, upright) {
  if (!item) return { from: 0, to: 1 };
  const width = item.x[1] - item.x[0];
  const before = item.parts.length > 0 ? 0.06 : upright ? BEFORE_UPRIGHT : BEFORE;
  return { from: Math.max(0, item.x[0] - before * width), to: Math.min(1, item.x[1] + 0.06 * width) };
}

/**
 * The drawn item that a stage is in. @param {Scene} scene @param {string} stage @param {Set<Item>} drawn
 * @returns {Item | null}
 */
export function drawnFor({ ofStage }, stage, drawn) {
  let item = ofStage.get(stage) ?? null;
  while (item && !drawn.has(item)) item = item.parent;
  return item;
}

/**
 * The drawn items that another reads, by other ways than a skip connection. @param {Scene} scene @param {Item} item
 * @param {Set<Item>} drawn
 */
export function sourcesOf(scene, item, drawn) {
  const skipped = item.kind === "add" ? scene.skips.find(({ to }) => to === item.stage)?.from : null;
  const found = item.from.map((name) => (name === skipped ? null : drawnFor(scene, name, drawn)));
  return found.flatMap((source) => (source && source !== item ? [source] : []));
}

/**
 * The shortest view that still means something: all tiles of the narrowest operation at a fair size.
 * @param {Scene} scene @param {number} length
 */
export function shortest({ byId }, length) {
  let least = 1;
  for (const { x, count, tiles, parts } of byId.values()) {
    if (parts.length > 0) continue;
    const pixels = tiles === "maps" ? Math.max(length, count * 9) : length;
    least = Math.min(least, ((x[1] - x[0]) * length) / pixels);
  }
  return least;
}

/**
 * The item that a name from an address means: an item, a stage, or what a stage is inside of. @param {Scene} scene
 * @param {string} name @returns {Item | null}
 */
export function itemFor({ byId, ofStage }, name) {
  for (let rest = name; rest; rest = rest.includes(".") ? rest.replace(/\.[^.]*$/, "") : "") {
    const found = byId.get(rest) ?? ofStage.get(rest);
    if (found) return found;
  }
  return null;
}
