// @ts-check
// How similar the position embedding of each patch is to all others: a small map for every patch, in the patches'
// order.

import { el, fill } from "../../shell/dom.js";
import { number } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { colourWord } from "../kit/colour.js";
import { block, legend, note, patchPad, picture, tile } from "../kit/draw.js";

/** A map's neighbours are one empty cell away. */
const GAP = 1;
/** @type {import("../kit/draw.js").Scale} */
const SCALE = { low: -1, high: 1, colours: "signed" };

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const model = await stage.load();
  const { data, shape } = await model.positionSimilarity({ signal: stage.signal });
  const [, rows, columns] = shape;
  const count = rows * columns;
  const maps = atlas(data, rows, columns);
  const large = el("div");
  const show = (/** @type {number} */ row, /** @type {number} */ column) => {
    const at = row * columns + column;
    const map = tile(data.subarray(at * count, (at + 1) * count), rows, columns, {
      scale: SCALE,
      label: f("positionOf", { row: number(row + 1), column: number(column + 1) }),
    });
    fill(large, block(f("positionOf", { row: number(row + 1), column: number(column + 1) }), map, legend(SCALE)));
  };
  const [row, column] = /** @type {[number, number]} */ (
    stage.state.query ?? [Math.floor(rows / 3), Math.floor(columns / 3)]
  );
  const start = /** @type {[number, number]} */ ([Math.min(row, rows - 1), Math.min(column, columns - 1)]);
  const { node } = patchPad({
    layers: [maps],
    rows,
    columns,
    query: start,
    label: f("positionPad"),
    choose(row, column) {
      show(row, column);
      stage.chose("query", [row, column]);
    },
  });
  show(...start);
  stage.show(
    el(
      "div",
      { class: "figure-row maps" },
      el(
        "section",
        { class: "figure-block", "data-part": "maps" },
        el("h3", null, f("positionMaps", { count: number(count) })),
        node,
      ),
      el("div", { "data-part": "patch" }, large),
    ),
    note(f("positionNote")),
  );
}

/** All maps in one picture. @param {Float32Array} data @param {number} rows @param {number} columns */
function atlas(data, rows, columns) {
  const [down, across] = [rows + GAP, columns + GAP];
  const image = new ImageData(columns * across, rows * down);
  const words = new Uint32Array(image.data.buffer);
  data.forEach((value, i) => {
    const [map, cell] = [Math.floor(i / (rows * columns)), i % (rows * columns)];
    const row = Math.floor(map / columns) * down + Math.floor(cell / columns);
    words[row * image.width + (map % columns) * across + (cell % columns)] = colourWord(value, SCALE);
  });
  return picture(image, { class: "sharp", label: f("positionMaps", { count: number(rows * columns) }) });
}
