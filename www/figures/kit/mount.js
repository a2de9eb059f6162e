// @ts-check
// A figure in its frame: computed when shown, again when the photo changes, and plainly missing where it is not built
// yet.

import { badge } from "../../shell/badge.js";
import { button, el, fill } from "../../shell/dom.js";
import { isAborted } from "../../shell/failure.js";
import { NOTHING_OF_IT, writeUrl } from "../../shell/url.js";
import { f, ui, words } from "../../lessons/words.js";
import { digitInput, digitPicker, onDigit } from "../convolution/digits.js";
import { embedBox, questionEmbedBox, stepEmbedBox } from "./embed.js";
import { failed, following } from "./follow.js";
import { photoPicker } from "./photo-picker.js";
import { figures } from "../figures.js";
import { styles } from "./styles.js";
import { takeAlong } from "./take-along.js";

/** @typedef {import("../../shell/types.js").App} App */
/** @typedef {import("../../shell/types.js").Model} Model */
/** @typedef {import("../../lessons/course/lesson-types.d.ts").Step} Step */
/** @typedef {import("../../lessons/course/lesson-types.d.ts").Lesson} Lesson */
/** @typedef {"done" | "not-built" | "failed"} Outcome */
/** @typedef {{ from: string, to: string }} Swap another network in place of the lesson's own */
/**
 * @typedef {{ node: HTMLElement, frame: HTMLElement, settled: Promise<Outcome>, swap: (swap: Swap | null) => void,
 *   swapped: boolean }} Mounted
 */

/**
 * What a visitor made of a figure: it stays when the figure is built anew, as in another language or on another photo.
 * @typedef {object} Kept
 * @property {Record<string, any>} chosen parts of its state, as the visitor chose them
 * @property {Swap | null} swap
 * @property {import("../../train/history.js").Recorded | null} run under way while nothing shows it
 */
/** @returns {Kept} */
export const nothingKept = () => ({ chosen: {}, swap: null, run: null });

/**
 * What a figure is given.
 * @typedef {object} Stage
 * @property {App} app
 * @property {Record<string, any>} state as the lesson set it, or as the visitor left it
 * @property {Kept} kept
 * @property {boolean} fresh whether the visitor asked to start again
 * @property {AbortSignal} signal
 * @property {(...children: import("../../shell/dom.js").Children[]) => void} show fills the frame
 * @property {(name: string, value: unknown) => void} report tells a question, or an address, what came of a choice
 * @property {(name: string, value: unknown) => void} chose a part of the state as the visitor chose it, which stays and
 * is reported
 * @property {(work: Promise<unknown>) => void} follow a redraw after the first: its failure is shown below the figure
 * until one succeeds
 * @property {(run: { experiment: string, spec: Record<string, unknown> }) => void} leadTo a run that the way out of the
 * figure then leads to
 * @property {() => Promise<import("../../shell/types.js").Engine>} engine for what needs no network
 * @property {(id?: string) => Promise<Model>} load the step's network, or another
 * @property {() => Promise<Blob>} photo the visitor's photo
 * @property {(model: Model) => Promise<Blob | ImageData>} input what to show a network: the photo, or a digit for one
 * that reads digits
 */

/** Thrown by a figure whose computation does not exist yet. */
export class NotBuilt extends Error {}

/**
 * The figure of a lesson's step. @param {App} app @param {Lesson} lesson @param {Step} step
 * @param {(name: string, value: unknown) => void} report @param {Kept} kept
 * @param {HTMLElement} [link] the way out of it, in place of free exploration @returns {Mounted}
 */
export function figureFor(app, lesson, step, report, kept, link = explore(app, lesson, step)) {
  const { view, state } = step.figure;
  return mountFigure(app, {
    view,
    state,
    model: lesson.model,
    title: words(`${step.text}.title`),
    report,
    kept,
    reset: ui("reset"),
    step: `${lesson.id}/${step.id}`,
    link,
  });
}

/**
 * `model`: the network where the state names none. `link`: a way out of the figure, beside its reset; `reset`: what
 * that is called. `kept`: what outlives this figure. `step`: the lesson's, as in "vit/encoder"; `question`: the figure's
 * name among those that answer one. `along`: whether it is taken along where it stands; else one menu does so for several.
 * @typedef {{ view: string, state: Record<string, any>, model: string, title: string, step?: string, question?: string, report?: (name: string, value: unknown) => void,
 *   kept?: Kept, reset?: string, link?: HTMLElement | null, along?: boolean }} Wanted
 */

