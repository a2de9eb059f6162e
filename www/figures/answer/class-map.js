// @ts-check
// Where in the photo the evidence for a class was.

import { el, fill } from "../../shell/dom.js";
import { className, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { extent, scaleOf } from "../kit/colour.js";
import { choices, cropImage, legend, picture, tile } from "../kit/draw.js";

/** @typedef {import("../../engine.js").ClassMap} ClassMap */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal } = stage;
  const model = await stage.load();
  const input = await stage.input(model);
  const image = cropImage((await model.preprocess(input)).crop);
  const view = el("div", { class: "figure-row" });
  const methods = model.info.classMethods;
  let method = methods.includes(state.method) ? state.method : methods[0];
  let ticket = 0;
  const compute = async (/** @type {number | undefined} */ index) => {
    const mine = ++ticket;
    const found = await model.explainClass(input, { method, index, signal });
    if (mine !== ticket || signal.aborted) return null;
    const [rows, columns] = found.shape.slice(-2);
    const scale = scaleOf(extent(found.data));
    const label = className(model.info.labels[found.index] ?? String(found.index));
    fill(
      view,
      el("div", { class: "stack-box", "data-part": "photo" }, picture(image, { label: f("cropLabel") })),
      el(
        "div",
        null,
        el(
          "div",
          { class: "stack-box", "data-part": "map" },
          picture(image),
          tile(found.data, rows, columns, { class: "over", scale, label: f("classMapLabel", { label }) }),
        ),
        legend(scale),
      ),
      el(
        "p",
        { "data-part": "class" },
        f("classMapFor", { label, probability: percent(found.probability), method: f(`method.${found.method}`) }),
      ),
    );
    return found.index;
  };
  const first = await compute(model.info.labels[state.class] === undefined ? undefined : state.class);
  const choice = el(
    "select",
    {
      onchange: () => {
        stage.chose("class", Number(choice.value));
        stage.follow(compute(Number(choice.value)));
      },
    },
    model.info.labels.map((label, index) =>
      el("option", { value: index, selected: index === first }, className(label)),
    ),
  );
  // In See inside the method is the visitor's choice.
  const methodChoice =
    state.methods &&
    choices({
      label: f("methodName"),
      options: methods.map((value) => ({ value, text: f(`method.${value}`) })),
      value: method,
      change(value) {
        method = value;
        stage.chose("method", value);
        stage.follow(compute(Number(choice.value)));
      },
    });
  stage.show(view, methodChoice, el("label", { class: "picker", "data-part": "class" }, f("className"), " ", choice));
}
