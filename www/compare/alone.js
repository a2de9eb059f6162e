// @ts-check
// One figure of several networks, and nothing else, for a frame on a page of others.

import { standAlone } from "../shell/alone.js";
import { el } from "../shell/dom.js";
import { t } from "../shell/text.js";
import { writeUrl } from "../shell/url.js";
import { part } from "./tables.js";

/** @param {import("../shell/types.js").App} app @param {string} name of the figure */
export function comparisonAlone(app, name) {
  const { store, signal } = app;
  const { models } = store.state;
  const link = el("a", { class: "button plain", href: writeUrl({ ...store.state, alone: "", figure: "" }) });
  link.append(t("compare.whole"));
  const figure = part(app, name, models.split(",").filter(Boolean), link);
  const root = el("article", { class: "question-alone" }, figure ?? el("p", { class: "quiet" }, t("compare.noFigure")));
  standAlone(root, signal);
  return root;
}
