// @ts-check
// The patches that resemble the chosen one, in the same photo and in another.

import { el, fill } from "../../shell/dom.js";
import { photoName } from "../../shell/photos.js";
import { number } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { block, cropImage, legend, note, patchPad, picture, tile } from "../kit/draw.js";
import { samplePicture } from "../kit/samples.js";

/** How many of the best matches are framed in each photo. */
const BEST = 5;
/** Cosines: the same colour means the same in both photos. @type {import("../kit/draw.js").Scale} */
const SCALE = { low: -1, high: 1, colours: "signed" };

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { app, state, signal } = stage;
  const model = await stage.load();
  const seen = await model.preprocess(await stage.input(model));
  const view = el("div", { class: "figure-row" });
  const others = app.store.state.samples.filter(({ id }) => id !== app.store.state.photo);
  /** @type {[number, number]} */
  let query = [.../** @type {[number, number]} */ (state.query ?? [3, 3])];
  let second = others.find(({ id }) => id === state.second) ?? others[0];
  let ticket = 0;
  const compute = async () => {
    const mine = ++ticket;
    const other = second ? await model.preprocess(await samplePicture(app, second, signal)) : null;
    const both = other ? [seen, other] : [seen];
    const found = await model.similarity({ image: stacked(both), signal });
    if (mine !== ticket || signal.aborted) return;
    draw(
      found,
      both.map(({ crop }) => cropImage(crop)),
    );
  };
  /** @param {import("../../engine.js").Tensor} found @param {ImageData[]} images */
  const draw = ({ data, shape: [, count, rows, columns] }, images) => {
    const patches = rows * columns;
    query = [Math.min(query[0], rows - 1), Math.min(query[1], columns - 1)];
    const at = query[0] * columns + query[1];
    const cosines = (/** @type {number} */ photo) =>
      data.subarray((at * count + photo) * patches, (at * count + photo + 1) * patches);
    const marks = (/** @type {number} */ photo) =>
      best(cosines(photo), photo === 0 ? at : -1).map((patch) => frameOf(patch, rows, columns));
    const map = (/** @type {number} */ photo) => tile(cosines(photo), rows, columns, { class: "over", scale: SCALE });
    const strongest = best(cosines(0), at)[0];
    const { node, pad } = patchPad({
      layers: [picture(images[0], { label: f("cropLabel") })],
      rows,
      columns,
      query,
      part: "query",
      label: f("patchPad"),
      text: () =>
        f("patchMatch", {
          row: number(query[0] + 1),
          column: number(query[1] + 1),
          toRow: number(Math.floor(strongest / columns) + 1),
          toColumn: number((strongest % columns) + 1),
          cosine: cosineText(cosines(0)[strongest]),
        }),
      choose(row, column) {
        query = [row, column];
        stage.chose("query", query);
        const focused = pad.contains(document.activeElement);
        draw({ data, shape: [patches, count, rows, columns] }, images);
        if (focused)
          /** @type {HTMLElement | null} */ (view.querySelector(".patch-pad"))?.focus({ preventScroll: true });
      },
    });
    fill(
      view,
      block(f("choosePatch"), node),
      block(
        f("likePatch"),
        el(
          "div",
          { class: "stack-box", "data-part": "matches" },
          picture(images[0], { label: f("likePatch") }),
          map(0),
          marks(0),
        ),
        legend(SCALE),
      ),
      images[1] &&
        block(
          f("secondPhoto"),
          el(
            "div",
            { class: "stack-box", "data-part": "second" },
            picture(images[1], { label: f("secondPhoto") }),
            map(1),
            marks(1),
          ),
          el("p", { class: "quiet" }, f("secondBest", { cosine: cosineText(cosines(1)[best(cosines(1), -1)[0]]) })),
        ),
    );
  };
  const choice = el(
    "select",
    {
      onchange: () => {
        second = others[choice.selectedIndex];
        stage.chose("second", second.id);
        stage.follow(compute());
      },
    },
    others.map((sample) => el("option", { value: sample.id, selected: sample === second }, photoName(sample))),
  );
  await compute();
  stage.show(
    view,
    second ? el("label", { class: "picker", "data-part": "second" }, f("secondPhoto"), " ", choice) : null,
    note(f("similarityNote")),
  );
}

const cosineText = (/** @type {number} */ value) => number(value, { maximumFractionDigits: 2 });

/** Patches with the largest values, the query's own left out. @param {Float32Array} values @param {number} own */
const best = (values, own) =>
  Array.from(values.keys())
    .filter((patch) => patch !== own)
    .sort((a, b) => values[b] - values[a])
    .slice(0, BEST);

/** @param {number} patch @param {number} rows @param {number} columns */
function frameOf(patch, rows, columns) {
  const part = (/** @type {number} */ value, /** @type {number} */ of) => `${(100 * value) / of}%`;
  return el("span", {
    class: "match-mark",
    "aria-hidden": true,
    style: {
      left: part(patch % columns, columns),
      top: part(Math.floor(patch / columns), rows),
      width: part(1, columns),
      height: part(1, rows),
    },
  });
}

/**
 * Photos of one size as one tensor. @param {import("../../engine.js").Tensor[]} photos
 * @returns {import("../../engine.js").Tensor}
 */
function stacked(photos) {
  const one = photos[0].data.length;
  const data = new Float32Array(one * photos.length);
  photos.forEach((photo, i) => data.set(photo.data, i * one));
  return { data, shape: [photos.length, ...photos[0].shape.slice(1)] };
}
