// @ts-check
// What a run is steered with: start, pause, one step, the switches that can be thrown while it runs.

import { button, el } from "../shell/dom.js";
import { number, t, tOf } from "../shell/text.js";
import { choices, slider, toggle } from "../figures/kit/draw.js";

/** @typedef {import("./history.js").Recorded} Recorded */
/** @typedef {import("./experiments.js").Experiment} Experiment */

/** Steps a second, at most, that a visitor can have; 0 is as many as there can be. */
const PACES = [0, 5, 1];
/** The one that was chosen in this visit. */
let pace = 0;
/** How a run is to go on. */
export const paced = () => (pace > 0 ? { pace } : {});

/**
 * All that steers a run.
 * @param {Recorded} one @param {Experiment} experiment
 * @param {{ state: HTMLElement, steps: ReturnType<typeof import("./weight-step.js").stepper>, doing: (task: Promise<unknown>) => void,
 *   changed: () => void, reset: () => void, another?: () => void }} bench `state`: where it is told how the run stands;
 * `doing`: what becomes of a task that fails; `changed`: after a switch was thrown
 */
export function steering(one, experiment, { state, steps, doing, changed, reset, another }) {
  const { run } = one;
  return [
    transport(one, {
      run: () => {
        steps.clear();
        doing(run.run(undefined, paced()));
      },
      pause: () => doing(run.pause()),
      step: () => doing(steps.step(one)),
      reset,
      another,
    }),
    state,
    choices({
      label: t("train.speed"),
      options: PACES.map((value) => ({
        value,
        text: value > 0 ? t("train.pace", { count: number(value) }) : t("train.full"),
      })),
      value: pace,
      change: (value) => {
        pace = value;
        if (run.state === "running") doing(run.run(undefined, paced()));
      },
    }),
    switches(experiment, run.spec, (change) => doing(run.set(change).then(changed))),
    thrown(run.spec),
  ];
}

/**
 * @param {Recorded} one
 * @param {{ run: () => void, pause: () => void, step: () => void, reset: () => void, another?: () => void }} actions
 */
function transport({ run }, actions) {
  const going = run.state === "running";
  const over = run.state === "failed" || run.step >= run.spec.steps;
  return el(
    "div",
    { class: "actions train-transport" },
    going
      ? button(t("train.pause"), actions.pause, { class: "primary" })
      : button(t(run.step > 0 ? "train.goOn" : "train.start"), actions.run, { class: "primary", disabled: over }),
    button(t("train.oneStep"), actions.step, { disabled: going || over }),
    button(t("train.reset"), actions.reset, { class: "plain", disabled: run.step === 0 && !going }),
    actions.another && button(t("train.groups.again"), actions.another, { class: "plain" }),
  );
}

/**
 * The value of a switch now: the last that was thrown, or the one that the run began with. @param {any} spec
 * @param {string} name
 */
const valueNow = (spec, name) => {
  const thrown = spec.set.filter((/** @type {any} */ one) => name in one).at(-1);
  return thrown ? thrown[name] : spec[name];
};

/** @param {Experiment} experiment @param {any} spec @param {(change: Record<string, unknown>) => void} change */
function switches(experiment, spec, change) {
  const own = experiment.switches.filter(({ name }) => valueNow(spec, name) !== undefined);
  if (own.length === 0) return null;
  return el(
    "fieldset",
    { class: "train-switches" },
    el("legend", null, t("train.switches")),
    own.map((one) => {
      const label = tOf("train.switch", one.name, one.name);
      const value = valueNow(spec, one.name);
      return one.kind === "toggle"
        ? toggle({ label, value: Boolean(value), change: (on) => change({ [one.name]: on }) })
        : lazySlider({
            ...one,
            label,
            value: Number(value),
            change: (/** @type {number} */ to) => change({ [one.name]: to }),
          });
    }),
  );
}

/** A slider that tells where it was let go, not every place on the way. @param {any} options */
function lazySlider({ change, ...options }) {
  const node = slider({ ...options, text: (value) => number(value, { maximumFractionDigits: 2 }), change: () => {} });
  node.querySelector("input")?.addEventListener("change", (event) => {
    change(Number(/** @type {HTMLInputElement} */ (event.target).value));
  });
  return node;
}

/** What was thrown when, in words. @param {any} spec */
function thrown(spec) {
  const said = spec.set.filter((/** @type {object} */ one) => Object.keys(one).length > 1);
  if (said.length === 0) return null;
  const items = said.map((/** @type {any} */ { step, ...changes }) =>
    el(
      "li",
      null,
      t("train.thrown", {
        step: number(step),
        what: Object.entries(changes)
          .map(
            ([name, value]) =>
              `${tOf("train.switch", name, name)}: ${typeof value === "boolean" ? t(value ? "train.on" : "train.off") : number(Number(value))}`,
          )
          .join(", "),
      }),
    ),
  );
  return el("ol", { class: "train-thrown" }, items);
}

/** How a run stands, in words. @param {import("./history.js").Recorded} recorded */
export function stateText({ last, run, message }) {
  const values = {
    step: number(run.step),
    steps: number(run.spec.steps),
    ms: last ? number(last.ms, { maximumSignificantDigits: 3 }) : "–",
  };
  return message || t(`train.state.${run.state}`, values);
}
