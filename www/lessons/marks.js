// @ts-check
// Running text with marks: [[term|words]] leads to the glossary, {{part|words}} lights up a part of the figure.

import { el } from "../shell/dom.js";

/** @typedef {import("./course/lesson-types.d.ts").Step} Step */

/** "5 × 5" and "k = 2" stay on one line, */
const BOUND = /(?<=\d) (?=×)|(?<=×) (?=\d)|(?<=[\p{L}\d)]) (?=[=−])|(?<=[=−]) (?=[\p{L}\d(])/gu;
/** and so do names such as CIFAR-10: a word joiner keeps the line from ending at the hyphen. */
const HYPHENED = /(?<=[A-Za-z]-)(?=[A-Z0-9])/g;
/** @param {string} text */
const bound = (text) => text.replace(BOUND, "\u00a0").replace(HYPHENED, "\u2060");
/** What follows a mark: a particle stays with its word, also behind a bracket. @param {string} text */
const after = (text) => bound(text).replace(/^(?=[가-힣])/, "\u2060");
const MARK = /\[\[([^|\]]+)\|([^\]]+)\]\]|\{\{([^|}]+)\|([^}]+)\}\}/g;

/**
 * @param {string} text
 * @param {Step} step
 * @param {(term: string) => void} define opens the glossary
 * @returns {(Node | string)[]}
 */
export function marked(text, step, define) {
  /** @type {(Node | string)[]} */
  const out = [];
  let from = 0;
  for (const match of text.matchAll(MARK)) {
    out.push(after(text.slice(from, match.index)));
    from = match.index + match[0].length;
    const [, term, termWords, part, partWords] = match;
    out.push(term ? termMark(term, bound(termWords), step, define) : partMark(part, bound(partWords)));
  }
  out.push(after(text.slice(from)));
  return out;
}

/**
 * A word that is pressed, within its line: a button's box would break before it and after it alone.
 * @param {string} kind @param {Record<string, any>} more @param {string} words
 */
function word(kind, more, words) {
  const node = el("span", { role: "button", tabindex: 0, class: `word ${kind}`, ...more }, words);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    node.click();
  });
  return node;
}

/** @param {string} term @param {string} words @param {Step} step @param {(term: string) => void} define */
const termMark = (term, words, step, define) =>
  word(
    "term",
    {
      "data-lights": step.terms.find((entry) => entry.term === term)?.highlight,
      "aria-haspopup": "dialog",
      onclick: () => define(term),
    },
    words,
  );

/** @param {string} part @param {string} words */
const partMark = (part, words) => word("part", { "data-lights": part, "aria-pressed": "false" }, words);

/**
 * Ties the marks of a text to the parts of a figure, in both directions. A click holds the light on.
 * @param {HTMLElement} text
 * @param {HTMLElement} frame
 * @param {AbortSignal} signal
 */
export function tie(text, frame, signal) {
  let held = "";
  const parts = (/** @type {Element} */ node) => (node.getAttribute("data-part") ?? "").split(" ");
  const show = (/** @type {string} */ part) => {
    let found = false;
    for (const node of frame.querySelectorAll("[data-part]")) {
      const lit = part !== "" && parts(node).includes(part);
      node.classList.toggle("lit", lit);
      found ||= lit;
    }
    frame.classList.toggle("lighting", found);
  };
  const marks = () => /** @type {HTMLElement[]} */ ([...text.querySelectorAll("[data-lights]")]);
  const markOf = (/** @type {Event} */ event) =>
    /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest?.("[data-lights]"));
  text.addEventListener("pointerover", (event) => show(markOf(event)?.dataset.lights ?? held), { signal });
  text.addEventListener("pointerleave", () => show(held), { signal });
  text.addEventListener("focusin", (event) => show(markOf(event)?.dataset.lights ?? held), { signal });
  text.addEventListener("focusout", () => show(held), { signal });
  text.addEventListener(
    "click",
    (event) => {
      const mark = markOf(event);
      if (!mark?.classList.contains("part")) return;
      const part = mark.dataset.lights ?? "";
      held = held === part ? "" : part;
      for (const other of marks())
        if (other.classList.contains("part")) other.setAttribute("aria-pressed", String(other.dataset.lights === held));
      show(held || (mark.matches(":hover") ? part : ""));
    },
    { signal },
  );
  const back = (/** @type {Event} */ event) => {
    const node = /** @type {Element} */ (event.target).closest?.("[data-part]");
    const names = node ? parts(node) : [];
    for (const mark of marks()) mark.classList.toggle("lit", names.includes(mark.dataset.lights ?? ""));
  };
  frame.addEventListener("pointerover", back, { signal });
  frame.addEventListener("focusin", back, { signal });
  frame.addEventListener("pointerleave", () => marks().forEach((mark) => mark.classList.remove("lit")), { signal });
}
