// @ts-check
// What a stage holds for the photo: feature maps, attention over the photo, or a row of numbers. Read through stage-reader.js.

import { frame } from "../figures/kit/figure.js";
import { bars } from "../figures/kit/bars.js";
import { heatmap } from "../figures/kit/heatmap.js";
import { channelAt, channelText, mapGrid } from "../figures/kit/map-grid.js";
import { channelOrder } from "../figures/kit/maps.js";
import { attentionFigure, headChoice, isAttention } from "./attention-panel.js";
import { cellPanel } from "./cell-panel.js";
import { stageReader } from "../figures/kit/stage-reader.js";
import { el, fill } from "../shell/dom.js";
import { failureCard, failureOf, isAborted } from "../shell/failure.js";
import { className, number, t } from "../shell/text.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("./stage-list.js").Stage} Stage */
/** @typedef {import("../figures/kit/stage-reader.js").Reader} Reader */
/** @typedef {{ labels: string[], read: Reader, panel: import("./cell-panel.js").CellPanel }} About */

/** Rows of numbers longer than this show only their strongest. */
const MOST_BARS = 24;

/** @param {App} app @param {import("../shell/types.js").Model} model @param {Stage[]} stages */
export function stageFigures(app, model, stages) {
  const { store, signal } = app;
  const holder = el("div", { class: "stage-figures", "aria-live": "off" });
  let control = new AbortController();
  const show = async () => {
    const stage = stages.find(({ name }) => name === store.state.stage);
    const { picture } = store.state;
    control.abort();
    control = new AbortController();
    if (!stage || !picture) return;
    const inner = { ...app, signal: AbortSignal.any([signal, control.signal]) };
    holder.setAttribute("aria-busy", "true");
    try {
      const read = stageReader(model, picture.blob, inner.signal);
      const panel = cellPanel(inner, model, stage, read);
      const shown = await content(inner, stage, { labels: model.info.labels, read, panel });
      if (inner.signal.aborted) return;
      fill(holder, shown, panel.node);
    } catch (error) {
      if (!inner.signal.aborted && !isAborted(error)) fill(holder, failureCard(failureOf(error)));
    }
    if (!inner.signal.aborted) holder.removeAttribute("aria-busy");
  };
  store.show(["stage", "picture"], () => void show(), signal);
  signal.addEventListener("abort", () => control.abort());
  return holder;
}

/** @param {App} app @param {Stage} stage @param {About} about */
async function content(app, stage, about) {
  const { read, panel } = about;
  if (stage.shape.length <= 2) return vectorFigure(app, stage, about);
  if (isAttention(stage, read.patches)) return attentionFigure(app, stage, read, panel);
  const places = read.places(stage.name);
  if (!places) return matrixFigure(app, stage, about);
  return places.rows === 1 ? vectorFigure(app, stage, about) : mapFigures(app, stage, about);
}

/** Numbers that do not lie on the photo: rows as they come. @param {App} app @param {Stage} stage @param {About} about */
async function matrixFigure({ signal }, stage, { read, panel }) {
  const { data, shape } = await read.part(stage.name);
  const columns = shape.at(-1) ?? 1;
  const title = t("inside.rows", { stage: stage.name, shape: shape.join(" × ") });
  return frame({
    view: heatmap,
    data: { values: data, rows: data.length / columns, columns, title, unit: t("views.activation"), stretch: true },
    title,
    origin: "computed",
    signal,
    onPoint: ({ row, column }) => panel.point(row * columns + column, data[row * columns + column]),
  }).node;
}

