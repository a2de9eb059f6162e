// @ts-check
// How fast the engine is on the visitor's own device: begun by a button, shown as it comes, copied as Markdown.

import { badge } from "../shell/badge.js";
import { button, el, fill } from "../shell/dom.js";
import { failureCard, failureOf, isAborted } from "../shell/failure.js";
import { notify, speak } from "../shell/notices.js";
import { table } from "../shell/table.js";
import { currentLanguage, number, t } from "../shell/text.js";
import { anyOf } from "../engine/signals.js";
import { measureOwn, nothingYet } from "./own.js";
import { states } from "./states.js";
import { engineName, markdown, tablesOf } from "./tables.js";
import { browserName } from "./browser.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("./own.js").Measured} Measured */
/** @typedef {import("./own.js").Plan} Plan */
/** @typedef {import("./own.js").Progress} Progress */

/** Of each network as many answers as fit, in milliseconds. */
const PATIENCE = 1500;
const ANSWERS = 15;
/** Looked into step by step: convolutions, and attention. */
const INSIDE = ["resnet20_cifar10", "vit_cifar10"];
/** Attention over the whole image, and in windows, in steps of a window. */
const GROWING = ["vit_cifar10", "swin_cifar10"];
const SIZES = [32, 64, 96, 128];
const TRAINING = /** @type {const} */ ({ experiment: "digits", steps: 60 });

/** @param {App} app */
export function onDevice(app) {
  const root = el("div", { class: "on-device", "data-state": "idle" });
  const show = states(root);
  const start = (/** @type {"speed.measure" | "speed.again"} */ label) =>
    button(t(label), () => void run(), { class: label === "speed.measure" ? "primary" : "" });

  const run = async () => {
    const control = new AbortController();
    const signal = anyOf([app.signal, control.signal]);
    const { parts, update } = progress(() => control.abort());
    const results = el("div", { class: "device-results" });
    /** @type {Measured[]} */
    const all = [];
    const draw = () => fill(results, all.map(resultOf));
    show("running", ...parts, results);
    try {
      const engines = enginesOf(app);
      for (const [at, backend] of engines.entries()) {
        const measured = nothingYet();
        all.push(measured);
        for await (const step of measureOwn({ backend }, planOf(app), measured, signal)) {
          update(step, at, engines.length);
          draw();
        }
      }
      draw();
      show("done", results, badge("computed"), actions(app, all, start("speed.again")));
      speak(app.store, t("speed.done"));
    } catch (error) {
      if (app.signal.aborted) return;
      draw();
      if (isAborted(error)) show("cancelled", el("p", null, t("speed.cancelled")), results, start("speed.again"));
      else show("failed", failureCard(failureOf(error), start("speed.again")), results);
    }
  };

  show("idle", el("p", { class: "quiet" }, t("speed.idle")), start("speed.measure"));
  return root;
}

/** The page's own backend; beside a GPU the CPU too. @param {App} app @returns {("webgpu" | "cpu")[]} */
const enginesOf = ({ store }) => (store.state.engine.info?.backend === "webgpu" ? ["webgpu", "cpu"] : ["cpu"]);

/** Networks that need no download: those that ship, and official ones that this browser keeps. @param {App} app */
function planOf({ store, session }) {
  const entries = store.state.engine.entries.filter((entry) => entry.embedded || session.isStored(entry));
  const kept = entries.filter(({ embedded }) => !embedded).map(({ id }) => id);
  const has = (/** @type {string} */ id) => entries.some((entry) => entry.id === id);
  /** @type {Plan} */
  return {
    networks: entries.map(({ id }) => ({ id })),
    answers: ANSWERS,
    patience: PATIENCE,
    inside: [...INSIDE.filter(has), ...kept].map((id) => ({ id, passes: 3 })),
    growth: GROWING.filter(has).map((id) => ({ id, sizes: SIZES })),
    training: TRAINING,
  };
}

/** What is shown meanwhile. @param {() => void} cancel */
function progress(cancel) {
  const line = el("p", { class: "numbers" }, t("speed.starting"));
  const bar = el("progress", { max: 1, "aria-label": t("speed.progress") });
  /** @param {Progress} step @param {number} engine @param {number} engines */
  const update = ({ what, title, done, of }, engine, engines) => {
    bar.value = (engine + done / of) / engines;
    const name = what === "training" ? t(`train.experiment.${title}.title`) : title;
    line.textContent = t(`speed.at.${what}`, { name });
  };
  return { parts: [line, bar, button(t("actions.cancel"), cancel)], update };
}

/** One engine's numbers. @param {Measured} measured */
const resultOf = (measured) =>
  el(
    "section",
    { class: "device-result", "aria-label": engineName(measured) },
    el("h3", null, engineName(measured)),
    tablesOf(measured).flatMap(({ title, head, rows, note }) => [
      el(
        "div",
        { class: "table-scroll", tabindex: 0, role: "region", "aria-label": title },
        table(
          head,
          rows.map(([name, ...cells]) => ({ name, cells: cells.map((content) => ({ content, class: "numbers" })) })),
          { class: "measured-table", caption: el("caption", null, title) },
        ),
      ),
      note && el("p", { class: "quiet" }, note),
    ]),
  );

/** Taking it along, and measuring again. @param {App} app @param {Measured[]} all @param {HTMLElement} again */
function actions({ store }, all, again) {
  const where = whereAndWhen();
  const copy = () =>
    navigator.clipboard.writeText(markdown(all, where)).then(
      () => notify(store, { kind: "info", text: t("speed.copied") }),
      (error) => notify(store, { kind: "error", text: t("speed.notCopied"), detail: failureOf(error).message }),
    );
  return [
    el("p", { class: "quiet" }, where),
    el(
      "div",
      { class: "actions" },
      button(t("speed.copy"), () => void copy(), { icon: "table", class: "primary" }),
      again,
    ),
  ];
}

/** The browser, its processor's cores and the day. */
function whereAndWhen() {
  const day = new Intl.DateTimeFormat(currentLanguage(), { dateStyle: "long" }).format(new Date());
  return t("speed.where", { browser: browserName(), cores: number(navigator.hardwareConcurrency), day });
}
