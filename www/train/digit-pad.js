// @ts-check
// A digit of the visitor's own, or one of the bundled ones, for the networks of a moment to read.

import { button, el } from "../shell/dom.js";
import { f } from "../lessons/words.js";
import { digitKind, digitOf, digitPicker, greyImage, onDigit } from "../figures/convolution/digits.js";
import { SIDE, dab, placeOn } from "../figures/convolution/ink.js";

/** What was drawn last in this visit, on which bundled digit. @type {{ over: number, ink: Uint8Array } | null} */
let drawn = null;

const inkNow = async () => (drawn?.over === digitKind() ? drawn.ink : digitOf(digitKind()));

/** @param {AbortSignal} signal @param {() => void} changed */
export function digitPad(signal, changed) {
  /** @type {Uint8Array} */
  let ink = new Uint8Array(SIDE * SIDE);
  const pad = el("canvas", { width: SIDE, height: SIDE, class: "pad", role: "img", "aria-label": f("padLabel") });
  const paint = () => pad.getContext("2d")?.putImageData(greyImage(ink), 0, 0);
  const take = (/** @type {Uint8Array} */ now) => {
    ink = now;
    paint();
  };
  const mark = (/** @type {PointerEvent} */ event) => {
    const base = ink.slice();
    dab(base, ...placeOn(pad, event));
    drawn = { over: digitKind(), ink: base };
    take(base);
    changed();
  };
  const clear = () => {
    drawn = { over: digitKind(), ink: new Uint8Array(SIDE * SIDE) };
    take(drawn.ink);
    changed();
  };
  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    mark(event);
  });
  pad.addEventListener("pointermove", (event) => {
    if (event.buttons & 1) mark(event);
  });
  onDigit(() => {
    drawn = null;
    changed();
  }, signal);
  return {
    node: el(
      "section",
      { class: "figure-block train-pad" },
      el("h3", null, f("drawHere")),
      pad,
      digitPicker(),
      button(f("clear"), clear, { class: "plain" }),
    ),
    /** What is on it. */
    async image() {
      take(await inkNow());
      return greyImage(ink);
    },
  };
}
