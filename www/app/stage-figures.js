// @ts-check
// What a stage holds for the photo: feature maps, attention over the photo, or a row of numbers. Read through model.observe.

import { frame } from "../views/figure.js";
import { bars } from "../views/bars.js";
import { heatmap } from "../views/heatmap.js";
import { channelAt, channelText, mapGrid } from "../views/map-grid.js";
import { channelExtents, channelOrder, mapsOf, oneMap } from "../views/maps.js";
import { attentionFigure, headChoice, isAttention } from "./attention.js";
import { cellPanel } from "./cell-panel.js";
import { el, fill } from "./dom.js";
import { failureCard, failureOf, isAborted } from "./failure.js";
import { className, number, t } from "./text.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./stage-list.js").Stage} Stage */
/** @typedef {import("../engine.js").Tensor} Tensor */
/** @typedef {{ labels: string[], patches: number | undefined, panel: import("./cell-panel.js").CellPanel }} About */

/** Rows of numbers longer than this show only their strongest. */
const MOST_BARS = 24;

/** @param {App} app @param {import("./types.js").Model} model @param {Stage[]} stages */
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
      const tensors = await model.observe(picture.blob, [stage.name], { signal: inner.signal });
      if (inner.signal.aborted) return;
      const tensor = tensors[stage.name];
      const panel = cellPanel(inner, model, stage.name, tensor, picture.blob);
      fill(holder, content(inner, stage, tensor, { labels: model.info.labels, patches: patchesOf(stages), panel }), panel.node);
    } catch (error) {
      if (!inner.signal.aborted && !isAborted(error)) fill(holder, failureCard(failureOf(error)));
    }
    if (!inner.signal.aborted) holder.removeAttribute("aria-busy");
  };
  store.show(["stage", "picture"], () => void show(), signal);
  signal.addEventListener("abort", () => control.abort());
  return holder;
}

/** How many patches a transformer cuts the picture into. @param {Stage[]} stages */
const patchesOf = (stages) => stages.find(({ layout }) => layout === "tokens")?.shape[1];

/** @param {App} app @param {Stage} stage @param {Tensor} tensor @param {About} about */
function content(app, stage, tensor, about) {
  const { patches, panel } = about;
  const { shape } = tensor;
  if (shape.length <= 2) return vectorFigure(app, stage, tensor, about);
  if (isAttention(stage, tensor, patches)) return attentionFigure(app, stage, tensor, panel);
  const maps = mapsOf(tensor, { layout: stage.layout, patches });
  if (!maps) return matrixFigure(app, stage, tensor, panel);
  if (maps.rows === 1) return vectorFigure(app, stage, tensor, about);
  return stage.layout === "heads" ? headFigures(app, stage, tensor, about) : mapFigures(app, stage, () => maps, panel);
}

/** Queries, keys and values: one head at a time. @param {App} app @param {Stage} stage @param {Tensor} tensor @param {About} about */
function headFigures(app, stage, tensor, { patches, panel }) {
  const heads = tensor.shape[1];
  const head = () => Math.min(app.store.state.head, heads - 1);
  const maps = () => /** @type {import("../views/maps.js").Maps} */ (mapsOf(tensor, { layout: "heads", patches, head: head() }));
  return [headChoice(app.store, heads, head()), ...mapFigures(app, stage, maps, panel)];
}

/** Numbers that do not lie on the photo: rows as they come. @param {App} app @param {Stage} stage @param {Tensor} tensor @param {About["panel"]} panel */
function matrixFigure({ signal }, stage, { data, shape }, panel) {
  const columns = shape.at(-1) ?? 1;
  const title = t("inside.rows", { stage: stage.name, shape: shape.join(" × ") });
  return frame({ view: heatmap, data: { values: data, rows: data.length / columns, columns, title, unit: t("views.activation"), stretch: true }, title, origin: "computed", signal, onPoint: ({ row, column }) => panel.point(row * columns + column) }).node;
}

/** @param {App} app @param {Stage} stage @param {() => import("../views/maps.js").Maps} current @param {About["panel"]} panel */
function mapFigures({ store, signal }, stage, current, panel) {
  let maps = current();
  let extents = channelExtents(maps);
  const data = () => {
    const { sort, scale, channel } = store.state;
    const order = channelOrder(extents, sort);
    return { maps, extents, order, scale, title: stage.name, chosen: Math.min(channel, maps.channels - 1) };
  };
  const one = () => {
    const { chosen } = data();
    return { values: oneMap(maps, chosen), rows: maps.rows, columns: maps.columns, unit: t("views.activation"), title: oneTitle(), maxHeight: 340 };
  };
  const oneTitle = () => t("inside.channel", { stage: stage.name, channel: number(data().chosen) });
  const grid = frame({
    view: mapGrid, data: data(), title: t("inside.maps", { stage: stage.name, count: number(maps.channels) }), origin: "computed", signal,
    onChoose: (cell, width) => store.set({ channel: channelAt(data(), cell, width) ?? store.state.channel }),
    readout: (cell, width) => {
      const channel = channelAt(data(), cell, width);
      return channel === undefined ? "" : channelText(data(), channel);
    },
  });
  const follow = (/** @type {{ row: number, column: number }} */ { row, column }) => panel.point(maps.start + data().chosen * maps.byChannel + row * maps.byRow + column * maps.byColumn);
  const large = frame({
    view: heatmap, data: one(), title: oneTitle(), origin: "computed", signal, onPoint: follow, onChoose: ({ row, column }) => store.set({ row, column }),
  });
  const linked = () => follow({ row: Math.min(store.state.row, maps.rows - 1), column: Math.min(store.state.column, maps.columns - 1) });
  linked();
  store.on(["channel", "sort", "scale", "head"], () => {
    if (stage.layout === "heads") extents = channelExtents((maps = current()));
    grid.update(data());
    large.update(one(), oneTitle());
    linked();
  }, signal);
  return [controls(store), el("div", { class: "maps" }, grid.node, large.node)];
}

/** @param {App["store"]} store */
function controls(store) {
  const select = (/** @type {string} */ label, /** @type {"sort" | "scale"} */ key, /** @type {string[][]} */ options) => el(
    "label",
    { class: "control" },
    el("span", null, label),
    el("select", { onchange: (/** @type {Event} */ event) => store.set(/** @type {any} */ ({ [key]: /** @type {HTMLSelectElement} */ (event.target).value })) },
      options.map(([value, text]) => el("option", { value, selected: store.state[key] === value }, text))),
  );
  return el(
    "div",
    { class: "controls" },
    select(t("inside.sort"), "sort", [["activation", t("inside.byActivation")], ["index", t("inside.byIndex")]]),
    select(t("inside.scale"), "scale", [["each", t("inside.each")], ["shared", t("inside.shared")]]),
  );
}

/** @param {App} app @param {Stage} stage @param {Tensor} tensor @param {About} about */
function vectorFigure({ signal }, stage, { data }, { labels, panel }) {
  const named = labels.length === data.length;
  const all = Array.from(data, (value, index) => ({ label: named ? className(labels[index]) : number(index), value, index }));
  const items = all.sort((a, b) => b.value - a.value).slice(0, MOST_BARS);
  const title = t(items.length < data.length ? "inside.strongest" : "inside.values", { stage: stage.name, shown: number(items.length), count: number(data.length) });
  return frame({ view: bars, data: { items, title: stage.name }, title, origin: "computed", signal, onPoint: ({ row }) => panel.point(items[row].index) }).node;
}
