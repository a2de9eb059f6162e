// @ts-check
// The words under the columns: buttons, so that a keyboard and a screen reader walk the same picture.

import { el, fill } from "../shell/dom.js";
import { number, short, t, time } from "../shell/text.js";
import { layerName, leastName, nameOf, shapeText, shortName, tightShape } from "./names.js";
import { PADDING, pathsFor } from "./paths.js";
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
  /** @type {WeakMap<HTMLElement, string>} how wide a label is and the path that it has room for */
  const fitted = new WeakMap();
  const fit = (
    /** @type {HTMLElement} */ node,
    /** @type {Item} */ item,
    /** @type {{ width: number, text: string, upright: boolean }} */ { width, text, upright },
  ) => {
    if (fitted.get(node) === `${width} ${text}`) return;
    fitted.set(node, `${width} ${text}`);
    node.style.width = `${width}px`;
    // Beside each other, names stand in one line each: the lines below them are those of their neighbours.
    const letter = large.matches ? NAME_LETTER_LARGE : NAME_LETTER;
    node.classList.toggle("short", !upright && lettersOf(nameOf(item)) * letter > width - PADDING);
    const path = /** @type {HTMLElement} */ (node.querySelector(".label-path > [aria-hidden]"));
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
      const areas = columns.map(({ column }) => wordsInSight(frame, column));
      const paths = pathsFor(
        columns.map(({ item }, i) => ({ name: item.name, width: areas[i].whole, seen: areas[i].width })),
      );
      for (const [i, { item, alpha }] of columns.entries()) {
        seen.add(item.id);
        let node = nodes.get(item.id);
        if (!node) {
          if (room-- <= 0) continue;
          node = make(item);
          nodes.set(item.id, node);
        } else if (stale) {
          fill(/** @type {HTMLElement} */ (node.querySelector(".label-cost")), costOf(item));
        }
        const { x, y, width, height, tall } = areas[i];
        const hidden = width < 24 || height < 12 || (frame.upright && height < Math.min(18, tall - 1)) || alpha < 0.5;
        node.style.visibility = hidden ? "hidden" : "visible";
        node.style.opacity = String(alpha);
        node.style.transform = `translate(${x}px, ${y}px)`;
        fit(node, item, { width, text: paths[i], upright: frame.upright });
        node.style.height = `${height}px`;
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
 * What is seen of the room for a column's words. @param {import("./place.js").Frame} frame
 * @param {import("./place.js").Rect} column
 * @returns {import("./place.js").Rect & { whole: number, tall: number }} `whole` and `tall`: its size where all of it is
 * seen
 */
function wordsInSight(frame, column) {
  const { strip } = frame;
  const { x, y, width, height } = wordArea(frame, column);
  const [left, top] = [Math.max(x, strip.x - 16), Math.max(y, strip.y)];
  const right = Math.min(x + width, strip.x + strip.width + 16);
  const bottom = Math.min(y + height, strip.y + strip.height);
  const size = { width: Math.round(Math.max(0, right - left)), height: Math.max(0, bottom - top) };
  return { x: left, y: top, ...size, whole: width, tall: height };
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

/** Pixels of a Latin letter of a name, and on large screens, where names are larger. */
const NAME_LETTER = 7.6;
const NAME_LETTER_LARGE = 8.8;
const large = matchMedia("(min-width: 1700px) and (min-height: 900px)");
