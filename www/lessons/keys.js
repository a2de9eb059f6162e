// @ts-check
// Space and the arrow keys go through a lesson, unless what is focused needs them itself.

/** @param {(by: number) => void} go @param {AbortSignal} signal */
export function listenKeys(go, signal) {
  addEventListener(
    "keydown",
    (event) => {
      if (
        event.defaultPrevented ||
        event.ctrlKey ||
        event.altKey ||
        event.metaKey ||
        document.querySelector("dialog[open]")
      )
        return;
      const at = /** @type {Element} */ (event.target);
      if (at.closest?.("input, textarea, select, [data-keys], [role=radiogroup], video")) return;
      const space = event.key === " ";
      if (space && at.closest?.("button, a, summary")) return;
      const by = space
        ? event.shiftKey
          ? -1
          : 1
        : event.key === "ArrowRight"
          ? 1
          : event.key === "ArrowLeft"
            ? -1
            : 0;
      if (!by) return;
      event.preventDefault();
      go(by);
    },
    { signal },
  );
}
