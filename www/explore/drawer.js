// @ts-check
// Questions to a network, at the picture's side: each is a row of figures that fit what the network states.

import { blockName } from "../figures/kit/stage-reader.js";
import { button, el, fill } from "../shell/dom.js";
import { failureCard, failureOf } from "../shell/failure.js";
import { sideDrawer } from "../shell/side-drawer.js";
import { t } from "../shell/text.js";
import { anyOf } from "../engine/signals.js";
import { FIRST_MASK, askedOf, withAsked } from "./asked.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("../shell/types.js").Model} Model */
/** @typedef {import("../shell/types.js").State} State */
/** @typedef {import("../engine.js").Stage} Stage */

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

/**
 * @typedef {{ view: string, fits: (model: Model) => boolean, state: (model: Model, state: State) => Record<string, any> }} Row
 * @type {Record<string, Row[]>}
 */
const TABS = {
  field: [
    {
      view: "receptive-field",
      fits: can("receptive-field"),
      state: (model, state) => ({ stage: near(spatial(model), state), cell: [0, 0] }),
    },
    {
      view: "receptive-curve",
      fits: can("receptive-field"),
      // One's own checkpoint is no network of the catalogue: it goes by the name that it is chosen under.
      state: (_, { model }) => ({ models: [model] }),
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
        choose: true,
      }),
    },
  ],
  attention: [
    {
      view: "attention",
      fits: can("attention-heads"),
      state: (_, { stage }) => ({ block: blockName(stage), head: 0, query: [0, 0] }),
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
      state: (model, { stage }) => ({ block: blockOf(model, stage), show: "windows", head: 0, query: [5, 5] }),
    },
  ],
  why: [
    { view: "class-map", fits: answers, state: ({ info }) => ({ method: info.classMethods[0], methods: true }) },
    { view: "logit-lens", fits: can("logit-lens"), state: () => ({}) },
  ],
  whatif: [
    {
      view: "photo-changes",
      fits: answers,
      state: (_, { photochange }) => ({ changes: photochange.split(",").filter(Boolean).map(Number) }),
    },
  ],
  hidden: [
    { view: "mae", fits: can("reconstruct"), state: () => ({ ...FIRST_MASK, paint: false }) },
    { view: "mae", fits: can("reconstruct"), state: () => ({ ratio: 0, seed: 1, paint: true, mask: "" }) },
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

/** The questions that fit a network. @param {Model} model */
export const questionsOf = (model) => Object.keys(TABS).filter((id) => rowsOf(id, model).length > 0);

/**
 * The drawer at the picture's side. What is open stands in the address as `tab`.
 * @param {App} app @param {import("./picture.js").Picture} view
 */
export function drawer(app, view) {
  const { store, signal } = app;
  const first = () => (view.model ? (questionsOf(view.model)[0] ?? "") : "");
  const { node, body, open } = sideDrawer(store, {
    title: "drawer.title",
    close: "drawer.close",
    open: "drawer.open",
    icon: "question",
    inside: "drawer-body",
    tab: () => (store.state.tab ? "" : first()),
  });
  let control = new AbortController();
  /** @type {Model | null} */
  let of = null;
  let shown = "";
  let off = "";
  const show = (again = false) => {
    const { model } = view;
    const { tab, load } = store.state;
    if (model && load.status !== "ready") return;
    const ids = model ? questionsOf(model) : [];
    const now = ids.includes(tab) ? tab : tab in TABS ? (ids[0] ?? "") : "";
    node.hidden = !now || !model;
    open.setAttribute("aria-expanded", String(!node.hidden));
    if (!again && model === of && now === shown && off === view.without) return;
    [of, shown, off] = [model, now, view.without];
    control.abort();
    control = new AbortController();
    if (!model || !now) return fill(body);
    const inner = { ...app, signal: anyOf([signal, control.signal]) };
    fill(body, tabbed(inner, model, ids, now));
  };
  store.on(["tab"], () => show(), signal);
  // Back and forward change what figures were asked: what a figure itself told needs no other figure.
  store.on(["asked", "photochange"], () => !told && show(true), signal);
  view.watch(() => show());
  return { node, open };
}

/** @param {App} app @param {Model} model @param {string[]} ids @param {string} now */
function tabbed(app, model, ids, now) {
  const { store } = app;
  const tabs = new Map(
    ids.map((id) => [
      id,
      button(t(`tabs.${id}`), () => store.set({ tab: id }), {
        class: "tab",
        role: "tab",
        id: `tab-${id}`,
        "aria-controls": "tab-panel",
        "aria-selected": String(id === now),
        tabindex: id === now ? 0 : -1,
      }),
    ]),
  );
  const bar = el(
    "div",
    {
      class: "tabs",
      role: "tablist",
      "aria-label": t("drawer.title"),
      onkeydown: (/** @type {KeyboardEvent} */ event) => step(event, ids, store),
    },
    ...tabs.values(),
  );
  const panel = el("div", { class: "tab-panel", id: "tab-panel", role: "tabpanel", "aria-labelledby": `tab-${now}` });
  fill(
    panel,
    rowsOf(now, model).map((row) => figureOf(app, model, row)),
  );
  return [bar, panel];
}

/** Arrow keys go from tab to tab. @param {KeyboardEvent} event @param {string[]} ids @param {App["store"]} store */
function step(event, ids, store) {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const next = ids[(Math.max(0, ids.indexOf(store.state.tab)) + by + ids.length) % ids.length];
  store.set({ tab: next });
  document.getElementById(`tab-${next}`)?.focus();
}

/** What a row's figure is called. @param {Row} row @param {Model} model @param {State} now */
const nameOf = ({ view, state }, model, now) => (view === "mae" && state(model, now).paint ? "mae-paint" : view);

/**
 * The figure of a name by itself; null where this network has none such. @param {App} app @param {Model} model
 * @param {string} name @param {HTMLElement} link the way to the network
 */
export function questionFigure(app, model, name, link) {
  const rows = Object.keys(TABS).flatMap((tab) => rowsOf(tab, model));
  const row = rows.find((one) => nameOf(one, model, app.store.state) === name);
  return row ? figureOf(app, model, row, link) : null;
}

/** @param {App} app @param {Model} model @param {Row} row @param {HTMLElement} [link] */
function figureOf(app, model, row, link) {
  const { store } = app;
  const { view, state } = row;
  /** @type {Record<string, any>} */
  const given = { model: store.state.model, ...state(model, store.state) };
  const name = nameOf(row, model, store.state);
  Object.assign(given, askedOf(model, name, store.state.asked));
  const title = t(`figureNames.${name}`);
  const report = (/** @type {string} */ key, /** @type {any} */ value) => remember(store, name, key, value);
  const holder = el("div");
  // Figures and their words come when the first question is asked: the first answer does not wait for them.
  import("../figures/kit/mount.js").then(
    ({ mountFigure }) => {
      if (app.signal.aborted) return;
      const figure = { view, state: given, model: given.model, title, report, link, question: name, along: false };
      fill(holder, mountFigure(app, figure).node);
    },
    (error) => fill(holder, failureCard(failureOf(error))),
  );
  return el("section", { class: "inside-figure", "data-figure": name }, el("h2", null, title), holder);
}

/** Whether a change of the address is what a figure told. */
let told = false;

/**
 * What a figure tells of its state goes into the address. @param {App["store"]} store @param {string} name
 * @param {string} key @param {unknown} value
 */
function remember(store, name, key, value) {
  told = true;
  if (key === "changes") store.set({ photochange: String(value) });
  store.set({ asked: withAsked(store.state.asked, name, key, value) });
  told = false;
}
