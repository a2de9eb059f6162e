// @ts-check
// The first place: photo, network and answer as one picture that fills the screen.

import { rampImage } from "../figures/kit/colour.js";
import { button, el, fill } from "../shell/dom.js";
import { t } from "../shell/text.js";
import { notify } from "../shell/notices.js";
import { answerCard } from "./answer.js";
import { networkBar } from "./bar.js";
import { cellCard } from "./cell-card.js";
import { drawer } from "./drawer.js";
import { minimap } from "./minimap.js";
import { fullName } from "./names.js";
import { photoCard } from "./photo-card.js";
import { picture } from "./picture.js";
import { player } from "./play.js";
import { switches } from "./switches.js";

/** @typedef {import("../shell/types.js").App} App */

/** Narrower than this the picture runs from top to bottom. */
const NARROW = 720;
/** Between the picture and what stands at its ends. */
const GAP = 34;

/** @param {App} app */
export function exploreRoute(app) {
  const { store, signal } = app;
  const photo = photoCard(app);
  const answer = answerCard(app);
  const stage = el("div", { class: "explore-stage" });
  const box = (/** @type {Element} */ node) => {
    const outer = stage.getBoundingClientRect();
    const { left, top, right, bottom } = node.getBoundingClientRect();
    return { left: left - outer.left, top: top - outer.top, right: right - outer.left, bottom: bottom - outer.top };
  };
  const frame = () => {
    const { width, height } = stage.getBoundingClientRect();
    const upright = width < NARROW;
    const [from, to] = [box(photo.node), box(answer.node)];
    const strip = upright
      ? { x: 12, y: from.bottom + 10, width: width - 24, height: Math.max(80, to.top - from.bottom - 20) }
      : { x: from.right + GAP, y: 4, width: Math.max(80, to.left - from.right - 2 * GAP), height: height - 8 };
    return { upright, strip };
  };
  const ends = () => {
    const upright = stage.clientWidth < NARROW;
    const face = box(photo.face);
    const input = upright
      ? { x: (face.left + face.right) / 2, y: face.bottom, share: 1 }
      : { x: face.right, y: (face.top + face.bottom) / 2, share: 1 };
    const top = store.state.run.top ?? [];
    const output = answer.rows().map((row, i) => {
      const { left, top: y, bottom, right } = box(row);
      const share = top[i]?.probability ?? 0;
      return upright ? { x: (left + right) / 2, y, share } : { x: left - 8, y: (y + bottom) / 2, share };
    });
    return { input, output: upright ? output.slice(0, 1) : output };
  };
  const view = picture(app, { frame, ends });
  const places = new ResizeObserver(() => view.draw());
  places.observe(photo.node);
  places.observe(answer.node);
  signal.addEventListener("abort", () => places.disconnect());
  const off = switches(app, view, answer);
  view.skips((sum) => off.toggle(`skip:${sum.replace(/\.add$/, "")}`));
  const card = cellCard(
    view,
    {
      actions: (cell) => [
        off.cellButton(cell),
        button(t("picture.zoomIn"), () => view.go(cell.item), { class: "plain", icon: "plus" }),
      ],
      kept: (cell, spot) => void field(cell, spot).catch(() => photo.sees(null)),
    },
    signal,
  );
  view.cells((cell, chosen) => {
    if (!chosen) card.hover(cell);
    else if (cell) card.pin(cell);
    else card.hide();
  });
  addEventListener(
    "keydown",
    (event) => {
      const cell = card.pinned;
      const target = /** @type {Element} */ (event.target);
      if (!cell || target.closest("dialog, .drawer, [popover], input, select")) return;
      const by = /** @type {Record<string, [number, number]>} */ ({
        ArrowUp: [-1, 0],
        ArrowDown: [1, 0],
        ArrowLeft: [0, -1],
        ArrowRight: [0, 1],
      })[event.key];
      if (event.key === "Escape") card.hide();
      else if (!stage.contains(target)) return;
      else if (by) card.pin(view.beside(cell, ...by));
      else if (event.key === "PageDown" || event.key === "PageUp")
        card.pin(view.nextMap(cell, event.key === "PageDown" ? 1 : -1));
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    {
      capture: true,
      signal,
    },
  );
  store.on(["model", "picture", "off"], () => card.hide(), signal);
  /** @type {AbortController | null} */
  let fieldCall = null;
  /** A chosen cell's origin is followed back to the photo. @param {import("./picture.js").Cell | null} cell @param {import("../engine.js").Spot | null} spot */
  const field = async (cell, spot) => {
    fieldCall?.abort();
    if (!cell || !spot || !view.tiles.source) return photo.sees(null);
    fieldCall = new AbortController();
    const { model, image } = view.tiles.source;
    const own = fieldCall.signal;
    const seen = await model.receptiveField(cell.item.shows, spot.cell, {
      image,
      signal: AbortSignal.any([own, signal]),
    });
    if (!own.aborted) photo.sees(seen);
  };
  const questions = drawer(app, view);
  fill(stage, view.node, photo.node, answer.node, legend(), card.node);
  return el(
    "div",
    { class: "explore" },
    el("h1", { class: "visually-hidden" }, t("picture.title")),
    networkBar(app),
    el("div", { class: "explore-main" }, stage, questions.node),
    el(
      "div",
      { class: "explore-foot" },
      minimap(view),
      breadcrumbs(view),
      itemTools(view, off, store),
      player(view, card, signal),
      copyLink(app),
      questions.open,
      tools(view),
    ),
  );
}

/** One scale for one meaning, everywhere in the picture. */
function legend() {
  const ramp = (/** @type {"heat" | "signed"} */ colours) => drawing(rampImage(colours));
  return el(
    "div",
    { class: "picture-legend" },
    el("div", null, ramp("heat"), t("legend.heat")),
    el("div", null, ramp("signed"), t("legend.signed")),
    el("div", null, el("i", { "aria-hidden": true }), t("legend.lines")),
  );
}

/** @param {ImageData} image */
function drawing(image) {
  const canvas = el("canvas", { width: image.width, height: image.height, "aria-hidden": true });
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}

/** What the column under the camera can be without. @param {ReturnType<typeof picture>} view @param {ReturnType<typeof switches>} off @param {App["store"]} store */
function itemTools(view, off, store) {
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
function copyLink({ store }) {
  const copy = () =>
    navigator.clipboard.writeText(location.href).then(
      () => notify(store, { kind: "info", text: t("drawer.copied") }),
      () => notify(store, { kind: "warning", text: t("drawer.notCopied") }),
    );
  return button(t("drawer.copy"), () => void copy(), { icon: "link", iconOnly: true, class: "plain" });
}

/** The names of what the camera is on: each is a way back. @param {ReturnType<typeof picture>} view */
function breadcrumbs(view) {
  const row = el("nav", { class: "crumbs", "aria-label": t("picture.path") });
  let shown = "";
  view.watch(() => {
    const path = view.path();
    const key = `${view.model?.info.title} ${path.map(({ id }) => id).join(" ")}`;
    if (key === shown) return;
    shown = key;
    const crumb = (
      /** @type {string} */ name,
      /** @type {import("./scene.js").Item | null} */ item,
      /** @type {boolean} */ last,
    ) => button(name, () => view.go(item), { class: "plain crumb", "aria-current": last ? "location" : null });
    fill(
      row,
      crumb(view.model?.info.title ?? t("picture.network"), null, path.length === 0),
      path.flatMap((item, i) => [
        el("span", { class: "crumb-step", "aria-hidden": true }, "›"),
        crumb(i === 0 ? fullName(item) : fullName({ ...item, layer: null }), item, i === path.length - 1),
      ]),
      path.length > 0 && el("span", { class: "crumb-path" }, path.at(-1)?.name ?? ""),
    );
  });
  return row;
}

/** @param {ReturnType<typeof picture>} view */
function tools(view) {
  return el(
    "div",
    { class: "picture-tools", role: "group", "aria-label": t("picture.zoom") },
    button(t("picture.zoomOut"), () => view.zoom(1 / 1.8), { class: "plain", icon: "minus", iconOnly: true }),
    button(t("picture.whole"), () => view.go(null), { class: "plain", icon: "whole", iconOnly: true }),
    button(t("picture.zoomIn"), () => view.zoom(1.8), { class: "plain", icon: "plus", iconOnly: true }),
  );
}
