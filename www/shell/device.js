// @ts-check
// The device badge: where the numbers are computed, and why there.

import { el, fill } from "./dom.js";
import { failureText } from "./failure.js";
import { t } from "./text.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").EngineState} EngineState */

/** @param {EngineState} engine */
export function deviceName(engine) {
  if (engine.status !== "ready" || !engine.info)
    return t(engine.status === "failed" ? "device.none" : "device.starting");
  return t(engine.info.backend === "webgpu" ? "device.webgpu" : "device.cpu");
}

/** @param {App} app */
export function deviceBadge(app) {
  const { store, signal } = app;
  const label = el("span");
  const badge = el(
    "button",
    { type: "button", class: "button plain device", popovertarget: "device", "aria-describedby": "device-reason" },
    el("span", { class: "lamp", "aria-hidden": true }),
    el("span", { class: "visually-hidden" }, t("device.runsOn")),
    label,
  );
  const panel = el("div", {
    class: "popover",
    id: "device",
    popover: "auto",
    role: "group",
    "aria-label": t("device.title"),
  });
  store.show(
    ["engine", "backend"],
    ({ engine }) => {
      label.textContent = deviceName(engine);
      badge.dataset.status = engine.status === "ready" ? (engine.info?.backend ?? "") : engine.status;
      fillPanel(app, panel);
    },
    signal,
  );
  return el("div", { class: "device-holder" }, badge, panel);
}

/** @param {App} app @param {HTMLElement} panel */
function fillPanel({ store }, panel) {
  const { engine, backend } = store.state;
  const choose = (/** @type {Event} */ event) => {
    const { value } = /** @type {HTMLInputElement} */ (event.target);
    store.set({ backend: /** @type {"auto" | "cpu" | "webgpu"} */ (value) });
  };
  const options = ["auto", "webgpu", "cpu"].map((value) =>
    el(
      "label",
      { class: "radio" },
      el("input", { type: "radio", name: "backend", value, checked: value === backend, onchange: choose }),
      el("span", null, t(`device.choose.${value}`)),
    ),
  );
  fill(
    panel,
    el("p", { class: "popover-title" }, deviceTitle(engine)),
    el("p", { id: "device-reason" }, reason(engine)),
    engine.info?.reason && el("p", { class: "quiet", lang: "en" }, engine.info.reason),
    el("p", { class: "quiet" }, t("device.private")),
    el("fieldset", { class: "radios" }, el("legend", null, t("device.choose.legend")), options),
  );
}

/** @param {EngineState} engine */
function deviceTitle(engine) {
  const adapter = engine.info?.adapter;
  return adapter ? `${deviceName(engine)} · ${adapter}` : deviceName(engine);
}

/** @param {EngineState} engine */
function reason(engine) {
  if (engine.failure) return failureText(engine.failure);
  if (!engine.info) return t("device.startingReason");
  if (engine.info.backend === "webgpu") return t("device.webgpuReason");
  return t(engine.info.reason ? "device.fallbackReason" : "device.cpuReason");
}
