// @ts-check
// DINO's loss between two random views: both distributions, their cross-entropy, and whom its gradient teaches.

import { button, el, fill } from "../../shell/dom.js";
import { number, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { extent } from "../kit/colour.js";
import { barRows, block, choices, note, slider, svg, toggle } from "../kit/draw.js";
import { generator, globalViews, localViews } from "./crops.js";

/** @typedef {import("../../engine.js").DinoLoss} Loss */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal, chose } = stage;
  const model = await stage.load();
  const bitmap = await createImageBitmap(await stage.photo());
  const view = el("div", { class: "distilled" });
  let seed = Number(state.seed ?? 1);
  let temperature = Number(state.temperature);
  let centering = Boolean(state.centering);
  let show = String(state.show ?? "loss");
  /** @type {HTMLCanvasElement[]} */
  let views = [];
  /** @type {number[][]} */
  let outputs = [];
  let ticket = 0;
  const draw = async (tell = false) => {
    const mine = ++ticket;
    const momentum = state.momentum === undefined ? {} : { momentum: Number(state.momentum) };
    const loss = await model.dinoLoss({ outputs, temperature, centering, ...momentum, signal });
    if (mine !== ticket || signal.aborted) return;
    if (tell) stage.report("entropy", loss.entropy);
    fill(
      view,
      sides(loss, views, show),
      numbers(loss),
      note(f("centreNote", { count: number(loss.centre_of) })),
      loss.half_life !== null && momentumNote(Number(state.momentum), loss.half_life),
    );
  };
  const look = async () => {
    const random = generator(seed);
    // Where the network has no features of other photos, the centre needs more than the two.
    const all = [...globalViews(bitmap, random), ...localViews(bitmap, random)].map(({ canvas }) => canvas);
    const found = [];
    for (const canvas of all) {
      const { data, shape } = await model.preprocess(canvas, { signal });
      found.push(Array.from((await model.forward({ data, shape }, { signal })).data));
    }
    [views, outputs] = [all, found];
  };
  const again = stage.follow;
  await look();
  await draw();
  stage.show(
    view,
    el(
      "div",
      { class: "sliders" },
      slider({
        label: f("teacherTemperature"),
        min: 0.02,
        max: 1,
        step: 0.02,
        value: temperature,
        part: "temperature",
        text: (value) => number(value),
        change(value) {
          temperature = value;
          chose("temperature", value);
          again(draw(true));
        },
      }),
    ),
    el(
      "div",
      { class: "figure-tools" },
      toggle({
        label: f("centering"),
        value: centering,
        part: "centering",
        change(value) {
          centering = value;
          chose("centering", value);
          again(draw(true));
        },
      }),
      choices({
        label: f("view"),
        value: show,
        options: ["loss", "gradient"].map((value) => ({ value, text: f(`distil.${value}`) })),
        change(value) {
          show = value;
          chose("show", value);
          again(draw());
        },
      }),
      button(f("newViews"), () => {
        seed++;
        chose("seed", seed);
        again(look().then(() => draw(true)));
      }),
    ),
  );
}

/** @param {Loss} loss @param {HTMLCanvasElement[]} views @param {string} show */
function sides({ student, teacher, gradient }, views, show) {
  const most = Math.max(...student, ...teacher);
  const side = (
    /** @type {"student" | "teacher"} */ name,
    /** @type {HTMLCanvasElement} */ canvas,
    /** @type {number[]} */ shares,
  ) => {
    const box = block(
      f(`distil.${name}`),
      el("div", { class: "distil-view" }, canvas),
      columns(
        shares,
        { low: 0, high: most },
        f("distributionLabel", { count: number(shares.length), most: percent(Math.max(...shares)) }),
      ),
    );
    box.setAttribute("data-part", name);
    return box;
  };
  const pair = el(
    "div",
    { class: "figure-row" },
    side("student", views[0], student),
    side("teacher", views[1], teacher),
  );
  if (show !== "gradient") return [pair];
  const { low, high } = extent(gradient);
  return [
    pair,
    el(
      "div",
      { class: "figure-row", "data-part": "gradient" },
      block(
        f("gradientStudent"),
        columns(
          gradient,
          { low: Math.min(0, low), high: Math.max(0, high) },
          f("gradientRange", {
            low: number(low, { maximumFractionDigits: 2 }),
            high: number(high, { maximumFractionDigits: 2 }),
          }),
        ),
      ),
      block(f("gradientTeacher"), el("p", { class: "stopped" }, f("gradientStopped"))),
    ),
  ];
}

/** @param {Loss} loss */
function numbers({ cross_entropy, entropy }) {
  return el(
    "div",
    { class: "figure-row" },
    el(
      "p",
      { class: "big-number", "data-part": "cross-entropy" },
      el("span", null, f("crossEntropy")),
      el("output", { class: "numbers" }, number(cross_entropy, { maximumFractionDigits: 3 })),
    ),
    barRows([{ label: f("teacherEntropy"), value: entropy, text: percent(entropy), strong: true }], {
      most: 1,
      part: "entropy",
    }),
  );
}

/** @param {number} momentum @param {number} steps */
const momentumNote = (momentum, steps) =>
  note(
    f("momentumNote", { momentum: number(momentum, { maximumFractionDigits: 4 }), steps: number(Math.round(steps)) }),
    "teacher",
  );

/**
 * A column for each output. @param {number[]} values @param {import("../kit/colour.js").Range} range @param {string}
 * label
 */
function columns(values, { low, high }, label) {
  const height = 90;
  const y = (/** @type {number} */ value) => (height * (high - value)) / (high - low || 1);
  const bars = values.map((value, i) =>
    svg("rect", {
      x: i + 0.1,
      width: 0.8,
      y: Math.min(y(value), y(0)),
      height: Math.abs(y(value) - y(0)),
      class: value < 0 ? "under" : "over",
    }),
  );
  const drawing = svg(
    "svg",
    {
      viewBox: `0 0 ${values.length} ${height}`,
      preserveAspectRatio: "none",
      class: "distil-svg",
      role: "img",
      "aria-label": label,
    },
    ...bars,
    svg("line", { x1: 0, x2: values.length, y1: y(0), y2: y(0) }),
  );
  return el("div", null, /** @type {any} */ (drawing), el("p", { class: "quiet" }, label));
}
