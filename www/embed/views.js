// @ts-check
// What an embedded figure can show of one photo. The engine computes; what comes back is drawn.

import { colourWord, extent, scaleOf } from "../figures/kit/colour.js";
import { channelOrder, drawMap, oneMap, plainMaps } from "../figures/kit/maps.js";
import { blockName } from "../figures/kit/stage-reader.js";
import { maskOf } from "../figures/mae/mask.js";
import { say } from "./words.js";

/** @typedef {import("../engine.js").Model} Model */
/** @typedef {import("../engine.js").Preprocessed} Preprocessed */
/**
 * @typedef {{ model: Model, seen: Preprocessed, language: string, attribute: (name: string) => string | null, signal: AbortSignal }} Request
 */
/** @typedef {{ picture: HTMLElement, caption: string }} Drawn */

/** A figure that cannot be drawn as asked, in words for who wrote the page. */
export class Unfit extends Error {}

/** Pixels of a drawing's longer side. */
const SIDE = 448;
const MAPS = 12;
/** How much of the photo's light is left where a map says nothing. */
const DIM = 0.25;

/** Views by their names in the attribute. @type {Record<string, (request: Request) => Promise<Drawn>>} */
export const VIEWS = { classes, attention, explanation, maps, reconstruction };

/** @param {number} width @param {number} height */
function canvasOf(width, height) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  return { canvas, context: /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")) };
}

/** @param {{ data: Uint8ClampedArray, width: number, height: number }} pixels */
function imageOf({ data, width, height }) {
  const { canvas, context } = canvasOf(width, height);
  context.putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
  return canvas;
}

/** A whole number in an attribute, or null. @param {string | null} text */
const whole = (text) => (text !== null && /^\d{1,6}$/.test(text) ? Number(text) : null);

/** @param {number} share @param {string} language */
const percent = (share, language) =>
  new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(share);

/**
 * The photo as the network sees it, beside what was drawn of it. @param {Preprocessed} seen @param {HTMLElement} other
 */
function beside(seen, other) {
  const both = document.createElement("div");
  both.className = "both";
  both.append(imageOf(seen.crop), other);
  return both;
}

/** @param {Request} request @returns {Promise<Drawn>} */
async function classes({ model, seen, language, attribute, signal }) {
  const { top } = await model.classify(seen, { topK: whole(attribute("classes")) ?? 5, signal });
  const list = document.createElement("ol");
  for (const { label, probability } of top) {
    const row = document.createElement("li");
    const bar = document.createElement("meter");
    bar.value = probability;
    const name = document.createElement("span");
    name.textContent = label;
    const share = document.createElement("b");
    share.textContent = percent(probability, language);
    row.append(name, share, bar);
    list.append(row);
  }
  return { picture: beside(seen, list), caption: say(language, "classes", { network: model.info.title }) };
}

/**
 * A map over the photo: light where it is large.
 * @param {Preprocessed} seen @param {{ data: ArrayLike<number>, shape: number[] }} map
 */
function overlay(seen, { data, shape }) {
  const [rows, columns] = shape.slice(-2);
  const { low, high } = extent(data);
  const mask = new ImageData(columns, rows);
  for (let i = 0; i < rows * columns; i++) {
    const share = high > low ? (data[i] - low) / (high - low) : 1;
    mask.data.set([0, 0, 0, Math.round(255 * (1 - DIM) * (1 - share))], 4 * i);
  }
  const { canvas: veil, context: ink } = canvasOf(columns, rows);
  ink.putImageData(mask, 0, 0);
  const { canvas, context } = canvasOf(SIDE, SIDE);
  context.drawImage(imageOf(seen.crop), 0, 0, SIDE, SIDE);
  context.drawImage(veil, 0, 0, SIDE, SIDE);
  return canvas;
}

/** @param {Request} request @returns {Promise<Drawn>} */
async function attention(request) {
  const { model, seen, language, attribute, signal } = request;
  const { capabilities } = model.info;
  const attends = capabilities.includes("attention-heads") || capabilities.includes("attention-stats");
  if (!attends) return speaksFor(request, "instead");
  const head = whole(attribute("head"));
  const block = blockOf(request);
  const query = patchOf(model, attribute("query"));
  const map = await model.attention({ image: seen, block, head, query, signal });
  const told = { network: model.info.title, stage: map.stage, heads: map.heads };
  const caption =
    head === null ? say(language, "attention", told) : say(language, "attentionHead", { ...told, head: head + 1 });
  return { picture: beside(seen, overlay(seen, map)), caption };
}

/** A block by its number or its name; null is the last. @param {Request} request */
function blockOf({ model, language, attribute }) {
  const text = attribute("block");
  if (text === null || text === "" || whole(text) !== null) return whole(text);
  const blocks = model.stages.filter(({ kind }) => kind === "attention-weights").map(({ name }) => blockName(name));
  const { title: network } = model.info;
  const found = blocks.indexOf(text);
  if (found < 0) throw new Unfit(say(language, "stages", { network, stage: text, stages: blocks.join(", ") }));
  return found;
}

