// @ts-check
// Notices: short messages at the foot of the page, with a way to dismiss and sometimes to undo.

import { button, el, fill } from "./dom.js";
import { t } from "./text.js";

/** @typedef {import("./types.js").Notice} Notice */
/** @typedef {import("./state.js").Store<import("./types.js").State>} PageStore */

const UNDO_MS = 8000;
let lastId = 0;

/** @param {PageStore} store @param {Omit<Notice, "id">} notice @returns {number} */
export function notify(store, notice) {
  const id = ++lastId;
  const others = store.state.notices.filter((other) => other.text !== notice.text);
  store.set({ notices: [...others, { ...notice, id }].slice(-3) });
  return id;
}

/** @param {PageStore} store @param {number} id */
export function dismiss(store, id) {
  const notice = store.state.notices.find((other) => other.id === id);
  store.set({ notices: store.state.notices.filter((other) => other.id !== id) });
  notice?.gone?.();
}

/**
 * Says what was done and offers to take it back. `commit` happens when the offer has gone, unless it was taken.
 * @param {PageStore} store
 * @param {string} text
 * @param {() => void} undo
 * @param {() => void} [commit]
 */
export function offerUndo(store, text, undo, commit = () => {}) {
  let settled = false;
  const settle = (/** @type {() => void} */ then) => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    removeEventListener("pagehide", leave);
    then();
    dismiss(store, id);
  };
  const leave = () => settle(commit);
  const timer = setTimeout(leave, UNDO_MS);
  addEventListener("pagehide", leave);
  const id = notify(store, {
    kind: "info",
    text,
    action: { label: t("notices.undo"), run: () => settle(undo) },
    gone: leave,
  });
}

/** Says a sentence to screen readers. @param {PageStore} store @param {string} sentence */
export function speak(store, sentence) {
  store.set({ spoken: sentence });
}

/** @param {import("./types.js").App} app */
export function noticeRegion({ store, signal }) {
  const region = el("div", {
    class: "notices",
    role: "status",
    "aria-live": "polite",
    "aria-label": t("notices.label"),
  });
  const spoken = el("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  store.show(
    ["notices"],
    ({ notices }) =>
      fill(
        region,
        notices.map((notice) => noticeCard(store, notice)),
      ),
    signal,
  );
  store.on(["spoken"], (state) => fill(spoken, state.spoken), signal);
  return el("div", null, region, spoken);
}

/** @param {PageStore} store @param {Notice} notice */
function noticeCard(store, notice) {
  return el(
    "div",
    { class: `notice ${notice.kind}` },
    el(
      "div",
      { class: "notice-text" },
      el("p", null, notice.text),
      notice.detail && el("p", { class: "notice-detail" }, notice.detail),
    ),
    notice.action && button(notice.action.label, notice.action.run, { class: "plain" }),
    button(t("notices.dismiss"), () => dismiss(store, notice.id), { icon: "close", iconOnly: true, class: "plain" }),
  );
}
