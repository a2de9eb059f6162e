// @ts-check
// For a teacher: the files of a class added up in this browser. No file leaves it.

import { el, fill } from "../../shell/dom.js";
import { number, percent } from "../../shell/text.js";
import { table } from "../../shell/table.js";
import { ui } from "../words.js";
import { gain, imported } from "./answers.js";
import { named } from "./quiz.js";

/** @param {number} before @param {number} after */
const bars = (before, after) =>
  el(
    "div",
    { class: "gain-bars", "aria-hidden": true },
    el("span", { class: "gain-before", style: { width: percentage(before) } }),
    el("span", { class: "gain-after", style: { width: percentage(after) } }),
  );

/** Who knew everything before could gain nothing. @param {ReturnType<typeof gain>} found */
const gained = (found) => (Number.isFinite(found.gain) ? number(found.gain, { maximumFractionDigits: 2 }) : "–");

const percentage = (/** @type {number} */ share) => `${Math.round(100 * share)}%`;

/** @param {ReturnType<typeof gain>} found */
function gains({ rows, before, after }) {
  const shares = (/** @type {{ before: number, after: number }} */ { before, after }) => [
    percent(before),
    percent(after),
    { content: bars(before, after) },
  ];
  return table(
    [ui("gainQuestion"), ui("gainBefore"), ui("gainAfter"), ""],
    [
      ...rows.map((row) => ({ name: named(row.key), cells: shares(row) })),
      { name: ui("gainAll"), class: "gain-all", cells: shares({ before, after }) },
    ],
    { class: "gain" },
  );
}

export function classroom() {
  const result = el("div", { class: "gain-result", role: "status" }, el("p", { class: "quiet" }, ui("gainEmpty")));
  const read = async (/** @type {FileList | null} */ files) => {
    const texts = await Promise.all(
      [...(files ?? [])].map(async (file) => ({ name: file.name, all: imported(await file.text()) })),
    );
    const good = texts.flatMap(({ all }) => (all ? [all] : []));
    const bad = texts.filter(({ all }) => !all).map(({ name }) => name);
    const found = gain(good);
    fill(
      result,
      bad.length > 0 && el("p", { role: "alert" }, ui("gainBad", { names: bad.join(", ") })),
      found.left > 0 && el("p", null, ui("gainLeft", { count: number(found.left) })),
      found.count === 0
        ? el("p", null, ui("gainNone"))
        : [
            el("p", { class: "quiz-result" }, ui("gainText", { count: number(found.count), gain: gained(found) })),
            gains(found),
          ],
    );
  };
  const input = el("input", {
    type: "file",
    multiple: true,
    accept: "application/json,.json",
    onchange: () =>
      void read(input.files).catch((error) =>
        fill(result, el("p", { role: "alert" }, String(error?.message ?? error))),
      ),
  });
  return el(
    "section",
    { class: "quiz-page" },
    el("p", { class: "quiet" }, ui("gainHint")),
    el("label", { class: "gain-files" }, el("span", null, ui("gainFiles")), input),
    result,
  );
}
