// @ts-check
// Frozen features of many labelled images: each image is named by its nearest neighbours among the others. Nothing is
// trained.

import { el, fill } from "../../shell/dom.js";
import { number, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { barRows, block, choices, note } from "../kit/draw.js";
import { measurement } from "../kit/measurement.js";
import { sheetFor } from "../kit/test-images.js";

/** Neighbours that vote, as in DINO's evaluation. */
const VOTERS = 20;
/** Images between two signs of life. */
const BATCH = 10;
/** Channels of the networks that the test images of each kind are for. */
const SHEETS = { things: 3, digits: 1 };

/** @typedef {import("../../shell/types.js").Model} Model */
/** @typedef {import("../kit/test-images.js").Sheet} Sheet */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state } = stage;
  const { chosen } = stage.kept;
  /** What was measured of each kind of images. @type {Record<string, { shares: number[], of: number }>} */
  const measured = chosen.measured ?? {};
  chosen.measured = measured;
  /** @type {Model[]} */
  const models = await Promise.all(state.models.map((/** @type {string} */ id) => stage.load(id)));
  let images = /** @type {keyof typeof SHEETS} */ (state.images);
  const bars = el("div", { "data-part": "shares" });
  const draw = (/** @type {(number | undefined)[]} */ shares) =>
    fill(
      bars,
      barRows(
        [
          { label: f("rawPixels"), part: "pixels" },
          ...models.map(({ info }) => ({ label: info.title, part: `model:${info.id}` })),
        ].map((row, index) => ({
          ...row,
          value: shares[index] ?? 0,
          text: shares[index] === undefined ? "–" : percent(shares[index]),
        })),
        { most: 1, label: f("readOutShare") },
      ),
    );
  /** @param {AbortSignal} signal */
  async function* measure(signal) {
    const sheet = await sheetFor(SHEETS[images]);
    const { labels } = sheet;
    const of = models.length * labels.length;
    const options = { labels, k: VOTERS, signal };
    const share = (/** @type {{ right: number, of: number }} */ found) => found.right / found.of;
    const shares = [share(await models[0].readOut(pixelsOf(sheet), options))];
    draw(shares);
    for (const [index, model] of models.entries()) {
      const rows = [];
      for (let i = 0; i < labels.length; i++) {
        rows.push(await model.features({ image: sheet.tile(i), signal }));
        if (i % BATCH === 0) yield { read: index * labels.length + i, of };
      }
      shares.push(share(await model.readOut(tensorOf(rows), options)));
      draw(shares);
      yield { read: (index + 1) * labels.length, of };
    }
    measured[images] = { shares, of };
  }
  const measuring = el("div");
  let stop = () => {};
  const begin = () => {
    stop();
    const before = measured[images];
    draw(before?.shares ?? []);
    const done = (/** @type {number} */ of) =>
      f("readOutDone", { count: number(of / models.length), voters: number(VOTERS) });
    const measuredNow = measurement(stage, measure, done, before?.of);
    stop = measuredNow.stop;
    fill(measuring, measuredNow.node);
  };
  begin();
  stage.show(
    block(f("readOutShare"), bars),
    measuring,
    choices({
      label: f("readOutImages"),
      value: images,
      part: "images",
      options: Object.keys(SHEETS).map((value) => ({ value, text: f(`readOut.${value}`) })),
      change(value) {
        images = /** @type {keyof typeof SHEETS} */ (value);
        stage.chose("images", value);
        begin();
      },
    }),
    note(f("readOutNote", { voters: number(VOTERS) })),
  );
}

/** The images themselves as features: their red, green and blue. @param {Sheet} sheet */
function pixelsOf({ labels, tile }) {
  return tensorOf(labels.map((_, index) => tile(index).data.filter((_value, at) => at % 4 < 3)));
}

/** @param {ArrayLike<number>[]} rows */
function tensorOf(rows) {
  const width = rows[0].length;
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, index) => data.set(row, index * width));
  return { data, shape: [rows.length, width] };
}
