// @ts-check
// What the network answers: its guesses, its facts, its times. Or what stands between the visitor and an answer.

import { badge } from "./badge.js";
import { deviceName } from "./device.js";
import { button, el, fill } from "./dom.js";
import { failureCard } from "./failure.js";
import { loadPanel } from "./load-panel.js";
import { className, number, percent, short, size, t, time } from "./text.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").State} State */

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
  store.show(["run", "load", "engine", "picture"], (state) => {
    const next = kindOf(state);
    panel.setAttribute("aria-busy", String(next === "loading" || state.run.status === "running"));
    if (next === kind && next === "loading") return;
    kind = next;
    fill(body, content(app, next));
  }, signal);
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
      return failureCard(/** @type {any} */ (engine.failure), button(t("actions.retry"), () => void session.start(), { class: "primary" }));
    case "loading":
      return loadPanel(app);
    case "run-failed":
      return failureCard(/** @type {any} */ (run.failure), button(t("actions.retry"), () => void session.run(), { class: "primary" }));
    case "no-photo":
      return el("p", { class: "quiet" }, t("answer.noPhoto"));
    case "no-names":
      return [el("p", { class: "headline" }, t("answer.noNames")), el("p", null, t("answer.noNamesWhy", { network: load.entry?.title ?? "" })), facts(store.state)];
    case "answer":
      return [guesses(store.state), facts(store.state)];
    default:
      return skeleton(kind);
  }
}

/** @param {string} kind */
function skeleton(kind) {
  const bars = [0.9, 0.4, 0.25, 0.15, 0.1].map((width) => el("div", { class: "bone", style: { width: `${100 * width}%` } }));
  return [el("p", { class: "quiet" }, t(kind === "starting" ? "answer.starting" : "answer.running")), el("div", { class: "bones", "aria-hidden": true }, bars)];
}

/** @param {State} state */
function guesses({ run }) {
  const top = run.top ?? [];
  const rows = top.map((guess, index) => el(
    "li",
    { class: index === 0 ? "first" : "" },
    el("span", { class: "guess-label" }, className(guess.label)),
    el("span", { class: "guess-value" }, percent(guess.probability)),
    el("span", { class: "bar", "aria-hidden": true }, el("span", { class: "bar-fill", style: { width: `${100 * guess.probability}%` } })),
  ));
  const sure = (top[0]?.probability ?? 0) >= 0.5;
  return el(
    "div",
    { class: "guesses" },
    el("p", { class: "headline" }, className(top[0]?.label ?? "")),
    el("p", { class: "quiet" }, t(sure ? "answer.sure" : "answer.unsure", { percent: percent(top[0]?.probability ?? 0) })),
    el("ol", { class: "bars", "aria-label": t("answer.top") }, rows),
    badge("computed"),
  );
}

/** @param {State} state */
function facts({ load, run, engine }) {
  const { entry } = load;
  if (!entry) return null;
  const { ms } = run;
  const row = (/** @type {string} */ name, /** @type {string | null} */ value) => value && el("div", null, el("dt", null, name), el("dd", null, value));
  return el(
    "dl",
    { class: "facts" },
    row(t("facts.network"), entry.title),
    row(t("facts.parameters"), entry.parameters > 0 ? short(entry.parameters) : null),
    row(t("facts.size"), entry.bytes > 0 ? size(entry.bytes) : null),
    row(t("facts.device"), deviceName(engine)),
    ms && row(t("facts.preprocess"), time(ms.preprocess)),
    ms && row(t("facts.forward"), time(ms.forward)),
    ms && row(t("facts.read"), time(ms.read)),
    entry.labels.length > 0 && row(t("facts.classes"), number(entry.labels.length)),
  );
}
