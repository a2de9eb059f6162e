// @ts-check
// One photo through any two or all of the small networks, side by side: answers, costs, evidence and fields.

import { mountFigure } from "../figures/kit/mount.js";
import { el, fill } from "../shell/dom.js";
import { t } from "../shell/text.js";
import { anyOf } from "../engine/signals.js";

/** @typedef {import("../shell/types.js").App} App */

/** @param {App} app */
export function compareRoute(app) {
  const { store, signal } = app;
  const body = el("div", { class: "compare-body" });
  const picker = el("fieldset", { class: "compare-networks" });
  let shown = "";
  let control = new AbortController();
  const show = () => {
    const entries = store.state.engine.entries.filter(({ embedded }) => embedded);
    if (entries.length === 0) return void fill(body, el("p", { class: "quiet" }, t("answer.starting")));
    const usual = entries.filter(({ input }) => input.channels === 3).map(({ id }) => id);
    const asked = store.state.models.split(",").filter((id) => entries.some((entry) => entry.id === id));
    const chosen = asked.length > 0 ? asked : usual;
    const key = chosen.join(",");
    if (key === shown) return;
    shown = key;
    fill(
      picker,
      el("legend", null, t("compare.networks")),
      entries.map(({ id, title }) =>
        el(
          "label",
          { class: "toggle" },
          el("input", {
            type: "checkbox",
            checked: chosen.includes(id),
            onchange: (/** @type {Event} */ event) => toggle(id, /** @type {HTMLInputElement} */ (event.target)),
          }),
          el("span", null, title),
        ),
      ),
    );
    const toggle = (/** @type {string} */ id, /** @type {HTMLInputElement} */ box) => {
      const next = box.checked ? [...chosen, id] : chosen.filter((other) => other !== id);
      if (next.length === 0) {
        box.checked = true;
        return;
      }
      store.set({
        models: entries
          .map((entry) => entry.id)
          .filter((other) => next.includes(other))
          .join(","),
      });
      /** @type {HTMLElement | null} */ (
        picker.querySelectorAll("input")[entries.findIndex((entry) => entry.id === id)]
      )?.focus();
    };
    control.abort();
    control = new AbortController();
    const inner = { ...app, signal: anyOf([signal, control.signal]) };
    fill(
      body,
      ["answers", "cost", "map", "field"].map((view) =>
        part(
          inner,
          view,
          chosen.filter((id) =>
            fits(
              view,
              entries.find((entry) => entry.id === id),
            ),
          ),
        ),
      ),
    );
  };
  store.show(["engine", "models"], show, signal);
  return el(
    "div",
    { class: "compare" },
    el("div", { class: "lede" }, el("h1", null, t("compare.title")), el("p", null, t("compare.lede"))),
    picker,
    body,
  );
}

/** Evidence is found for a class, a field where cells lie on the whole photo. @param {string} view @param {import("../shell/types.js").Entry | undefined} entry */
function fits(view, entry) {
  if (view === "map") return (entry?.labels.length ?? 0) > 0;
  return view !== "field" || (entry?.capabilities.includes("receptive-field") ?? false);
}

/** @param {App} app @param {string} view @param {string[]} models */
function part(app, view, models) {
  if (models.length === 0) return null;
  const title = t(`compare.${view}`);
  const state = view === "field" ? { models } : { models, show: view };
  const name = view === "field" ? "receptive-curve" : "compare";
  return el(
    "section",
    { class: "inside-figure", "data-figure": view },
    el("h2", null, title),
    mountFigure(app, { view: name, state, model: models[0], title }).node,
  );
}
