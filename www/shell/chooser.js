// @ts-check
// The choice of a network: a line of eight architectures, and below it the sizes each comes in.

import { button, el, fill, icon } from "./dom.js";
import { FAMILIES, familyOf, membersOf } from "./families.js";
import { modelsDialog } from "./models-dialog.js";
import { OWN } from "./networks.js";
import { className, list, number, size, t } from "./text.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").Entry} Entry */
/** @typedef {import("./types.js").State} State */

/** @param {App} app */
export function chooser(app) {
  const dialog = modelsDialog(app);
  const choice = el(
    "div",
    { class: "choice", id: "choice" },
    timeline(app),
    el(
      "div",
      { class: "variants-row" },
      variants(app),
      button(t("chooser.yours"), () => dialog.showModal(), { icon: "drawer", class: "plain" }),
    ),
  );
  return el(
    "section",
    { class: "chooser", "aria-label": t("chooser.label") },
    fold(app, choice),
    choice,
    explanation(app),
    dialog,
  );
}

/** On a phone the choice is folded behind the network's name. @param {App} app @param {HTMLElement} choice */
function fold({ store, signal }, choice) {
  const name = el("span", { class: "variant-name" });
  const toggle = el(
    "button",
    {
      type: "button",
      class: "fold",
      "aria-expanded": "false",
      "aria-controls": "choice",
      onclick: () => {
        const open = choice.classList.toggle("open");
        toggle.setAttribute("aria-expanded", String(open));
      },
    },
    el("span", { class: "fold-text" }, name, el("span", { class: "variant-note" }, t("chooser.more"))),
    icon("chevron"),
  );
  store.show(
    ["engine", "model", "load"],
    (state) => {
      name.textContent = chosen(state)?.title ?? t("chooser.preparing");
    },
    signal,
  );
  return toggle;
}

/** @param {State} state @returns {Entry | null} */
function chosen({ engine, model, load }) {
  if (model === OWN) return load.entry;
  return engine.entries.find((entry) => entry.id === model) ?? null;
}

/** @param {App} app */
function timeline({ store, signal }) {
  const row = el("ol", { class: "timeline" });
  const items = FAMILIES.map((family) =>
    el(
      "button",
      { type: "button", class: "era", onclick: () => pick(family.id) },
      el("span", { class: "era-name" }, family.name),
      el("span", { class: "era-year" }, String(family.year)),
    ),
  );
  const pick = (/** @type {string} */ id) => {
    const first = membersOf(store.state.engine.entries, id)[0];
    const now = chosen(store.state);
    if (first && !(now && familyOf(now) === id)) store.set({ model: first.id });
  };
  fill(
    row,
    items.map((item) => el("li", null, item)),
  );
  store.show(
    ["engine", "model", "load"],
    (state) => {
      const now = chosen(state);
      FAMILIES.forEach((family, index) => {
        items[index].setAttribute("aria-pressed", String(now !== null && familyOf(now) === family.id));
        items[index].disabled =
          state.engine.status === "ready" && membersOf(state.engine.entries, family.id).length === 0;
      });
    },
    signal,
  );
  return row;
}

/** @param {App} app */
function variants({ store, session, signal }) {
  const group = el("div", { class: "variants", role: "radiogroup", "aria-label": t("chooser.sizes") });
  let shown = "";
  store.show(
    ["engine", "model", "load", "stored", "language"],
    (state) => {
      const now = chosen(state);
      const members = now && now.id !== OWN ? membersOf(state.engine.entries, familyOf(now)) : now ? [now] : [];
      const key = JSON.stringify([
        members.map((entry) => [entry.id, session.isStored(entry)]),
        now?.id,
        state.language,
      ]);
      if (key === shown) return;
      shown = key;
      const active = group.contains(document.activeElement);
      fill(
        group,
        members.map((entry) => variant(store, session, entry, entry.id === now?.id)),
      );
      if (active) group.querySelector("input:checked")?.dispatchEvent(new Event("refocus"));
    },
    signal,
  );
  return group;
}

/**
 * @param {App["store"]} store
 * @param {App["session"]} session
 * @param {Entry} entry
 * @param {boolean} checked
 */
function variant(store, session, entry, checked) {
  const input = el("input", {
    type: "radio",
    name: "variant",
    value: entry.id,
    checked,
    class: "visually-hidden",
    onchange: () => store.set({ model: entry.id }),
    onrefocus: () => input.focus({ preventScroll: true }),
  });
  return el(
    "label",
    { class: "variant" },
    input,
    el("span", { class: "variant-name" }, entry.title),
    el("span", { class: "variant-note" }, [knows(entry), where(session, entry)].join(" · ")),
  );
}

/** @param {Entry} entry */
function knows(entry) {
  return entry.labels.length > 0 ? t("chooser.knows", { count: number(entry.labels.length) }) : t("chooser.knowsNone");
}

/** @param {App["session"]} session @param {Entry} entry */
function where(session, entry) {
  if (entry.embedded) return t("chooser.embedded");
  if (session.isStored(entry)) return t("chooser.stored");
  return entry.id === OWN ? t("chooser.own") : t("chooser.download", { size: size(entry.bytes) });
}

/** @param {App} app */
function explanation({ store, signal }) {
  const line = el("p", { class: "explanation" });
  store.show(
    ["engine", "model", "load"],
    (state) => {
      const now = chosen(state);
      fill(line, now ? explain(now) : t("chooser.preparing"));
    },
    signal,
  );
  return line;
}

/** @param {Entry} entry */
function explain(entry) {
  const { labels } = entry;
  if (labels.length === 0) return t("chooser.explainNone", { network: entry.title });
  if (labels.length > 20) return t("chooser.explainMany", { network: entry.title, count: number(labels.length) });
  if (labels.every((label) => /^\d$/.test(label))) return t("chooser.explainDigits", { network: entry.title });
  return t("chooser.explainFew", {
    network: entry.title,
    count: number(labels.length),
    things: list(labels.map(className)),
  });
}
