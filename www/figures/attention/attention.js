// @ts-check
// What one patch, or the class token, reads of the others: block by block, head by head.

import { el, fill } from "../../shell/dom.js";
import { number, ordinal, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { extent, scaleOf } from "../kit/colour.js";
import { blockName } from "../kit/stage-reader.js";
import { choices, cropImage, legend, patchPad, picture, tile } from "../kit/draw.js";
import { NotBuilt } from "../kit/mount.js";

/** @typedef {import("../../engine.js").AttentionHeads} Heads */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state } = stage;
  const model = await stage.load();
  const weights = model.stages.filter(
    (one) =>
      one.kind === "attention-weights" &&
      one.shape.length === 4 &&
      one.shape[0] === 1 &&
      !one.name.startsWith("decoder"),
  );
  if (weights.length === 0) throw new NotBuilt();
  const input = await stage.input(model);
  const seen = await model.preprocess(input);
  const image = cropImage(seen.crop);
  const blocks = weights.map(({ name }) => blockName(name));
  let block = blocks.indexOf(state.block) >= 0 ? blocks.indexOf(state.block) : blocks.length - 1;
  let head = Math.min(state.head ?? 0, weights[block].shape[1] - 1);
  /** @type {[number, number] | null} null: the class token */
  let query = state.query === "class" ? null : state.query;
  const tensor = { data: seen.data, shape: seen.shape };
  /** Where the query looks, head by head. */
  let found = /** @type {Heads} */ ({ data: new Float32Array(), shape: [0, 0, 0], class_token: null });
  const view = el("div", { class: "figure-row" });
  let ticket = 0;
  const load = async () => {
    const mine = ++ticket;
    const next = await model.attentionHeads({ block, query, image: tensor, signal: stage.signal });
    if (mine === ticket) found = next;
    return mine === ticket && !stage.signal.aborted;
  };
  const draw = () => {
    const [heads, side] = found.shape;
    const mapOf = (/** @type {number} */ h) => found.data.subarray(h * side * side, (h + 1) * side * side);
    const patches = mapOf(head);
    const own = found.class_token && percent(found.class_token[head]);
    const strongest = patches.indexOf(Math.max(...patches));
    const scale = scaleOf(extent(patches));
    const { node } = patchPad({
      layers: [
        picture(image, { label: f("cropLabel"), part: "photo" }),
        tile(patches, side, side, { class: "over", part: "map", scale }),
      ],
      rows: side,
      columns: side,
      query,
      part: "query",
      label: f("patchPad"),
      text: () =>
        f(query ? "attentionFrom" : "attentionFromClass", {
          row: number((query?.[0] ?? 0) + 1),
          column: number((query?.[1] ?? 0) + 1),
          toRow: number(Math.floor(strongest / side) + 1),
          toColumn: number((strongest % side) + 1),
          share: percent(patches[strongest]),
        }),
      choose(row_, column) {
        query = [row_, column];
        stage.chose("query", query);
        stage.follow(redraw());
      },
    });
    const small = Array.from({ length: heads }, (_, h) =>
      el(
        "button",
        {
          type: "button",
          class: "map-button head-button",
          "aria-pressed": String(h === head),
          "aria-label": f("headTitle", { head: ordinal(h) }),
          onclick: () => {
            head = h;
            stage.chose("head", h);
            stage.follow(redraw());
          },
        },
        tile(mapOf(h), side, side),
        el("span", null, ordinal(h)),
      ),
    );
    fill(
      view,
      el(
        "div",
        { class: "figure-block" },
        node,
        legend(scale),
        own && el("p", { class: "quiet" }, f("toClassToken", { share: own })),
        own &&
          el(
            "button",
            {
              type: "button",
              class: "button",
              "aria-pressed": String(query === null),
              "data-part": "query",
              onclick: () => {
                query = null;
                stage.chose("query", "class");
                stage.follow(redraw());
              },
            },
            f("classToken"),
          ),
      ),
      el(
        "div",
        { class: "figure-block" },
        el("h3", null, f("heads")),
        el("div", { class: "head-grid", "data-part": "heads" }, small),
      ),
    );
  };
  const redraw = async () => {
    if (!(await load())) return;
    const focused = view.contains(document.activeElement) ? document.activeElement?.className.split(" ")[0] : null;
    const pressed = focused === "map-button";
    draw();
    if (focused)
      /** @type {HTMLElement | null} */ (
        view.querySelector(pressed ? '.map-button[aria-pressed="true"]' : `.${focused}`)
      )?.focus({ preventScroll: true });
  };
  await load();
  draw();
  stage.show(
    view,
    choices({
      label: f("block"),
      options: blocks.map((_, index) => ({ value: index, text: ordinal(index) })),
      value: block,
      change(value) {
        block = value;
        stage.chose("block", blocks[block]);
        stage.follow(redraw());
      },
    }),
  );
}
