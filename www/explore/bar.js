// @ts-check
// The choice of a network in one line: eight architectures in the order in which they came, and the sizes of the chosen
// one.

import { button, el, fill, showInRow } from "../shell/dom.js";
import { FAMILIES, familyOf, membersOf } from "../shell/families.js";
import { modelsDialog } from "../shell/models-dialog.js";
import { OWN } from "../shell/networks.js";
import { number, size, t } from "../shell/text.js";
import { NOTHING_OF_IT } from "../shell/url.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("../shell/types.js").Entry} Entry */
/** @typedef {import("../shell/types.js").State} State */

/** The network that is chosen, loaded or not. @param {State} state @returns {Entry | null} */
export function chosenOf({ engine, model, load }) {
  if (model === OWN) return load.entry;
  return engine.entries.find((entry) => entry.id === model) ?? null;
}

/** A phone and a narrow desk have no room for more than a name beside the sizes of the image. */
const narrow = matchMedia("(max-width: 1199px)");

/** @param {App} app */
export function networkBar(app) {
  const { store, session, signal } = app;
  const dialog = modelsDialog(app);
  const pick = (/** @type {string} */ family) => {
    const now = chosenOf(store.state);
    const first = membersOf(store.state.engine.entries, family).find(({ family: own }) => own !== "fcnn");
    if (first && !(now && familyOf(now) === family)) store.set({ model: first.id, ...NOTHING_OF_IT });
  };
  const eras = FAMILIES.map(({ id, name, year }) =>
    el(
      "button",
      { type: "button", class: "era", onclick: () => pick(id) },
      el("span", { class: "era-name" }, name),
      el("span", { class: "era-year" }, String(year)),
    ),
  );
  const row = el(
    "ol",
    { class: "eras" },
    eras.map((era) => el("li", null, era)),
  );
  const sizes = el("select", {
    class: "sizes",
    "aria-label": t("chooser.sizes"),
    onchange: () => store.set({ model: sizes.value, ...NOTHING_OF_IT }),
  });
  /** What the bar shows: a load tells of its progress many times. @type {unknown[]} */
  let shown = [];
  const showNetworks = (/** @type {State} */ state) => {
    const now = chosenOf(state);
    const next = [state.engine, now, state.stored, narrow.matches];
    if (next.every((value, i) => value === shown[i])) return;
    shown = next;
    const ready = state.engine.status === "ready";
    FAMILIES.forEach(({ id }, i) => {
      eras[i].setAttribute("aria-pressed", String(now !== null && familyOf(now) === id));
      eras[i].disabled = ready && membersOf(state.engine.entries, id).length === 0;
    });
    // On the narrowest phones the row is longer than the screen.
    requestAnimationFrame(() =>
      showInRow(
        row,
        eras.find((era) => era.getAttribute("aria-pressed") === "true"),
      ),
    );
    const members = now && now.id !== OWN ? membersOf(state.engine.entries, familyOf(now)) : now ? [now] : [];
    fill(
      sizes,
      members.map((entry) =>
        el("option", { value: entry.id, selected: entry === now }, optionText(app, entry, entry === now)),
      ),
    );
    sizes.hidden = members.length === 0;
  };
  store.show(["engine", "model", "load", "stored"], showNetworks, signal);
  const image = el("select", {
    class: "sizes image-size",
    "aria-label": t("chooser.imageSize"),
    onchange: () => store.set({ ...NOTHING_OF_IT, size: image.value }),
  });
  const showSizes = () => {
    const { whole, model } = session;
    const offered = whole?.info.sizes ?? [];
    const own = whole?.info.input.size;
    const now = model?.info.input.size;
    fill(
      image,
      offered.map((side) =>
        el(
          "option",
          { value: side === own ? "" : String(side), selected: side === now },
          t(side === own && !(side === now && narrow.matches) ? "chooser.ownSide" : "chooser.side", {
            size: number(side),
          }),
        ),
      ),
    );
    image.hidden = offered.length < 2;
  };
  store.show(["load", "size"], showSizes, signal);
  narrow.addEventListener(
    "change",
    () => {
      showNetworks(store.state);
      showSizes();
    },
    { signal },
  );
  return el(
    "section",
    { class: "network-bar", "aria-label": t("chooser.label") },
    row,
    sizes,
    image,
    button(t("chooser.yours"), () => dialog.showModal(), { icon: "drawer", class: "plain yours" }),
    dialog,
  );
}

/** The chosen one says on a phone no more than its name. @param {App} app @param {Entry} entry @param {boolean} chosen */
const optionText = (app, entry, chosen) =>
  chosen && narrow.matches ? entry.title : `${entry.title} · ${about(app, entry)}`;

/** @param {App} app @param {Entry} entry */
function about({ session }, entry) {
  const knows =
    entry.labels.length > 0 ? t("chooser.knows", { count: number(entry.labels.length) }) : t("chooser.knowsNone");
  if (entry.embedded) return knows;
  if (session.isStored(entry)) return `${knows} · ${t("chooser.stored")}`;
  return `${knows} · ${entry.id === OWN ? t("chooser.own") : t("chooser.download", { size: size(entry.bytes) })}`;
}
