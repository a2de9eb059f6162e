// @ts-check
// What was measured: distance from PyTorch, the small networks' cards, and their scores computed anew.

import { button, el, fill } from "../shell/dom.js";
import { failureCard } from "../shell/failure.js";
import { t } from "../shell/text.js";
import { cards } from "./cards.js";
import { onDevice } from "./on-device.js";
import { parityTable } from "./parity.js";
import { anyOf } from "../engine/signals.js";

/** @typedef {import("../shell/types.js").App} App */

/** @param {App} app */
export function numbersRoute(app) {
  const { store, session, signal } = app;
  const parity = el("div");
  const small = el("div");
  const speed = el("div");
  let control = new AbortController();
  let shown = "";
  const show = () => {
    const { status, info, entries, failure } = store.state.engine;
    // Another engine answers from now on: what the last one was computing is over.
    const key = `${status} ${info?.backend}`;
    if (key === shown) return;
    shown = key;
    control.abort();
    control = new AbortController();
    const inner = { ...app, signal: anyOf([signal, control.signal]) };
    fill(
      parity,
      parityTable((id) => entries.find((entry) => entry.id === id)?.title ?? id),
    );
    fill(speed, status === "ready" ? onDevice(inner) : el("p", { class: "quiet" }, t("answer.starting")));
    if (status === "ready")
      fill(
        small,
        cards(
          inner,
          entries.filter(({ embedded }) => embedded),
        ),
      );
    else if (failure)
      fill(
        small,
        failureCard(
          failure,
          button(t("actions.retry"), () => void session.start(), { class: "primary" }),
        ),
      );
    else fill(small, el("p", { class: "quiet" }, t("answer.starting")));
  };
  store.show(["engine"], show, signal);
  return el(
    "div",
    { class: "measured" },
    el("div", { class: "lede" }, el("h1", null, t("numbers.title")), el("p", null, t("numbers.lede"))),
    section("parity", t("numbers.parity"), t("numbers.parityWhat"), parity),
    section("speed", t("speed.title"), t("speed.lede"), speed),
    section("cards", t("numbers.small"), t("numbers.smallWhat"), small),
  );
}

/** @param {string} id @param {string} title @param {string} what @param {HTMLElement} body */
function section(id, title, what, body) {
  return el(
    "section",
    { "aria-labelledby": `numbers-${id}` },
    el("h2", { id: `numbers-${id}` }, title),
    el("p", { class: "quiet" }, what),
    body,
  );
}
