// @ts-check
// The first place: a photo, what the network sees of it, and what it answers.

import { el } from "../shell/dom.js";
import { chooser } from "../shell/chooser.js";
import { photoPanel } from "../shell/photo-panel.js";
import { answerPanel } from "./answer.js";
import { seenPanel } from "./seen.js";
import { t } from "../shell/text.js";

/** @param {import("../shell/types.js").App} app */
export function classifyRoute(app) {
  return el(
    "div",
    { class: "classify" },
    el("div", { class: "lede" }, el("h1", null, t("classify.title")), el("p", null, t("classify.lede"))),
    chooser(app),
    el("div", { class: "pipeline" }, photoPanel(app), seenPanel(app), answerPanel(app)),
  );
}
