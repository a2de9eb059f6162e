// @ts-check
// The figure of a step and nothing else, for a frame on a page of others: as the address says that it was left.

import { standAlone } from "../shell/alone.js";
import { el } from "../shell/dom.js";
import { writeUrl } from "../shell/url.js";
import { figureFor, nothingKept } from "../figures/kit/mount.js";
import { ui, words } from "./words.js";

/** @typedef {import("../shell/types.js").App} App */

/** @param {App} app @param {Omit<import("./place.js").Place, "index">} place */
export function figureAlone(app, { lesson, step }) {
  const { state } = app.store;
  const kept = { ...nothingKept(), chosen: chosenIn(state.chosen) };
  const whole = el("a", { class: "button plain", href: writeUrl({ ...state, lesson: lesson.id, step: step.id }) });
  whole.append(ui("wholeStep"));
  const { node, settled } = figureFor(app, lesson, step, () => {}, kept, whole);
  const root = el(
    "article",
    { class: "lesson", "data-lesson": lesson.id, "data-step": step.id, "data-figure": "waiting" },
    el("h1", { class: "visually-hidden", "data-start": true, tabindex: -1 }, words(`${step.text}.title`)),
    node,
  );
  void settled.then((how) => root.setAttribute("data-figure", how));
  standAlone(root, app.signal);
  return root;
}

/** @param {string} text JSON of an address @returns {Record<string, any>} */
function chosenIn(text) {
  try {
    return Object.fromEntries(Object.entries(JSON.parse(text || "{}")).filter(([name]) => /^[a-z]\w*$/i.test(name)));
  } catch {
    // An address that was cut: the figure as the lesson has it.
    return {};
  }
}
