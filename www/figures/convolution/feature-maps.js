// @ts-check
// All maps of a stage, one large; or several stages beside each other at their true relative sizes.

import { el, fill } from "../../shell/dom.js";
import { number, ordinal } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { scaleOf } from "../kit/colour.js";
import { channelOrder } from "../kit/maps.js";
import { smallMap, stageReader } from "../kit/stage-reader.js";
import { block, legend, picture, slider, tile } from "../kit/draw.js";
import { digitKind, digitOf, greyImage, moved } from "./digits.js";

/** @typedef {import("../kit/stage-reader.js").Channels} Channels */
/** @typedef {import("../kit/stage-reader.js").Reader} Reader */

const FEW = 6;
const MANY = 64;
const FARTHEST = 6;

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const model = await stage.load();
  if (stage.state.moves) return movable(stage, model);
  const read = stageReader(model, await stage.input(model), stage.signal);
  /** @type {string[]} */
  const names = (stage.state.stages ?? [stage.state.stage]).filter((/** @type {string} */ name) => read.places(name));
  const all = await Promise.all(names.map(async (name) => ({ name, channels: await read.channels(name) })));
  stage.show(all.length > 1 ? scales(all) : await grid(stage, read, all[0].name, all[0].channels));
}

/**
 * The digit beside the maps of one stage, and both move together.
 * @param {import("../kit/mount.js").Stage} stage @param {import("../../shell/types.js").Model} model
 */
async function movable(stage, model) {
  const { signal } = stage;
  const name = String(stage.state.stage);
  const ink = await digitOf(digitKind());
  const maps = el("div");
  const pad = el("div", { class: "moved-digit" });
  let ticket = 0;
  const show = async (/** @type {number} */ shift) => {
    const mine = ++ticket;
    const image = greyImage(moved(ink, shift));
    const read = stageReader(model, image, signal);
    const next = await grid(stage, read, name, await read.channels(name));
    if (mine !== ticket || signal.aborted) return;
    fill(pad, picture(image, { label: f("padLabel") }));
    fill(maps, next);
  };
  const first = Number(stage.state.shift ?? 0);
  await show(first);
  const mover = slider({
    label: f("shift"),
    min: -FARTHEST,
    max: FARTHEST,
    value: first,
    part: "shift",
    text: (value) => f("pixels", { count: number(value) }),
    change(shift) {
      stage.chose("shift", shift);
      stage.follow(show(shift));
    },
  });
  stage.show(el("div", { class: "figure-row moves" }, block(f("theDigit"), pad, mover), maps));
}

/** @param {string} name @param {Channels} channels */
const titleOf = (name, { maps, places }) =>
  f("mapsTitle", {
    stage: name,
    count: number(maps.channels),
    rows: number(places.rows),
    columns: number(places.columns),
  });

/** @param {Channels} channels @param {number} channel @param {string} [label] */
function smallTile(channels, channel, label) {
  const { values, rows, columns } = smallMap(channels, channel);
  return tile(values, rows, columns, { scale: scaleOf(channels.extents[channel]), label });
}

/**
 * One channel is large: the one that was chosen, at first the one that answers most.
 * @param {import("../kit/mount.js").Stage} stage @param {Reader} read @param {string} name @param {Channels} channels
 */
async function grid(stage, read, name, channels) {
  const { extents, places, maps } = channels;
  const strongest = channelOrder(extents, "activation");
  const order = maps.channels > MANY ? strongest.slice(0, MANY) : channelOrder(extents, "index");
  const large = el("div", { class: "large-map", "data-part": "channel" });
  let ticket = 0;
  const show = async (/** @type {number} */ channel) => {
    const mine = ++ticket;
    // It stays large while the digit moves.
    stage.state.channel = channel;
    for (const one of tiles) one.setAttribute("aria-pressed", String(one.dataset.channel === String(channel)));
    const values = await read.channel(name, channel);
    if (mine !== ticket) return;
    const scale = scaleOf(extents[channel]);
    fill(
      large,
      el("h3", null, f("channelTitle", { channel: ordinal(channel) })),
      tile(values, places.rows, places.columns, {
        scale,
        label: f("mapLabel", { stage: name, channel: ordinal(channel) }),
      }),
      legend(scale),
    );
  };
  const tiles = order.map((channel) =>
    el(
      "button",
      {
        type: "button",
        class: "map-button",
        "data-channel": channel,
        "aria-label": f("channelTitle", { channel: ordinal(channel) }),
        "aria-pressed": "false",
        onclick: () => {
          stage.chose("channel", channel);
          stage.follow(show(channel));
        },
      },
      smallTile(channels, channel),
    ),
  );
  await show(stage.state.channel ?? strongest[0]);
  return el(
    "div",
    { class: "figure-row maps" },
    block(
      titleOf(name, channels),
      el("div", { class: "map-grid", "data-part": "grid" }, tiles),
      order.length < maps.channels && el("p", { class: "quiet" }, f("strongest", { count: number(order.length) })),
    ),
    large,
  );
}

/** @param {{ name: string, channels: Channels }[]} stages */
function scales(stages) {
  const widest = Math.max(...stages.map(({ channels }) => channels.places.columns));
  return el(
    "div",
    { class: "scales" },
    stages.map(({ name, channels }) =>
      block(
        titleOf(name, channels),
        el(
          "div",
          { class: "scale-row", "data-part": "grid" },
          channelOrder(channels.extents, "activation")
            .slice(0, FEW)
            .map((channel) => {
              const map = smallTile(channels, channel, f("mapLabel", { stage: name, channel: ordinal(channel) }));
              map.style.setProperty("width", `${(100 * channels.places.columns) / widest / FEW - 1}%`);
              return map;
            }),
        ),
      ),
    ),
  );
}
