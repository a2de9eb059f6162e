// @ts-check
// The curves of one run, or of several beside each other.

import { el, fill } from "../shell/dom.js";
import { number, percent, t, tOf } from "../shell/text.js";
import { chart, choices, curves } from "../figures/kit/draw.js";

/** @typedef {import("./history.js").Recorded} Recorded */
/** @typedef {import("./history.js").Plotted} Plotted */
/** @typedef {import("./history.js").Shown} Shown */

/** What is learned from and what is not, in one plot: where they part, a network learns by heart. */
const BOTH = "both";
const SHARES = new Set([BOTH, "accuracy", "test", "neighbours", "entropy", "agreement"]);
/** More points than pixels tell nothing more. */
const MOST = 400;

/** @param {[number, number][]} points */
function thinned(points) {
  const every = Math.ceil(points.length / MOST);
  return points.filter((_, i) => i % every === 0 || i === points.length - 1);
}

/** What a network of a run is called in a key. @param {string} network */
const networkName = (network) => tOf("train.networks", network, network);

/** @param {Plotted[]} names @returns {Shown[]} */
const withBoth = (names) =>
  names.includes("accuracy") && names.includes("test") ? [...names, /** @type {Shown} */ (BOTH)] : names;

/** Whether a measure can be drawn where these are there. @param {Plotted[]} names @param {Shown} measure */
export const isPlotted = (names, measure) => withBoth(names).includes(measure);

/**
 * Which of several measures is plotted. @param {Plotted[]} names @param {Shown} measure
 * @param {(name: Shown) => void} change
 */
export const measureChoice = (names, measure, change) =>
  names.length > 1 &&
  choices({
    label: t("train.measure"),
    options: withBoth(names).map((name) => ({ value: name, text: tOf("train.measures", name, name) })),
    value: measure,
    change,
  });

/** @param {Recorded[]} all @param {Shown} measure */
function seriesOf(all, measure) {
  /** @type {Plotted[]} */
  const plotted = measure === BOTH ? ["accuracy", "test"] : [measure];
  return all.flatMap((one, which) =>
    one.run.networks.flatMap((network, index) =>
      plotted.flatMap((what, kind) => {
        const points = thinned(one.points(network, what));
        const label = [
          ...(all.length > 1 ? [one.name] : []),
          networkName(network),
          ...(plotted.length > 1 ? [tOf("train.measures", what, what)] : []),
        ].join(": ");
        const style = which * 4 + index * plotted.length + kind;
        return points.length > 0 ? [{ label, points, style, dots: points.length < 30 }] : [];
      }),
    ),
  );
}

/**
 * A plot in `node` that goes on as its runs do: what is drawn stays while only points are added.
 * @param {HTMLElement} node
 */
export function livePlot(node) {
  let drawn = "";
  /** @type {ReturnType<typeof chart> | null} */
  let live = null;
  /** @param {Recorded[]} all @param {Shown} measure @param {number} [last] the end of the axis of steps */
  return (all, measure, last) => {
    const series = seriesOf(all, measure);
    const key = JSON.stringify([measure, last, series.map(({ label }) => label)]);
    if (live && key === drawn) return live.update(series);
    drawn = key;
    live = series.length > 0 ? chart(look(series, measure, last)) : null;
    fill(node, live ? live.node : el("p", { class: "quiet train-wait" }, t("train.nothingYet")));
  };
}

/** @param {ReturnType<typeof seriesOf>} series @param {Shown} measure @param {number} [last] */
function look(series, measure, last) {
  const share = SHARES.has(measure);
  return {
    series,
    xName: t("train.steps"),
    yName: tOf("train.measures", measure, measure),
    yText: share ? percent : (/** @type {number} */ y) => number(y, { maximumSignificantDigits: 3 }),
    ...(share ? { low: 0, high: 1 } : {}),
    ...(last ? { first: 0, last } : {}),
    label: t("train.plotLabel", { measure: tOf("train.measures", measure, measure) }),
  };
}

/** How long the gradient is in each layer, of the last step. @param {Recorded} one */
export function gradientPlot(one) {
  const { gradients: last } = one;
  const networks = one.run.networks.filter((network) => last.has(network));
  const series = networks.map((network) => ({
    label: networkName(network),
    style: one.run.networks.indexOf(network),
    dots: true,
    points: (last.get(network) ?? []).flatMap(({ norm }, layer) =>
      norm === null ? [] : [/** @type {[number, number]} */ ([layer + 1, norm])],
    ),
  }));
  // Of one layer there is nothing to compare.
  if (!series.some(({ points }) => points.length > 1)) return null;
  return curves({
    series,
    xName: t("train.layer"),
    yName: t("train.gradient"),
    log: true,
    ticks: Array.from({ length: Math.max(...series.map(({ points }) => points.length)) }, (_, layer) => layer + 1),
    label: t("train.gradientLabel"),
  });
}
