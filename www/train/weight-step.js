// @ts-check
// One step, told on one weight: forward, loss, gradient and update, one after the other, with its numbers.

import { el, fill } from "../shell/dom.js";
import { number, t, tOf } from "../shell/text.js";
import { curves } from "../figures/kit/draw.js";
import { extent } from "../figures/kit/colour.js";
import { scientific } from "../figures/kit/scientific.js";

/** @typedef {import("../engine.js").WeightStep} WeightStep */
/** @typedef {{ network?: string, key?: string }} Looked which layer is looked at; the first where nothing is said */

const DIGITS = 4;
/** Below this a number is told as a power of ten. */
const SMALL = 1e-3;

/** @param {number} value */
const short = (value) =>
  value !== 0 && Math.abs(value) < SMALL ? scientific(value) : number(value, { maximumSignificantDigits: DIGITS });
/** A step changes the loss by little. @param {number} value */
const fine = (value) => number(value, { maximumSignificantDigits: 6 });
/** A weight moves by little: its digits are told. @param {number} value */
const whole = (value) => number(value, { minimumFractionDigits: 6, maximumFractionDigits: 6 });

/**
 * Steps that are told in `node`, until the run goes on by itself. @param {HTMLElement} node
 */
export function stepper(node) {
  /** @type {Looked} */
  let looked = {};
  return {
    clear: () => fill(node),
    /** Another run may have other layers. */
    forget: () => {
      looked = {};
      fill(node);
    },
    /** @param {import("./history.js").Recorded} one */
    step: async (one) => {
      const seen = await one.run.stepThrough(looked);
      if (one.run.state === "failed") return fill(node);
      const look = (/** @type {Looked} */ next) => {
        looked = next;
      };
      fill(node, weightStep(seen, [...one.gradients.keys()], look));
    },
  };
}

/**
 * @param {WeightStep} seen
 * @param {string[]} networks whose weights a gradient moves
 * @param {(looked: Looked) => void} look
 */
function weightStep(seen, networks, look) {
  const { network, key, layers, at, weights } = seen;
  const which = { network: tOf("train.networks", network, network), key, at: `[${at.join(", ")}]` };
  return el(
    "section",
    { class: "train-step" },
    el("h2", null, t("train.stepped.title")),
    el("p", { class: "quiet" }, t("train.stepped.which", { ...which, weights: number(weights) })),
    el(
      "ol",
      null,
      [forward, loss, gradient, update].map((part) => el("li", { class: "figure-block" }, part(seen))),
    ),
    el(
      "div",
      { class: "train-step-choice" },
      networks.length > 1 &&
        choice(t("train.stepped.network"), networks, network, (name) => look({ network: name }), "train.networks"),
      layers.length > 1 && choice(t("train.stepped.layer"), layers, key, (name) => look({ network, key: name })),
    ),
  );
}

/** @param {WeightStep} seen */
function forward({ forward: term, before }) {
  const head = el("h3", null, t("train.stepped.forward"));
  if (!term) return [head, el("p", null, t("train.stepped.beside"))];
  const { input, product, terms, sum, cell } = term;
  const values = { terms: number(terms), sum: short(sum) };
  const said = cell
    ? t("train.stepped.inCell", { ...values, row: number(cell[0] + 1), column: number(cell[1] + 1) })
    : t("train.stepped.inRow", values);
  const equation = { weight: short(before), input: short(input), product: short(product) };
  return [head, el("p", { class: "headline" }, t("train.stepped.product", equation)), el("p", null, said)];
}

/** @param {WeightStep} seen */
const loss = ({ loss: value, images }) => [
  el("h3", null, t("train.stepped.loss")),
  el("p", { class: "headline" }, fine(value)),
  el("p", null, t("train.stepped.lossOf", { images: number(images) })),
];

/** @param {WeightStep} seen */
const gradient = ({ gradient: value, slope, curve, tangent }) => [
  el("h3", null, t("train.stepped.gradient")),
  el("p", { class: "headline" }, short(value)),
  curves({
    series: [
      { label: t("train.stepped.curve"), points: curve, dots: true },
      { label: t("train.stepped.tangent"), points: tangent },
    ],
    xName: t("train.stepped.weight"),
    yName: t("train.stepped.loss"),
    ...extent([...curve, ...tangent].map(([, y]) => y)),
    xText: short,
    yText: fine,
    label: t("train.stepped.curveLabel"),
  }),
  el("p", null, t("train.stepped.gradientOf", { slope: short(slope) })),
];

/** @param {WeightStep} seen */
function update({ before, rate, direction, after, optimizer, decay, remembered, remembers, lossAfter }) {
  const moved = { before: whole(before), rate: short(rate), direction: short(direction), after: whole(after) };
  const said =
    optimizer === "sgd"
      ? t("train.stepped.sgd", { decay: short(decay), old: short(remembered[0]), new: short(remembers[0]) })
      : t("train.stepped.adamw", { mean: short(remembers[0]), square: short(remembers[1]) });
  return [
    el("h3", null, t("train.stepped.update")),
    el("p", { class: "headline" }, t("train.stepped.moved", moved)),
    el("p", null, said),
    el("p", null, t("train.stepped.lossAfter", { loss: fine(lossAfter) })),
  ];
}

/**
 * @param {string} label @param {string[]} names @param {string} value @param {(name: string) => void} change
 * @param {string} [words] where the names of the names are
 */
function choice(label, names, value, change, words) {
  const select = el(
    "select",
    { onchange: () => change(select.value) },
    names.map((name) => el("option", { value: name, selected: name === value }, words ? tOf(words, name, name) : name)),
  );
  return el("label", { class: "train-reader" }, el("span", null, label), select);
}