/** @param {App} app @param {Wanted} wanted @returns {Mounted} */
export function mountFigure(app, wanted) {
  const { store, signal } = app;
  const { view, kept = nothingKept(), along: saves = true } = wanted;
  const frame = el("div", { class: "figure-frame", "data-view": view });
  const trouble = el("div", { class: "figure-trouble", role: "alert" });
  const origin = el("span", { class: "figure-origin" });
  const along = el("div", { class: "figure-along" });
  const tools = el("div", { class: "figure-tools" });
  const picker = el("div", { class: "figure-picker" });
  const node = el(
    "figure",
    { class: "step-figure", "aria-label": ui("figure", { title: wanted.title }), "aria-busy": "true" },
    frame,
    trouble,
    origin,
    along,
    tools,
  );
  const told = () => {
    const state = { ...wanted.state, ...kept.chosen };
    const model = state.model ?? wanted.model;
    return { ...state, model: model === kept.swap?.from ? kept.swap?.to : model };
  };
  const report = wanted.report ?? (() => {});
  const chose = (/** @type {string} */ name, /** @type {unknown} */ value) => {
    kept.chosen[name] = value;
    report(name, Array.isArray(value) ? value.join() : value);
  };
  /** What another page needs to show the same. */
  const code = () => {
    const { step, title } = wanted;
    if (step) return stepEmbedBox(app, { step, title }, () => kept.chosen, frame);
    const own = readsDigits(app, wanted) ? null : embedBox(app, view, told);
    if (own || !wanted.question) return own;
    const models = store.state.route === "compare" ? wanted.state.models : null;
    return questionEmbedBox(app, { figure: wanted.question, title, models }, frame);
  };
  let control = new AbortController();
  signal.addEventListener("abort", () => control.abort());
  /** @type {(how: Outcome) => void} */
  let settle = () => {};
  const settled = new Promise((/** @type {(how: Outcome) => void} */ done) => (settle = done));
  const entry = figures[view];
  const draw = async (fresh = false) => {
    control.abort();
    control = new AbortController();
    const own = control.signal;
    if (signal.aborted) return;
    node.setAttribute("aria-busy", "true");
    fill(trouble);
    if (!frame.hasChildNodes()) fill(frame, el("p", { class: "quiet figure-wait" }, ui("figureLoading")));
    /** @type {Outcome} */
    let how = "done";
    try {
      if (!entry) throw new NotBuilt();
      const [{ figure }] = await Promise.all([entry.load(), styles()]);
      await figure({
        ...stageFor(app, own, wanted, kept, frame),
        report,
        chose,
        follow: following(trouble, own),
        fresh,
      });
    } catch (error) {
      if (own.aborted) return;
      how = missing(error) ? "not-built" : "failed";
      if (how === "not-built" || !isAborted(error)) fill(frame, how === "not-built" ? notBuilt() : failed(error));
    }
    if (own.aborted) return;
    frame.dataset.outcome = how;
    fill(origin, how === "done" && badge(entry.origin ?? "computed"));
    fill(along, how === "done" && saves && takeAlong(() => wanted.title, frame), how === "done" && code());
    node.setAttribute("aria-busy", "false");
    settle(how);
  };
  const changed = (/** @type {string} */ kind) => {
    if (entry?.input === kind || (entry?.input === "model" && (kind === "digit") === readsDigits(app, wanted)))
      void draw();
  };
  store.on(["picture"], () => changed("photo"), signal);
  onDigit(() => changed("digit"), signal);
  let backend = store.state.engine.info?.backend;
  store.on(
    ["engine"],
    ({ engine }) => {
      if (engine.status !== "ready") return;
      pick();
      if (backend && engine.info && engine.info.backend !== backend) {
        end();
        void draw();
      }
      backend = engine.info?.backend ?? backend;
    },
    signal,
  );
  // Which networks there are, and what they read, the engine tells.
  const pick = () => {
    if (entry?.input && !picker.hasChildNodes() && store.state.engine.status === "ready")
      fill(picker, pickerFor(app, entry, readsDigits(app, wanted)));
  };
  pick();
  /** A run belongs to its engine, and to what was begun. */
  const end = () => {
    control.abort();
    kept.run?.run.free();
    kept.run = null;
  };
  const redraw = () => {
    fill(frame);
    void draw();
  };
  const startAgain = () => {
    end();
    Object.assign(kept, { ...nothingKept(), swap: kept.swap });
    fill(frame);
    void draw(true);
  };
  fill(
    tools,
    picker,
    el(
      "div",
      { class: "actions" },
      button(wanted.reset ?? f("startAgain"), startAgain, { class: "plain" }),
      wanted.link,
    ),
  );
  void draw();
  return {
    node,
    frame,
    settled,
    swapped: kept.swap !== null,
    swap: (next) => {
      // Another network has other blocks and other patches.
      Object.assign(kept, { chosen: {}, swap: next });
      redraw();
    },
  };
}

/** One channel: grey pictures of digits, and no photos. @param {App} app @param {Wanted} wanted */
function readsDigits({ session, store }, { state, model }) {
  const id = state.model ?? model;
  const known = session.entry(id) ?? (id === store.state.model ? session.model?.info : undefined);
  return known?.input.channels === 1;
}

/** @param {unknown} error */
const missing = (error) =>
  error instanceof NotBuilt || (codeOf(error) === "not-found" && /has no method/.test(String(error)));

