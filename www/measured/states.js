// @ts-check
// Something that is begun by a button and takes a while: what of it is shown changes with its state.

import { fill } from "../shell/dom.js";

/**
 * @param {HTMLElement} root
 * @returns {(state: string, ...parts: import("../shell/dom.js").Children[]) => void}
 */
export const states =
  (root) =>
  (state, ...parts) => {
    const focused = root.contains(document.activeElement);
    root.dataset.state = state;
    root.setAttribute("aria-busy", String(state === "running"));
    fill(root, ...parts.flat());
    // The button under the keyboard is replaced by another.
    if (focused) root.querySelector("button")?.focus({ preventScroll: true });
  };
