// @ts-check
// Random views of the photo: cut out, flipped, recoloured.

import { button, el, fill } from "../../shell/dom.js";
import { number, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { block } from "../kit/draw.js";
import { generator, globalViews, localViews, sharedPart } from "./crops.js";

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const bitmap = await createImageBitmap(await stage.photo());
  let draws = 0;
  let seed = Number(stage.state.seed ?? 1);
  const views = el("div", { class: "figure-row thirds" });
  const shared = el("p", { class: "quiet", "aria-live": "polite" });
  const draw = () => {
    const random = generator(seed);
    const pair = globalViews(bitmap, random);
    const large = pair.map((one, i) => shown(one, `view${i + 1}`, f("viewTitle", { number: number(i + 1) })));
    fill(shared, f("viewsShared", { share: percent(sharedPart(bitmap, pair[0].box, pair[1].box)) }));
    const small = stage.state.local
      ? localViews(bitmap, random).map((one, i) => shown(one, "local", f("localTitle", { number: number(i + 1) })))
      : [];
    const boxes = [...large, ...small];
    fill(views, boxes);
  };
  draw();
  const source = el("canvas", {
    width: Math.min(480, bitmap.width),
    height: Math.round((Math.min(480, bitmap.width) * bitmap.height) / bitmap.width),
    class: "tile smooth wide",
    role: "img",
    "aria-label": f("photoTitle"),
  });
  source.getContext("2d")?.drawImage(bitmap, 0, 0, source.width, source.height);
  stage.show(
    el(
      "div",
      { class: "figure-row" },
      el(
        "div",
        { class: "figure-block", "data-part": "photo" },
        el("h3", null, f("photoTitle")),
        source,
        shared,
        el(
          "div",
          { class: "actions" },
          button(
            f("newViews"),
            () => {
              seed++;
              draws++;
              draw();
              stage.chose("seed", seed);
              stage.report("draws", draws);
            },
            { class: "primary" },
          ),
        ),
      ),
      views,
    ),
  );
}

/** @param {import("./crops.js").View} view @param {string} part @param {string} title */
function shown({ canvas, share, flip }, part, title) {
  const box = block(
    title,
    canvas,
    el("p", { class: "quiet" }, f("viewFacts", { share: percent(share), flip: f(flip ? "flipped" : "notFlipped") })),
  );
  box.setAttribute("data-part", part);
  return box;
}
