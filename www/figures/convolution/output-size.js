// @ts-check
// The size of a convolution's output, from four numbers; with the window's first and second place.

import { el, fill } from "../../shell/dom.js";
import { number } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { note, slider, svg } from "../kit/draw.js";

/** @param {import("../kit/mount.js").Stage} stage */
export function figure(stage) {
  const size = { ...stage.state };
  const result = el("p", { class: "headline", "data-part": "output" });
  const drawing = el("div", { class: "size-drawing" });
  const output = () => Math.floor((size.input + 2 * size.padding - size.kernel) / size.stride) + 1;
  const draw = () => {
    const out = output();
    const line = `(${number(size.input)} + 2 · ${number(size.padding)} − ${number(size.kernel)}) / ${number(size.stride)} + 1`;
    fill(result, out > 0 ? f("outputSize", { size: number(out), formula: line }) : f("noFit"));
    fill(drawing, out > 0 ? /** @type {any} */ (row(/** @type {any} */ (size), out)) : null);
  };
  const control = (
    /** @type {"input" | "kernel" | "stride" | "padding"} */ name,
    /** @type {number} */ min,
    /** @type {number} */ max,
  ) =>
    slider({
      label: f(`size.${name}`),
      min,
      max,
      value: Number(size[name]),
      part: name,
      change(value) {
        size[name] = value;
        draw();
        stage.report(name, value);
        stage.report("output", output());
      },
    });
  draw();
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

/** One row of pixels, its border, and the windows that fit. @param {{ input: number, kernel: number, stride: number, padding: number }} size @param {number} out */
function row({ input, kernel, stride, padding }, out) {
  const all = input + 2 * padding;
  const cell = 560 / all;
  const tall = Math.min(cell, 22);
  const place = (/** @type {number} */ index) => index * stride * cell;
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
