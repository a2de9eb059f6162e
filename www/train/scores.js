// @ts-check
// How many of the photos that were held out a run names rightly, beside the vote of nearest neighbours, which learns
// nothing.

import { el } from "../shell/dom.js";
import { number, t } from "../shell/text.js";
import { barRows } from "../figures/kit/draw.js";

/** @param {import("./history.js").Recorded} one */
export function scores(one) {
  const { run } = one;
  const all = run.held.length;
  if (all === 0) return null;
  const [network] = run.networks;
  const row = (/** @type {string} */ label, /** @type {number | null} */ share) =>
    share === null
      ? []
      : [
          {
            label,
            value: share,
            text: t("train.groups.right", { right: number(Math.round(share * all)), all: number(all) }),
          },
        ];
  const rows = [
    ...row(t(`train.groups.${run.spec.experiment === "probe" ? "probe" : "tuned"}`), one.lastOf(network, "test")),
    ...row(t("train.groups.neighbours"), one.lastOf(network, "neighbours")),
  ];
  if (rows.length === 0) return null;
  return el(
    "section",
    { class: "figure-block train-scores" },
    el("h3", null, t("train.groups.heldOut")),
    barRows(rows, { most: 1 }),
    el("p", { class: "quiet" }, t("train.groups.heldOutNote", { all: number(all) })),
  );
}
