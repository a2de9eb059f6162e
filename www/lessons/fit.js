// @ts-check
// Teacher's mode on a wide screen shows a step whole: text and figure shrink until each fits its place, and no further.

const SMALLEST = 0.5;
const STEP = 0.025;
/** What would grow by less stays: a figure in motion, whose lines come and go, would pulse. */
const CALM = 0.15;
/** Narrower or lower than this a page scrolls, as everywhere. */
const WIDE = "(min-width: 901px) and (min-height: 600px)";

/**
 * Keeps `content` as large as fits into `place`, whatever it comes to show.
 * @param {HTMLElement} place of a height that does not follow from its content @param {HTMLElement} content
 * @param {AbortSignal} signal
 */
export function fitInto(place, content, signal) {
  const wide = matchMedia(WIDE);
  let queued = 0;
  let zoom = 1;
  const show = (/** @type {number} */ size) => content.style.setProperty("zoom", size < 1 ? size.toFixed(3) : "");
  const fit = () => {
    queued = 0;
    const teaching = document.documentElement.classList.contains("teach") && wide.matches;
    let found = 1;
    for (show(found); teaching && found - STEP >= SMALLEST && place.scrollHeight > place.clientHeight; show(found))
      found -= STEP;
    if (!teaching || found < zoom || found - zoom >= CALM) zoom = found;
    show(zoom);
    // What the fitting itself changed is no news.
    seen.takeRecords();
    sizes.disconnect();
    sizes.observe(place);
    for (const child of content.children) sizes.observe(child);
    fitted = sizesOf();
  };
  const sizesOf = () => [place, ...content.children].map((one) => `${one.clientWidth}x${one.clientHeight}`).join();
  let fitted = "";
  const later = () => {
    if (sizesOf() !== fitted) queued ||= requestAnimationFrame(fit);
  };
  const sizes = new ResizeObserver(later);
  const seen = new MutationObserver(() => (queued ||= requestAnimationFrame(fit)));
  seen.observe(content, { childList: true, subtree: true });
  const mode = new MutationObserver(fit);
  mode.observe(document.documentElement, { attributeFilter: ["class"] });
  wide.addEventListener("change", fit, { signal });
  document.fonts?.ready.then(fit);
  queued = requestAnimationFrame(fit);
  signal.addEventListener("abort", () => {
    for (const observer of [sizes, seen, mode]) observer.disconnect();
    cancelAnimationFrame(queued);
  });
}
