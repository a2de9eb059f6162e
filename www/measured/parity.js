// @ts-check
// How far the networks in the browser are from PyTorch, as `cargo xtask parity` measured it.

import { badge } from "../shell/badge.js";
import { el, fill } from "../shell/dom.js";
import { failureCard, failureOf } from "../shell/failure.js";
import { table } from "../shell/table.js";
import { currentLanguage, number, t } from "../shell/text.js";

const FILE = new URL("../parity.json", import.meta.url);
const BACKENDS = ["cpu", "webgpu"];

/** @typedef {{ model: string, backend: string, error: number, date: string, browser?: string }} Row */

/** @param {(id: string) => string} title the name of a network */
export function parityTable(title) {
  const body = el("div", { class: "parity" }, el("p", { class: "quiet" }, t("numbers.loading")));
  void read().then(
    (rows) => fill(body, errors(rows, title), el("p", { class: "quiet" }, when(rows)), badge("precomputed")),
    (error) => fill(body, failureCard(failureOf(error))),
  );
  return body;
}

/** @returns {Promise<Row[]>} */
async function read() {
  const answer = await fetch(FILE);
  if (!answer.ok) throw new Error(`parity.json: HTTP ${answer.status}`);
  return (await answer.json()).rows;
}

/** @param {Row[]} rows @param {(id: string) => string} title */
function errors(rows, title) {
  const models = [...new Set(rows.map(({ model }) => model))].sort();
  const cell = (/** @type {string} */ model, /** @type {string} */ backend) => {
    const row = rows.find((other) => other.model === model && other.backend === backend);
    return { class: row ? "numbers" : "quiet", content: row ? scientific(row.error) : t("numbers.notMeasured") };
  };
  return table(
    [t("numbers.network"), ...BACKENDS.map((backend) => t(`device.${backend}`))],
    models.map((model) => ({ name: title(model), cells: BACKENDS.map((backend) => cell(model, backend)) })),
    { class: "parity-table", caption: el("caption", { class: "visually-hidden" }, t("numbers.parity")) },
  );
}

/** 9.7e-7 as "9.7 × 10⁻⁷" @param {number} value */
function scientific(value) {
  const [digits, power] = value.toExponential(1).split("e");
  const raised = [...String(Number(power))].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join("");
  return `${number(Number(digits), { minimumFractionDigits: 1 })} × 10${raised}`;
}

/** The days of the measurements, and the browsers where they are recorded. @param {Row[]} rows */
function when(rows) {
  const days = rows.map(({ date }) => date).sort();
  const format = new Intl.DateTimeFormat(currentLanguage(), { dateStyle: "long", timeZone: "UTC" });
  const browsers = new Set(rows.map(({ browser }) => browser ?? "Chromium"));
  const dates = format.formatRange(new Date(days[0]), new Date(days[days.length - 1]));
  return t("numbers.when", { dates, browser: [...browsers].sort().join(", ") });
}
