// @ts-check
// A computation as scenes in motion: played, paused, or taken one by one. With reduced motion each scene stands still.

import { button, el, fill } from "../../shell/dom.js";
import { number } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { states } from "./numbers.js";

/**
 * @typedef {{ width: number, height: number, ink: string, muted: string, accent: string, warm: string, line: string, font: string }} Sheet
 * `paint` draws the scene as it is at `t`, from 0 to 1; `table` are the numbers that it shows.
 * @typedef {{ name: string, text: () => string, paint: (context: CanvasRenderingContext2D, sheet: Sheet, t: number) => void,
 *   table?: () => import("./numbers.js").Table, seconds?: number }} Scene
 */

const SECONDS = 2.6;
/** Between two scenes, to read. */
const REST = 2;
/** Below this a scene is drawn as on a phone, higher than wide; kit.css has its shape. */
export const NARROW = 460;

/**
 * `first`, and what `changed` is told, count scenes from 0.
 * @param {{ scenes: Scene[], label: string, signal: AbortSignal, first?: number, changed?: (scene: number) => void }} options
 */
export function motion({ scenes, label, signal, first = 0, changed = () => {} }) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const canvas = el("canvas", { role: "img", "data-part": "scene" });
  const text = el("p", { class: "motion-text", "aria-live": "polite" });
  let at = first;
  let t = 1;
  let playing = false;
  let frame = 0;
  let last = 0;

  const draw = () => {
    const context = canvas.getContext("2d");
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!context || width === 0 || height === 0) return;
    const ratio = devicePixelRatio;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.imageSmoothingEnabled = false;
    scenes[at].paint(context, { width, height, ...inksOf(canvas) }, t);
  };
  const tell = () => {
    const { name, text: words } = scenes[at];
    fill(text, words());
    canvas.setAttribute("aria-label", `${label}. ${name}: ${words()}`);
    for (const [index, one] of marks.entries())
      if (index === at) one.setAttribute("aria-current", "step");
      else one.removeAttribute("aria-current");
    back.disabled = at === 0;
    next.disabled = at === scenes.length - 1;
    fill(play, f(playing ? "motionPause" : "motionPlay"));
    play.setAttribute("aria-pressed", String(playing));
  };
  const run = (/** @type {number} */ now) => {
    const passed = Math.min(0.1, (now - last) / 1000);
    last = now;
    const { seconds = SECONDS } = scenes[at];
    t += passed / seconds;
    if (t >= 1 + REST / seconds && playing && at < scenes.length - 1) {
      at++;
      t = 0;
      tell();
      changed(at);
    }
    const over = t >= 1 && (!playing || at === scenes.length - 1);
    if (over) [t, playing] = [1, false];
    const shown = t;
    t = Math.min(1, t);
    draw();
    t = shown;
    frame = over ? 0 : requestAnimationFrame(run);
    if (over) tell();
  };
  const start = () => {
    cancelAnimationFrame(frame);
    last = performance.now();
    frame = requestAnimationFrame(run);
  };
  const go = (/** @type {number} */ to, moves = true) => {
    at = Math.max(0, Math.min(scenes.length - 1, to));
    playing = playing && moves;
    t = still.matches ? 1 : 0;
    tell();
    changed(at);
    if (still.matches) draw();
    else start();
  };
  const back = button(f("motionBack"), () => go(at - 1, false), {});
  const next = button(f("motionNext"), () => go(at + 1, false), { "data-part": "step" });
  const play = button(
    f("motionPlay"),
    () => {
      playing = !playing;
      if (playing && at === scenes.length - 1) at = 0;
      if (playing) go(at);
      else {
        // A pause keeps the scene as it is.
        cancelAnimationFrame(frame);
        frame = 0;
        tell();
      }
    },
    { class: "primary", "data-part": "play", hidden: still.matches },
  );
  const marks = scenes.map(({ name }, index) =>
    el(
      "button",
      { type: "button", class: "motion-mark", onclick: () => go(index, false) },
      el("span", { class: "numbers", "aria-hidden": "true" }, number(index + 1)),
      name,
    ),
  );
  still.addEventListener("change", () => play.toggleAttribute("hidden", still.matches), { signal });
  addEventListener("themechange", draw, { signal });
  signal.addEventListener("abort", () => cancelAnimationFrame(frame));
  new ResizeObserver(draw).observe(canvas);
  tell();
  const node = el(
    "div",
    { class: "motion" },
    canvas,
    text,
    el("div", { class: "actions motion-actions" }, back, play, next),
    el(
      "ol",
      { class: "motion-marks", "aria-label": f("motionScenes") },
      marks.map((one) => el("li", null, one)),
    ),
  );
  states(canvas, () => scenes[at].table?.() ?? { head: [], rows: [] });
  return {
    node,
    /** What the scenes draw has changed. */
    redraw: () => {
      tell();
      draw();
    },
    scene: () => at,
  };
}

/**
 * The page's colours as a canvas takes them; the style sheet puts them where they compute to plain ones.
 * @param {HTMLElement} node
 */
function inksOf(node) {
  const style = getComputedStyle(node);
  return {
    ink: style.color,
    muted: style.getPropertyValue("caret-color"),
    accent: style.getPropertyValue("accent-color"),
    warm: style.getPropertyValue("text-decoration-color"),
    line: style.getPropertyValue("outline-color"),
    font: style.fontFamily,
  };
}

/**
 * How far one of many is when they set out one after the other. @param {number} t @param {number} index @param {number}
 * count
 */
export function staggered(t, index, count) {
  const late = 0.6;
  const own = t * (1 + late) - (late * index) / Math.max(1, count - 1);
  return ease(Math.max(0, Math.min(1, own)));
}

/** @param {number} t */
export const ease = (t) => t * t * (3 - 2 * t);

/** @param {number} from @param {number} to @param {number} t */
export const between = (from, to, t) => from + (to - from) * t;
