// @ts-check
// Reads of a stage what is drawn and no more: all channels as small maps, one channel whole, one row of attention. The
// values themselves stay where the network runs.

import { channelRanges, indexAt, oneMap, placesOf, plainMaps } from "./maps.js";
import { observed } from "../../engine/promises.js";

/** @typedef {import("../../shell/types.js").Model} Model */
/** @typedef {import("../../engine.js").Tensor} Tensor */
/** @typedef {import("../../engine.js").Ranges} Ranges */
/** @typedef {import("./maps.js").Maps} Maps */
/** @typedef {import("./maps.js").Places} Places */
/**
 * `maps` are small ones, `places` tell where the whole ones lie in the stage's value, `extents` are theirs.
 * @typedef {{ maps: Maps, places: Places, extents: { low: number, high: number }[] }} Channels
 */
/** @typedef {ReturnType<typeof stageReader>} Reader */

/** Cells on the longer side of a small map: as many as its tile has pixels on most screens. */
const SIDE = 112;

/** @param {Model} model @param {Blob | ImageData | Tensor} input @param {AbortSignal} signal */
export function stageReader(model, input, signal) {
  // The photo is decoded and cut to size once, and not for each part that is read.
  // Each part that is read waits for the image and fails with it; the figure may read none.
  const image = observed(
    input instanceof Blob || input instanceof ImageData
      ? model.preprocess(input, { signal }).then(({ data, shape }) => ({ data, shape }))
      : Promise.resolve(input),
  );
  const stageOf = (/** @type {string} */ name) => model.stages.find((stage) => stage.name === name);
  const about = (/** @type {string} */ name, /** @type {number} */ head) => ({
    layout: stageOf(name)?.layout,
    grid: stageOf(name)?.grid,
    head,
  });

  /**
   * Null where the stage's cells do not lie on the photo. @param {string} name @param {number} [head]
   * @returns {Places | null}
   */
  const places = (name, head = 0) => placesOf(stageOf(name)?.shape ?? [], about(name, head));
  /**
   * A part of a stage; without ranges all of it. @param {string} name @param {Ranges} [ranges]
   * @returns {Promise<Tensor>}
   */
  const part = async (name, ranges) =>
    (await model.observe(await image, [name], { ranges: ranges && { [name]: ranges }, signal }))[name];
  return {
    image,
    places,
    part,
    /** @param {string} name */
    layout: (name) => stageOf(name)?.layout ?? "nchw",
    /** @param {string} name @param {number} [head] @returns {Promise<Channels>} */
    async channels(name, head = 0) {
      const found = await model.maps(name, { head, side: SIDE, image: await image, signal });
      const extents = Array.from(found.low, (low, i) => ({ low, high: found.high[i] }));
      return { maps: plainMaps(found), places: /** @type {Places} */ (places(name, head)), extents };
    },
    /**
     * One channel, row by row. @param {string} name @param {number} channel @param {number} [head]
     * @returns {Promise<Float32Array>}
     */
    async channel(name, channel, head = 0) {
      const shape = stageOf(name)?.shape ?? [];
      const at = /** @type {Places} */ (places(name, head));
      return (await part(name, channelRanges(shape, at, channel, about(name, head)))).data;
    },
    /**
     * All channels of one cell. @param {string} name @param {number} row @param {number} column
     * @returns {Promise<Float32Array>}
     */
    async cell(name, row, column) {
      const shape = stageOf(name)?.shape ?? [];
      const at = indexAt(cellStart(/** @type {Places} */ (places(name)), row, column), shape);
      const all = shape.length === 4 && about(name, 0).layout === "nchw" ? 1 : shape.length - 1;
      return (
        await part(
          name,
          at.map((index, axis) => (axis === all ? null : [index, index + 1])),
        )
      ).data;
    },
  };
}

/** @param {Places} places @param {number} row @param {number} column */
const cellStart = ({ start, byRow, byColumn }, row, column) => start + row * byRow + column * byColumn;

/** The block that an attention's stage belongs to. @param {string} name */
export const blockName = (name) => name.replace(/\.(attn|attention)\b.*$/, "");

/** A small map by itself. @param {Channels} channels @param {number} channel */
export const smallMap = ({ maps }, channel) => ({
  values: oneMap(maps, channel),
  rows: maps.rows,
  columns: maps.columns,
});
