// @ts-check
// Images that a masked autoencoder in training never learns from, as it fills them in: at its beginning, and now.

import { el, fill } from "../../shell/dom.js";
import { number, t } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { cropImage, picture } from "../kit/draw.js";
import { sheetFor } from "../kit/test-images.js";
import { hiddenPicture } from "../mae/hidden.js";

/** Of the bundled test images: a ship, a car and a horse. */
const IMAGES = [1, 9, 13];
/** The same share is hidden whatever the run now hides, and the same patches: what changes is the network. */
const HIDDEN = { ratio: 0.75, seed: 1 };

/**
 * One network's guesses. @param {import("../../shell/types.js").Model} model @param {AbortSignal} signal
 */
export async function guessesOf(model, signal) {
  const { tile } = await sheetFor(3);
  const [side] = model.info.grid ?? [0];
  const mask = await model.randomMask({ ...HIDDEN, signal });
  const made = [];
  for (const index of IMAGES) {
    const seen = await model.preprocess(tile(index));
    const { pixels } = await model.reconstruct({ data: seen.data, shape: seen.shape }, { mask, signal });
    made.push({ whole: tile(index), visible: hiddenPicture(seen, mask, side), guess: cropImage(pixels) });
  }
  return made;
}

/** @typedef {Awaited<ReturnType<typeof guessesOf>>} Guesses */

/**
 * What is seen, what is made of it at a step or two, and the whole. @param {Guesses} first @param {number} step
 * @param {{ step: number, guesses: Guesses } | null} [later]
 */
export function guessTable(first, step, later = null) {
  const row = (/** @type {string} */ name, /** @type {ImageData[]} */ images) =>
    el(
      "tr",
      null,
      el("th", { scope: "row" }, name),
      images.map((image, i) =>
        el("td", null, picture(image, { label: f("heldOutImage", { name, number: number(i + 1) }) })),
      ),
    );
  return el(
    "table",
    { class: "held-out" },
    el(
      "tbody",
      null,
      row(
        f("visibleTitle"),
        first.map(({ visible }) => visible),
      ),
      row(
        t("train.atStep", { step: number(step) }),
        first.map(({ guess }) => guess),
      ),
      later &&
        row(
          t("train.atStep", { step: number(later.step) }),
          later.guesses.map(({ guess }) => guess),
        ),
      row(
        f("heldOutWhole"),
        first.map(({ whole }) => whole),
      ),
    ),
  );
}

/** @param {import("../kit/mount.js").Stage} stage */
export function heldOut({ signal, follow }) {
  const node = el("section", { class: "figure-block", "data-part": "held-out" });
  const head = () => el("h3", null, f("heldOutTitle"));
  /** @type {Guesses | null} */
  let first = null;
  let shown = -1;
  let busy = false;
  const at = async (/** @type {import("../../engine.js").Run} */ run, /** @type {number} */ step) => {
    const model = await run.at(step, { network: "mae" });
    try {
      return await guessesOf(model, signal);
    } finally {
      model.free();
    }
  };
  const look = async (/** @type {import("../../engine.js").Run} */ run, /** @type {number} */ step) => {
    first ??= await at(run, run.checkpoints[0]);
    const now = step > run.checkpoints[0] ? { step, guesses: await at(run, step) } : null;
    if (!signal.aborted && shown === step) fill(node, head(), guessTable(first, run.checkpoints[0], now));
  };
  const clear = () => {
    first = null;
    shown = -1;
    fill(node, head(), el("p", { class: "quiet" }, f("heldOutWaits")));
  };
  clear();
  return {
    node,
    clear,
    /** Its last checkpoint, where it was not yet looked at. @param {import("../../engine.js").Run} run */
    show(run) {
      const step = run.checkpoints.at(-1);
      if (busy || step === undefined || step <= shown) return;
      shown = step;
      busy = true;
      follow(
        look(run, step).finally(() => {
          busy = false;
        }),
      );
    },
  };
}
