// @ts-check
// The experiments as the page offers them: what can be switched, what is plotted first, and where to look afterwards.

/**
 * @typedef {{ name: string, kind: "toggle" } | { name: string, kind: "range", min: number, max: number, step: number }}
 * Switch
 * @typedef {object} Experiment
 * @property {import("../engine.js").Experiment} id
 * @property {import("./history.js").Shown} measure what the plot shows first
 * @property {Switch[]} switches
 * @property {Record<string, unknown>[]} presets descriptions that differ from the usual one, each with its name in the
 * text table
 * @property {"digits" | "things" | "photos"} data what is learned from: photos are the visitor's own, in groups
 * @property {string} stage whose maps are shown at a moment; empty where there are none
 */

/** @param {string} name @returns {Switch} */
const toggle = (name) => ({ name, kind: "toggle" });
/** @param {string} name @param {number} min @param {number} max @param {number} step @returns {Switch} */
const range = (name, min, max, step) => ({ name, kind: "range", min, max, step });

/** How `cargo xtask train collapse` has DINO collapse for ten seeds. */
const COLLAPSING = { steps: 1000, batch: 4, rate: 4e-4, warmup: 0.05, momentum: 0.9, temperature: 0.07 };

/** @type {Experiment[]} */
export const EXPERIMENTS = [
  {
    id: "digits",
    measure: "accuracy",
    switches: [range("shift", 0, 4, 1)],
    presets: [],
    data: "digits",
    stage: "conv1",
  },
  {
    id: "activation",
    measure: "loss",
    switches: [toggle("dropout"), toggle("flip")],
    presets: [],
    data: "things",
    stage: "features.0",
  },
  {
    id: "residual",
    measure: "loss",
    switches: [toggle("shortcuts"), toggle("flip")],
    presets: [],
    data: "things",
    stage: "conv1",
  },
  {
    id: "mae",
    measure: "loss",
    switches: [range("mask", 0.25, 0.9, 0.05), toggle("flip")],
    presets: [{ name: "ratios", networks: ["mae-25", "mae-50", "mae-75", "mae-90"], batch: 16 }],
    data: "things",
    stage: "",
  },
  {
    id: "dino",
    measure: "entropy",
    switches: [
      toggle("centering"),
      toggle("sharpening"),
      range("temperature", 0.02, 0.5, 0.02),
      range("momentum", 0, 1, 0.01),
    ],
    presets: [
      { name: "uniform", ...COLLAPSING, sharpening: false },
      { name: "one", ...COLLAPSING, centering: false },
    ],
    data: "things",
    stage: "",
  },
  { id: "probe", measure: "loss", switches: [], presets: [], data: "photos", stage: "" },
  {
    id: "fine-tune",
    measure: "loss",
    switches: [range("shift", 0, 4, 1), toggle("flip")],
    presets: [],
    data: "photos",
    stage: "conv1",
  },
];

/** @param {string} id @returns {Experiment} */
export const experimentOf = (id) => EXPERIMENTS.find((experiment) => experiment.id === id) ?? EXPERIMENTS[0];
