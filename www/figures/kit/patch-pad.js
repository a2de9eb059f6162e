// @ts-check
// A picture on which a patch is chosen.

import { el, fill } from "../../shell/dom.js";

/**
 * A picture on which a patch is chosen, by pointer or arrow keys.
 * @param {{ layers: HTMLCanvasElement[], rows: number, columns: number, query: [number, number] | null, label: string, part?: string,
 *   text?: (row: number, column: number) => string, choose: (row: number, column: number) => void }} options
 */
export function patchPad({ layers, rows, columns, query, label, part, text, choose }) {
  let at = query ?? [0, 0];
  const mark = el("span", { class: "patch-mark", hidden: !query, "data-part": part ?? null, "aria-hidden": true });
  const status = el("p", { class: "quiet", "aria-live": "polite" });
  const put = () => {
    mark.style.setProperty("left", `${(100 * at[1]) / columns}%`);
    mark.style.setProperty("top", `${(100 * at[0]) / rows}%`);
    mark.style.setProperty("width", `${100 / columns}%`);
    mark.style.setProperty("height", `${100 / rows}%`);
    fill(status, text?.(at[0], at[1]) ?? "");
  };
  const take = (/** @type {number} */ row, /** @type {number} */ column) => {
    const next = /** @type {[number, number]} */ ([
      Math.max(0, Math.min(rows - 1, row)),
      Math.max(0, Math.min(columns - 1, column)),
    ]);
    if (query && next[0] === at[0] && next[1] === at[1]) return;
    at = next;
    mark.hidden = false;
    put();
    choose(at[0], at[1]);
  };
  const pad = el(
    "div",
    {
      class: "patch-pad",
      tabindex: 0,
      role: "group",
      "aria-label": label,
      "data-keys": true,
      onpointerdown: (/** @type {PointerEvent} */ event) => {
        const box = pad.getBoundingClientRect();
        take(
          Math.floor(((event.clientY - box.top) / box.height) * rows),
          Math.floor(((event.clientX - box.left) / box.width) * columns),
        );
      },
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        const by = /** @type {Record<string, [number, number]>} */ ({
          ArrowUp: [-1, 0],
          ArrowDown: [1, 0],
          ArrowLeft: [0, -1],
          ArrowRight: [0, 1],
        })[event.key];
        if (!by) return;
        event.preventDefault();
        take(at[0] + by[0], at[1] + by[1]);
      },
    },
    layers,
    mark,
  );
  put();
  return { node: el("div", { class: "pad-box" }, pad, status), pad };
}
