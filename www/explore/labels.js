// @ts-check
// The words under the columns: buttons, so that a keyboard and a screen reader walk the same picture.

import { el } from "../shell/dom.js";
import { short, t, time } from "../shell/text.js";
import { layerName, nameOf, shapeText } from "./names.js";
import { wordArea } from "./place.js";
import { pathOf } from "./scene.js";

/** @typedef {import("./paint.js").Column} Column */
/** @typedef {import("./scene.js").Item} Item */

/** @param {{ label: string, enter: (item: Item) => void, beyond: (by: number) => void }} act */
export function labels({ label, enter, beyond }) {
  const layer = el("div", {
    class: "labels",
    role: "tree",
    "aria-label": label,
    onkeydown: (/** @type {KeyboardEvent} */ event) => walk(event),
  });
  /**
   * Arrow keys go from column to column; past the last that is on the screen the picture follows. @param
   * {KeyboardEvent} event
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
  /** @type {Map<string, number>} */
  let ms = new Map();
  /** Whether what the words say is no longer so. */
  let stale = false;
  /** A column of several plain operations takes as long as they do together. @param {Item} item */
  const took = ({ id, stage, parts }) =>
    (id.endsWith("+") ? parts.map((part) => part.stage) : [stage]).reduce((sum, name) => sum + (ms.get(name) ?? 0), 0);
  const costOf = (/** @type {Item} */ item) =>
    [item.parameters > 0 && t("picture.weights", { count: short(item.parameters) }), took(item) > 0 && time(took(item))]
      .filter(Boolean)
      .join(" · ");
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
        nameOf(item),
      ),
      " ",
      el("span", { class: "label-path" }, item.name),
      " ",
      el("span", { class: "label-shape" }, shapeText(item.shape)),
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
    /** @param {import("./place.js").Frame} frame @param {Column[]} columns */
    show(frame, columns) {
      const seen = new Set();
      for (const { item, column, alpha } of columns) {
        seen.add(item.id);
        let node = nodes.get(item.id);
        if (!node) {
          node = make(item);
          nodes.set(item.id, node);
        } else if (stale) {
          /** @type {HTMLElement} */ (node.querySelector(".label-cost")).textContent = costOf(item);
        }
        const place = wordArea(frame, column);
        const { strip } = frame;
        const left = Math.max(place.x, strip.x - 16);
        const right = Math.min(place.x + place.width, strip.x + strip.width + 16);
        const top = Math.max(place.y, strip.y);
        const bottom = Math.min(place.y + place.height, strip.y + strip.height);
        const hidden = right - left < 24 || bottom - top < (frame.upright ? 24 : 12) || alpha < 0.5;
        node.style.visibility = hidden ? "hidden" : "visible";
        node.style.opacity = String(alpha);
        node.style.transform = `translate(${left}px, ${top}px)`;
        node.style.width = `${Math.max(0, right - left)}px`;
        node.style.height = `${Math.max(0, bottom - top)}px`;
      }
      stale = false;
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
