// @ts-check
// The place "Train": small networks that learn before one's eyes, can be rewound, and go on another way.

import { button, el, fill } from "../shell/dom.js";
import { failureOf, failureText, isAborted } from "../shell/failure.js";
import { notify } from "../shell/notices.js";
import { number, t } from "../shell/text.js";
import { writeUrl } from "../shell/url.js";
import { sheet, styles } from "../figures/kit/styles.js";
import { paced, stateText, steering } from "./controls.js";
import { deviceChoice, deviceOf } from "./device.js";
import { EXPERIMENTS, experimentOf } from "./experiments.js";
import { Recorded } from "./history.js";
import { allPhotos, givenGroups, groupEditor, missing } from "./groups.js";
import { forgetRun, keepRun, keptRun } from "./kept-run.js";
import { openInside, saveFile } from "./inside.js";
import { moment } from "./moment.js";
import { gradientPlot, isPlotted, livePlot, measureChoice } from "./plot.js";
import { readerOf, readers } from "./readers.js";
import { scores } from "./scores.js";
import { tenSeeds } from "./ten-seeds.js";
import { pauseUnseen } from "./unseen.js";
import { stepper } from "./weight-step.js";
import { indifferent } from "../engine/promises.js";

/**
 * The runs of this visit, by experiment: leaving the place stops them, and does not forget them.
 * @type {Map<string, Recorded[]>}
 */
const kept = new Map();

/** @param {import("../shell/types.js").App} app */
export async function trainRoute(app) {
  await Promise.all([styles(), sheet("../../train/train.css")]);
  const root = el("div", { class: "train" });
  let control = new AbortController();
  app.signal.addEventListener("abort", () => control.abort());
  let shown = { experiment: "", engine: /** @type {unknown} */ (null), status: "" };
  app.store.show(
    ["experiment", "engine"],
    ({ experiment, engine }) => {
      const { engine: held } = app.session;
      // An engine that has lost its GPU, and says so, is the same one: its runs go on.
      if (shown.experiment === experiment && shown.engine === held && shown.status === engine.status) return;
      shown = { experiment, engine: held, status: engine.status };
      control.abort();
      if (app.signal.aborted) return;
      control = new AbortController();
      if (engine.status !== "ready")
        return fill(root, el("p", { class: "quiet", role: "status" }, t("train.engineStarting")));
      fill(root, bench({ ...app, signal: control.signal }));
    },
    app.signal,
  );
  return root;
}

/** @param {import("../shell/types.js").App} app */
function header({ store }) {
  const chosen = experimentOf(store.state.experiment).id;
  return el(
    "header",
    { class: "train-head" },
    el("h1", null, t("train.title")),
    el(
      "nav",
      { class: "train-experiments", "aria-label": t("train.experiments") },
      EXPERIMENTS.map(({ id }) =>
        el(
          "a",
          {
            class: "button",
            href: writeUrl({ ...store.state, route: "train", experiment: id, spec: "" }),
            "aria-current": id === chosen ? "page" : null,
          },
          t(`train.experiment.${id}.title`),
        ),
      ),
    ),
    el("p", { class: "train-lede" }, t(`train.experiment.${chosen}.body`)),
  );
}

