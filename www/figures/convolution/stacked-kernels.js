// @ts-check
// Several 3 x 3 convolutions against one large: the same field, fewer weights, more nonlinearities.

import { el, fill } from "../../shell/dom.js";
import { number, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { slider, svg } from "../kit/draw.js";

const KERNEL = 3;

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const engine = await stage.engine();
  let count = Number(stage.state.count ?? 3);
  let channels = Number(stage.state.channels ?? 64);
  const drawing = el("div", { "data-part": "stack field" });
  const table = el("div");
  let ticket = 0;
  const draw = async () => {
    const mine = ++ticket;
    const { fields, stack, single, share } = await engine.stackedConvolutions({ count, kernel: KERNEL, channels });
    if (mine !== ticket || stage.signal.aborted) return;
    const field = fields[fields.length - 1];
    stage.report("field", field);
    fill(drawing, pyramid(fields));
    const head = [f("stackOf", { count: number(count) }), f("oneOf", { size: `${number(field)} × ${number(field)}` })];
    const line = (
      /** @type {string} */ name,
      /** @type {string} */ a,
      /** @type {string} */ b,
      /** @type {string} */ part,
    ) => el("tr", { "data-part": part }, el("th", { scope: "row" }, name), el("td", null, a), el("td", null, b));
    fill(
      table,
      el(
        "table",
        { class: "stage-table" },
        el(
          "thead",
          null,
          el(
            "tr",
            null,
            el("td", null),
            el("th", { scope: "col", "data-part": "stack" }, head[0]),
            el("th", { scope: "col", "data-part": "single" }, head[1]),
          ),
        ),
        el(
          "tbody",
          null,
          line(f("field"), `${number(field)} × ${number(field)}`, `${number(field)} × ${number(field)}`, "field"),
          line(f("weights"), number(stack), number(single), "weights"),
          line(f("nonlinearities"), number(count), number(1), "nonlinearities"),
        ),
      ),
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
          stage.report("count", count);
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
          stage.follow(draw());
        },
      }),
    ),
    drawing,
    table,
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
