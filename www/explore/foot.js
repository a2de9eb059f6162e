// @ts-check
// What stands below a picture: the way back by names, what the column under the camera can be without, zoom, the link.

import { button, el, fill, unbroken } from "../shell/dom.js";
import { notify } from "../shell/notices.js";
import { t } from "../shell/text.js";
import { layerName, nameOf } from "./names.js";

/** @typedef {import("../shell/types.js").App} App */

/**
 * What the column under the camera can be without. @param {import("./picture.js").Picture} view
 * @param {import("./switches.js").Switches} off @param {App["store"]} store
 */
export function itemTools(view, off, store) {
  const row = el("div", { class: "item-tools", role: "group", "aria-label": t("switches.offer") });
  let shown = "";
  view.watch(() => {
    const item = view.path().at(-1) ?? null;
    const key = `${view.model?.info.title} ${item?.id} ${store.state.off}`;
    if (key === shown) return;
    shown = key;
    const buttons = item ? off.buttons(item) : [];
    row.hidden = buttons.length === 0;
    fill(row, el("span", { class: "quiet" }, t("switches.offer")), buttons.slice(0, 4));
  });
  return row;
}

/** @param {App} app */
export function copyLink({ store }) {
  const copy = () =>
    navigator.clipboard.writeText(location.href).then(
      () => notify(store, { kind: "info", text: t("drawer.copied") }),
      () => notify(store, { kind: "warning", text: t("drawer.notCopied") }),
    );
  return button(t("drawer.copy"), () => void copy(), { icon: "link", iconOnly: true, class: "plain" });
}

/** The group that a column is in. @param {import("./scene.js").Item} item */
const groupOf = ({ layer }) => layer && el("span", { class: "crumb-group" }, `${layerName(...layer)} · `);

/** The names of what the camera is on: each is a way back. @param {import("./picture.js").Picture} view */
export function breadcrumbs(view) {
  const row = el("nav", { class: "crumbs", "aria-label": t("picture.path") });
  let shown = "";
  view.watch(() => {
    const path = view.path();
    const key = `${view.model?.info.title} ${path.map(({ id }) => id).join(" ")}`;
    if (key === shown) return;
    shown = key;
    const crumb = (
      /** @type {import("../shell/dom.js").Children} */ name,
      /** @type {import("./scene.js").Item | null} */ item,
      /** @type {boolean} */ last,
    ) => button(name, () => view.go(item), { class: "plain crumb", "aria-current": last ? "location" : null });
    fill(
      row,
      crumb(unbroken((view.model?.info.title ?? t("picture.network")).split(" ")), null, path.length === 0),
      path.flatMap((item, i) => [
        el("span", { class: "crumb-step", "aria-hidden": true }, "›"),
        crumb([i === 0 && groupOf(item), nameOf(item)], item, i === path.length - 1),
      ]),
      path.length > 0 && el("span", { class: "crumb-path" }, path.at(-1)?.name ?? ""),
    );
    row.dataset.depth = String(path.length);
    // Where there is room for the last name alone, that is the one to read.
    row.scrollLeft = row.scrollWidth;
  });
  return row;
}

/** @param {Pick<import("./picture.js").Picture, "zoom" | "go">} view */
export function tools(view) {
  return el(
    "div",
    { class: "picture-tools", role: "group", "aria-label": t("picture.zoom") },
    button(t("picture.zoomOut"), () => view.zoom(1 / 1.8), { class: "plain", icon: "minus", iconOnly: true }),
    button(t("picture.whole"), () => view.go(null), { class: "plain", icon: "whole", iconOnly: true }),
    button(t("picture.zoomIn"), () => view.zoom(1.8), { class: "plain", icon: "plus", iconOnly: true }),
  );
}
