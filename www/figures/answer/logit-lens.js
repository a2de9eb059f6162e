// @ts-check
// What the network's own head answers, if it is applied after each block.

import { el } from "../../shell/dom.js";
import { className, number, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { barRows } from "../kit/draw.js";

/**
 * @typedef {{ rows: { stage: string, top: { index: number, label: string, probability: number }[] }[], omitted: { stage: string, reason: string }[] }} Lens
 */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const model = await stage.load();
  const lens = await model.logitLens(await stage.input(model), { k: 3 });
  stage.show(
    el(
      "div",
      { class: "figure-row thirds", "data-part": "stages" },
      lens.rows.map(({ stage: name, top }) =>
        el(
          "section",
          { class: "figure-block" },
          el("h3", null, f("afterStage", { stage: name })),
          barRows(
            top.map((guess, i) => ({
              label: className(guess.label),
              value: guess.probability,
              text: percent(guess.probability),
              strong: i === 0,
            })),
            { most: 1, label: name, part: "top" },
          ),
        ),
      ),
    ),
    lens.omitted.length > 0 &&
      el(
        "details",
        { class: "figure-note" },
        el("summary", null, f("lensOmitted", { count: number(lens.omitted.length) })),
        el(
          "ul",
          null,
          lens.omitted.map(({ stage: name, reason }) =>
            el("li", null, el("code", null, name), ": ", el("span", { lang: "en" }, reason)),
          ),
        ),
      ),
  );
}