/** All channels small and one whole; of queries, keys and values those of one head. @param {App} app @param {Stage} stage @param {About} about */
async function mapFigures({ store, signal }, stage, { read, panel }) {
  const heads = stage.layout === "heads" ? stage.shape[1] : 1;
  const chosenOf = (/** @type {number} */ channels) => Math.min(store.state.channel, channels - 1);
  const load = async (/** @type {import("../figures/kit/stage-reader.js").Channels | null} */ known) => {
    const head = Math.min(store.state.head, heads - 1);
    const all = known ?? (await read.channels(stage.name, head));
    const chosen = chosenOf(all.maps.channels);
    return { head, all, chosen, values: await read.channel(stage.name, chosen, head) };
  };
  let now = await load(null);
  const data = () => {
    const { sort, scale } = store.state;
    const {
      maps,
      places: { rows, columns },
      extents,
    } = now.all;
    return {
      maps,
      rows,
      columns,
      extents,
      order: channelOrder(extents, sort),
      scale,
      title: stage.name,
      chosen: now.chosen,
    };
  };
  const title = () => t("inside.channel", { stage: stage.name, channel: number(now.chosen) });
  const one = () => ({
    values: now.values,
    rows: now.all.places.rows,
    columns: now.all.places.columns,
    unit: t("views.activation"),
    title: title(),
    maxHeight: 340,
  });
  const grid = frame({
    view: mapGrid,
    data: data(),
    title: t("inside.maps", { stage: stage.name, count: number(now.all.maps.channels) }),
    origin: "computed",
    signal,
    onChoose: (cell, width) => store.set({ channel: channelAt(data(), cell, width) ?? store.state.channel }),
    readout: (cell, width) => {
      const channel = channelAt(data(), cell, width);
      return channel === undefined ? "" : channelText(data(), channel);
    },
  });
  const follow = (/** @type {{ row: number, column: number }} */ { row, column }) => {
    const { start, byChannel, byRow, byColumn, columns } = now.all.places;
    panel.point(start + now.chosen * byChannel + row * byRow + column * byColumn, now.values[row * columns + column]);
  };
  const large = frame({
    view: heatmap,
    data: one(),
    title: title(),
    origin: "computed",
    signal,
    onPoint: follow,
    onChoose: ({ row, column }) => store.set({ row, column }),
  });
  const linked = () =>
    follow({
      row: Math.min(store.state.row, now.all.places.rows - 1),
      column: Math.min(store.state.column, now.all.places.columns - 1),
    });
  linked();
  let ticket = 0;
  const refresh = async () => {
    const mine = ++ticket;
    const { head, all, chosen } = now;
    const sameHead = head === Math.min(store.state.head, heads - 1);
    if (!sameHead || chosen !== chosenOf(all.maps.channels)) {
      const next = await load(sameHead ? all : null);
      if (mine !== ticket || signal.aborted) return;
      now = next;
    }
    grid.update(data());
    large.update(one(), title());
    linked();
  };
  store.on(["channel", "sort", "scale", "head"], () => void refresh().catch(() => {}), signal);
  return [
    stage.layout === "heads" && headChoice(store, heads, now.head),
    controls(store),
    el("div", { class: "maps" }, grid.node, large.node),
  ];
}

/** @param {App["store"]} store */
function controls(store) {
  const select = (
    /** @type {string} */ label,
    /** @type {"sort" | "scale"} */ key,
    /** @type {string[][]} */ options,
  ) =>
    el(
      "label",
      { class: "control" },
      el("span", null, label),
      el(
        "select",
        {
          onchange: (/** @type {Event} */ event) =>
            store.set(/** @type {any} */ ({ [key]: /** @type {HTMLSelectElement} */ (event.target).value })),
        },
        options.map(([value, text]) => el("option", { value, selected: store.state[key] === value }, text)),
      ),
    );
  return el(
    "div",
    { class: "controls" },
    select(t("inside.sort"), "sort", [
      ["activation", t("inside.byActivation")],
      ["index", t("inside.byIndex")],
    ]),
    select(t("inside.scale"), "scale", [
      ["each", t("inside.each")],
      ["shared", t("inside.shared")],
    ]),
  );
}

/** @param {App} app @param {Stage} stage @param {About} about */
async function vectorFigure({ signal }, stage, { labels, read, panel }) {
  const { data } = await read.part(stage.name);
  const named = labels.length === data.length;
  const all = Array.from(data, (value, index) => ({
    label: named ? className(labels[index]) : number(index),
    value,
    index,
  }));
  const items = all.sort((a, b) => b.value - a.value).slice(0, MOST_BARS);
  const title = t(items.length < data.length ? "inside.strongest" : "inside.values", {
    stage: stage.name,
    shown: number(items.length),
    count: number(data.length),
  });
  return frame({
    view: bars,
    data: { items, title: stage.name },
    title,
    origin: "computed",
    signal,
    onPoint: ({ row }) => panel.point(items[row].index, items[row].value),
  }).node;
}
