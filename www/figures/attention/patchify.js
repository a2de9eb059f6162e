// @ts-check
// The visitor's photo, cut into patches.

import { el, fill } from "../../shell/dom.js";
import { number } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { choices } from "../kit/draw.js";

const SIDE = 224;
const SIZES = [4, 8, 14, 16, 28, 32, 56, 112];

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const bitmap = await createImageBitmap(await stage.photo());
  const canvas = el("canvas", { width: 448, height: 448, class: "tile smooth", role: "img", "data-part": "patches" });
  const count = el("p", { "data-part": "count", "aria-live": "polite" });
  const draw = (/** @type {number} */ patch) => {
    const n = SIDE / patch;
    paint(canvas, bitmap, n);
    canvas.setAttribute("aria-label", f("patchesLabel", { patch: number(patch), count: number(n * n) }));
    fill(
      count,
      f("patchCount", {
        size: number(SIDE),
        patch: number(patch),
        side: number(n),
        count: number(n * n),
        values: number(3 * patch * patch),
      }),
    );
    stage.report("count", n * n);
  };
  const first = Number(stage.state.patch);
  draw(first);
  stage.show(
    canvas,
    choices({
      label: f("patchSize"),
      options: SIZES.map((value) => ({ value, text: number(value) })),
      value: first,
      part: "slider",
      change(value) {
        draw(value);
        stage.report("patch", value);
      },
    }),
    count,
  );
}

/** The square centre of the photo, n by n pieces with gaps. @param {HTMLCanvasElement} canvas @param {ImageBitmap} bitmap @param {number} n */
function paint(canvas, bitmap, n) {
  const context = canvas.getContext("2d");
  if (!context) return;
  const side = Math.min(bitmap.width, bitmap.height);
  const [x0, y0] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
  const gap = n > 30 ? 1 : n > 10 ? 2 : 4;
  const step = canvas.width / n;
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      context.drawImage(
        bitmap,
        x0 + (column * side) / n,
        y0 + (row * side) / n,
        side / n,
        side / n,
        column * step,
        row * step,
        step - gap,
        step - gap,
      );
    }
  }
}
