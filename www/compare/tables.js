// @ts-check
// What the pictures of several networks do not say: answers, costs, evidence and fields as tables, bars, maps and
// curves.

import { anyOf } from "../engine/signals.js";
import { el, fill } from "../shell/dom.js";
import { failureCard, failureOf } from "../shell/failure.js";
import { sideDrawer } from "../shell/side-drawer.js";
import { t } from "../shell/text.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {Pick<import("../engine.js").CatalogueEntry, "id" | "labels" | "capabilities">} Compared */

const VIEWS = ["answers", "cost", "map", "field"];

/**
 * Evidence is found for a class, a field where cells lie on the whole photo. @param {string} view @param {Compared}
 * network
 */
function fits(view, { labels, capabilities }) {
  if (view === "map") return labels.length > 0;
  return view !== "field" || capabilities.includes("receptive-field");
}

/**
 * A drawer at the pictures' side; whether it is open stands in the address as `tab`.
 * @param {App} app @param {() => Compared[]} networks those that are compared
 */
export function tables(app, networks) {
  const { store, signal } = app;
  const { node, body, open } = sideDrawer(store, {
    title: "compare.tables",
    close: "compare.closeTables",
    open: "compare.tables",
    icon: "table",
    inside: "tab-panel",
    tab: () => (store.state.tab === "tables" ? "" : "tables"),
  });
  let control = new AbortController();
  let shown = "";
  const show = () => {
    const asked = store.state.tab === "tables" ? [...new Map(networks().map((one) => [one.id, one])).values()] : [];
    const key = asked.map(({ id }) => id).join();
    node.hidden = asked.length === 0;
    open.setAttribute("aria-expanded", String(!node.hidden));
    if (key === shown) return;
    shown = key;
    control.abort();
    control = new AbortController();
    const inner = { ...app, signal: anyOf([signal, control.signal]) };
    fill(
      body,
      VIEWS.map((view) =>
        part(
          inner,
          view,
          asked.filter((one) => fits(view, one)).map(({ id }) => id),
        ),
      ),
    );
  };
  store.on(["tab", "models", "engine"], show, signal);
  return { node, open, show };
}

/**
 * One of the figures; null where there is no such, or none of the networks fits it. @param {App} app @param {string} view
 * @param {string[]} models @param {HTMLElement} [link] a way to all of them
 */
export function part(app, view, models, link) {
  if (models.length === 0 || !VIEWS.includes(view)) return null;
  const title = t(`compare.${view}`);
  const state = view === "field" ? { models } : { models, show: view };
  const name = view === "field" ? "receptive-curve" : "compare";
  const holder = el("div");
  import("../figures/kit/mount.js").then(
    ({ mountFigure }) => {
      const wanted = { view: name, state, model: models[0], title, link, question: view, along: false };
      if (!app.signal.aborted) fill(holder, mountFigure(app, wanted).node);
    },
    (error) => fill(holder, failureCard(failureOf(error))),
  );
  return el("section", { class: "inside-figure", "data-figure": view }, el("h2", null, title), holder);
}
