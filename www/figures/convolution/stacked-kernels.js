// @ts-check
// Several 3 x 3 convolutions against one large: the same field, fewer weights, more nonlinearities.

import { el, fill } from "../../shell/dom.js";
import { number, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { slider, svg, table } from "../kit/draw.js";

const KERNEL = 3;

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const engine = await stage.engine();
  let count = Number(stage.state.count ?? 3);
  let channels = Number(stage.state.channels ?? 64);
  const drawing = el("div", { "data-part": "stack field" });
  const numbers = el("div");
  let ticket = 0;
  const draw = async () => {
    const mine = ++ticket;
    const { fields, stack, single, share } = await engine.stackedConvolutions({ count, kernel: KERNEL, channels });
    if (mine !== ticket || stage.signal.aborted) return;
    const field = fields[fields.length - 1];
    stage.report("field", field);
    fill(drawing, pyramid(fields));
    const side = `${number(field)} × ${number(field)}`;
    const heads = [
      "",
      { content: f("stackOf", { count: number(count) }), part: "stack" },
      { content: f("oneOf", { size: side }), part: "single" },
    ];
    fill(
      numbers,
      table(heads, [
        { name: f("field"), cells: [side, side], part: "field" },
        { name: f("weights"), cells: [number(stack), number(single)], part: "weights" },
        { name: f("nonlinearities"), cells: [number(count), number(1)], part: "nonlinearities" },
      ]),
      el("p", { class: "quiet" }, f("stackShare", { share: percent(share) })),
    );
  };
  await draw();
  stage.show(
    el(
      "div",
      { class: "sliders" },
      slider({
        label: f("stackCount"),
        min: 1,
        max: 6,
        value: count,
        part: "stack",
        change(value) {
          count = value;
          stage.chose("count", count);
          stage.follow(draw());
        },
      }),
      slider({
        label: f("channels"),
        min: 16,
        max: 512,
        step: 16,
        value: channels,
        part: "weights",
        change(value) {
          channels = value;
          stage.chose("channels", channels);
          stage.follow(draw());
        },
      }),
    ),
    drawing,
    numbers,
  );
}

/** The cells that one cell of the last layer sees, layer by layer. @param {number[]} fields */
function pyramid(fields) {
  const wide = 13;
  const cell = 30;
  const rows = fields.map((seen, level) => {
    return svg(
      "g",
      {},
      ...Array.from({ length: wide }, (_unused, i) => {
        const sees = 2 * Math.abs(i - (wide - 1) / 2) < seen;
        return svg("rect", {
          x: i * cell + 1,
          y: level * 34 + 1,
          width: cell - 2,
          height: 22,
          class: sees ? "cell out" : "cell",
        });
      }),
    );
  });
  return svg(
    "svg",
    {
      viewBox: `0 0 ${wide * cell} ${(fields.length - 1) * 34 + 26}`,
      class: "size-svg",
      role: "img",
      "aria-label": f("pyramidLabel", { count: fields.length - 1, field: fields[fields.length - 1] }),
    },
    ...rows,
  );
}
