// @ts-check
// What the network really gets: the crop, at its own few pixels.

import { badge } from "../shell/badge.js";
import { el, fill } from "../shell/dom.js";
import { number, t } from "../shell/text.js";

/** @param {import("../shell/types.js").App} app */
export function seenPanel({ store, signal }) {
  const canvas = el("canvas", { class: "pixels", role: "img", width: 32, height: 32 });
  const empty = el("div", { class: "pixels-empty" });
  const origin = badge("computed");
  const caption = el("p", { class: "seen-caption" });
  store.show(
    ["seen"],
    ({ seen }) => {
      canvas.hidden = !seen;
      empty.hidden = Boolean(seen);
      origin.hidden = !seen;
      if (!seen) return fill(caption, t("seen.waiting"));
      const { crop } = seen;
      Object.assign(canvas, { width: crop.width, height: crop.height });
      canvas.getContext("2d")?.putImageData(crop, 0, 0);
      canvas.classList.toggle("coarse", crop.width <= 64);
      canvas.setAttribute("aria-label", t("seen.alt", { width: number(crop.width), height: number(crop.height) }));
      fill(
        caption,
        t(crop.width <= 64 ? "seen.few" : "seen.many", { width: number(crop.width), height: number(crop.height) }),
      );
    },
    signal,
  );
  return el(
    "section",
    { class: "panel seen", "aria-labelledby": "seen-title" },
    el("h2", { id: "seen-title" }, t("seen.title")),
    el("div", { class: "pixels-frame" }, canvas, empty),
    el("div", { class: "seen-notes" }, caption, origin),
  );
}
