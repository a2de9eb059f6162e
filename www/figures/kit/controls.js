// @ts-check
// What a visitor sets: sliders, choices, switches.

import { el } from "../../shell/dom.js";
import { number } from "../../shell/text.js";

/**
 * @param {{ label: string, min: number, max: number, step?: number, value: number, part?: string, text?: (value: number) => string,
 *   change: (value: number) => void }} options
 */
export function slider({ label, min, max, step = 1, value, part, text = (v) => number(v), change }) {
  const output = el("output", { class: "numbers" }, text(value));
  const input = el("input", {
    type: "range",
    min,
    max,
    step,
    value,
    oninput: () => {
      output.textContent = text(Number(input.value));
      change(Number(input.value));
    },
  });
  return el("label", { class: "slider", "data-part": part }, el("span", null, label), input, output);
}

let groups = 0;
/**
 * A choice of one among a few.
 * @template {string | number} T
 * @param {{ label: string, options: { value: T, text: string, part?: string }[], value: T, part?: string, change: (value: T) => void }} options
 */
export function choices({ label, options, value, part, change }) {
  const name = `choice-${++groups}`;
  const radios = options.map((option) =>
    el(
      "label",
      { "data-part": option.part },
      el("input", {
        type: "radio",
        name,
        value: option.value,
        checked: option.value === value,
        class: "visually-hidden",
        onchange: () => change(option.value),
      }),
      el("span", null, option.text),
    ),
  );
  return el(
    "div",
    { class: "choices-row", "data-part": part },
    el("span", { class: "choices-label" }, label),
    el("div", { class: "choices", role: "radiogroup", "aria-label": label }, radios),
  );
}

/** @param {{ label: string, value: boolean, part?: string, change: (value: boolean) => void }} options */
export function toggle({ label, value, part, change }) {
  const input = el("input", { type: "checkbox", checked: value, onchange: () => change(input.checked) });
  return el("label", { class: "toggle", "data-part": part }, input, el("span", null, label));
}
