// @ts-check
// The words under the columns: buttons, so that a keyboard and a screen reader walk the same picture.

import { el, fill } from "../shell/dom.js";
import { number, short, t, time } from "../shell/text.js";
import { layerName, leastName, nameOf, shapeText, shortName, tightShape } from "./names.js";
import { wordArea } from "./place.js";
import { pathOf } from "./scene.js";

/** @typedef {import("./paint.js").Column} Column */
/** @typedef {import("./scene.js").Item} Item */

/** Labels that one frame makes: to lay out those of twenty columns at once would hold the page up. */
const AT_ONCE = 6;

/** @param {{ label: string, enter: (item: Item) => void, beyond: (by: number) => void }} act */
export function labels({ label, enter, beyond }) {
  const layer = el("div", {
    class: "labels",
    role: "tree",
    "aria-label": label,
    onkeydown: (/** @type {KeyboardEvent} */ event) => walk(event),
  });
  /**
   * Arrow keys go from column to column; past the last that is on the screen the picture follows.
   * @param {KeyboardEvent} event
   */
  const walk = (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const now = /** @type {HTMLElement} */ (event.target).closest(".label");
    if (!by || !now) return;
    event.preventDefault();
    event.stopPropagation();
    const among = order.filter((item) => nodes.get(item.id)?.style.visibility === "visible");
    const at = among.findIndex((item) => nodes.get(item.id) === now);
    const next = among[at + by];
    if (next) nodes.get(next.id)?.focus({ preventScroll: true });
    else beyond(by);
  };
  /** @type {Item[]} as they stand on the screen */
  let order = [];
  layer.addEventListener("focusin", (event) => rove(/** @type {HTMLElement} */ (event.target).closest(".label")));
  /** One of the labels is in the order of tabs. @param {Element | null} chosen */
  const rove = (chosen) => {
    for (const node of nodes.values()) node.tabIndex = node === chosen ? 0 : -1;
  };
  /** @type {Map<string, HTMLElement>} */
  const nodes = new Map();
  /** @type {WeakMap<HTMLElement, number>} how wide a label is, by which its path is shortened */
  const widths = new WeakMap();
  const fit = (/** @type {HTMLElement} */ node, /** @type {string} */ name, /** @type {number} */ width) => {
    if (widths.get(node) === width) return;
    widths.set(node, width);
    node.style.width = `${width}px`;
    const path = /** @type {HTMLElement} */ (node.querySelector(".label-path > [aria-hidden]"));
    const text = pathFor(name, width - PADDING);
    if (path.textContent === text) return;
    path.textContent = text;
    path.style.setProperty("--letters", String(Math.max(1, text.length)));
  };
  /** @type {Map<string, number>} */
  let ms = new Map();
  /** Whether what the words say is no longer so. */
  let stale = false;
  let behind = false;
  /** A column of several plain operations takes as long as they do together. @param {Item} item */
  const took = ({ id, stage, parts }) =>
    (id.endsWith("+") ? parts.map((part) => part.stage) : [stage]).reduce((sum, name) => sum + (ms.get(name) ?? 0), 0);
  const costOf = (/** @type {Item} */ item) => {
    const weights = item.parameters > 0 && short(item.parameters);
    const about =
      item.parameters > 0 &&
      number(item.parameters, { notation: "compact", maximumFractionDigits: item.parameters < 1e6 ? 0 : 1 });
    const ms = took(item) > 0 && time(took(item));
    const said = (/** @type {(string | false)[]} */ ...parts) => parts.filter(Boolean).join(" · ");
    return roomy(said(weights && t("picture.weights", { count: weights }), ms), said(about, ms), said(about || ms));
  };
  const make = (/** @type {Item} */ item) => {
    const node = el(
      "button",
      {
        type: "button",
        class: "label",
        role: "treeitem",
        tabindex: -1,
        "aria-level": pathOf(item).length,
        "aria-expanded": item.parts.length > 0 ? "false" : null,
        "data-item": item.id,
        onclick: () => enter(item),
      },
      el(
        "span",
        { class: "label-name" },
        item.layer && el("span", { class: "visually-hidden" }, `${layerName(...item.layer)}, `),
        roomy(nameOf(item), shortName(item), leastName(item)),
      ),
      " ",
      el(
        "span",
        { class: "label-path" },
        el("span", { class: "visually-hidden" }, item.name),
        el("span", { "aria-hidden": true }),
      ),
      " ",
      el("span", { class: "label-shape" }, roomy(shapeText(item.shape), tightShape(item.shape))),
      " ",
      el("span", { class: "label-cost" }, costOf(item)),
    );
    layer.append(node);
    return node;
  };
  return {
    node: layer,
    /** Times of stages, once they were measured. @param {Map<string, number>} times */
    times(times) {
      ms = times;
      stale = true;
    },
    /** Whether some labels wait for the next frame. */
    get behind() {
      return behind;
    },
    /** Another network may have other columns under the same names. */
    clear() {
      for (const node of nodes.values()) node.remove();
      nodes.clear();
    },
    /** @param {import("./place.js").Frame} frame @param {Column[]} columns */
    show(frame, columns) {
      const seen = new Set();
      let room = AT_ONCE;
      for (const { item, column, alpha } of columns) {
        seen.add(item.id);
        let node = nodes.get(item.id);
        if (!node) {
          if (room-- <= 0) continue;
          node = make(item);
          nodes.set(item.id, node);
        } else if (stale) {
          fill(/** @type {HTMLElement} */ (node.querySelector(".label-cost")), costOf(item));
        }
        const place = wordArea(frame, column);
        const { strip } = frame;
        const left = Math.max(place.x, strip.x - 16);
        const right = Math.min(place.x + place.width, strip.x + strip.width + 16);
        const top = Math.max(place.y, strip.y);
        const bottom = Math.min(place.y + place.height, strip.y + strip.height);
        const hidden = right - left < 24 || bottom - top < (frame.upright ? 18 : 12) || alpha < 0.5;
        node.style.visibility = hidden ? "hidden" : "visible";
        node.style.opacity = String(alpha);
        node.style.transform = `translate(${left}px, ${top}px)`;
        fit(node, item.name, Math.round(Math.max(0, right - left)));
        node.style.height = `${Math.max(0, bottom - top)}px`;
      }
      stale = false;
      behind = room < 0;
      order = columns.map(({ item }) => item);
      if (![...nodes.values()].some((node) => node.tabIndex === 0 && node.style.visibility === "visible"))
        rove(order.map(({ id }) => nodes.get(id)).find((node) => node?.style.visibility === "visible") ?? null);
      for (const [id, node] of nodes) {
        if (seen.has(id)) continue;
        // What has the focus stays, so that the keyboard does not fall out of the picture.
        if (node === document.activeElement) {
          node.style.opacity = "0";
          continue;
        }
        node.remove();
        nodes.delete(id);
      }
    },
  };
}

/**
 * The same in fewer letters, for columns that have no room for the first: which of them is seen says the style sheet.
 * Who is read to always hears the first. @param {string} whole @param {string[]} shorter
 */
const roomy = (whole, ...shorter) => [
  el("span", { class: "roomy" }, whole),
  ...shorter.map((text, i) =>
    el(
      "span",
      { class: `tight-${i + 1}`, "aria-hidden": true, style: { "--letters": Math.max(1, lettersOf(text)) } },
      text,
    ),
  ),
];

/** How long a text is in Latin letters: one of Hangul is as wide as nearly two. @param {string} text */
const lettersOf = (text) => [...text].reduce((sum, letter) => sum + (letter >= "\u1100" ? 1.8 : 1), 0);

/** Beside the words of a label, on both sides together. */
const PADDING = 6;
/** A letter of a path in the smallest size that can be read. */
const LETTER = 0.61 * 8;

/** As many of a path's last parts as there is room for. @param {string} name @param {number} width */
function pathFor(name, width) {
  const parts = name.split(".");
  const ends = parts.map((part, i) => `${i > 0 && /^\d/.test(part) ? "." : ""}${parts.slice(i).join(".")}`);
  return ends.find((end) => end.length * LETTER <= width) ?? "";
}
