// @ts-check
// Local response normalization on the visitor's photo: the same map before and after it, or in the paper's order and
// the taught one.

import { el, fill } from "../../shell/dom.js";
import { number, ordinal } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { extent, scaleOf } from "../kit/colour.js";
import { channelOrder, oneMap, plainMaps } from "../kit/maps.js";
import { stageReader } from "../kit/stage-reader.js";
import { barRows, block, legend, tile } from "../kit/draw.js";
import { NotBuilt } from "../kit/mount.js";

/** @typedef {import("../kit/maps.js").Maps} Maps */
/** @typedef {import("../../engine.js").Tensor} Tensor */
/** @typedef {{ title: string, part: string, maps: Maps }} Side */

const AROUND = 2;
/** Of `[1, channels, height, width]`. @param {Tensor} tensor */
const mapsOf = ({ data, shape }) => plainMaps({ data, shape: shape.slice(1) });

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const model = await stage.load();
  const read = stageReader(model, await stage.input(model), stage.signal);
  const normalized = String(stage.state.stage);
  const pooled = model.stages.find(({ name }) => name === normalized)?.from?.[0];
  if (!pooled) throw new NotBuilt();
  const paper = stage.state.order === "paper";
  /** @type {[Side, Side]} */
  let sides;
  if (paper) {
    const orders = await model.normOrders({ stage: normalized, image: await read.image, signal: stage.signal });
    sides = [
      { title: f("orderPaper"), part: "before", maps: mapsOf(orders.paper) },
      { title: f("orderTaught"), part: "after", maps: mapsOf(orders.taught) },
    ];
  } else {
    const [a, b] = await Promise.all([read.part(pooled), read.part(normalized)]);
    sides = [
      { title: f("before", { stage: pooled }), part: "before", maps: mapsOf(a) },
      { title: f("after", { stage: normalized }), part: "after", maps: mapsOf(b) },
    ];
  }
  const { maps } = sides[0];
  const first = Number(
    stage.state.channel ??
      channelOrder(
        Array.from({ length: maps.channels }, (_, c) => extent(oneMap(maps, c))),
        "activation",
      )[0],
  );
  const view = el("div", { class: "figure-row" });
  const draw = (/** @type {number} */ channel) => fill(view, compared(sides, channel, paper));
  draw(first);
  const choice = el(
    "select",
    {
      onchange: () => {
        stage.chose("channel", Number(choice.value));
        draw(Number(choice.value));
      },
    },
    Array.from({ length: maps.channels }, (_, channel) =>
      el("option", { value: channel, selected: channel === first }, ordinal(channel)),
    ),
  );
  stage.show(view, el("label", { class: "picker", "data-part": "channels" }, f("channel"), " ", choice));
}

/**
 * One channel on both sides, and its neighbours where it is strongest. Two orders share one scale.
 * @param {[Side, Side]} sides @param {number} channel @param {boolean} shared
 */
function compared(sides, channel, shared) {
  const [old, fresh] = sides.map(({ maps }) => oneMap(maps, channel));
  const peak = old.indexOf(Math.max(...old));
  const { channels, columns } = sides[0].maps;
  const around = Array.from({ length: 2 * AROUND + 1 }, (_, i) => channel - AROUND + i).filter(
    (c) => c >= 0 && c < channels,
  );
  const valuesAt = (/** @type {Maps} */ maps) =>
    around.map((c) => {
      const value = oneMap(maps, c)[peak];
      return {
        label: f("channelTitle", { channel: ordinal(c) }),
        value,
        text: number(value, { maximumSignificantDigits: 3 }),
        strong: c === channel,
      };
    });
  const most = Math.max(...valuesAt(sides[0].maps).map(({ value }) => value));
  const together = extent(Float32Array.from([...old, ...fresh]));
  const boxes = sides.map(({ title, part, maps }, i) => {
    const map = i === 0 ? old : fresh;
    const scale = scaleOf(shared ? together : extent(map));
    const box = block(
      title,
      tile(map, maps.rows, maps.columns, { scale, label: title }),
      legend(scale),
      el(
        "div",
        { "data-part": "channels" },
        el("p", { class: "quiet" }, f("samePlace")),
        barRows(valuesAt(maps), { most, label: title }),
      ),
    );
    box.setAttribute("data-part", part);
    return box;
  });
  if (!shared) return boxes;
  const apart = old.map((value, i) => Math.abs(value - fresh[i]));
  const largest = apart.indexOf(Math.max(...apart));
  return [
    ...boxes,
    el(
      "p",
      { role: "status" },
      f("orderDiffers", {
        difference: number(apart[largest], { maximumSignificantDigits: 2 }),
        row: number(Math.floor(largest / columns) + 1),
        column: number((largest % columns) + 1),
        paper: number(old[largest], { maximumSignificantDigits: 3 }),
        taught: number(fresh[largest], { maximumSignificantDigits: 3 }),
      }),
    ),
  ];
}
