// @ts-check
// The whole network in the corner, and which part of it is on the screen; along the edge where the picture runs from top
// to bottom.

import { el } from "../shell/dom.js";
import { t } from "../shell/text.js";
import { clamped } from "./camera.js";

/** Along the network and across it, in the corner; along the edge it is as long as the picture. */
const [LENGTH, ACROSS] = [168, 34];
/** What the map takes of the picture's width along its edge, with room for a thumb. */
export const EDGE = 34;
const ACROSS_UPRIGHT = 24;

/** @typedef {import("./picture.js").Picture} Picture */

/** @param {Picture} view */
export function minimap(view) {
  const { canvas, draw } = map(view, ({ offsetX }) => offsetX / canvas.clientWidth);
  view.watch(() => !view.drawnIn?.upright && draw(LENGTH, ACROSS, false));
  return canvas;
}

/**
 * The same on a phone, beside the picture while that shows a part: all of it needs no map. @param {Picture} view
 */
export function edgeMap(view) {
  const { canvas, draw } = map(view, ({ offsetY }) => offsetY / canvas.clientHeight);
  canvas.classList.add("upright-map");
  view.watch(() => {
    canvas.hidden = !view.drawnIn?.upright || view.whole;
    if (canvas.hidden || !view.drawnIn) return;
    const { x, y, width, height } = view.drawnIn.strip;
    canvas.style.left = `${x + width}px`;
    canvas.style.top = `${y}px`;
    canvas.style.height = `${height}px`;
    draw(height, ACROSS_UPRIGHT, true);
  });
  return canvas;
}

/** @param {Picture} view @param {(event: PointerEvent) => number} along how far along the network a pointer is */
function map(view, along) {
  const canvas = el("canvas", { class: "minimap", role: "img", "aria-label": t("picture.minimap") });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const move = (/** @type {PointerEvent} */ event) => {
    if (event.buttons === 0 && event.type === "pointermove") return;
    if (event.type === "pointerdown") canvas.setPointerCapture(event.pointerId);
    const at = along(event);
    const { from, to } = view.camera.now;
    const half = (to - from) / 2;
    view.camera.jump(clamped({ from: at - half, to: at + half }, 1e-9));
  };
  canvas.addEventListener("pointerdown", move);
  canvas.addEventListener("pointermove", move);
  /** @param {number} length @param {number} across in pixels @param {boolean} upright */
  const draw = (length, across, upright) => {
    const { scene, colours } = view;
    if (!scene) return;
    const ratio = Math.min(3, devicePixelRatio || 1);
    const size = (upright ? [across, length] : [length, across]).map((side) => Math.round(side * ratio));
    if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, size[0], size[1]);
    /** A rectangle by its place along and across. @param {(x: number, y: number, w: number, h: number) => void} act */
    const turned =
      (act) =>
      (/** @type {number[]} */ [along, over, long, wide]) =>
        upright ? act(over, along, wide, long) : act(along, over, long, wide);
    columns(context, view, scene, [length, across], turned);
    const { from, to } = view.camera.now;
    context.strokeStyle = colours.warm;
    context.lineWidth = 2;
    turned((...rect) => context.strokeRect(...rect))([
      1 + from * (length - 2),
      1,
      Math.max(3, (to - from) * (length - 2)),
      across - 2,
    ]);
  };
  return { canvas, draw };
}

/**
 * @param {CanvasRenderingContext2D} context @param {Picture} view @param {import("./scene.js").Scene} scene
 * @param {[number, number]} size along and across @param {(act: (x: number, y: number, w: number, h: number) => void) =>
 * (rect: number[]) => void} turned
 */
function columns(context, view, scene, [length, across], turned) {
  const most = largest(scene);
  context.fillStyle = view.colours.muted;
  const plain = turned((...rect) => context.fillRect(...rect));
  for (const item of scene.items) {
    const [start, end] = [item.x[0] * length, item.x[1] * length];
    const share = item.tiles === "vector" ? 0.35 : 0.25 + 0.65 * Math.sqrt(item.grid[0] / most);
    const wide = (across - 6) * share;
    const edge = (across - wide) / 2;
    const tiles = view.tiles.known.get(item.shows);
    const long = Math.max(1, Math.min(end - start - 1.5, 14));
    if (!tiles) {
      context.globalAlpha = 0.3;
      plain([start + 0.75, edge, long, wide]);
      context.globalAlpha = 1;
      continue;
    }
    const side = Math.min(long, wide);
    for (let i = 0; i < tiles.channels.length && (i + 1) * side <= wide + 1; i++) {
      const bitmap = tiles.bitmaps[i];
      if (bitmap) turned((...rect) => context.drawImage(bitmap, ...rect))([start + 0.75, edge + i * side, long, side]);
    }
  }
}

/** @param {import("./scene.js").Scene} scene */
const largest = ({ items }) =>
  Math.max(...items.filter(({ tiles }) => tiles !== "vector").map(({ grid }) => grid[0]), 1);
