// @ts-check
// What the network answers: its guesses, its facts, its times. Or what stands between the visitor and an answer.

import { badge } from "../shell/badge.js";
import { deviceName } from "../shell/device.js";
import { button, el, fill } from "../shell/dom.js";
import { failureCard } from "../shell/failure.js";
import { loadPanel } from "../shell/load-panel.js";
import { className, percent, short, size, t, time } from "../shell/text.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("../shell/types.js").State} State */

/** @param {App} app */
export function answerPanel(app) {
  const { store, signal } = app;
  const body = el("div", { class: "answer-body" });
  const panel = el(
    "section",
    { class: "panel answer", "aria-labelledby": "answer-title" },
    el("h2", { id: "answer-title" }, t("answer.title")),
    body,
  );
  let kind = "";
  store.show(
    ["run", "load", "engine", "picture"],
    (state) => {
      const next = kindOf(state);
      panel.setAttribute("aria-busy", String(next === "loading" || state.run.status === "running"));
      if (next === kind && next === "loading") return;
      kind = next;
      fill(body, content(app, next));
    },
    signal,
  );
  return panel;
}

/** Which of its faces the panel shows. @param {State} state */
function kindOf({ engine, load, run, picture }) {
  if (engine.status === "failed") return "engine-failed";
  if (load.status === "offer" || load.status === "loading" || load.status === "failed") return "loading";
  if (engine.status === "starting" || load.status === "waiting") return "starting";
  if (run.status === "failed") return "run-failed";
  if (run.model !== load.id) return "running";
  if (!picture) return "no-photo";
  return run.top ? "answer" : "no-names";
}

/** @param {App} app @param {string} kind */
function content(app, kind) {
  const { store, session } = app;
  const { engine, run, load } = store.state;
  switch (kind) {
    case "engine-failed":
      return failureCard(
        /** @type {any} */ (engine.failure),
        button(t("actions.retry"), () => void session.start(), { class: "primary" }),
      );
    case "loading":
      return loadPanel(app);
    case "run-failed":
      return failureCard(
        /** @type {any} */ (run.failure),
        button(t("actions.retry"), () => void session.run(), { class: "primary" }),
      );
    case "no-photo":
      return el("p", { class: "quiet" }, t("answer.noPhoto"));
    case "no-names":
      return [
        el("p", { class: "headline" }, t("answer.noNames")),
        el("p", null, t("answer.noNamesWhy", { network: load.entry?.title ?? "" })),
        facts(store.state),
      ];
    case "answer":
      return [guesses(store.state), facts(store.state)];
    default:
      return skeleton(kind);
  }
}

/** @param {string} kind */
function skeleton(kind) {
  const bars = [0.9, 0.4, 0.25, 0.15, 0.1].map((width) =>
    el("div", { class: "bone", style: { width: `${100 * width}%` } }),
  );
  return [
    el("p", { class: "quiet" }, t(kind === "starting" ? "answer.starting" : "answer.running")),
    el("div", { class: "bones", "aria-hidden": true }, bars),
  ];
}

/** @param {State} state */
function guesses({ run }) {
  const top = run.top ?? [];
  const rows = top.map((guess, index) =>
    el(
      "li",
      { class: index === 0 ? "first" : "" },
      el("span", { class: "guess-label" }, className(guess.label)),
      el("span", { class: "guess-value" }, percent(guess.probability)),
      el(
        "span",
        { class: "bar", "aria-hidden": true },
        el("span", { class: "bar-fill", style: { width: `${100 * guess.probability}%` } }),
      ),
    ),
  );
  const sure = (top[0]?.probability ?? 0) >= 0.5;
  return el(
    "div",
    { class: "guesses" },
    el("p", { class: "headline" }, className(top[0]?.label ?? "")),
    el(
      "p",
      { class: "quiet" },
      t(sure ? "answer.sure" : "answer.unsure", { percent: percent(top[0]?.probability ?? 0) }),
    ),
    el("ol", { class: "bars", "aria-label": t("answer.top") }, rows),
    badge("computed"),
  );
}

/** The network, and where the time went. @param {State} state */
function facts({ load, run, engine }) {
  const { entry } = load;
  if (!entry) return null;
  const line = [
    entry.parameters > 0 && t("facts.parameters", { count: short(entry.parameters) }),
    entry.bytes > 0 && size(entry.bytes),
    t("facts.device", { device: deviceName(engine) }),
  ]
    .filter(Boolean)
    .join(" · ");
  return el(
    "div",
    { class: "facts-foot" },
    el("p", null, el("strong", null, entry.title), ` · ${line}`),
    run.ms && times(run.ms),
  );
}

/** @param {import("../shell/types.js").Times} ms */
function times(ms) {
  const part = (/** @type {string} */ name, /** @type {number} */ value) =>
    el("div", null, el("dt", null, name), el("dd", null, time(value)));
  return el(
    "dl",
    { class: "facts" },
    part(t("facts.preprocess"), ms.preprocess),
    part(t("facts.forward"), ms.forward),
    part(t("facts.read"), ms.read),
  );
}
