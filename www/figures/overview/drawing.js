// @ts-check
// The network as blocks in order of computation: as tall as its maps, as wide as it has channels; and the same as a
// table.

import { breakable, el } from "../../shell/dom.js";
import { number, short, tOf } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { table } from "../kit/draw.js";

/** @typedef {import("../../engine.js").Stage} Stage */

/** How tall and wide a block is drawn: by its cells on the photo, and by its channels. @param {Stage} stage */
const extentOf = ({ shape, layout, grid }) => ({
  side: grid?.[0] ?? 1,
  channels: (layout === "nchw" ? shape[1] : shape.at(-1)) ?? 1,
});

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const model = await stage.load();
  const all = model.stages;
  const roots = outline(all);
  const focus = new Set(/** @type {string[]} */ (stage.state.focus ?? []));
  const shown = roots.flatMap((node) => (node.inner.length > 0 ? node.inner : [node.stage]));
  const largest = Math.max(...shown.map((one) => extentOf(one).side));
  const strip = el(
    "div",
    {
      class: "blocks",
      tabindex: 0,
      role: "group",
      "aria-label": f("architectureLabel", { title: model.info.title, count: number(all.length) }),
    },
    roots.map(({ stage: root, inner }) =>
      inner.length > 0
        ? el(
            "div",
            { class: `block-group ${focus.has(root.name) ? "focus" : ""}`, "data-part": `stage:${root.name}` },
            el("span", { class: "block-name" }, root.name),
            el(
              "div",
              { class: "block-row" },
              inner.map((one) => box(one, largest, focus)),
            ),
          )
        : box(root, largest, focus),
    ),
  );
  const total = all.filter((one) => !all.some((other) => one.name.startsWith(`${other.name}.`)));
  const sum = (/** @type {"parameters" | "multiply_adds"} */ key) => total.reduce((whole, one) => whole + one[key], 0);
  stage.show(
    strip,
    el(
      "div",
      { class: "table-scroll", tabindex: 0, role: "group", "aria-label": f("stagesTable") },
      table(
        [f("stage"), { content: f("kind"), class: "kind" }, f("shape"), f("parameters"), f("multiplyAdds")],
        roots.flatMap(({ stage: root, inner }) => [root, ...inner]).map((one) => row(one, focus)),
        {
          foot: el(
            "tr",
            null,
            el("th", { scope: "row" }, model.info.title),
            el("td", { class: "kind" }),
            el("td"),
            el("td", null, number(model.info.parameters)),
            el("td", null, short(sum("multiply_adds"))),
          ),
        },
      ),
    ),
  );
}

/**
 * The blocks to draw: modules that hold modules become groups; the inside of an encoder or residual block stays closed.
 * @param {Stage[]} all
 */
function outline(all) {
  const inside = (/** @type {Stage} */ a, /** @type {Stage} */ b) => a.name.startsWith(`${b.name}.`);
  const groups = all.filter((one) => one.kind === "layer" && all.some((other) => inside(other, one)));
  const closed = all.filter((one) => !groups.includes(one) && all.some((other) => inside(other, one)));
  const leaves = all.filter((one) => !groups.includes(one) && !closed.some((other) => inside(one, other)));
  const outer = groups.filter((one) => !groups.some((other) => inside(one, other)));
  const free = leaves.filter((one) => !outer.some((group) => inside(one, group)));
  const order = (/** @type {Stage} */ one) => all.indexOf(one);
  return [...outer, ...free]
    .sort((a, b) => order(a) - order(b))
    .map((stage) => ({ stage, inner: outer.includes(stage) ? leaves.filter((one) => inside(one, stage)) : [] }));
}

/** @param {Stage} stage @param {number} largest @param {Set<string>} focus */
function box(stage, largest, focus) {
  const { side, channels } = extentOf(stage);
  return el(
    "div",
    { class: `block ${focus.has(stage.name) ? "focus" : ""}`, "data-part": `stage:${stage.name}`, title: stage.name },
    el("span", {
      class: `block-box ${stage.kind}`,
      style: { height: `${14 + 76 * Math.sqrt(side / largest)}px`, width: `${8 + 4 * Math.log2(1 + channels)}px` },
    }),
    el("span", { class: "block-name" }, breakable(stage.name)),
  );
}

/** A name of so few letters has room in one line, on a phone too. */
const SHORT = 11;

/** @param {Stage} stage @param {Set<string>} focus */
function row(stage, focus) {
  const { name, kind, shape, parameters, multiply_adds: macs } = stage;
  const size = shape.slice(1).map((n) => number(n));
  return {
    name: name.length > SHORT ? breakable(name) : name,
    part: `stage:${name}`,
    class: focus.has(name) ? "focus" : "",
    cells: [
      { content: tOf("kinds", kind, kind), class: "kind" },
      { content: size.join(" × "), part: "shapes" },
      { content: parameters ? number(parameters) : "–", part: "parameters" },
      { content: macs ? short(macs) : "–", part: "macs" },
    ],
  };
}
