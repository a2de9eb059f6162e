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
  const engine = await stage.engine();
  const bitmap = await createImageBitmap(await stage.photo());
  const canvas = el("canvas", { width: 448, height: 448, class: "tile smooth", role: "img", "data-part": "patches" });
  const count = el("p", { "data-part": "count", "aria-live": "polite" });
  let ticket = 0;
  const draw = async (/** @type {number} */ patch) => {
    const mine = ++ticket;
    const cut = await engine.patches({ size: SIDE, patch });
    if (mine !== ticket || stage.signal.aborted) return;
    paint(canvas, bitmap, cut.side);
    canvas.setAttribute("aria-label", f("patchesLabel", { patch: number(patch), count: number(cut.count) }));
    fill(
      count,
      f("patchCount", {
        size: number(SIDE),
        patch: number(patch),
        side: number(cut.side),
        count: number(cut.count),
        values: number(cut.values),
      }),
    );
    stage.report("count", cut.count);
  };
  const first = Number(stage.state.patch);
  await draw(first);
  stage.show(
    canvas,
    choices({
      label: f("patchSize"),
      options: SIZES.map((value) => ({ value, text: number(value) })),
      value: first,
      part: "slider",
      change(value) {
        stage.chose("patch", value);
        stage.follow(draw(value));
      },
    }),
    count,
  );
}

/**
 * The square centre of the photo, n by n pieces with gaps. @param {HTMLCanvasElement} canvas @param {ImageBitmap}
 * bitmap @param {number} n
 */
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
