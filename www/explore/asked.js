// @ts-check
// What figures were asked, as the address holds it: "attention.block:blocks.3;mae.ratio:0.5", asked last, stands last.

import { maskOf } from "../figures/mae/mask.js";

/** @typedef {import("../shell/types.js").Model} Model */
/** @typedef {import("../engine.js").Off} Off */

/** The share of patches and the seed that the first figure of hidden patches begins with. */
export const FIRST_MASK = Object.freeze({ ratio: 0.75, seed: 1 });

/** "3.4" @param {string} text */
const pair = (text) => text.split(".").map(Number);

/**
 * What a figure tells of its state, and a link keeps, with how it is read back; `undefined` where it is not one.
 * @type {Record<string, (text: string) => any>}
 */
const KEPT = {
  block: String,
  stage: String,
  ratio: Number,
  seed: Number,
  mass: Number,
  head: Number,
  channel: Number,
  class: Number,
  show: String,
  method: String,
  mask: String,
  second: String,
  omitted: String,
  cell: pair,
  query: (text) => (text === "class" ? text : pair(text)),
};

/** The named places of a network that a link may name. */
const NAMED = ["block", "stage"];

/** @param {string} asked */
const parsed = (asked) =>
  new Map(
    asked
      .split(";")
      .filter(Boolean)
      .map((part) => /** @type {[string, string]} */ (part.split(":"))),
  );

/** @param {Map<string, string>} pairs */
const written = (pairs) => [...pairs].map((pair) => pair.join(":")).join(";");

/**
 * Of what a link says, that which belongs to a figure of this network. @param {Model} model @param {string} name
 * @param {string} asked
 */
export function askedOf({ stages }, name, asked) {
  const found = [...parsed(asked)].flatMap(([key, text]) => {
    const [figure, field] = key.split(".");
    if (figure !== name || !(field in KEPT)) return [];
    const value = KEPT[field](text);
    const known =
      !NAMED.includes(field) || stages.some((stage) => stage.name === text || stage.name.startsWith(`${text}.`));
    return [value].flat().some((one) => Number.isNaN(one)) || !known ? [] : [[field, value]];
  });
  return Object.fromEntries(found);
}

/**
 * The same with one thing more that a figure told; as it was where a link does not keep that. @param {string} asked
 * @param {string} figure @param {string} field @param {unknown} value
 */
export function withAsked(asked, figure, field, value) {
  const text = String(value).replaceAll(",", ".");
  if (!(field in KEPT) || !/^[A-Za-z0-9_.-]+$/.test(text)) return asked;
  const pairs = parsed(asked);
  const key = `${figure}.${field}`;
  pairs.delete(key);
  return written(pairs.set(key, text));
}

const MASKS = /^(mae|mae-paint)\./;

/** The part that chooses which patches are hidden, the last of it last. @param {string} asked */
export const maskAsked = (asked) => written(new Map([...parsed(asked)].filter(([key]) => MASKS.test(key))));

/** The same without it. @param {string} asked */
export const withoutMask = (asked) => written(new Map([...parsed(asked)].filter(([key]) => !MASKS.test(key))));

/** The part that a network follows: none where it hides no patches. @param {Model} model @param {string} asked */
export const maskFor = ({ info }, asked) => (info.capabilities.includes("reconstruct") ? maskAsked(asked) : "");

/**
 * The mask that was chosen last, by its share and seed or by hand, as a network is told of it; none where none was.
 * @param {Model} model @param {string} asked @param {AbortSignal} signal @returns {Promise<Off[]>}
 */
export async function chosenMask(model, asked, signal) {
  const last = [...parsed(maskFor(model, asked)).keys()].at(-1);
  if (!last) return [];
  const mask = await drawnMask(model, last, asked, signal);
  return [{ stage: "", what: "mask", hidden: [...mask.keys()].filter((patch) => mask[patch] === 1) }];
}

/**
 * 1 for each hidden patch. @param {Model} model @param {string} last what was asked last @param {string} asked
 * @param {AbortSignal} signal
 */
async function drawnMask(model, last, asked, signal) {
  const [figure] = last.split(".");
  const told = askedOf(model, figure, asked);
  const [rows, columns] = model.info.grid ?? [0, 0];
  if (figure === "mae-paint") return maskOf(told.mask ?? "", rows * columns);
  return model.randomMask({ ...FIRST_MASK, ...told, signal });
}
