// @ts-check
// Moving over the picture: wheel, drag, pinch, double click and keys change the visible stretch along its main axis.

/** @typedef {import("./scene.js").Camera} Camera */

const still = matchMedia("(prefers-reduced-motion: reduce)");
const FLIGHT_MS = 520;

/** @param {number} t */
const ease = (t) => (t < 0.5 ? 4 * t ** 3 : 1 - (-2 * t + 2) ** 3 / 2);

/** Within the picture, and no shorter than allowed. @param {Camera} camera @param {number} least @returns {Camera} */
export function clamped({ from, to }, least) {
  const span = Math.max(least, Math.min(1, to - from));
  const start = Math.max(0, Math.min(1 - span, (from + to - span) / 2));
  return { from: start, to: start + span };
}

/**
 * Larger by a factor around a place that stays where it is. @param {Camera} camera @param {number} by @param {number}
 * at share of the view @param {number} least @returns {Camera}
 */
export function zoomed({ from, to }, by, at, least) {
  const span = Math.max(least, Math.min(1, (to - from) / by));
  const anchor = from + at * (to - from);
  return clamped({ from: anchor - at * span, to: anchor + (1 - at) * span }, least);
}

/**
 * A camera that flies from place to place.
 * @param {(camera: Camera, settled: boolean) => void} moved
 */
export function flight(moved) {
  /** @type {Camera} */
  let now = { from: 0, to: 1 };
  let frame = 0;
  const set = (/** @type {Camera} */ camera, settled = true) => {
    now = camera;
    moved(now, settled);
  };
  return {
    get now() {
      return now;
    },
    /** @param {Camera} camera @param {boolean} [settled] */
    jump(camera, settled) {
      cancelAnimationFrame(frame);
      set(camera, settled);
    },
    /** @param {Camera} goal */
    fly(goal) {
      cancelAnimationFrame(frame);
      if (still.matches) return set(goal);
      const start = now;
      const begun = performance.now();
      const step = (/** @type {number} */ time) => {
        const t = Math.min(1, Math.max(0, (time - begun) / FLIGHT_MS));
        const share = ease(t);
        // The span shrinks by a constant factor, so that the zoom feels even.
        const span = (start.to - start.from) ** (1 - share) * (goal.to - goal.from) ** share;
        const whole = goal.to - goal.from - (start.to - start.from);
        const along = Math.abs(whole) < 1e-9 ? share : (span - (start.to - start.from)) / whole;
        const from = start.from + (goal.from - start.from) * along;
        set(t < 1 ? { from, to: from + span } : goal, t === 1);
        if (t < 1) frame = requestAnimationFrame(step);
      };
      frame = requestAnimationFrame(step);
    },
    stop: () => cancelAnimationFrame(frame),
  };
}

/**
 * Pointers and wheel on a node. `at` and `by` are shares of the view along the main axis.
 * @param {HTMLElement} node
 * @param {{ along: (event: { clientX: number, clientY: number }) => number, zoom: (by: number, at: number) => void,
 *   pan: (by: number) => void, over: (event: PointerEvent | null) => void, tap: (event: PointerEvent, twice: boolean)
 * => void,
 *   done: () => void }} act
 * @param {AbortSignal} signal
 */
export function gestures(node, act, signal) {
  /** @type {Map<number, number>} */
  const down = new Map();
  let moved = 0;
  let last = 0;
  let wide = 0;
  const spread = () => {
    const [a, b = a] = [...down.values()];
    return { middle: (a + b) / 2, wide: Math.abs(a - b) };
  };
  const options = { signal };
  node.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
      const delta = (event.deltaMode === 1 ? 16 : 1) * (sideways ? event.deltaX || event.deltaY : event.deltaY);
      if (sideways) act.pan(delta / 900);
      else act.zoom(2 ** (-delta / (event.ctrlKey ? 90 : 240)), act.along(event));
      act.done();
    },
    { ...options, passive: false },
  );
  node.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button > 0) return;
      node.setPointerCapture(event.pointerId);
      down.set(event.pointerId, act.along(event));
      wide = spread().wide;
      if (down.size > 1) moved = 1;
      else moved = 0;
    },
    options,
  );
  node.addEventListener(
    "pointermove",
    (event) => {
      const before = down.get(event.pointerId);
      if (before === undefined) return act.over(event);
      const then = spread();
      down.set(event.pointerId, act.along(event));
      const now = spread();
      moved += Math.abs(now.middle - then.middle);
      if (moved > 0.006) {
        act.pan(then.middle - now.middle);
        if (down.size > 1 && wide > 0.01) act.zoom(now.wide / Math.max(0.01, then.wide), now.middle);
      }
    },
    options,
  );
  const up = (/** @type {PointerEvent} */ event) => {
    if (!down.delete(event.pointerId)) return;
    if (event.type === "pointerup" && moved < 0.006) {
      const twice = event.timeStamp - last < 320;
      last = twice ? 0 : event.timeStamp;
      act.tap(event, twice);
    } else act.done();
  };
  for (const kind of /** @type {const} */ (["pointerup", "pointercancel"])) node.addEventListener(kind, up, options);
  node.addEventListener("pointerleave", () => down.size === 0 && act.over(null), options);
}
