// @ts-check
// Several passes over one photo with dropout left on: each answer, their average and their spread.

import { el, fill } from "../../shell/dom.js";
import { className, number, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { barRows, block, guesses, slider } from "../kit/draw.js";

/** @typedef {import("../../engine.js").Prediction} Guess */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal } = stage;
  const model = await stage.load();
  const seen = await model.preprocess(await stage.input(model));
  const tensor = { data: seen.data, shape: seen.shape };
  const whole = await model.classify(tensor, { topK: 3 });
  const view = el("div", { class: "dropout" });
  let ticket = 0;
  const compute = async (/** @type {number} */ passes) => {
    const mine = ++ticket;
    const found = await model.dropoutPasses({ passes, k: 3, image: tensor, signal });
    if (mine !== ticket || signal.aborted) return;
    const bars = (/** @type {Guess[]} */ top, /** @type {string} */ label) =>
      guesses(top.slice(0, 3), className, { label, part: "" });
    const mean = block(
      f("dropoutMean"),
      barRows(
        found.mean.map((guess, i) => ({
          label: className(guess.label),
          value: guess.probability,
          text: f("plusMinus", { value: percent(guess.probability), spread: percent(guess.deviation) }),
          strong: i === 0,
        })),
        { most: 1, label: f("dropoutMean") },
      ),
    );
    mean.setAttribute("data-part", "average spread");
    fill(
      view,
      el("div", { class: "figure-row" }, mean, block(f("dropoutOff"), bars(whole.top, f("dropoutOff")))),
      el(
        "div",
        { class: "figure-row thirds", "data-part": "passes" },
        found.passes.map((top, i) =>
          block(f("pass", { number: number(i + 1) }), bars(top, f("pass", { number: number(i + 1) }))),
        ),
      ),
    );
  };
  await compute(Number(state.passes));
  stage.show(
    slider({
      label: f("passes"),
      min: 2,
      max: 24,
      value: Number(state.passes),
      part: "passes",
      change(value) {
        stage.chose("passes", value);
        stage.follow(compute(value));
      },
    }),
    view,
  );
}
