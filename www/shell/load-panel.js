// @ts-check
// Between choosing a network and having it: the offer, the progress, the failure.

import { button, el, fill } from "./dom.js";
import { failureCard } from "./failure.js";
import { duration, number, size, t, tOf } from "./text.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").LoadState} LoadState */

/** @param {App} app */
export function loadPanel(app) {
  const { store, signal } = app;
  const panel = el("div", { class: "load" });
  let status = "";
  let update = (/** @type {LoadState} */ _load) => {};
  const show = (/** @type {{ load: LoadState }} */ { load }) => {
    if (load.status !== status) {
      status = load.status;
      update = () => {};
      if (status === "offer") fill(panel, offer(app, load));
      else if (status === "failed") fill(panel, failed(app, load));
      else if (status === "loading") update = progress(app, panel);
    }
    update(load);
  };
  store.show(["load"], show, signal);
  return panel;
}

/** @param {App} app */
const smallButton = ({ session }) => button(t("load.keepSmall"), () => session.takeSmall());

/** @param {App} app @param {LoadState} load */
function offer(app, { entry }) {
  if (!entry) return [];
  const have = app.session.stored(entry);
  return [
    el("p", { class: "headline" }, entry.title),
    el(
      "p",
      null,
      t(entry.labels.length > 0 ? "load.offer" : "load.offerNoNames", { count: number(entry.labels.length) }),
    ),
    el(
      "dl",
      { class: "facts" },
      el("div", null, el("dt", null, t("load.download")), el("dd", null, size(entry.bytes))),
      el(
        "div",
        null,
        el("dt", null, t("load.licence")),
        el("dd", { lang: "en" }, entry.licence || t("load.licenceUnknown")),
      ),
      el("div", null, el("dt", null, t("load.from")), el("dd", { lang: "en" }, sourceName(entry.source))),
    ),
    entry.note && el("p", { class: "quiet", lang: "en" }, entry.note),
    el("p", { class: "quiet" }, have ? t("load.have", { size: size(have.bytes) }) : t("load.keeps")),
    el(
      "div",
      { class: "actions" },
      button(
        have ? t("load.resume") : t("load.start", { size: size(entry.bytes) }),
        () => void app.session.load(entry.id),
        { icon: "download", class: "primary" },
      ),
      smallButton(app),
    ),
  ];
}

/** @param {string} source */
function sourceName(source) {
  return source.replace(/^https:\/\/huggingface\.co\//, "").replace(/\/resolve\/.*$/, "");
}

/** @param {App} app @param {LoadState} load */
function failed(app, load) {
  const retry = () => (load.entry ? void app.session.load(load.id) : app.session.cancel());
  const actions = [button(t(load.entry ? "actions.retry" : "actions.back"), retry, { class: "primary" })];
  if (load.entry && !load.entry.embedded) actions.push(smallButton(app));
  return failureCard(load.failure ?? { code: "unknown", message: "" }, ...actions);
}

/** Draws the progress once and returns what keeps it current. @param {App} app @param {HTMLElement} panel */
function progress(app, panel) {
  const title = el("p", { class: "headline" });
  const stage = el("p", { role: "status" });
  const bar = el("progress", { max: 1, "aria-label": t("load.progress") });
  const detail = el("p", { class: "quiet numbers" });
  fill(
    panel,
    title,
    stage,
    bar,
    detail,
    el(
      "div",
      { class: "actions" },
      button(t("actions.cancel"), () => app.session.cancel()),
    ),
  );
  return (/** @type {LoadState} */ { entry, progress: now }) => {
    title.textContent = entry?.title ?? t("own.opening");
    const words = tOf("load.stage", now?.stage ?? "cache");
    if (stage.textContent !== words) stage.textContent = words;
    const total = now?.total || 0;
    if (now && total > 0) bar.value = Math.min(1, now.loaded / total);
    else bar.removeAttribute("value");
    detail.textContent = now && now.stage !== "compile" ? amount(now, total) : "";
  };
}

/** @param {import("./types.js").Progress} now @param {number} total */
function amount({ stage, loaded, rate, eta }, total) {
  const parts = [total > 0 ? t("load.amount", { loaded: size(loaded), total: size(total) }) : size(loaded)];
  if (stage === "download" && rate > 0) parts.push(t("load.rate", { rate: size(rate) }));
  if (stage === "download" && eta !== null) parts.push(t("load.left", { time: duration(eta) }));
  return parts.join(" · ");
}