/** @param {import("../shell/types.js").App} app */
function bench(app) {
  const { store, signal } = app;
  const experiment = experimentOf(store.state.experiment);
  const runs = kept.get(experiment.id) ?? [];
  kept.set(experiment.id, runs);
  let current = runs.at(-1) ?? null;
  const learnsPhotos = experiment.data === "photos";
  let measure = experiment.measure;
  let seed = 0;
  /** @type {import("./kept-run.js").Kept | null} of a visit before this */
  let before = null;
  const parts = {
    measures: el("div"),
    plot: el("div", { class: "train-plot" }),
    gradients: el("div"),
    state: el("p", { class: "quiet", role: "status" }),
    controls: el("div", { class: "train-controls" }),
    photos: el("div"),
    scores: el("div"),
    step: el("div"),
    moment: el("div"),
    runs: el("div"),
  };
  const steps = stepper(parts.step);
  const follow = livePlot(parts.plot);
  const say = (/** @type {unknown} */ error) => {
    if (!isAborted(error) && !signal.aborted) notify(store, { kind: "error", text: failureText(failureOf(error)) });
  };
  /** The run that is shown goes on on another device; without one, the next begins there. */
  const place = deviceChoice(app, async (device) => {
    const one = current;
    if (!one || !["running", "paused"].includes(one.run.state)) return store.set({ device });
    const going = one.run.state === "running";
    try {
      await one.run.pause();
      const resume = await one.run.export();
      await make({ ...one.run.spec, resume, device }, { past: one.metrics, inPlaceOf: one, going });
    } catch (error) {
      say(error);
    }
  });
  const drawCurves = () => {
    place.show(current);
    const shown = runs.filter((one) => one.shown);
    follow(shown.length > 0 ? shown : current ? [current] : [], measure, current?.run.spec.steps);
    fill(parts.gradients, current && gradientPlot(current));
    fill(parts.scores, current && scores(current));
    if (!current) return;
    parts.state.textContent = stateText(current);
  };
  const drawMeasures = () => {
    const names = current?.measures ?? [];
    if (names.length > 0 && !isPlotted(names, measure)) measure = names[0];
    fill(
      parts.measures,
      measureChoice(names, measure, (name) => {
        measure = name;
        drawCurves();
      }),
    );
  };
  const draw = () => {
    if (signal.aborted) return;
    drawMeasures();
    drawCurves();
    fill(parts.controls, current ? steered(current) : begin());
    fill(
      parts.moment,
      current &&
        current.run.state !== "running" &&
        current.run.step > 0 &&
        moment(app, current, experiment, { fork, save, open }),
    );
    fill(parts.runs, runs.length > 1 && table());
    if (current) store.set({ spec: JSON.stringify(current.run.spec), ...place.of(current) });
  };
  const watch = (/** @type {Recorded} */ one) => {
    let known = 0;
    const stop = [
      one.run.on("metrics", () => {
        if (one !== current) return;
        // What can be measured is known after the first step.
        if (one.measures.length !== known) drawMeasures();
        known = one.measures.length;
        drawCurves();
      }),
      one.run.on("state", () => one === current && draw()),
      keepRun(one, say),
    ];
    signal.addEventListener("abort", () => {
      for (const end of stop) end();
      // A run that cannot be paused has failed, which its state says when the place is shown again.
      indifferent(one.run.pause());
    });
  };
  const add = (/** @type {Recorded} */ one, /** @type {Recorded | null} */ inPlaceOf = null) => {
    if (inPlaceOf) runs.splice(runs.indexOf(inPlaceOf), 1, one);
    else runs.push(one);
    inPlaceOf?.run.free();
    current = one;
    before = null;
    steps.forget();
    watch(one);
    draw();
  };
  /**
   * @param {Record<string, unknown>} [changes]
   * @param {{ past?: import("../engine.js").Metrics[], inPlaceOf?: Recorded, going?: boolean }} [of] a run that goes on
   */
  const make = async (changes = {}, { past = [], inPlaceOf, going = true } = {}) => {
    fill(parts.controls, el("p", { class: "quiet", role: "status" }, t("train.fetching")));
    try {
      const engine = /** @type {import("../shell/types.js").Engine} */ (app.session.engine);
      const photos = learnsPhotos ? { groups: await givenGroups(), ...readerOf(app, experiment.id) } : {};
      const sorted = learnsPhotos ? allPhotos() : [];
      const run = await engine.train({
        experiment: experiment.id,
        ...deviceOf(app),
        ...changes,
        ...photos,
        signal,
      });
      const name = inPlaceOf?.name ?? t("train.runName", { number: number(runs.length + 1) });
      add(Object.assign(new Recorded(run, name), { photos: sorted, metrics: past }), inPlaceOf);
      if (going) void run.run(undefined, paced()).catch(say);
    } catch (error) {
      draw();
      say(error);
    }
  };
  const fork = async (/** @type {number} */ step) => {
    const parent = /** @type {Recorded} */ (current);
    try {
      const run = await parent.run.fork(step, {});
      add(new Recorded(run, t("train.forkName", { name: parent.name, step: number(step) }), parent, step));
    } catch (error) {
      say(error);
    }
  };
  const save = async (/** @type {number} */ step, /** @type {string} */ network) => {
    try {
      await saveFile(/** @type {Recorded} */ (current).run, step, network);
    } catch (error) {
      say(error);
    }
  };
  const open = async (/** @type {number} */ step, /** @type {string} */ network) => {
    try {
      await openInside(app, /** @type {Recorded} */ (current).run, step, network);
    } catch (error) {
      say(error);
    }
  };
  const goOn = (/** @type {import("./kept-run.js").Kept} */ { spec, metrics, resume }) => {
    void make({ ...spec, resume }, { past: metrics });
  };
  const forget = () => {
    before = null;
    void forgetRun(experiment.id);
    draw();
  };
  const begin = () => {
    const given = learnsPhotos ? null : specFrom(store.state.spec, experiment.id);
    const lacking = learnsPhotos ? missing() : "";
    return el(
      "div",
      { class: "train-begin" },
      el("p", { class: "quiet" }, t(`train.data.${experiment.data}`)),
      experiment.id === "probe" && readers(app),
      before && [
        el("p", { role: "status" }, t("train.kept", { ...keptSteps(before) })),
        el(
          "div",
          { class: "actions" },
          button(t("train.goOnKept"), () => goOn(/** @type {NonNullable<typeof before>} */ (before)), {}),
          button(t("train.forgetKept"), () => forget(), { class: "plain" }),
        ),
      ],
      lacking && el("p", { class: "train-lacking", role: "status" }, lacking),
      el(
        "div",
        { class: "actions" },
        button(t("train.start"), () => void make({ seed }), { class: "primary", disabled: lacking !== "" }),
        given && button(t("train.again"), () => void make(given), {}),
        experiment.presets.map(({ name, ...changes }) =>
          button(t(`train.preset.${name}`), () => void make({ ...changes, seed }), {}),
        ),
      ),
      seedField(seed, (value) => {
        seed = value;
      }),
    );
  };
  const steered = (/** @type {Recorded} */ one) =>
    steering(one, experiment, {
      state: parts.state,
      steps,
      doing: (task) => void task.catch(say),
      changed: draw,
      reset: () => void make(withoutHistory(one.run.spec)),
      another: learnsPhotos ? newGroups : undefined,
    });
  const table = () =>
    el(
      "section",
      { class: "train-runs" },
      el("h2", null, t("train.runs")),
      el(
        "ul",
        null,
        runs.map((one) =>
          el(
            "li",
            { "aria-current": one === current ? "true" : null },
            el(
              "label",
              { class: "toggle" },
              el("input", {
                type: "checkbox",
                checked: one.shown,
                onchange: (/** @type {Event} */ event) => {
                  one.shown = /** @type {HTMLInputElement} */ (event.target).checked;
                  drawCurves();
                },
              }),
              el("span", null, t("train.atStep", { step: number(one.run.step) })),
            ),
            el("input", {
              type: "text",
              value: one.name,
              "aria-label": t("train.nameOf", { name: one.name }),
              onchange: (/** @type {Event} */ event) => {
                one.name = /** @type {HTMLInputElement} */ (event.target).value.trim() || one.name;
                draw();
              },
            }),
            button(t("train.choose"), () => choose(one), { class: "plain", disabled: one === current }),
            button(t("train.remove"), () => remove(one), { class: "plain" }),
          ),
        ),
      ),
    );
  /** Back to the groups, with this run kept. */
  const newGroups = () => {
    if (current) void current.run.pause().catch(say);
    current = null;
    steps.forget();
    draw();
  };
  const choose = (/** @type {Recorded} */ one) => {
    if (current && current !== one) void current.run.pause().catch(say);
    current = one;
    steps.forget();
    draw();
  };
  const remove = (/** @type {Recorded} */ one) => {
    one.run.free();
    runs.splice(runs.indexOf(one), 1);
    current = runs.at(-1) ?? null;
    steps.forget();
    draw();
  };
  if (runs.length === 0)
    void keptRun(experiment.id).then((found) => {
      if (signal.aborted || current) return;
      before = found;
      draw();
    });
  store.on(["engine"], draw, signal);
  pauseUnseen(app, () => current, say);
  for (const one of runs) watch(one);
  if (learnsPhotos)
    fill(
      parts.photos,
      groupEditor(app, () => !current && draw()),
    );
  draw();
  return [
    header(app),
    parts.photos,
    el(
      "div",
      { class: "train-bench" },
      el("div", { class: "train-main" }, parts.measures, parts.plot, parts.gradients),
      el("div", { class: "train-side" }, parts.controls, place.node, parts.scores),
    ),
    parts.step,
    parts.moment,
    parts.runs,
    tenSeeds(experiment.id),
  ];
}

