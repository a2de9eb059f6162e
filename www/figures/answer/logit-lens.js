// @ts-check
// What the network's own head answers, if it is applied after each block.

import { el } from "../../shell/dom.js";
import { className, number } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { guesses } from "../kit/draw.js";

/** @typedef {import("../../engine.js").LogitLens} Lens */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const model = await stage.load();
  const lens = await model.logitLens(await stage.input(model), { k: 3 });
  stage.show(
    el(
      "div",
      { class: "figure-row thirds", "data-part": "stages" },
      lens.rows.map(({ stage: name, top }) =>
        el(
          "section",
          { class: "figure-block" },
          el("h3", null, f("afterStage", { stage: name })),
          guesses(top, className, { label: name }),
        ),
      ),
    ),
    lens.omitted.length > 0 && omittedList(stage, lens.omitted),
  );
}

/**
 * The stages that the head cannot read, each with why. @param {import("../kit/mount.js").Stage} stage
 * @param {Lens["omitted"]} omitted
 */
function omittedList({ state, chose }, omitted) {
  const list = el(
    "details",
    { class: "figure-note", open: state.omitted === "open" },
    el("summary", null, f("lensOmitted", { count: number(omitted.length) })),
    el(
      "ul",
      null,
      omitted.map(({ stage: name, reason }) => el("li", null, el("code", null, name), ": ", reasonText(reason))),
    ),
  );
  // Opening it as it is built is told as well, later.
  list.addEventListener("toggle", () => list.isConnected && chose("omitted", list.open ? "open" : "shut"));
  return list;
}

/** What the engine says, and the key of the same in the tables. */
const REASONS = [
  { key: "lensReason.layout", said: /^its numbers lie otherwise than those that the head reads$/ },
  { key: "lensReason.channels", said: /^it has (?<own>\d+) channels, the head reads (?<head>\d+)$/ },
  { key: "lensReason.shape", said: /^it is \[(?<own>[\d, ]+)\], the head reads \[(?<head>[\d, ]+)\]$/ },
];

/** @param {string} reason */
function reasonText(reason) {
  for (const { key, said } of REASONS) {
    const found = said.exec(reason);
    if (found) return f(key, Object.fromEntries(Object.entries(found.groups ?? {}).map(([k, v]) => [k, sizes(v)])));
  }
  return el("span", { lang: "en" }, reason);
}

/** "1, 16, 32, 32" as "1 × 16 × 32 × 32" @param {string} text */
const sizes = (text) =>
  text
    .split(", ")
    .map((one) => number(Number(one)))
    .join(" × ");
