// @ts-check
// The picture's end: what the network answers, or what stands between the visitor and an answer.

import { assumptions } from "../shell/assumptions.js";
import { deviceName } from "../shell/device.js";
import { button, el, fill, unbroken } from "../shell/dom.js";
import { failureCard } from "../shell/failure.js";
import { loadPanel } from "../shell/load-panel.js";
import { className, list, number, percentBelow, short, size, t, time } from "../shell/text.js";
import { reconstruction } from "./made.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("../shell/types.js").State} State */
/** @typedef {import("../shell/types.js").Guess} Guess */
/**
 * What the whole network answers, while something is switched off: names, or the image that a masked autoencoder makes.
 * @typedef {{ top: Guess[] | null, made: import("../engine.js").Reconstruction | null }} Whole
 */

/** Nothing is off. @type {Whole} */
const WHOLE = Object.freeze({ top: null, made: null });

/** @param {App} app */
export function answerCard(app) {
  const { store, signal } = app;
  const body = el("div", { class: "answer-body" });
  const panel = el("section", { class: "answer-card", "aria-label": t("answer.title") }, body);
  /** @type {Whole} */
  let before = WHOLE;
  /** @type {import("../shell/dom.js").Children} what is off */
  let without = null;
  let kind = "";
  const remade = reconstruction(app);
  const show = () => {
    const { state } = store;
    const next = kindOf(state);
    panel.setAttribute("aria-busy", String(next === "loading" || state.run.status === "running"));
    panel.dataset.kind = next;
    if (next === kind && next === "loading") return;
    kind = next;
    fill(body, content(app, next, before, remade), without);
  };
  store.show(["run", "load", "engine", "picture"], show, signal);
  return {
    node: panel,
    /** Whether the card needs the picture's place: there is no network to draw yet. */
    get large() {
      return ["loading", "engine-failed", "run-failed"].includes(kind);
    },
    /** The rows of the answer, for lines that end at them. */
    rows: () => /** @type {HTMLElement[]} */ ([...body.querySelectorAll(".guess-row")]),
    /**
     * The answer of the whole network, and what is off of the one that answers. @param {Whole | null} whole
     * @param {import("../shell/dom.js").Children} off
     */
    beside(whole, off) {
      before = whole ?? WHOLE;
      without = off;
      show();
    },
  };
}

/** Which of its faces the card shows. @param {State} state */
function kindOf({ engine, load, run, picture }) {
  if (engine.status === "failed") return "engine-failed";
  if (load.status === "offer" || load.status === "loading" || load.status === "failed") return "loading";
  if (engine.status === "starting" || load.status === "waiting") return "starting";
  if (run.status === "failed") return "run-failed";
  if (run.model !== load.id) return "running";
  if (!picture) return "no-photo";
  return run.top ? "answer" : "no-names";
}

/**
 * @param {App} app @param {string} kind @param {Whole} before @param {ReturnType<typeof reconstruction>} remade what a
 * masked autoencoder answers
 */
function content(app, kind, before, remade) {
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
      if (session.model?.info.capabilities.includes("reconstruct")) return [remade(before.made), facts(store.state)];
      return [
        assumptions(app),
        el("p", { class: "headline" }, t("answer.noNames")),
        el("p", { class: "quiet" }, t("answer.noNamesWhy", { network: load.entry?.title ?? "" })),
        facts(store.state),
      ];
    case "answer":
      return [assumptions(app), guesses(store.state.run.top ?? [], before.top), facts(store.state)];
    default:
      return [assumptions(app), ...skeleton(kind)];
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

/**
 * The first answers, and beside them those of the whole network. @param {Guess[]} top @param {Guess[] | null} before
 */
export function guesses(top, before) {
  const rows = top.map((guess, index) => {
    const was = before?.find((other) => other.index === guess.index);
    return el(
      "li",
      { class: `guess-row ${index === 0 ? "first" : ""}` },
      el("span", { class: "guess-label" }, className(guess.label)),
      el("span", { class: "guess-value" }, percentBelow(guess.probability)),
      el(
        "span",
        { class: "bar", "aria-hidden": true },
        el("span", { class: "bar-fill", style: { width: `${100 * guess.probability}%` } }),
        was && el("span", { class: "bar-before", style: { left: `${100 * was.probability}%` } }),
      ),
    );
  });
  const first = before?.[0];
  return el(
    "div",
    { class: "guesses" },
    el("ol", { class: "answer-rows", "aria-label": t("answer.top") }, rows),
    first &&
      el(
        "p",
        { class: "answer-before" },
        t("answer.before", { label: className(first.label), percent: percentBelow(first.probability) }),
      ),
  );
}

/** The network, and where the time went. @param {State} state */
function facts({ load, run, engine }) {
  const { entry } = load;
  if (!entry) return null;
  const told = [
    entry.parameters > 0 && t("facts.parameters", { count: short(entry.parameters) }),
    entry.bytes > 0 && size(entry.bytes),
    run.ms && `${time(run.ms.forward)}, ${deviceName(engine)}`,
  ].filter((text) => typeof text === "string");
  const title = run.ms
    ? [
        `${t("facts.preprocess")}: ${time(run.ms.preprocess)}`,
        `${t("facts.forward")}: ${time(run.ms.forward)}`,
        `${t("facts.read")}: ${time(run.ms.read)}`,
      ].join(" · ")
    : null;
  return el(
    "div",
    null,
    el(
      "p",
      { class: "answer-facts", title },
      el("strong", null, unbroken(entry.title.split(" "))),
      " ",
      unbroken(told, " ·"),
    ),
    el("p", { class: "answer-knows" }, knows(entry)),
  );
}

/** What the network can say at all. @param {import("../shell/types.js").Entry} entry */
function knows({ title, labels }) {
  const count = number(labels.length);
  if (labels.length === 0) return t("chooser.explainNone", { network: title });
  if (labels.length > 20) return t("chooser.explainMany", { network: title, count });
  if (labels.every((label) => /^\d$/.test(label))) return t("chooser.explainDigits", { network: title });
  return t("chooser.explainFew", { network: title, count, things: list(labels.map(className)) });
}
