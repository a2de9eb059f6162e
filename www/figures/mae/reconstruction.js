// @ts-check
// A masked autoencoder at work: what it sees, what it makes of it, and how wrong that is.

import { button, el, fill } from "../../shell/dom.js";
import { number, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { block, cropImage, legend, picture, slider, tile } from "../kit/draw.js";
import { extent, scaleOf } from "../kit/colour.js";
import { cellsOf, pixelsOf, states } from "../kit/numbers.js";
import { hiddenPicture } from "./hidden.js";
import { maskOf, maskText } from "./mask.js";

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal } = stage;
  const model = await stage.load();
  const input = await stage.input(model);
  const seen = await model.preprocess(input);
  const [side] = model.info.grid ?? [0];
  const patches = side * side;
  let ratio = Number(state.ratio);
  let seed = Number(state.seed);
  const painting = Boolean(state.paint);
  /** @type {Uint8Array} 1: hidden */
  let mask = painting ? maskOf(state.mask ?? "", patches) : await model.randomMask({ ratio, seed, signal });
  let ticket = 0;

  const visible = el("div", {
    class: "patch-pad",
    tabindex: 0,
    role: "group",
    "aria-label": f("maskPad"),
    "data-keys": true,
    "data-part": "visible",
  });
  const guess = el("div", { "data-part": "reconstruction" });
  const error = el("div", { "data-part": "error" });
  const loss = el("p", { class: "quiet", "aria-live": "polite" });
  let at = [0, 0];
  const compute = async () => {
    const mine = ++ticket;
    const shown = picture(hiddenPicture(seen, mask, side), { label: f("visibleLabel") });
    fill(visible, shown, cursor(at, side));
    states(shown, () => ({ ...cellsOf(mask, side), head: ["row", "column", "hidden"] }));
    const result = await model.reconstruct({ data: seen.data, shape: seen.shape }, { mask, signal });
    if (mine !== ticket || signal.aborted) return;
    const made = cropImage(result.pixels);
    fill(
      guess,
      states(picture(made, { label: f("reconstructionLabel") }), () => pixelsOf(made)),
    );
    const scale = scaleOf(extent(result.errors.data));
    const map = tile(result.errors.data, side, side, { scale, label: f("errorLabel") });
    fill(error, map, legend(scale, f("errorUnit"), percent));
    const hidden = mask.reduce((sum, one) => sum + one, 0);
    loss.textContent = f("maskLoss", {
      hidden: number(hidden),
      all: number(patches),
      share: percent(hidden / patches),
      loss: number(result.loss, { maximumSignificantDigits: 3 }),
    });
  };
  const setMask = (/** @type {Uint8Array} */ next) => {
    if (next.every((one) => one === 1)) next[0] = 0;
    mask = next;
    if (painting) stage.chose("mask", maskText(mask));
    stage.follow(compute());
  };
  const drawMask = () => {
    // A later draw makes an earlier one void.
    const mine = ++ticket;
    stage.follow(
      model.randomMask({ ratio, seed, signal }).then((next) => {
        if (mine === ticket) setMask(next);
      }),
    );
  };

  if (painting) {
    /** @type {number | null} */
    let brush = null;
    const set = (/** @type {number} */ row, /** @type {number} */ column, /** @type {number} */ value) => {
      const index = row * side + column;
      if (row < 0 || column < 0 || row >= side || column >= side || mask[index] === value) return;
      const next = mask.slice();
      next[index] = value;
      setMask(next);
      stage.report(
        "painted",
        mask.reduce((sum, one) => sum + one, 0),
      );
    };
    const place = (/** @type {PointerEvent} */ event) => {
      const box = visible.getBoundingClientRect();
      return /** @type {const} */ ([
        Math.floor(((event.clientY - box.top) / box.height) * side),
        Math.floor(((event.clientX - box.left) / box.width) * side),
      ]);
    };
    visible.addEventListener("pointerdown", (event) => {
      visible.setPointerCapture(event.pointerId);
      const [row, column] = place(event);
      brush = mask[row * side + column] ? 0 : 1;
      set(row, column, brush);
    });
    visible.addEventListener("pointermove", (event) => {
      if (brush !== null && event.buttons & 1) set(...place(event), brush);
    });
    visible.addEventListener("pointerup", () => (brush = null));
    visible.addEventListener("keydown", (event) => {
      const by = /** @type {Record<string, number[]>} */ ({
        ArrowUp: [-1, 0],
        ArrowDown: [1, 0],
        ArrowLeft: [0, -1],
        ArrowRight: [0, 1],
      })[event.key];
      if (by) at = [Math.max(0, Math.min(side - 1, at[0] + by[0])), Math.max(0, Math.min(side - 1, at[1] + by[1]))];
      else if (event.key === " " || event.key === "Enter") {
        event.preventDefault();
        set(at[0], at[1], mask[at[0] * side + at[1]] ? 0 : 1);
        return;
      } else return;
      event.preventDefault();
      visible.querySelector(".patch-mark")?.replaceWith(cursor(at, side));
    });
    visible.classList.add("painting");
  } else {
    visible.removeAttribute("tabindex");
    visible.removeAttribute("data-keys");
  }
  await compute();
  const controls = painting
    ? [
        el("p", { class: "quiet" }, f("paintHint")),
        el(
          "div",
          { class: "actions" },
          button(f("clearMask"), () => setMask(new Uint8Array(patches)), {}),
        ),
      ]
    : [
        slider({
          label: f("maskRatio"),
          min: 0.05,
          max: 0.95,
          step: 0.05,
          value: ratio,
          text: percent,
          change(value) {
            ratio = value;
            stage.chose("ratio", value);
            drawMask();
          },
        }),
        el(
          "div",
          { class: "actions" },
          button(
            f("otherMask"),
            () => {
              seed++;
              stage.chose("seed", seed);
              drawMask();
            },
            {},
          ),
        ),
      ];
  stage.show(
    el(
      "div",
      { class: "figure-row thirds" },
      block(f("visibleTitle"), visible),
      block(f("reconstructionTitle"), guess),
      block(f("errorTitle"), error),
    ),
    loss,
    ...controls,
  );
}

/** @param {number[]} at @param {number} side */
const cursor = ([row, column], side) =>
  el("span", {
    class: "patch-mark brush",
    "aria-hidden": true,
    style: {
      left: `${(100 * column) / side}%`,
      top: `${(100 * row) / side}%`,
      width: `${100 / side}%`,
      height: `${100 / side}%`,
    },
  });
