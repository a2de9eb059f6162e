// @ts-check
// What a masked autoencoder answers: the whole photo, from the patches that it was shown. Which these are the network was
// told (switches.js).

import { anyOf } from "../engine/signals.js";
import { cropImage } from "../figures/kit/tiles.js";
import { button, el, fill } from "../shell/dom.js";
import { failureOf, failureText, isAborted } from "../shell/failure.js";
import { number, percent, t } from "../shell/text.js";
import { maskAsked, withoutMask } from "./asked.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("../engine.js").Reconstruction} Reconstruction */

/** Digits of a loss, and the most that two of them may need to be told apart. */
const [DIGITS, MOST_DIGITS] = [3, 8];

/**
 * A loss in as few digits as tell it from another. @param {number} loss @param {number} [other]
 * @param {number} [digits] @returns {string}
 */
export function lossText(loss, other = loss, digits = DIGITS) {
  const said = (/** @type {number} */ value) => number(value, { maximumSignificantDigits: digits });
  const same = loss !== other && said(loss) === said(other) && digits < MOST_DIGITS;
  return same ? lossText(loss, other, digits + 1) : said(loss);
}

/** An image that a network made, with room for a line below. @param {string} label */
export function madeImage(label) {
  const canvas = el("canvas", { class: "answer-image", role: "img", "aria-label": label });
  const words = el("figcaption", { class: "numbers" });
  return {
    node: el("figure", { class: "answer-figure" }, canvas, words),
    /** @param {Reconstruction["pixels"]} pixels @param {string} [line] */
    draw(pixels, line = "") {
      Object.assign(canvas, { width: pixels.width, height: pixels.height });
      canvas.getContext("2d")?.putImageData(cropImage(pixels), 0, 0);
      words.hidden = !line;
      fill(words, line);
    },
  };
}

/**
 * What the whole network makes, told as such. @param {Reconstruction} made @param {Reconstruction} lacking what it makes
 * without something
 */
export function wholeImage({ pixels, loss }, lacking) {
  const image = madeImage(t("answer.guessedWhole"));
  image.draw(pixels, t("answer.wholeLoss", { loss: lossText(loss, lacking.loss) }));
  return image.node;
}

/**
 * The line below what a network makes without something. @param {Reconstruction} made @param {Reconstruction} whole
 */
export const lackingText = ({ loss }, whole) => t("answer.lackingLoss", { loss: lossText(loss, whole.loss) });

/** @param {App} app @returns {(whole: Reconstruction | null) => HTMLElement} */
export function reconstruction({ store, session, signal }) {
  const image = madeImage(t("answer.guessed"));
  const whole = el("div", { hidden: true });
  const line = el("p", { class: "quiet", "aria-live": "polite" });
  const chosen = el(
    "div",
    { hidden: true },
    el("p", { class: "quiet" }, t("answer.chosenMask")),
    button(t("answer.ownMask"), () => store.set({ asked: withoutMask(store.state.asked) }), { class: "plain" }),
  );
  const node = el(
    "div",
    { class: "answer-made" },
    el("p", { class: "headline" }, t("answer.guessed")),
    el("div", { class: "answer-pair" }, whole, image.node),
    line,
    chosen,
  );
  let control = new AbortController();
  const compute = async (/** @type {Reconstruction | null} */ before) => {
    control.abort();
    control = new AbortController();
    const own = anyOf([signal, control.signal]);
    const { picture, asked } = store.state;
    const { model } = session;
    if (!picture || !model) return;
    const made = await model.reconstruct(picture.blob, { signal: own });
    const { pixels, mask, loss } = made;
    if (own.aborted) return;
    image.draw(pixels, before ? lackingText(made, before) : "");
    whole.hidden = !before;
    fill(whole, before && wholeImage(before, made));
    chosen.hidden = maskAsked(asked) === "";
    const hidden = percent(mask.reduce((sum, one) => sum + one, 0) / mask.length);
    fill(line, before ? t("answer.losses", { hidden }) : t("answer.loss", { hidden, loss: lossText(loss) }));
  };
  return (before) => {
    if (line.childNodes.length === 0) fill(line, t("answer.running"));
    void compute(before).catch((error) => {
      if (!isAborted(error)) fill(line, failureText(failureOf(error)));
    });
    return node;
  };
}
