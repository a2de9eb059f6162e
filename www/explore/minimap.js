// @ts-check
// The whole network in the corner, and which part of it is on the screen.

import { el } from "../shell/dom.js";
import { t } from "../shell/text.js";
import { clamped } from "./camera.js";

const [WIDTH, HEIGHT] = [168, 34];

/** @param {import("./picture.js").Picture} view */
export function minimap(view) {
  const canvas = el("canvas", { class: "minimap", role: "img", "aria-label": t("picture.minimap") });
  const ratio = Math.min(3, devicePixelRatio || 1);
  Object.assign(canvas, { width: WIDTH * ratio, height: HEIGHT * ratio });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const move = (/** @type {PointerEvent} */ event) => {
    if (event.buttons === 0 && event.type === "pointermove") return;
    // On narrower screens it is drawn smaller.
    const at = event.offsetX / canvas.clientWidth;
    const { from, to } = view.camera.now;
    const half = (to - from) / 2;
    view.camera.jump(clamped({ from: at - half, to: at + half }, 1e-9));
  };
  canvas.addEventListener("pointerdown", move);
  canvas.addEventListener("pointermove", move);
  view.watch(() => {
    const { scene, colours } = view;
    if (!scene) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, WIDTH, HEIGHT);
    context.fillStyle = colours.muted;
    for (const item of scene.items) {
      const [x0, x1] = [item.x[0] * WIDTH, item.x[1] * WIDTH];
      const tall = item.tiles === "vector" ? 0.35 : 0.25 + 0.65 * Math.sqrt(item.grid[0] / largest(scene));
      const height = (HEIGHT - 6) * tall;
      const y = (HEIGHT - height) / 2;
      const tiles = view.tiles.known.get(item.shows);
      const width = Math.max(1, Math.min(x1 - x0 - 1.5, 14));
      if (tiles) {
        const size = Math.min(width, height);
        for (let i = 0; i < tiles.channels.length && (i + 1) * size <= height + 1; i++)
          if (tiles.bitmaps[i])
            context.drawImage(/** @type {OffscreenCanvas} */ (tiles.bitmaps[i]), x0 + 0.75, y + i * size, width, size);
      } else {
        context.globalAlpha = 0.3;
        context.fillRect(x0 + 0.75, y, width, height);
        context.globalAlpha = 1;
      }
    }
    const { from, to } = view.camera.now;
    context.strokeStyle = colours.warm;
    context.lineWidth = 2;
    context.strokeRect(1 + from * (WIDTH - 2), 1, Math.max(3, (to - from) * (WIDTH - 2)), HEIGHT - 2);
  });
  return canvas;
}

/** @param {import("./scene.js").Scene} scene */
const largest = ({ items }) =>
  Math.max(...items.filter(({ tiles }) => tiles !== "vector").map(({ grid }) => grid[0]), 1);
