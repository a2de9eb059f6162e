// @ts-check
// Degradation over ten seeds, computed natively: what one run before the visitor's eyes cannot tell.

import { badge } from "../shell/badge.js";
import { el } from "../shell/dom.js";
import { number, t } from "../shell/text.js";
import { table } from "../figures/kit/draw.js";
// Written by `cargo xtask train degradation`.
import seeds from "./ten-seeds.json" with { type: "json" };

const { rows, specs, held, over } = seeds.degradation;
const [{ steps, networks }] = specs;

export function tenSeeds() {
  const [plain, residual] = held.map((count) => number(count));
  const told = { plain, residual, seeds: number(rows.length), steps: number(steps), over: number(over) };
  const exact = (/** @type {number} */ loss) => number(loss, { minimumFractionDigits: 3 });
  return el(
    "details",
    { class: "train-seeds" },
    el("summary", null, t("train.seeds.title"), " ", badge("precomputed")),
    el("p", null, t("train.seeds.said", told)),
    el(
      "div",
      { class: "table-scroll", tabindex: 0, role: "group", "aria-label": t("train.seeds.title") },
      table(
        [t("train.seeds.seed"), ...networks],
        rows.map((losses, seed) => ({ name: number(seed), cells: losses.map(exact) })),
        { class: "numbers" },
      ),
    ),
  );
}
