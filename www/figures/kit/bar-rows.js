// @ts-check
// Numbers as bars beside their names.

import { el, unbroken } from "../../shell/dom.js";
import { percentBelow } from "../../shell/text.js";
import { states } from "./numbers.js";

/** A name of several words breaks between them alone, not at a hyphen. @param {string} label */
const named = (label) => (label.includes("-") && label.includes(" ") ? unbroken(label.split(" ")) : label);

/**
 * Rows with a bar each.
 * @param {{ label: string, value: number, text: string, part?: string, strong?: boolean }[]} items
 * @param {{ most?: number, label?: string, part?: string }} [options]
 */
export function barRows(items, { most = Math.max(...items.map((item) => item.value), 0) || 1, label, part } = {}) {
  const rows = el(
    "ol",
    { class: "bars", "aria-label": label, "data-part": part },
    items.map((item) =>
      el(
        "li",
        { class: item.strong ? "first" : "", "data-part": item.part },
        el("span", { class: "guess-label" }, named(item.label)),
        el("span", { class: "guess-value" }, item.text),
        el(
          "span",
          { class: "bar", "aria-hidden": true },
          el("span", { class: "bar-fill", style: { width: `${Math.min(100, (100 * item.value) / most)}%` } }),
        ),
      ),
    ),
  );
  return states(rows, () => ({ head: ["label", "value"], rows: items.map((item) => [item.label, item.value]) }));
}

/**
 * The guesses of a classification. @param {import("../../shell/types.js").Guess[]} top
 * @param {(label: string) => string} name @param {{ part?: string, label?: string }} [options]
 */
export const guesses = (top, name, { part = "top", label } = {}) =>
  barRows(
    top.map((guess, index) => ({
      label: name(guess.label),
      value: guess.probability,
      text: percentBelow(guess.probability),
      strong: index === 0,
    })),
    { most: 1, part, label },
  );