/** What everything that is drawn at random is drawn from. @param {number} seed @param {(seed: number) => void} change */
const seedField = (seed, change) =>
  el(
    "label",
    { class: "train-seed" },
    el("span", null, t("train.seed")),
    el("input", {
      type: "number",
      min: 0,
      max: 999_999,
      step: 1,
      value: seed,
      oninput: (/** @type {Event} */ event) => {
        const { value } = /** @type {HTMLInputElement} */ (event.target);
        change(Math.min(999_999, Math.max(0, Math.floor(Number(value) || 0))));
      },
    }),
  );

/**
 * The description without what was switched on the way, and of which photos: those that are in the groups now are
 * given. @param {any} spec
 */
const withoutHistory = ({ set: _, groups: __, photos: ___, features: ____, ...spec }) => spec;

/** How far a run had come. @param {import("./kept-run.js").Kept} kept */
const keptSteps = ({ spec, metrics }) => ({
  step: number(metrics.at(-1)?.step ?? 0),
  steps: number(spec.steps),
});

/** A description from an address, where it is one of this experiment. @param {string} text @param {string} id */
function specFrom(text, id) {
  try {
    const spec = JSON.parse(text);
    return spec?.experiment === id ? spec : null;
  } catch {
    // An address may say anything: it describes no run then.
    return null;
  }
}
