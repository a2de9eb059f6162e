// @ts-check
// What holds over ten seeds, computed natively: what one run before the visitor's eyes cannot tell.

import { badge } from "../shell/badge.js";
import { el } from "../shell/dom.js";
import { number, t, tOf } from "../shell/text.js";
import { table } from "../shell/table.js";
// Written by `cargo xtask train degradation`, `collapse`, and `saturation --exact`.
import studies from "./ten-seeds.json" with { type: "json" };

const { degradation, collapse, saturation } = studies;

/** @typedef {{ said: string, columns: string[], rows: number[][], digits: number }} Table */

/**
 * Each experiment's table: its words, the names of its columns, its rows and the digits behind their points.
 * @type {Partial<Record<import("../engine.js").Experiment, () => Table>>}
 */
const TABLES = {
  activation: () => ({
    said: t("train.seeds.saturation", {
      seeds: number(saturation.rows.length),
      images: number(saturation.specs[0].images),
      choosing: number(saturation.choosing),
      reluRate: number(saturation.specs[0].rate),
      tanhRate: number(saturation.specs[1].rate),
      ...counted(saturation, ["relu", "tanh"]),
      reluMean: meanOf(saturation.rows, 0),
      tanhMean: meanOf(saturation.rows, 1),
    }),
    digits: 0,
    columns: saturation.specs.map(({ networks: [name] }) => tOf("train.networks", name, name)),
    rows: saturation.rows,
  }),
  residual: () => ({
    said: t("train.seeds.degradation", { ...told(degradation), ...counted(degradation, ["plain", "residual"]) }),
    digits: 3,
    columns: degradation.specs[0].networks.map((name) => tOf("train.networks", name, name)),
    rows: degradation.rows,
  }),
  dino: () => ({
    said: t("train.seeds.collapse", {
      ...told(collapse),
      ...counted(collapse, ["uniform", "uniformCured", "one", "oneCured"]),
      more: number(collapse.more),
      first: number(Math.min(...collapse.answered.map(lastOf))),
      last: number(Math.max(...collapse.answered.map(lastOf))),
    }),
    digits: 3,
    columns: COLLAPSE.map((name) => t(`train.seeds.columns.${name}`)),
    rows: collapse.rows,
  }),
};

/** The mean of a column. @param {number[][]} rows @param {number} i */
const meanOf = (rows, i) =>
  number(rows.reduce((sum, row) => sum + row[i], 0) / rows.length, { maximumFractionDigits: 1 });

/** The columns of `collapse`, in the order of its rows. */
const COLLAPSE = /** @type {const} */ ([
  "uniform",
  "uniformCured",
  "uniformAgreement",
  "one",
  "oneAgreement",
  "oneCured",
  "oneCuredAgreement",
]);

/** When the collapse to one output was seen. @param {number[]} steps of both runs of a seed */
const lastOf = (steps) => steps[1];

/** @param {{ specs: { steps: number }[], rows: unknown[], over: number }} study */
const told = ({ specs, rows, over }) => ({
  seeds: number(rows.length),
  steps: number(specs[0].steps),
  over: number(over),
});

/** For how many seeds each claim held, by name. @param {{ held: number[] }} study @param {string[]} names */
const counted = ({ held }, names) => Object.fromEntries(names.map((name, i) => [name, number(held[i])]));

/** The table of an experiment; nothing where it has none. @param {import("../engine.js").Experiment} experiment */
export function tenSeeds(experiment) {
  const found = TABLES[experiment]?.();
  if (!found) return null;
  const exact = (/** @type {number} */ value) => number(value, { minimumFractionDigits: found.digits });
  return el(
    "details",
    { class: "train-seeds" },
    el("summary", null, t("train.seeds.title"), " ", badge("precomputed")),
    el("p", null, found.said),
    el(
      "div",
      { class: "table-scroll", tabindex: 0, role: "group", "aria-label": t("train.seeds.title") },
      table(
        [t("train.seeds.seed"), ...found.columns],
        found.rows.map((row, seed) => ({ name: number(seed), cells: row.map(exact) })),
        { class: "numbers" },
      ),
    ),
  );
}
