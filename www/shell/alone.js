// @ts-check
// A figure and nothing else, for a frame on a page of others: links lead to pages, and the frame is told its height.

import { HEIGHT } from "../embed/height.js";
import { readUrl, writeUrl } from "./url.js";

/** @param {HTMLElement} root @param {AbortSignal} signal */
export function standAlone(root, signal) {
  root.addEventListener("click", leave, { capture: true });
  tellHeight(root, signal);
}

/** What a link leads to is a page, not a frame. @param {MouseEvent} event */
function leave({ target }) {
  const link = target instanceof Element ? target.closest("a") : null;
  if (!link?.hash.startsWith("#/")) return;
  link.hash = writeUrl({ ...readUrl({ hash: link.hash, search: "" }), alone: "", chosen: "", figure: "" });
  link.target = "_blank";
  link.rel = "noopener";
}

/** @param {HTMLElement} root @param {AbortSignal} signal */
function tellHeight(root, signal) {
  if (parent === window) return;
  const sizes = new ResizeObserver(() => {
    const height = Math.ceil(root.getBoundingClientRect().bottom + scrollY) + 12;
    // A height says nothing of the photo, and any page may have the frame.
    parent.postMessage({ type: HEIGHT, height }, "*");
  });
  sizes.observe(root);
  signal.addEventListener("abort", () => sizes.disconnect());
}
