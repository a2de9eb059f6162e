// @ts-check
// What See inside can show of a network, by questions: each tab is a row of figures that fit what the network states.

import { mountFigure } from "../figures/kit/mount.js";
import { blockName } from "../figures/kit/stage-reader.js";
import { button, el, fill } from "../shell/dom.js";
import { t } from "../shell/text.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("../shell/types.js").Model} Model */
/** @typedef {import("../shell/types.js").State} State */
/** @typedef {import("./stage-list.js").Stage} Stage */

/** @param {Model} model */
const attentionOf = ({ stages }) =>
  stages.filter(({ kind, name }) => kind === "attention-weights" && !name.startsWith("decoder"));
/** @param {Model} model */
const spatial = ({ stages }) =>
  /** @type {Stage[]} */ (stages).filter(
    ({ kind, shape }) => ["conv", "pool", "block"].includes(kind) && shape.length > 2,
  );
/** @param {Model} model */
const answers = ({ info }) => info.labels.length > 0;
/** What the network says can be asked of it. @param {import("../engine.js").Capability[]} asked */
const can =
  (...asked) =>
  (/** @type {Model} */ { info }) =>
    asked.every((one) => info.capabilities.includes(one));
/** The named stage, where it is among those; else the last. @param {Stage[]} among @param {State} state */
const near = (among, { stage }) => (among.find(({ name }) => name === stage) ?? among.at(-1))?.name ?? "";

/** Of what a link says is switched off, that which this network has. @param {Model} model @param {string} off */
const switched = ({ stages }, off) =>
  off.split(",").filter((name) => {
    const [, stage = ""] = name.split(":");
    return (
      name &&
      (!stage ||
        stages.some(
          (one) => stage === one.name || `${stage}.add` === one.name || stage.replace(/\.\d+$/, "") === one.name,
        ))
    );
  });

/**
 * @typedef {{ view: string, fits: (model: Model) => boolean, state: (model: Model, state: State) => Record<string, any> }} Row
 * @type {Record<string, Row[]>}
 */
const TABS = {
  field: [
    {
      view: "receptive-field",
      fits: can("receptive-field"),
      state: (model, state) => ({ stage: near(spatial(model), state), cell: [state.row, state.column] }),
    },
    {
      view: "receptive-curve",
      fits: can("receptive-field"),
      state: (model) => ({ models: [model.info.id] }),
    },
    {
      view: "stacked-kernels",
      fits: can("convolution"),
      state: () => ({ count: 3 }),
    },
  ],
  filters: [
    {
      view: "filters",
      fits: can("convolution"),
      state: (model, state) => ({
        stage: near(
          /** @type {Stage[]} */ (model.stages).filter(({ kind }) => kind === "conv"),
          state,
        ),
      }),
    },
  ],
  attention: [
    {
      view: "attention",
      fits: can("attention-heads"),
      state: (_, { stage, head, row, column }) => ({ block: blockName(stage), head, query: [row, column] }),
    },
    { view: "rollout", fits: can("class-token"), state: () => ({}) },
    { view: "attention-distance", fits: can("attention-stats"), state: () => ({}) },
    {
      view: "position-similarity",
      fits: can("position-similarity"),
      state: () => ({}),
    },
    {
      view: "swin-windows",
      fits: can("windows"),
      state: (model, { stage }) => ({ block: blockOf(model, stage), show: "windows" }),
    },
  ],
  why: [
    { view: "class-map", fits: answers, state: ({ info }) => ({ method: info.classMethods[0], methods: true }) },
    { view: "logit-lens", fits: can("logit-lens"), state: () => ({}) },
  ],
  whatif: [
    {
      view: "ablation",
      fits: answers,
      state: (model, { stage, off }) => ({
        off: switched(model, off),
        kinds: ["skip", "block", "position", "position-shuffle", "class-token", "head", "channel"],
        stage,
      }),
    },
    {
      view: "photo-changes",
      fits: answers,
      state: (_, { photochange }) => ({ changes: photochange.split(",").filter(Boolean).map(Number) }),
    },
  ],
  hidden: [
    { view: "mae", fits: can("reconstruct"), state: () => ({ ratio: 0.75, seed: 1, paint: false }) },
    { view: "mae", fits: can("reconstruct"), state: () => ({ ratio: 0, seed: 1, paint: true }) },
    { view: "mae-cost", fits: can("reconstruct"), state: () => ({ ratios: [0, 0.25, 0.5, 0.75, 0.9] }) },
  ],
  objects: [
    { view: "dino-attention", fits: can("features", "class-token"), state: () => ({ mass: 0.6 }) },
    { view: "dino-pca", fits: can("features", "class-token"), state: () => ({}) },
    { view: "dino-patches", fits: can("features", "class-token"), state: () => ({}) },
  ],
};

