// @ts-check
// Attention weights [1, heads, N, N]: where the chosen patch looks, laid over what the network sees.

import { frame } from "../figures/kit/figure.js";
import { heatmap } from "../figures/kit/heatmap.js";
import { overlay } from "../figures/kit/overlay.js";
import { el } from "../shell/dom.js";
import { number, t } from "../shell/text.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("./stage-list.js").Stage} Stage */

/** Whether it can be laid over the photo: all patches, in one window. @param {Stage} stage @param {number} [patches] */
export function isAttention({ kind, shape }, patches) {
  const extra = shape[2] - (patches ?? 0);
  return (
    kind === "attention-weights" &&
    shape.length === 4 &&
    shape[0] === 1 &&
    shape[2] === shape[3] &&
    (extra === 0 || extra === 1)
  );
}

/** @param {App} app @param {Stage} stage @param {import("../figures/kit/stage-reader.js").Reader} read @param {import("./cell-panel.js").CellPanel} panel */
export async function attentionFigure({ store, signal }, stage, read, panel) {
  const [, heads, tokens] = stage.shape;
  const side = Math.floor(Math.sqrt(tokens));
  const extra = tokens - side * side;
  const query = () => ({ row: Math.min(store.state.row, side - 1), column: Math.min(store.state.column, side - 1) });
  const head = () => Math.min(store.state.head, heads - 1);
  const weightsOf = async (/** @type {number} */ one) =>
    (await read.part(stage.name, [null, [one, one + 1], null, null])).data;
  let shown = head();
  let data = await weightsOf(shown);
  const title = () =>
    t("inside.attention", {
      stage: stage.name,
      head: number(shown + 1),
      row: number(query().row),
      column: number(query().column),
    });
  const over = () => {
    const from = (extra + query().row * side + query().column) * tokens + extra;
    return {
      image: store.state.seen?.crop ?? null,
      values: data.subarray(from, from + side * side),
      rows: side,
      columns: side,
      title: title(),
      unit: t("views.weight"),
      query: query(),
    };
  };
  const whole = () => ({
    values: data,
    rows: tokens,
    columns: tokens,
    title: t("inside.matrix", { head: number(shown + 1) }),
    unit: t("views.weight"),
    rowName: t("views.from"),
    columnName: t("views.to"),
  });
  const photo = frame({
    view: overlay,
    data: over(),
    title: title(),
    origin: "computed",
    signal,
    onChoose: ({ row, column }) => store.set({ row, column }),
  });
  const matrix = frame({
    view: heatmap,
    data: whole(),
    title: whole().title,
    origin: "computed",
    signal,
    onPoint: ({ row, column }) => panel.point((shown * tokens + row) * tokens + column, data[row * tokens + column]),
  });
  let ticket = 0;
  const refresh = async () => {
    const mine = ++ticket;
    const next = head();
    const weights = next === shown ? data : await weightsOf(next);
    if (mine !== ticket || signal.aborted) return;
    [shown, data] = [next, weights];
    photo.update(over(), title());
    matrix.update(whole(), whole().title);
  };
  store.on(["row", "column", "head", "seen"], () => void refresh().catch(() => {}), signal);
  return [
    el("p", { class: "quiet" }, t("inside.tap")),
    headChoice(store, heads, shown),
    el("div", { class: "maps even" }, photo.node, matrix.node),
  ];
}

/** @param {App["store"]} store @param {number} heads @param {number} chosen */
export function headChoice(store, heads, chosen) {
  const options = Array.from({ length: heads }, (_, i) =>
    el("option", { value: i, selected: i === chosen }, number(i + 1)),
  );
  const select = el("select", { onchange: () => store.set({ head: Number(select.value) }) }, options);
  return el(
    "div",
    { class: "controls" },
    el("label", { class: "control" }, el("span", null, t("inside.head")), select),
  );
}
