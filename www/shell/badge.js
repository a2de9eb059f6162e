// @ts-check
// Each figure says where its numbers come from.

import { el } from "./dom.js";
import { t } from "./text.js";

/** @typedef {"computed" | "precomputed" | "illustration"} Origin */

/** @param {Origin} origin */
export function badge(origin) {
  const text = { computed: "badge.computed", precomputed: "badge.precomputed", illustration: "badge.illustration" }[
    origin
  ];
  const why = {
    computed: "badge.computedWhy",
    precomputed: "badge.precomputedWhy",
    illustration: "badge.illustrationWhy",
  }[origin];
  return el("span", { class: `badge ${origin}`, title: t(why) }, t(text));
}
