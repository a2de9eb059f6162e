// @ts-check
// The first place: photo, network and answer as one picture that fills the screen.

import { rampImage } from "../figures/kit/colour.js";
import { button, el, fill } from "../shell/dom.js";
import { t } from "../shell/text.js";
import { answerCard } from "./answer.js";
import { answering, telling } from "./answering.js";
import { maskAsked } from "./asked.js";
import { networkBar } from "./bar.js";
import { cellCard } from "./cell-card.js";
import { beside, cellOf, cellText, nextMap } from "./cells.js";
import { drawer } from "./drawer.js";
import { breadcrumbs, copyLink, itemTools, tools } from "./foot.js";
import { follower } from "./held.js";
import { EDGE, edgeMap, minimap } from "./minimap.js";
import { photoWindow } from "./origin.js";
import { photoCard } from "./photo-card.js";
import { picture } from "./picture.js";
import { player } from "./play.js";
import { switches } from "./switches.js";
import { followUpright, isUpright } from "./upright.js";

/** @typedef {import("../shell/types.js").App} App */

/** Between the picture and what stands at its ends; less on a small screen. */
const GAP = 34;
const GAP_SMALL = 22;
const SMALL = 900;
/** So much of the picture is used beside a chosen number's card, where it lies over more. */
const LEAST_SIGHT = 0.42;

/** A column that fills more of the picture has what it reads beside the card as it is. */
const FILLS = 0.4;
/**
 * Where a column among others ends, as a share of what the camera shows: what leads to it is squeezed beside the card. 0
 * where there is nothing to squeeze. @param {import("./scene.js").Item} item @param {import("./scene.js").Camera} camera
 */
function endOf({ x }, { from, to }) {
  const [width, end] = [(x[1] - x[0]) / (to - from), (x[1] - from) / (to - from)];
  return width < FILLS && end > 0 && end <= 1 ? end : 0;
}

/** @param {App} app */
export function exploreRoute(app) {
  const { store, signal } = app;
  const photo = photoCard(app);
  const answer = answerCard(app);
  const stage = el("div", { class: "explore-stage" });
  followUpright(stage, stage, signal);
  const box = (/** @type {Element} */ node) => {
    const outer = stage.getBoundingClientRect();
    const { left, top, right, bottom } = node.getBoundingClientRect();
    return { left: left - outer.left, top: top - outer.top, right: right - outer.left, bottom: bottom - outer.top };
  };
  const rect = (/** @type {Element} */ node) => {
    const { left, top, right, bottom } = box(node);
    return { x: left, y: top, width: right - left, height: bottom - top };
  };
  const frame = () => {
    const { width, height } = stage.getBoundingClientRect();
    const upright = isUpright(stage);
    const [from, to] = [box(photo.node), box(answer.node)];
    if (!upright) {
      const gap = width < SMALL ? GAP_SMALL : GAP;
      const x = from.right + gap;
      const whole = Math.max(80, to.left - x - gap);
      // A chosen number's card takes the end: the number and what it reads are to be seen before it.
      const clear = card.stands ? Math.max(LEAST_SIGHT * whole, to.left - card.node.offsetWidth - gap - x) : Infinity;
      const end = card.pinned && card.stands ? endOf(card.pinned.item, view.camera.now) : 0;
      const strip = { x, y: 4, width: Math.min(whole, end > 0 ? clear / end : whole), height: height - 8 };
      return { upright, whole, strip, sight: { ...strip, width: Math.min(strip.width, clear) } };
    }
    const top = from.bottom + 10;
    const whole = Math.max(80, to.top - top - 10);
    // On a phone a chosen number's card lies over the answer and more: the picture ends above it.
    const over = card.stands ? box(card.node).top - top - 10 : whole;
    // Along the edge of a part stands the map of the whole.
    const used = width - (view.whole ? 24 : 12 + EDGE);
    return { upright, whole, strip: { x: 12, y: top, width: used, height: Math.max(80, Math.min(whole, over)) } };
  };
  const ends = () => {
    const upright = isUpright(stage);
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
  const failed = telling(store);
  const view = picture({ signal, failed, label: t("picture.label") }, { frame, ends, photo: () => rect(photo.face) });
  const off = switches(app, view, answer);
  view.skips((sum) => off.toggle(`skip:${sum.replace(/\.add$/, "")}`));
  const held = follower(view, photo, { signal, failed });
  const card = cellCard(
    view,
    {
      actions: (cell) => [
        off.cellButton(cell),
        button(t("picture.zoomIn"), () => view.go(cell.item), { class: "plain", icon: "plus" }),
      ],
      close: () => unpin(),
      ends: () => [rect(photo.face), rect(answer.node)],
      // What a number reads of the photo itself is marked at once, what it comes from once it is chosen.
      shows: (cell, spot, chosen) => {
        const window = spot && photoWindow(spot.windows);
        if (window || !chosen) photo.reads(window, view.model?.info.input.size ?? 1);
        held.hold(chosen ? cell : null, spot);
      },
    },
    signal,
  );
  const places = new ResizeObserver(() => view.draw());
  places.observe(photo.node);
  places.observe(answer.node);
  places.observe(card.node);
  signal.addEventListener("abort", () => places.disconnect());
  const pin = (/** @type {import("./cells.js").Cell} */ cell) => {
    store.set({ cell: cellText(cell) });
    card.pin(cell);
  };
  const unpin = () => {
    store.set({ cell: "" });
    card.hide();
  };
  view.cells((cell, chosen) => {
    if (!chosen) card.hover(cell);
    else if (cell) pin(cell);
    else unpin();
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
      if (event.key === "Escape") unpin();
      else if (!stage.contains(target)) return;
      else if (by) pin(beside(cell, ...by));
      else if (event.key === "PageDown" || event.key === "PageUp")
        pin(nextMap(cell, event.key === "PageDown" ? 1 : -1, view.columns));
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    {
      capture: true,
      signal,
    },
  );
  const pinned = () => (card.pinned ? cellText(card.pinned) : "");
  // What a card says is of this network, this photo and what is off: with others it goes, and comes back with their
  // numbers where the address still names its cell.
  store.on(["model", "picture", "off"], () => card.hide(), signal);
  let hidden = maskAsked(store.state.asked);
  store.on(
    ["asked"],
    ({ asked }) => {
      if (maskAsked(asked) !== hidden) card.hide();
      hidden = maskAsked(asked);
    },
    signal,
  );
  store.on(["cell"], ({ cell }) => cell !== pinned() && card.hide(), signal);
  view.watch(() => {
    const { cell, run, seen } = store.state;
    const drawn = view.node.dataset.drawn === "all" && run.status === "done" && view.tiles.crop === seen?.crop;
    if (!cell || cell === pinned() || !drawn || !off.settled) return;
    const found = view.scene && cellOf(view.scene, cell);
    if (found) card.pin(found);
    else store.set({ cell: "" });
  });
  answering(app, view, { opened: off.opened });
  const questions = drawer(app, view);
  fill(stage, view.node, photo.node, answer.node, legend(), edgeMap(view), card.node);
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
      player(view, card, () => store.set({ cell: "" }), signal),
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
    el("div", { class: "legend-lines" }, el("i", { "aria-hidden": true }), t("legend.lines")),
    el("div", { class: "legend-held" }, el("i", { "aria-hidden": true }), t("legend.held")),
  );
}

/** @param {ImageData} image */
function drawing(image) {
  const canvas = el("canvas", { width: image.width, height: image.height, "aria-hidden": true });
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}
