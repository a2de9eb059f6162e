// @ts-check
// What was measured of this device as tables of words: the page draws them, and copies them as Markdown.

import { number, percent, short, size, t, tOf, time } from "../shell/text.js";
import { spread } from "./statistics.js";

/** @typedef {import("./own.js").Measured} Measured */
/** @typedef {{ title: string, head: string[], rows: string[][], note?: string }} Table */

/** The median with the quartiles around it. @param {number[]} times */
function spreadOf(times) {
  const { middle, low, high } = spread(times);
  return t("speed.spread", { middle: time(middle), low: time(low), high: time(high) });
}

/** Where it was measured, but for the browser. @param {Measured} measured */
export function engineName({ info }) {
  if (!info) return "";
  const adapter = info.adapter ? ` · ${info.adapter}` : "";
  const cores = info.cores > 1 ? ` · ${t("speed.cores", { cores: number(info.cores) })}` : "";
  return `${t(`device.${info.backend}`)}${adapter}${cores}`;
}

/** Those that there are numbers for. @param {Measured} measured @returns {Table[]} */
export const tablesOf = (measured) =>
  [answers(measured), work(measured), growth(measured), rest(measured)].filter(({ rows }) => rows.length > 0);

/** @param {Measured} measured @returns {Table} */
const answers = ({ answers }) => ({
  title: t("speed.answers"),
  head: [t("numbers.network"), t("speed.answer"), t("speed.first"), t("speed.load")],
  rows: answers.map(({ title, load, first, times }) => [title, spreadOf(times), time(first), time(load)]),
});

/** @param {Measured} measured @returns {Table} */
const work = ({ inside }) => ({
  title: t("speed.work"),
  head: [t("numbers.network"), t("speed.steps"), t("speed.took"), t("speed.rate"), t("speed.share")],
  rows: inside.flatMap(({ title, side, product, kinds }, at) => [
    ...(at === 0 ? [[t("speed.product", { side: number(side) }), "", time(product.ms), short(product.rate), ""]] : []),
    ...kinds
      .filter(({ multiplyAdds, ms }) => multiplyAdds > 0 && ms > 0)
      .map(({ kind, ms, rate, share }) => [title, tOf("kinds", kind), time(ms), short(rate), percent(share)]),
  ]),
});

/** @param {Measured} measured @returns {Table} */
function growth({ growth }) {
  const sizes = growth[0]?.points.map((point) => t("speed.pixels", { size: number(point.size) })) ?? [];
  const power = (/** @type {number} */ value) => number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return {
    title: t("speed.growth"),
    note: t("speed.exponents"),
    head: [t("numbers.network"), ...sizes, t("speed.timeGrows"), t("speed.workGrows")],
    rows: growth.map(({ title, points, exponents }) => [
      title,
      ...points.map(({ ms }) => time(ms)),
      power(exponents.ms),
      power(exponents.multiplyAdds),
    ]),
  };
}

/** @param {Measured} measured @returns {Table} */
function rest({ start, memory, training }) {
  /** @type {string[][]} */
  const rows = start > 0 ? [[t("speed.start"), time(start)]] : [];
  if (memory > 0) rows.push([t("speed.memory"), size(memory)]);
  if (training && training.times.length > 0) {
    const { middle } = spread(training.times);
    const steps = number(1000 / middle, { maximumFractionDigits: middle > 100 ? 1 : 0 });
    rows.push([
      t("speed.training", { experiment: t(`train.experiment.${training.experiment}.title`) }),
      t("speed.stepsOf", { steps }),
    ]);
  }
  return { title: t("speed.rest"), head: [t("speed.what"), t("speed.value")], rows };
}

/** @param {string} text of a cell */
const cell = (text) => text.replaceAll("|", "\\|");
/** @param {string[]} cells */
const line = (cells) => `| ${cells.map(cell).join(" | ")} |`;

/**
 * Everything, to be pasted where Markdown is read.
 * @param {Measured[]} all
 * @param {string} where browser, system, day
 */
export function markdown(all, where) {
  const parts = all.flatMap((measured) => [
    `## ${engineName(measured)}`,
    ...tablesOf(measured).flatMap(({ title, head, rows, note }) => [
      `### ${title}`,
      [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n"),
      ...(note ? [note] : []),
    ]),
  ]);
  return `${[`# ${t("speed.copyTitle")}`, where, ...parts].join("\n\n")}\n`;
}
