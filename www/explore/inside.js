// @ts-check
// See inside: the network as a picture and as a list of its stages; a chosen stage shows what it holds for the photo.

import { chooser } from "../shell/chooser.js";
import { button, el, fill } from "../shell/dom.js";
import { failureCard } from "../shell/failure.js";
import { styles } from "../figures/kit/styles.js";
import { insideTabs } from "./inside-tabs.js";
import { loadPanel } from "../shell/load-panel.js";
import { networkDrawing } from "./network-drawing.js";
import { stageFigures } from "./stage-figures.js";
import { mainStages, stageList } from "./stage-list.js";
import { t } from "../shell/text.js";

/** @typedef {import("../shell/types.js").App} App */

/** @param {App} app */
export function insideRoute(app) {
  const { store, session, signal } = app;
  void styles();
  const body = el("div", { class: "inside-body" });
  let control = new AbortController();
  let shown = "";
  const show = () => {
    const { load, engine } = store.state;
    const key =
      engine.status === "failed"
        ? "engine-failed"
        : load.status === "ready" && session.model
          ? `ready ${load.id}`
          : load.status;
    if (key === shown) return;
    shown = key;
    control.abort();
    control = new AbortController();
    const inner = { ...app, signal: AbortSignal.any([signal, control.signal]) };
    if (key.startsWith("ready")) fill(body, opened(inner));
    else if (engine.failure)
      fill(
        body,
        failureCard(
          engine.failure,
          button(t("actions.retry"), () => void session.start(), { class: "primary" }),
        ),
      );
    else if (load.status === "waiting") fill(body, el("p", { class: "quiet" }, t("answer.starting")));
    else fill(body, loadPanel(inner));
  };
  store.show(["load", "engine"], show, signal);
  return el(
    "div",
    { class: "inside" },
    el("div", { class: "lede" }, el("h1", null, t("inside.title")), el("p", null, t("inside.lede"))),
    chooser(app),
    body,
  );
}

/** @param {App} app */
function opened(app) {
  const { store, session } = app;
  const model = /** @type {import("../shell/types.js").Model} */ (session.model);
  const stages = /** @type {import("./stage-list.js").Stage[]} */ (model.stages);
  const has = (/** @type {string} */ wanted) => stages.some(({ name }) => name === wanted);
  if (!has(store.state.stage)) store.set({ stage: mainStages(stages)[0]?.name ?? "" });
  if (!has(store.state.part)) store.set({ part: "" });
  return [
    networkDrawing(app, model, stages),
    el(
      "div",
      { class: "bench" },
      stageList(app, stages),
      insideTabs(app, model, (inner) => stageFigures(inner, model, stages)),
    ),
  ];
}