/** A patch by its number, or by row and column. @param {Model} model @param {string | null} text */
function patchOf(model, text) {
  const [row, column] = (text ?? "").split(",").map(whole);
  return column === null || column === undefined ? row : (row ?? 0) * (model.info.grid?.[1] ?? 0) + column;
}

/** @param {Request} request @returns {Promise<Drawn>} */
async function explanation(request) {
  return speaksFor(request, "classMap");
}

/** @param {Request} request @param {"classMap" | "instead"} words @returns {Promise<Drawn>} */
async function speaksFor({ model, seen, language, attribute, signal }, words) {
  const { title: network, classMethods } = model.info;
  const asked = classMethods.find((known) => known === attribute("method"));
  const method = asked ?? classMethods[0];
  if (!method) throw new Unfit(say(language, "noAttention", { network }));
  const map = await model.explainClass(seen, { method, index: whole(attribute("class")), signal });
  const label = model.info.labels[map.index] ?? String(map.index);
  return {
    picture: beside(seen, overlay(seen, map)),
    caption: say(language, words, { network, label, method }),
  };
}

/** @param {Request} request @returns {Promise<Drawn>} */
async function maps({ model, seen, language, attribute, signal }) {
  const withMaps = model.stages.filter((stage) => stage.grid && stage.layout !== "heads").map(({ name }) => name);
  const stage = attribute("stage") ?? withMaps[0];
  const network = model.info.title;
  if (!withMaps.includes(stage)) {
    throw new Unfit(say(language, "stages", { network, stage, stages: withMaps.join(", ") }));
  }
  const found = await model.maps(stage, { image: seen, signal });
  const all = plainMaps(found);
  const bounds = found.low.map((low, i) => ({ low, high: found.high[i] }));
  const shown = channelOrder(bounds, "activation").slice(0, MAPS);
  const scale = scaleOf(extent(shown.flatMap((channel) => [...oneMap(all, channel)])));
  const columns = 4;
  const side = SIDE / columns;
  const { canvas, context } = canvasOf(SIDE, side * Math.ceil(shown.length / columns));
  shown.forEach((channel, i) => {
    const values = oneMap(all, channel);
    const value = (/** @type {number} */ row, /** @type {number} */ column) => values[row * all.columns + column];
    const place = {
      x: side * (i % columns),
      y: side * Math.floor(i / columns),
      width: side - 2,
      height: side - 2,
      ratio: 1,
    };
    drawMap(context, { rows: all.rows, columns: all.columns, value }, scale, place);
  });
  const told = { network, stage, count: shown.length, channels: all.channels };
  return { picture: beside(seen, canvas), caption: say(language, "maps", told) };
}

/** @param {Request} request @returns {Promise<Drawn>} */
async function reconstruction({ model, seen, language, attribute, signal }) {
  const network = model.info.title;
  if (!model.info.capabilities.includes("reconstruct")) throw new Unfit(say(language, "noMask", { network }));
  const made = await model.reconstruct(seen, { mask: await maskAsked(model, attribute, signal), signal });
  const given = hidden(seen, made.mask);
  const all = beside(seen, given);
  all.append(imageOf(made.pixels));
  const told = { network, hidden: made.mask.reduce((sum, one) => sum + one, 0), patches: made.mask.length };
  return { picture: all, caption: say(language, "reconstruction", told) };
}

/**
 * The mask that is asked for: one drawn by hand, or at random; undefined is the network's own.
 * @param {Model} model @param {Request["attribute"]} attribute @param {AbortSignal} signal
 */
async function maskAsked(model, attribute, signal) {
  const [rows, columns] = model.info.grid ?? [0, 0];
  const drawn = attribute("mask");
  if (drawn) return maskOf(drawn, rows * columns);
  const ratio = Number(attribute("ratio") || Number.NaN);
  if (!Number.isFinite(ratio)) return undefined;
  return model.randomMask({ ratio, seed: whole(attribute("seed")) ?? 1, signal });
}

/** The photo without its hidden patches. @param {Preprocessed} seen @param {ArrayLike<number>} mask */
function hidden({ crop }, mask) {
  const canvas = imageOf(crop);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const columns = Math.round(Math.sqrt(mask.length));
  const side = crop.width / columns;
  const word = colourWord(0, { low: 0, high: 1, colours: "heat" });
  context.fillStyle = `rgb(${word & 255} ${(word >> 8) & 255} ${(word >> 16) & 255})`;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i]) context.fillRect(side * (i % columns), side * Math.floor(i / columns), side, side);
  }
  return canvas;
}