/** @param {Model} model @param {string} stage */
function blockOf(model, stage) {
  const blocks = attentionOf(model).map(({ name }) => blockName(name));
  return blocks.find((name) => stage === name || stage.startsWith(`${name}.`)) ?? blocks[0];
}

/** The rows of a tab that fit. @param {string} tab @param {Model} model */
const rowsOf = (tab, model) => (TABS[tab] ?? []).filter(({ fits }) => fits(model));

/** @param {App} app @param {Model} model @param {(app: App) => import("../shell/dom.js").Children} output the first tab: what the chosen stage holds */
export function insideTabs(app, model, output) {
  const { store, signal } = app;
  const ids = ["output", ...Object.keys(TABS).filter((id) => rowsOf(id, model).length > 0)];
  const panel = el("div", { class: "tab-panel", id: "tab-panel", role: "tabpanel" });
  const tabs = new Map(
    ids.map((id) => [
      id,
      button(t(`tabs.${id}`), () => store.set({ tab: id }), {
        class: "tab",
        role: "tab",
        id: `tab-${id}`,
        "aria-controls": "tab-panel",
      }),
    ]),
  );
  const bar = el(
    "div",
    {
      class: "tabs",
      role: "tablist",
      "aria-label": t("inside.tabs"),
      onkeydown: (/** @type {KeyboardEvent} */ event) => step(event, ids, store, tabs),
    },
    ...tabs.values(),
  );
  let control = new AbortController();
  store.show(
    ["tab"],
    ({ tab }) => {
      const now = ids.includes(tab) ? tab : "output";
      for (const [id, node] of tabs) {
        node.setAttribute("aria-selected", String(id === now));
        node.tabIndex = id === now ? 0 : -1;
      }
      panel.setAttribute("aria-labelledby", `tab-${now}`);
      control.abort();
      control = new AbortController();
      const inner = { ...app, signal: AbortSignal.any([signal, control.signal]) };
      fill(panel, now === "output" ? output(inner) : rowsOf(now, model).map((row) => figureOf(inner, model, row)));
    },
    signal,
  );
  return el("div", { class: "tabbed" }, bar, panel);
}

/** Arrow keys go from tab to tab. @param {KeyboardEvent} event @param {string[]} ids @param {App["store"]} store @param {Map<string, HTMLElement>} tabs */
function step(event, ids, store, tabs) {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const now = Math.max(0, ids.indexOf(store.state.tab));
  const next = ids[(now + by + ids.length) % ids.length];
  store.set({ tab: next });
  tabs.get(next)?.focus();
}

/** @param {App} app @param {Model} model @param {Row} row */
function figureOf(app, model, { view, state }) {
  /** @type {Record<string, any>} */
  const given = { model: app.store.state.model, ...state(model, app.store.state) };
  const name = view === "mae" && given.paint ? "mae-paint" : view;
  const title = t(`figureNames.${name}`);
  const report = (/** @type {string} */ key, /** @type {any} */ value) => remember(app.store, key, value);
  const { node } = mountFigure(app, { view, state: given, model: given.model, title, report });
  return el("section", { class: "inside-figure", "data-figure": name }, el("h2", null, title), node);
}

/** What a figure tells of its state goes into the address. @param {App["store"]} store @param {string} key @param {any} value */
function remember(store, key, value) {
  if (key === "switches") store.set({ off: String(value) });
  if (key === "changes") store.set({ photochange: String(value) });
  if (key === "head") store.set({ head: Number(value) });
  if (key === "query" && /^\d+,\d+$/.test(String(value))) {
    const [row, column] = String(value).split(",").map(Number);
    store.set({ row, column });
  }
}
