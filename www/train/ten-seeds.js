// @ts-check
// Degradation over ten seeds, computed natively: what one run before the visitor's eyes cannot tell.

import { badge } from "../shell/badge.js";
import { el } from "../shell/dom.js";
import { number, t } from "../shell/text.js";

/** Mean training loss at the end of 200 steps, a row for each seed: the table of docs/training.md. */
const LOSSES = [
  [1.095, 1.578, 0.816, 0.831],
  [0.9, 1.751, 0.576, 0.351],
  [0.966, 1.622, 0.748, 0.525],
  [0.81, 1.594, 0.595, 0.87],
  [0.492, 1.47, 0.657, 0.87],
  [1.037, 1.283, 0.589, 0.286],
  [0.694, 1.463, 0.791, 0.222],
  [0.577, 1.33, 0.703, 0.433],
  [0.881, 1.13, 0.708, 0.236],
  [0.795, 1.569, 0.688, 0.431],
];
const NETWORKS = ["plain-8", "plain-20", "residual-8", "residual-20"];

export function tenSeeds() {
  const above = (/** @type {number} */ deep, /** @type {number} */ shallow) =>
    number(LOSSES.filter((losses) => losses[deep] > losses[shallow]).length);
  const cell = (/** @type {number} */ loss) => el("td", null, number(loss, { minimumFractionDigits: 3 }));
  return el(
    "details",
    { class: "train-seeds" },
    el("summary", null, t("train.seeds.title"), " ", badge("precomputed")),
    el("p", null, t("train.seeds.said", { plain: above(1, 0), residual: above(3, 2), seeds: number(LOSSES.length) })),
    el(
      "div",
      { class: "table-scroll", tabindex: 0, role: "group", "aria-label": t("train.seeds.title") },
      el(
        "table",
        { class: "numbers" },
        el(
          "thead",
          null,
          el(
            "tr",
            null,
            [t("train.seeds.seed"), ...NETWORKS].map((name) => el("th", { scope: "col" }, name)),
          ),
        ),
        el(
          "tbody",
          null,
          LOSSES.map((losses, seed) => el("tr", null, el("th", { scope: "row" }, number(seed)), losses.map(cell))),
        ),
      ),
    ),
  );
}
