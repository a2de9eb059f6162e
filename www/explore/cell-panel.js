// @ts-check
// Where a number of a stage comes from: the formula with its actual numbers, and the part of the input that it reads.

import { explained, regionOn, sourceOf } from "../figures/kit/formula.js";
import { cropImage } from "../figures/kit/draw.js";
import { indexAt } from "../figures/kit/maps.js";
import { el, fill } from "../shell/dom.js";
import { failureOf, failureText, isAborted } from "../shell/failure.js";
import { t } from "../shell/text.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("../shell/types.js").Model} Model */
/** @typedef {import("../figures/kit/stage-reader.js").Reader} Reader */
/** @typedef {{ node: HTMLElement, point: (flat: number, value: number) => void }} CellPanel `point` takes the number's place in the stage's value, and the number */

/** The cursor rests for so long before its cell is computed. */
const REST_MS = 120;

/** @param {App} app @param {Model} model @param {import("./stage-list.js").Stage} stage @param {Reader} read @returns {CellPanel} */
export function cellPanel({ store, signal }, model, { name, shape }, read) {
  const reads = el("div", { class: "cell-reads" });
  const sum = el("div", { class: "cell-formula" });
  const node = el(
    "section",
    { class: "cell-panel", "aria-label": t("inside.origin"), "aria-live": "polite" },
    el("h2", null, t("inside.origin")),
    el("p", { class: "quiet" }, t("inside.originHint")),
    el("div", { class: "cell-parts figure-frame" }, reads, sum),
  );
  let shown = -1;
  let rest = 0;
  const compute = async (/** @type {number} */ flat, /** @type {number} */ observed) => {
    try {
      const formula = /** @type {import("../figures/kit/formula.js").Formula} */ (
        await model.call("cell", { stage: name, cell: indexAt(flat, shape) }, await read.image, { signal })
      );
      const regions = await Promise.all(
        formula.inputs.map(async (region) => regionOn(region, await sourceOf(read, region), cropOf(store.state.seen))),
      );
      if (flat !== shown || signal.aborted) return;
      node.dataset.observed = String(observed);
      node.dataset.value = String(formula.recomputed);
      fill(reads, regions);
      fill(sum, explained(formula));
    } catch (error) {
      if (flat === shown && !signal.aborted && !isAborted(error))
        fill(sum, el("p", { class: "quiet" }, failureText(failureOf(error)), " ", failureOf(error).message));
    }
    if (flat === shown) node.removeAttribute("aria-busy");
  };
  signal.addEventListener("abort", () => clearTimeout(rest));
  return {
    node,
    point(flat, observed) {
      if (flat === shown) return;
      shown = flat;
      node.setAttribute("aria-busy", "true");
      clearTimeout(rest);
      rest = setTimeout(() => void compute(flat, observed), REST_MS);
    },
  };
}

/** @param {import("../shell/types.js").Seen | null} seen */
const cropOf = (seen) => (seen ? cropImage(seen.crop) : null);
