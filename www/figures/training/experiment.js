// @ts-check
// An experiment of the place Train as a figure: begun, steered and freed here, with the same parts as there.

import { button, el, fill } from "../../shell/dom.js";
import { t } from "../../shell/text.js";
import { stateText, steering } from "../../train/controls.js";
import { experimentOf } from "../../train/experiments.js";
import { Recorded } from "../../train/history.js";
import { gradientPlot, livePlot, measureChoice } from "../../train/plot.js";
import { tenSeeds } from "../../train/ten-seeds.js";
import { pauseUnseen } from "../../train/unseen.js";
import { stepper } from "../../train/weight-step.js";
import { sheet } from "../kit/styles.js";
import { heldOut } from "./held-out.js";
import { onPhotos } from "./photos.js";

/** What a question can wait for, besides the steps taken. */
const TEACHERS = /** @type {const} */ (["entropy", "agreement", "distance"]);

/** @param {import("../../shell/types.js").App} app */
const placeOf = ({ store: { state } }) => [state.route, state.lesson, state.step].join("/");

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal, kept } = stage;
  const { switches: names, seeds = false } = state;
  const whole = experimentOf(state.experiment);
  const changes = state.spec ?? {};
  const experiment = names ? { ...whole, switches: whole.switches.filter(({ name }) => names.includes(name)) } : whole;
  const [engine] = await Promise.all([stage.engine(), sheet("../../train/train.css")]);
  const parts = {
    measures: el("div"),
    plot: el("div", { class: "train-plot", "data-part": "curves" }),
    controls: el("div", { class: "train-controls", "data-part": "controls" }),
    state: el("p", { class: "quiet", role: "status" }),
    step: el("div"),
    gradients: el("div"),
  };
  const steps = stepper(parts.step);
  const rebuilt = experiment.id === "mae" ? heldOut(stage) : null;
  const photos = experiment.data === "photos" ? await onPhotos(stage, experiment, () => draw()) : null;
  const follow = livePlot(parts.plot);
  let { measure } = state;
  let current = kept.run;
  kept.run = null;
  /** Nothing that changes meanwhile offers to begin another. */
  let beginning = false;

  const drawCurves = () => {
    follow(current ? [current] : [], measure, current?.run.spec.steps);
    if (!photos) fill(parts.gradients, current && current.run.state !== "running" && gradientPlot(current));
    if (!current) return;
    photos?.follow(current);
    parts.state.textContent = stateText(current);
  };
  const drawMeasures = () =>
    fill(
      parts.measures,
      measureChoice(current?.measures ?? [], measure, (name) => {
        measure = name;
        stage.chose("measure", name);
        drawCurves();
      }),
    );
  const draw = () => {
    if (signal.aborted || beginning) return;
    const focused = parts.controls.contains(document.activeElement);
    parts.plot.hidden = photos !== null && !current;
    drawMeasures();
    drawCurves();
    if (current) photos?.stand(current);
    else photos?.wait();
    fill(parts.controls, current ? steered(current) : offered());
    // What was pressed is drawn anew: the keyboard stays where it was.
    if (focused) parts.controls.querySelector("button")?.focus();
    // What is learned from a visitor's photos no address holds.
    stage.leadTo({ experiment: experiment.id, spec: (!photos && current?.run.spec) || changes });
  };
  const tell = (/** @type {Recorded} */ one) => {
    const { step, spec } = one.run;
    stage.report("step", step);
    // Of what was thrown while it ran; before its first step it was begun so.
    const last = spec.set.at(-1);
    if (last) stage.report("since", step - last.step);
    for (const name of TEACHERS) {
      const value = one.lastOf("teacher", name);
      if (value !== null) stage.report(name, value);
    }
  };
  const watch = (/** @type {Recorded} */ one) => {
    let known = 0;
    const metrics = one.run.on("metrics", () => {
      if (one !== current) return;
      if (one.measures.length !== known) drawMeasures();
      known = one.measures.length;
      drawCurves();
      tell(one);
      rebuilt?.show(one.run);
    });
    const state = one.run.on("state", () => one === current && draw());
    signal.addEventListener("abort", () => {
      metrics();
      state();
    });
  };
  /** @param {boolean} [through] one step, which is told, in place of all */
  const begin = async (through = false) => {
    fill(parts.controls, el("p", { class: "quiet", role: "status" }, t("train.fetching")));
    beginning = true;
    try {
      const { sorted = [], options = {} } = (await photos?.given()) ?? {};
      const run = await engine.train({ experiment: experiment.id, ...changes, ...options, signal });
      if (signal.aborted) return run.free();
      current = Object.assign(new Recorded(run, ""), { photos: sorted });
    } catch (error) {
      beginning = false;
      draw();
      throw error;
    }
    beginning = false;
    watch(current);
    draw();
    rebuilt?.show(current.run);
    await (through ? steps.step(current) : current.run.run());
  };
  const stop = () => {
    current?.run.free();
    current = null;
    steps.forget();
    rebuilt?.clear();
    draw();
  };
  const doing = stage.follow;
  const offered = () => {
    const { nodes = [], lacking: disabled = false } = photos?.beginning() ?? {};
    return [
      el("p", { class: "quiet" }, t(`train.data.${experiment.data}`)),
      ...nodes,
      el(
        "div",
        { class: "actions train-transport" },
        button(t("train.start"), () => doing(begin()), { class: "primary", disabled }),
        button(t("train.oneStep"), () => doing(begin(true)), { disabled }),
      ),
    ];
  };
  const steered = (/** @type {Recorded} */ one) =>
    steering(one, experiment, { state: parts.state, steps, doing, changed: draw, reset: stop });
  pauseUnseen(
    { store: stage.app.store, signal },
    () => current,
    (error) => doing(Promise.reject(error)),
  );
  const here = placeOf(stage.app);
  signal.addEventListener("abort", () => {
    // Built anew in another language, the figure goes on with the run. In another place it ends, and what it held is
    // free.
    if (placeOf(stage.app) === here) kept.run = current;
    else current?.run.free();
  });
  if (current) watch(current);
  draw();
  stage.show(
    el(
      "div",
      { class: "training-run" },
      parts.measures,
      parts.plot,
      parts.controls,
      photos?.groups,
      photos?.scores,
      photos?.picker,
      photos?.moment,
      parts.step,
      rebuilt?.node,
      parts.gradients,
      seeds && tenSeeds(experiment.id),
    ),
  );
}
