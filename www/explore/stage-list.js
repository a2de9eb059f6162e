// @ts-check
// The stages of a network by their dotted paths, as a tree of disclosures.

import { extentOf } from "../figures/kit/architecture.js";
import { el, fill } from "../shell/dom.js";
import { t, tOf } from "../shell/text.js";

/** @typedef {import("../engine.js").Stage & { layout?: string, parameters?: number, multiply_adds?: number, from?: string[] }} Stage */

/** The stages that tell the story: whole blocks and layers, and what stands outside them. @param {Stage[]} stages @returns {Stage[]} */
export function mainStages(stages) {
  const names = new Set(stages.map(({ name }) => name));
  const inside = (/** @type {string} */ name) => parents(name).some((parent) => names.has(parent));
  const outer = stages.filter(({ name }) => !inside(name));
  const few = outer.filter(isDrawn);
  return few.length >= 5 ? few : outer.flatMap((stage) => partsOf(stage, stages)).filter(isDrawn);
}

/** What a block is made of, for a drawing of it; the whole network's main stages for "". @param {Stage[]} stages @param {string} part */
export function drawnStages(stages, part) {
  const block = stages.find(({ name }) => name === part);
  return block ? partsOf(block, stages) : mainStages(stages);
}

/** Drawn stages with their sources among themselves: a source that is not drawn stands at the last one before it. @param {Stage[]} drawn @param {Stage[]} stages */
export function connected(drawn, stages) {
  const order = new Map(stages.map(({ name }, index) => [name, index]));
  const nearest = (/** @type {string} */ name) =>
    drawn.filter((one) => (order.get(one.name) ?? 0) <= (order.get(name) ?? -1)).at(-1)?.name ?? "";
  return drawn.map((stage) => ({ ...stage, from: [...new Set((stage.from ?? []).map(nearest))] }));
}

/** @param {Stage} stage @param {Stage[]} stages */
export const hasParts = (stage, stages) => partsOf(stage, stages).length > 1;

/** "a.b.c" within "a" and "a.b", of those that are stages. @param {string} name @param {Stage[]} stages */
export const enclosing = (name, stages) =>
  parents(name).filter((parent) => stages.some((stage) => stage.name === parent));

/** @param {Stage} stage */
const isDrawn = ({ kind }) => !["norm", "activation", "reshape", "dropout"].includes(kind);

/** A module's direct parts; itself where it has none. @param {Stage} stage @param {Stage[]} stages */
function partsOf(stage, stages) {
  const names = new Set(stages.map(({ name }) => name));
  const parts = stages.filter(
    ({ name }) =>
      parents(name)
        .filter((parent) => names.has(parent))
        .at(-1) === stage.name,
  );
  return parts.length > 1 ? parts : [stage];
}

/** "a.b.c" has the parents "a" and "a.b". @param {string} name */
function parents(name) {
  const parts = name.split(".");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("."));
}

/** @param {import("../shell/types.js").App} app @param {Stage[]} stages */
export function stageList({ store, signal }, stages) {
  const list = el("ul", { class: "stages" });
  const names = new Set(stages.map(({ name }) => name));
  const items = new Map(stages.map((stage) => [stage.name, stageButton(store, stage)]));
  fill(list, branch("", names, stages, items));
  store.show(
    ["stage"],
    ({ stage }) => {
      for (const [name, item] of items) {
        if (name === stage) item.setAttribute("aria-current", "true");
        else item.removeAttribute("aria-current");
      }
      for (let node = items.get(stage)?.parentElement; node; node = node.parentElement)
        if (node instanceof HTMLDetailsElement) node.open = true;
    },
    signal,
  );
  return el("nav", { class: "stage-nav", "aria-label": t("inside.stages") }, list);
}

/**
 * Those whose nearest listed parent is `parent`.
 * @param {string} parent
 * @param {Set<string>} names
 * @param {Stage[]} stages
 * @param {Map<string, HTMLElement>} items
 * @returns {HTMLElement[]}
 */
function branch(parent, names, stages, items) {
  const nearest = (/** @type {string} */ name) =>
    parents(name)
      .filter((other) => names.has(other))
      .at(-1) ?? "";
  return stages
    .filter(({ name }) => nearest(name) === parent && name !== parent)
    .map(({ name }) => {
      const inner = stages.some((other) => nearest(other.name) === name) ? branch(name, names, stages, items) : [];
      return el(
        "li",
        null,
        items.get(name),
        inner.length > 0 &&
          el("details", null, el("summary", null, t("inside.parts", { name })), el("ul", null, inner)),
      );
    });
}

/** @param {import("../shell/types.js").App["store"]} store @param {Stage} stage */
function stageButton(store, stage) {
  const { side, channels } = extentOf(stage);
  const shape = side > 1 ? `${channels} × ${side} × ${side}` : String(channels);
  return el(
    "button",
    { type: "button", class: "stage-item", onclick: () => store.set({ stage: stage.name, channel: 0, head: 0 }) },
    el("span", { class: "stage-name" }, stage.name),
    el("span", { class: "stage-note" }, `${tOf("kinds", stage.kind, stage.kind)} · ${shape}`),
  );
}
