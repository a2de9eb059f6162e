// @ts-check
// One number of the picture: which it is, where it stands on the screen, and its neighbours.

import { el } from "../shell/dom.js";
import { number, t } from "../shell/text.js";
import { unitOf } from "./names.js";
import { holds } from "./place.js";
import { valuesOf } from "./tile-store.js";

/** @typedef {import("./scene.js").Item} Item */
/** @typedef {import("./paint.js").Column} Column */
/**
 * @typedef {{ item: Item, channel: number, row: number, column: number, value: number }} Cell `value` is not a number
 * where it is not known
 */
/** @typedef {{ column: Column, at: number, x: number, y: number }} Found a place, and where in it from 0 to 1 */

/**
 * The tile at a point of the picture. @param {Column[]} columns @param {number} x @param {number} y
 * @returns {Found | null}
 */
export function tileAt(columns, x, y) {
  for (const column of columns) {
    const at = column.places.findIndex((place) => holds(place, x, y));
    if (at < 0 || !column.tiles || column.order[at] >= column.tiles.channels.length) continue;
    const place = column.places[at];
    return { column, at, x: (x - place.x) / place.width, y: (y - place.y) / place.height };
  }
  return null;
}

/** @param {Found} found @returns {Cell | null} */
export function cellAt({ column: { item, tiles, order }, at: place, x, y }) {
  if (!tiles) return null;
  const at = order[place];
  const [, rows, columns] = tiles.shape;
  const values = valuesOf(tiles, at);
  if (item.tiles === "vector") {
    const across = Math.max(1, Math.round(Math.sqrt(values.length / 3)));
    const index = Math.floor(y * Math.ceil(values.length / across)) * across + Math.floor(x * across);
    return index < values.length ? { item, channel: index, row: 0, column: 0, value: values[index] } : null;
  }
  const [row, column] = [Math.min(rows - 1, Math.floor(y * rows)), Math.min(columns - 1, Math.floor(x * columns))];
  const scale = [item.grid[0] / rows, item.grid[1] / columns];
  return {
    item,
    channel: tiles.channels[at],
    row: Math.floor((row + 0.5) * scale[0]),
    column: Math.floor((column + 0.5) * scale[1]),
    value: values[row * columns + column],
  };
}

/**
 * A cell by its place. @param {Item} item @param {number} channel @param {number} row @param {number} column
 * @returns {Cell}
 */
export const cellIn = (item, channel, row, column) =>
  item.tiles === "vector"
    ? { item, channel, row: 0, column: 0, value: Number.NaN }
    : { item, channel, row, column, value: Number.NaN };

/** The middle of an item's first map. @param {Item} item @param {Column[]} columns @returns {Cell | null} */
export function firstCell(item, columns) {
  const tiles = columns.find((column) => column.item === item)?.tiles;
  if (!tiles || item.tiles === "table") return null;
  const channel = item.tiles === "vector" ? 0 : tiles.channels[0];
  return cellIn(item, channel, Math.floor(item.grid[0] / 2), Math.floor(item.grid[1] / 2));
}

/**
 * The cell beside another; of a row of numbers the next one. @param {Cell} cell @param {number} rows @param {number}
 * across @returns {Cell}
 */
export function beside({ item, channel, row, column }, rows, across) {
  const within = (/** @type {number} */ at, /** @type {number} */ count) => Math.max(0, Math.min(count - 1, at));
  return item.tiles === "vector"
    ? cellIn(item, within(channel + rows + across, item.count), 0, 0)
    : cellIn(item, channel, within(row + rows, item.grid[0]), within(column + across, item.grid[1]));
}

/**
 * The same place in the next map of those that are drawn. @param {Cell} cell @param {number} by @param {Column[]}
 * columns @returns {Cell}
 */
export function nextMap(cell, by, columns) {
  const channels = columns.find((column) => column.item === cell.item)?.tiles?.channels ?? [cell.channel];
  const at = channels.indexOf(cell.channel);
  return { ...cell, channel: channels[(at + by + channels.length) % channels.length], value: Number.NaN };
}

/** @param {Cell} cell */
export function readoutText({ item, channel, row, column, value }) {
  const figure = Number.isNaN(value) ? t("picture.hidden") : number(value, { maximumSignificantDigits: 3 });
  const place =
    item.tiles === "vector"
      ? t("picture.unit", { index: number(channel + 1) })
      : t(`picture.${unitOf(item)}At`, {
          index: number(channel + 1),
          row: number(row + 1),
          column: number(column + 1),
        });
  return [el("span", { class: "quiet" }, place), " ", el("strong", { class: "numbers" }, figure)];
}

/** A cell as an address holds it: "layer2.1.conv1:5,3,4", counted from 0. @param {Cell} cell */
export const cellText = ({ item, channel, row, column }) => `${item.id}:${channel},${row},${column}`;

/**
 * The cell that an address means; null where this network has none such. @param {import("./scene.js").Scene} scene
 * @param {string} text @returns {Cell | null}
 */
export function cellOf({ byId }, text) {
  const [, id, ...place] = text.match(/^(.+):(\d+),(\d+),(\d+)$/) ?? [];
  const item = byId.get(id ?? "");
  const [channel, row, column] = place.map(Number);
  if (!item || item.tiles === "table" || channel >= item.count) return null;
  const fits = item.tiles === "vector" || (row < item.grid[0] && column < item.grid[1]);
  return fits ? cellIn(item, channel, row, column) : null;
}
