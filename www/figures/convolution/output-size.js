// @ts-check
// The size of a convolution's output, from four numbers; with the window's first and second place.

import { el, fill } from "../../shell/dom.js";
import { number } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { note, slider, svg } from "../kit/draw.js";

/** @typedef {import("../../engine.js").ConvolutionArgs} Size */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const engine = await stage.engine();
  const size = /** @type {Size} */ ({ ...stage.state });
  const result = el("p", { class: "headline", "data-part": "output" });
  const drawing = el("div", { class: "size-drawing" });
  let ticket = 0;
  const draw = async () => {
    const mine = ++ticket;
    const found = await engine.convolutionSize({ ...size });
    if (mine !== ticket || stage.signal.aborted) return;
    const { input, kernel, stride, padding } = size;
    const line = `(${number(input)} + 2 · ${number(padding)} − ${number(kernel)}) / ${number(stride)} + 1`;
    const fits = found.output > 0;
    fill(result, fits ? f("outputSize", { size: number(found.output), formula: line }) : f("noFit"));
    fill(drawing, fits ? row(size, found) : null);
    stage.report("output", found.output);
  };
  const control = (/** @type {keyof Size} */ name, /** @type {number} */ min, /** @type {number} */ max) =>
    slider({
      label: f(`size.${name}`),
      min,
      max,
      value: Number(size[name]),
      part: name,
      change(value) {
        size[name] = value;
        stage.chose(name, value);
        stage.follow(draw());
      },
    });
  await draw();
  stage.show(
    result,
    drawing,
    el(
      "div",
      { class: "sliders" },
      control("input", 4, 64),
      control("kernel", 1, 11),
      control("stride", 1, 4),
      control("padding", 0, 5),
    ),
    note(f("sizeNote")),
  );
}

/**
 * One row of pixels, its border, and the windows that fit. @param {Size} size
 * @param {import("../../engine.js").ConvolutionSize} found
 */
function row({ input, kernel, padding }, { output: out, starts }) {
  const all = input + 2 * padding;
  const cell = 560 / all;
  const tall = Math.min(cell, 22);
  const place = (/** @type {number} */ index) => (starts[index] + padding) * cell;
  const cells = Array.from({ length: all }, (_, i) =>
    svg("rect", {
      x: i * cell + 0.5,
      y: 4,
      width: cell - 1,
      height: tall,
      class: i < padding || i >= all - padding ? "cell border" : "cell",
    }),
  );
  const windows = Array.from({ length: out }, (_, i) =>
    svg("line", {
      x1: place(i) + 1,
      x2: place(i) + kernel * cell - 1,
      y1: tall + 12 + (i % kernel) * 5,
      y2: tall + 12 + (i % kernel) * 5,
      class: "window",
    }),
  );
  const y = tall + 24 + Math.min(kernel, out) * 5;
  const outs = Array.from({ length: out }, (_, i) =>
    svg("rect", {
      x: place(i) + (kernel * cell) / 2 - cell / 2 + 0.5,
      y,
      width: Math.max(1, cell - 1),
      height: tall,
      class: "cell out",
    }),
  );
  return svg(
    "svg",
    {
      viewBox: `0 0 560 ${y + tall + 4}`,
      class: "size-svg",
      role: "img",
      "aria-label": f("sizeLabel", { input, output: out }),
    },
    svg("g", { "data-part": "input padding" }, ...cells),
    svg("g", { "data-part": "kernel stride" }, ...windows),
    svg("g", { "data-part": "output" }, ...outs),
  );
}
