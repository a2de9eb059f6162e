// @ts-check
// The bar under a step's text is always at hand, but lies over no line: below a text that is longer than the screen it
// waits where that ends.

/** @param {HTMLElement} bar @param {HTMLElement} text above it @param {AbortSignal} signal */
export function keepBelow(bar, text, signal) {
  const place = () => {
    const end = text.getBoundingClientRect().bottom + scrollY;
    bar.classList.toggle("below", end + bar.offsetHeight > innerHeight);
  };
  const sizes = new ResizeObserver(place);
  sizes.observe(text);
  addEventListener("resize", place, { signal });
  signal.addEventListener("abort", () => sizes.disconnect());
}
