// @ts-check
// One photo through several networks: their answers, and what an answer costs.

import { el, fill } from "../../shell/dom.js";
import { className, percent, percentBelow, short, time } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { extent, scaleOf } from "../kit/colour.js";
import { agreement } from "./agreement.js";
import { barRows, cropImage, picture, table, tile } from "../kit/draw.js";

const RUNS = 3;

/** @typedef {import("../../shell/types.js").Model} Model */
/** @typedef {{ model: Model, label: string, probability: number, ms: number, picture: ImageData | null }} Answer */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state } = stage;
  const blob = await stage.photo();
  if (state.show === "map") return maps(stage, blob);
  /** @type {Answer[]} */
  const answers = [];
  const box = el("div");
  for (const id of state.models) {
    answers.push(await answerOf(await stage.load(id), blob, state.show === "cost", stage.signal));
    fill(box, state.show === "cost" ? costs(stage, answers) : compared(answers));
    if (answers.length === 1) stage.show(box);
  }
}

/**
 * @param {Model} model @param {Blob} blob @param {boolean} timed @param {AbortSignal} signal @returns {Promise<Answer>}
 */
async function answerOf(model, blob, timed, signal) {
  const seen = await model.preprocess(blob);
  const tensor = { data: seen.data, shape: seen.shape };
  if (model.info.labels.length === 0) {
    const one = async () => {
      const begun = performance.now();
      const made = await model.reconstruct(tensor, { signal });
      return { ms: performance.now() - begun, pixels: made.pixels };
    };
    const runs = [await one()];
    for (let i = 1; timed && i <= RUNS; i++) runs.push(await one());
    return {
      model,
      label: "",
      probability: 0,
      ms: middle(runs.slice(timed ? 1 : 0).map(({ ms }) => ms)),
      picture: cropImage(runs[0].pixels),
    };
  }
  const runs = [await model.classify(tensor, { topK: 1, signal })];
  for (let i = 1; timed && i <= RUNS; i++) runs.push(await model.classify(tensor, { topK: 1, signal }));
  const [top] = runs[0].top;
  return {
    model,
    label: top.label,
    probability: top.probability,
    ms: middle(runs.slice(timed ? 1 : 0).map(({ ms }) => ms.forward + ms.read)),
    picture: null,
  };
}

/** @param {number[]} values */
const middle = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** @param {Answer[]} answers */
function compared(answers) {
  const inColour = (/** @type {Answer} */ { model }) => model.info.input.channels === 3;
  const { text, winners } = agreement(answers.flatMap((one) => (one.label && inColour(one) ? [one.label] : [])));
  const rows = answers.map((one) => ({
    name: one.model.info.title,
    part: `model:${one.model.info.id}`,
    class: one.label && winners.includes(one.label) && inColour(one) ? "focus" : "",
    cells: [{ content: saidBy(one) }, one.label ? percentBelow(one.probability) : "–"],
  }));
  const heads = [f("network"), f("answer"), f("probability")];
  return [
    el("p", { class: "headline", "data-part": "agreement" }, text),
    table(heads, rows, { class: "stage-table compare-table", part: "top" }),
  ];
}

/** What a network makes of the photo: a class, a digit, or the photo with its gaps filled. @param {Answer} answer */
function saidBy({ model, label, picture: image }) {
  if (!image) return model.info.input.channels === 1 ? f("digitAnswer", { label }) : className(label);
  return el("span", { class: "inline-picture" }, picture(image, { label: f("reconstructionLabel") }), f("fillsGaps"));
}

/** @param {import("../kit/mount.js").Stage} stage @param {Answer[]} answers */
function costs(stage, answers) {
  const entry = (/** @type {Model} */ model) => stage.app.session.entry(model.info.id);
  const bars = (
    /** @type {string} */ title,
    /** @type {string} */ part,
    /** @type {(answer: Answer) => number} */ value,
    /** @type {(n: number) => string} */ text,
  ) =>
    el(
      "section",
      { class: "figure-block", "data-part": part },
      el("h3", null, title),
      barRows(
        answers.map((answer) => ({
          label: answer.model.info.title,
          value: value(answer),
          text: text(value(answer)),
          part: `model:${answer.model.info.id}`,
        })),
        { label: title },
      ),
    );
  return el(
    "div",
    { class: "figure-row thirds" },
    bars(f("parameters"), "parameters", ({ model }) => model.info.parameters, short),
    bars(f("multiplyAdds"), "macs", ({ model }) => entry(model)?.multiply_adds ?? 0, short),
    bars(f("timeHere"), "time", ({ ms }) => ms, time),
  );
}

/**
 * Where each network found the evidence for its first answer. @param {import("../kit/mount.js").Stage} stage
 * @param {Blob} blob
 */
async function maps(stage, blob) {
  const box = el("div", { class: "figure-row thirds" });
  for (const id of stage.state.models) {
    const model = await stage.load(id);
    const seen = await model.preprocess(blob);
    const found = await model.explainClass(
      { data: seen.data, shape: seen.shape },
      { method: model.info.classMethods[0], signal: stage.signal },
    );
    const { data, shape, index, probability, method } =
      /** @type {{ data: Float32Array, shape: number[], index: number, probability: number, method: string }} */ (
        found
      );
    const [rows, columns] = shape.slice(-2);
    const label = className(model.info.labels[index] ?? "");
    box.append(
      el(
        "section",
        { class: "figure-block", "data-part": `model:${model.info.id}` },
        el("h3", null, model.info.title),
        el(
          "div",
          { class: "stack-box", "data-part": "map" },
          picture(cropImage(seen.crop)),
          tile(data, rows, columns, {
            class: "over",
            scale: scaleOf(extent(data)),
            label: f("classMapLabel", { label }),
          }),
        ),
        el(
          "p",
          { class: "quiet" },
          f("classMapFor", { label, probability: percent(probability), method: f(`method.${method}`) }),
        ),
      ),
    );
    if (box.childElementCount === 1) stage.show(box);
  }
}
