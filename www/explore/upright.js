// @ts-check
// Whether a picture runs from top to bottom, as on a phone and on a tablet that is held upright. The style sheets follow
// the class.

/** Narrower than this it always does. */
const NARROW = 720;
/** Narrower than this it does where it is taller than wide. */
const TABLET = 900;

/** @param {HTMLElement} stage what the picture and its ends stand on */
export function isUpright({ clientWidth, clientHeight }) {
  return clientWidth < NARROW || (clientWidth < TABLET && clientHeight > clientWidth);
}

/**
 * Keeps the class of what is around a picture. @param {HTMLElement} node that has the class @param {HTMLElement} stage
 * @param {AbortSignal} signal @param {(stage: HTMLElement) => boolean} [test]
 */
export function followUpright(node, stage, signal, test = isUpright) {
  const observer = new ResizeObserver(() => node.classList.toggle("upright", test(stage)));
  observer.observe(stage);
  signal.addEventListener("abort", () => observer.disconnect());
}

/** Several pictures turn on phones alone: each is a strip. @param {HTMLElement} stage */
export const isNarrow = ({ clientWidth }) => clientWidth < NARROW;