/** @param {any} error */
const codeOf = (error) => error?.code;

export const notBuilt = () => el("p", { class: "not-built" }, f("notBuilt"));

/** @param {App} app @param {import("../figures.js").Entry | undefined} entry @param {boolean} digits */
function pickerFor(app, entry, digits) {
  if (!entry?.input) return null;
  if (entry.input === "digit" || (entry.input === "model" && digits)) return digitPicker();
  return photoPicker(app);
}

/**
 * Out of the lesson to the same network, at the same place and question where there is one. @param {App} app
 * @param {Lesson} lesson @param {Step} step
 */
function explore({ store }, lesson, { figure: { view, state } }) {
  if (figures[view]?.trains) return trainLink(store, state.experiment, state.spec);
  const {
    models,
    model = models?.[0] ?? lesson.model,
    stage,
    block,
    head,
  } = /** @type {Record<string, any>} */ (state);
  return el(
    "a",
    {
      class: "button plain free-exploration",
      title: ui("exploreHint"),
      href: writeUrl({
        ...store.state,
        ...NOTHING_OF_IT,
        route: "explore",
        model,
        stage: stage ?? block ?? "",
        tab: figures[view]?.tab ?? "",
        asked: view === "attention" ? `attention.block:${block};attention.head:${head}` : "",
      }),
    },
    ui("explore"),
  );
}

/** Out of the lesson to the same experiment in Train. @param {App["store"]} store @param {any} experiment @param {any} spec */
const trainLink = (store, experiment, spec) =>
  el(
    "a",
    {
      class: "button plain free-exploration",
      title: ui("trainHint"),
      href: trainAddress(store, { experiment, spec }),
    },
    ui("train"),
  );

/** @param {App["store"]} store @param {{ experiment: string, spec?: Record<string, unknown> }} run */
const trainAddress = ({ state }, { experiment, spec }) =>
  writeUrl({
    ...state,
    ...NOTHING_OF_IT,
    route: "train",
    experiment,
    spec: spec ? JSON.stringify({ experiment, ...spec }) : "",
  });

/**
 * @param {App} app
 * @param {AbortSignal} signal
 * @param {Wanted} wanted
 * @param {Kept} kept
 * @param {HTMLElement} frame
 * @returns {Omit<Stage, "fresh" | "follow" | "report" | "chose">}
 */
function stageFor(app, signal, wanted, kept, frame) {
  const { store, session } = app;
  const { swap } = kept;
  const other = (/** @type {any} */ id) => (swap && id === swap.from ? swap.to : id);
  /** @type {Record<string, any>} */
  const state = { ...structuredClone(wanted.state), ...kept.chosen };
  if (state.model) state.model = other(state.model);
  if (Array.isArray(state.models)) state.models = state.models.map(other);
  const photo = async () => {
    await until(store, ["picture", "samples", "pictureFailure"], pictured, signal);
    return /** @type {import("../../shell/types.js").Picture} */ (store.state.picture).blob;
  };
  const ready = async () => {
    await until(store, ["engine"], ({ engine }) => engine.status !== "starting", signal);
    if (!session.engine || !session.models || store.state.engine.status !== "ready")
      throw new Error(store.state.engine.failure?.message ?? "");
    return { engine: session.engine, models: session.models };
  };
  return {
    app,
    state,
    kept,
    signal,
    photo,
    engine: async () => (await ready()).engine,
    leadTo: (run) => {
      if (!signal.aborted) wanted.link?.setAttribute("href", trainAddress(store, run));
    },
    show: (...children) => {
      if (!signal.aborted) fill(frame, ...children);
    },
    async load(id = state.model ?? other(wanted.model)) {
      const { models } = await ready();
      const model = id === store.state.model && session.model ? session.model : await models.get(id);
      signal.throwIfAborted();
      return model;
    },
    input: (model) => (model.info.input.channels === 1 ? digitInput() : photo()),
  };
}

/**
 * Whether the photo that is chosen has come, or will not.
 * @param {import("../../shell/types.js").State} state
 */
const pictured = ({ picture, pictureFailure, photo, samples }) =>
  picture !== null &&
  (picture.sample?.id === photo || pictureFailure !== null || !samples.some(({ id }) => id === photo));

/**
 * @param {App["store"]} store
 * @param {(keyof import("../../shell/types.js").State)[]} keys
 * @param {(state: import("../../shell/types.js").State) => boolean} holds
 * @param {AbortSignal} signal
 */
function until(store, keys, holds, signal) {
  if (holds(store.state)) return Promise.resolve();
  return new Promise((done, refuse) => {
    const over = new AbortController();
    signal.addEventListener(
      "abort",
      () => {
        over.abort();
        refuse(signal.reason);
      },
      { signal: over.signal },
    );
    store.on(
      keys,
      (state) => {
        if (!holds(state)) return;
        over.abort();
        done(undefined);
      },
      over.signal,
    );
  });
}
