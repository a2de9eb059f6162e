// @ts-check
// Parameters as bars: one for each network, or one for each of its layers.

import { el } from "../../shell/dom.js";
import { number } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { barRows } from "../kit/draw.js";

/** @typedef {import("../../engine.js").Stage} Stage */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const models = await Promise.all(stage.state.models.map((/** @type {string} */ id) => stage.load(id)));
  if (stage.state.by === "model") {
    const items = models.map(({ info }) => ({
      label: info.title,
      value: info.parameters,
      text: number(info.parameters),
      part: `model:${info.id}`,
    }));
    return stage.show(barRows(items, { label: f("parameters"), part: "bars" }));
  }
  const layers = models.map((model) => layersOf(model.stages));
  const most = Math.max(...layers.flat().map((one) => one.parameters));
  stage.show(
    el(
      "div",
      { class: "figure-row", "data-part": "bars" },
      models.map((model, index) =>
        el(
          "section",
          { class: "figure-block", "data-part": `model:${model.info.id}` },
          el("h3", null, f("parametersOf", { title: model.info.title, count: number(model.info.parameters) })),
          barRows(
            layers[index].map((one) => ({
              label: one.name,
              value: one.parameters,
              text: number(one.parameters),
              part: `stage:${one.name}`,
            })),
            { most, label: model.info.title },
          ),
        ),
      ),
    ),
  );
}

/** Layers that hold parameters themselves. @param {Stage[]} all */
const layersOf = (all) =>
  all.filter((one) => one.parameters > 0 && !all.some((other) => other.name.startsWith(`${one.name}.`)));
