// @ts-check
// The picture of one network on one photo: a canvas, the words over it, and what a pointer and a keyboard do with them.
// What is drawn, and when, says who holds it: the place The picture (answering.js), or one of several beside each other
// (compare/).

import { el, fill } from "../shell/dom.js";
import { t } from "../shell/text.js";
import { clamped, flight, gestures, zoomed } from "./camera.js";
import { cellAt, firstCell, readoutText, tileAt } from "./cells.js";
import { coloursOf } from "./colours.js";
import { labels } from "./labels.js";
import { layerName } from "./names.js";
import { cellPlace, windowPlaces } from "./origin.js";
import { columnsOf, paint } from "./paint.js";
import { cameraOn, focusOf, pathOf, sceneOf, shortest, visible } from "./scene.js";
import { skipAt } from "./skips.js";
import { TileStore } from "./tile-store.js";

/** @typedef {import("../shell/types.js").Model} Model */
/** @typedef {import("./scene.js").Item} Item */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./scene.js").Camera} Camera */
/** @typedef {import("./paint.js").Column} Column */
/** @typedef {import("./paint.js").Spot} Spot */
/** @typedef {import("./cells.js").Cell} Cell */
/** @typedef {ReturnType<typeof picture>} Picture */
/**
 * What is around a picture: where it stands, and where lines from the photo and to the answer end.
 * @typedef {{ frame: () => import("./place.js").Frame,
 *   ends: () => { input: import("./paint.js").Anchor | null, output: import("./paint.js").Anchor[] },
 *   photo: () => import("./place.js").Rect | null }} Surroundings
 */

const SWEEP_MS = 1100;
/** A zoom that has rested for so long is where the visitor wanted to go. */
const SETTLED_MS = 350;
let made = 0;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * @param {{ signal: AbortSignal, failed: (error: unknown) => void, label: string }} app `failed` is told where tiles
 * could not be had
 * @param {Surroundings} around
 */
export function picture({ signal, failed, label }, around) {
  const canvas = el("canvas", {
    class: "picture-canvas",
    tabindex: 0,
    role: "application",
    "aria-label": label,
    "aria-describedby": `picture-keys-${++made}`,
  });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const readout = el("div", { class: "picture-readout", hidden: true });
  const words = labels({
    label,
    enter: (item) => go(item),
    beyond: (by) => {
      const { from, to } = camera.now;
      const step = 0.4 * by * (to - from);
      camera.fly(clamped({ from: from + step, to: to + step }, least));
    },
  });
  const line = el("div", { class: "depth-line", "aria-hidden": true, hidden: true });
  const keys = el("p", { id: `picture-keys-${made}`, class: "visually-hidden" }, t("picture.keys"));
  const node = el("div", { class: "picture" }, canvas, words.node, line, readout, keys);
  /** @type {Scene | null} */
  let scene = null;
  /** @type {Model | null} */
  let model = null;
  /** @type {Column[]} */
  let columns = [];
  /** @type {import("./skips.js").DrawnSkip[]} */
  let skips = [];
  /** @type {Spot | null} */
  let over = null;
  let least = 0.001;
  let frameId = 0;
  let sweepFrom = 0;
  let settle = 0;
  let ratio = 1;
  /** @type {Set<() => void>} */
  const watchers = new Set();
  /** @type {(item: Item, channel: number) => boolean} */
  let isOff = () => false;
  /** @type {(cell: Cell | null, chosen: boolean) => void} */
  let onCell = () => {};
  /** @type {import("./paint.js").Reveal | null} a map that is being filled */
  let reveal = null;
  /** @type {Map<string, number[]>} what the maps of a stage add to the answer */
  let shares = new Map();
  /** What lies nowhere on the photo is not weighed. @param {Item} item */
  const isWeighed = ({ tiles, shows }) => tiles === "table" || shares.has(shows);
  let sweepMs = SWEEP_MS;
  /** @type {(sum: string) => void} */
  let onSkip = () => {};
  let onSettled = () => {};
  /** @type {(camera: Camera) => void} */
  let onMoved = () => {};
  /** @type {(share: number | null) => void} */
  let onDepth = () => {};
  /** @type {import("./paint.js").Lit | null} */
  let lit = null;
  /** @type {import("./trace.js").Trace | null} */
  let trace = null;
  /** @type {number | null} how deep in another network the cursor is */
  let depth = null;
  let colours = coloursOf(document.documentElement);

  const draw = () => {
    frameId ||= requestAnimationFrame(frame);
  };
  const tiles = new TileStore(() => draw(), failed);
  let following = false;
  const camera = flight((now, settled) => {
    draw();
    if (settled) settleSoon();
    if (!following) onMoved(now);
  });

  /** @type {import("./paint.js").Photo | null} */
  let photo = null;
  /** @type {Camera | null} of the frame before */
  let last = null;
  /** @type {import("./place.js").Frame | null} of the last frame */
  let drawnIn = null;
  const frame = () => {
    frameId = 0;
    if (!scene || signal.aborted) return;
    const place = around.frame();
    drawnIn = place;
    const length = place.upright ? place.strip.height : place.strip.width;
    const seen = visible(scene, camera.now, place.whole ?? length, place.upright);
    const sweep = still.matches ? 2 : ((performance.now() - sweepFrom) / sweepMs) * 1.2;
    const face = around.photo();
    photo = face && model && { place: face, side: model.info.input.size };
    const view = {
      scene,
      frame: place,
      camera: camera.now,
      seen,
      store: tiles,
      colours,
      ratio,
      over,
      lit,
      trace,
      reveal,
      shares,
      sweep,
      ...around.ends(),
      photo,
      isOff,
      layerName,
    };
    tiles.begin(camera.now !== last);
    last = camera.now;
    columns = columnsOf(view);
    skips = paint(context, view, columns);
    words.show(place, columns);
    showDepth(place);
    void tiles.fetch();
    const whole =
      tiles.source !== null &&
      !tiles.busy &&
      !tiles.behind &&
      !words.behind &&
      columns.every((column) => column.tiles && !tiles.isOld(column.tiles));
    node.dataset.drawn = whole ? "all" : "some";
    if (shares.size > 0) node.dataset.weighed = columns.every(({ item }) => isWeighed(item)) ? "all" : "some";
    // Whoever waits for the picture to be drawn hears of this frame: there may be no other.
    for (const watch of [...watchers]) watch();
    if (sweep < 1.25 || tiles.behind || words.behind) draw();
  };
  /** @param {import("./place.js").Frame} place */
  const showDepth = ({ upright, strip }) => {
    const { from, to } = camera.now;
    const at = depth === null ? -1 : (depth - from) / (to - from);
    line.hidden = at < 0 || at > 1;
    if (line.hidden) return;
    line.classList.toggle("across", upright);
    line.style.left = upright ? `${strip.x}px` : `${strip.x + at * strip.width}px`;
    line.style.top = upright ? `${strip.y + at * strip.height}px` : "0";
  };

  const resize = () => {
    const { width, height } = node.getBoundingClientRect();
    ratio = Math.min(3, devicePixelRatio || 1);
    const size = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
    if (scene) least = shortest(scene, strip());
    draw();
  };
  const strip = () => {
    const { upright, strip: place } = around.frame();
    return upright ? place.height : place.width;
  };
  const observer = new ResizeObserver(resize);
  observer.observe(node);

  const settleSoon = () => {
    clearTimeout(settle);
    settle = setTimeout(() => scene && onSettled(), SETTLED_MS);
  };
  const go = (/** @type {Item | null} */ item) => camera.fly(cameraOn(item, around.frame().upright));
  const showsAll = () => camera.now.to - camera.now.from >= 0.999;
  const out = () => {
    if (!scene) return;
    const focus = focusOf(scene, camera.now);
    if (!showsAll()) go(focus?.parent ?? null);
  };
  const pan = (/** @type {number} */ by) => {
    const { from, to } = camera.now;
    camera.jump(clamped({ from: from + by * (to - from), to: to + by * (to - from) }, least));
  };

  /** Whether the picture may go on when the focus is inside words. @param {KeyboardEvent} event */
  const key = (event) => {
    const by = { "+": 1.5, "=": 1.5, "-": 1 / 1.5, _: 1 / 1.5 }[event.key];
    const along = { ArrowLeft: -0.15, ArrowUp: -0.15, ArrowRight: 0.15, ArrowDown: 0.15 }[event.key];
    if (by) camera.fly(zoomed(camera.now, by, 0.5, least));
    else if (along) pan(along);
    else if (event.key === "Escape") out();
    else if (event.key === "Home" || event.key === "0") go(null);
    else if (event.key === "Enter" && event.target === canvas) inward(0.5);
    else return;
    event.preventDefault();
  };
  node.addEventListener("keydown", key, { signal });

  /** One level deeper at a place. @param {number} at share of the view */
  const inward = (at) => {
    if (!scene) return;
    const point = camera.now.from + at * (camera.now.to - camera.now.from);
    const under = columns.map(({ item }) => item).find(({ x }) => x[0] <= point && point < x[1]);
    if (under && under === focusOf(scene, camera.now) && under.parts.length === 0)
      onCell(firstCell(under, columns), true);
    else if (under) go(under);
  };

  const along = (/** @type {{ clientX: number, clientY: number }} */ event) => {
    const box = node.getBoundingClientRect();
    const { upright, strip: place } = around.frame();
    return upright
      ? (event.clientY - box.top - place.y) / place.height
      : (event.clientX - box.left - place.x) / place.width;
  };
  const pointOf = (/** @type {{ clientX: number, clientY: number }} */ event) => {
    const box = node.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top, width: box.width };
  };
  const spotAt = (/** @type {PointerEvent} */ event) => {
    const { x, y } = pointOf(event);
    return tileAt(columns, x, y);
  };
  const point = (/** @type {PointerEvent | null} */ event) => {
    const found = event && spotAt(event);
    const next = found ? { item: found.column.item, at: found.at } : null;
    if (next?.item !== over?.item || next?.at !== over?.at) {
      over = next;
      draw();
    }
    onDepth(event && camera.now.from + along(event) * (camera.now.to - camera.now.from));
    readout.hidden = !found || lit !== null;
    if (!found && event?.pointerType !== "touch") onCell(null, false);
    if (!found || !event) return;
    const cell = cellAt(found);
    if (cell) fill(readout, readoutText(cell));
    const { x, y, width } = pointOf(event);
    readout.style.left = x > width / 2 ? "auto" : `${x + 14}px`;
    readout.style.right = x > width / 2 ? `${width - x + 14}px` : "auto";
    readout.style.top = `${y + 16}px`;
    if (cell && event.type === "pointermove" && event.pointerType === "mouse") onCell(cell, false);
  };
  gestures(
    canvas,
    {
      along,
      zoom: (by, at) => camera.jump(zoomed(camera.now, by, at, least)),
      pan,
      over: point,
      tap: (event, twice) => {
        point(event);
        if (twice) return inward(along(event));
        const found = spotAt(event);
        const cell = found && cellAt(found);
        if (cell) return onCell(cell, true);
        const { x, y } = pointOf(event);
        const sum = skipAt(skips, x, y);
        if (sum) onSkip(sum);
        else onCell(null, true);
      },
      done: settleSoon,
    },
    signal,
  );

  addEventListener(
    "themechange",
    () => {
      colours = coloursOf(document.documentElement);
      draw();
    },
    { signal },
  );
  signal.addEventListener("abort", () => {
    observer.disconnect();
    camera.stop();
    clearTimeout(settle);
    cancelAnimationFrame(frameId);
    tiles.use(null, null, false);
  });

  return {
    node,
    words,
    tiles,
    draw,
    go,
    out,
    camera,
    get scene() {
      return scene;
    },
    get model() {
      return model;
    },
    get columns() {
      return columns;
    },
    get colours() {
      return colours;
    },
    /** Whether it runs from top to bottom. */
    get upright() {
      return around.frame().upright;
    },
    /** Where it was last drawn. */
    get drawnIn() {
      return drawnIn;
    },
    /** Whether all of the network is on the screen. */
    get whole() {
      return showsAll();
    },
    /** What is off of the network that answers now: figures are drawn anew when it changes. */
    without: "",
    /** Which patches are hidden from it, as the address has them. */
    hidden: "",
    /**
     * Takes up a network. @param {Model} next @param {import("../engine.js").Layout} layout @param {string} name as an
     * address names it
     */
    open(next, layout, name) {
      model = next;
      scene = sceneOf(layout);
      words.clear();
      node.dataset.network = name;
      tiles.use(null, null, false);
      resize();
    },
    /** The same network now that other patches are hidden. @param {import("../engine.js").Layout} layout */
    restate(layout) {
      scene = sceneOf(layout);
      words.clear();
    },
    /**
     * Takes up a photo, or what the network makes of it now that something is off.
     * @param {import("./tile-store.js").Source} source @param {ImageData} crop @param {boolean} same whether the
     * network is the same
     */
    feed(source, crop, same) {
      tiles.use(source, crop, same);
      shares = new Map();
      node.removeAttribute("data-weighed");
      sweepMs = SWEEP_MS;
      sweepFrom = performance.now();
      draw();
    },
    /** What each map adds to the answer: lines are drawn by it. @param {Map<string, number[]>} found by stage */
    weighed(found) {
      shares = new Map([...shares, ...found]);
      draw();
    },
    /** Stages whose maps can add something to the answer, the network's columns and what is drawn inside them. */
    weighable: () => {
      const items = [...(scene?.items ?? []), ...columns.map(({ item }) => item)];
      return [...new Set(items.filter((item) => !isWeighed(item)).map(({ shows }) => shows))];
    },
    /** Resolves once all that is on the screen is drawn from numbers of this photo. */
    drawnOnce: () =>
      new Promise((/** @type {(done: void) => void} */ done) => {
        const watch = () => {
          if (node.dataset.drawn !== "all") return;
          watchers.delete(watch);
          done();
        };
        watchers.add(watch);
        draw();
      }),
    /** @param {number} by */
    zoom: (by) => camera.fly(zoomed(camera.now, by, 0.5, least)),
    /** What the camera is on, outermost first. */
    path: () => {
      const focus = scene && focusOf(scene, camera.now);
      return focus ? pathOf(focus) : [];
    },
    /** Called after every frame. @param {() => void} watch */
    watch: (watch) => void watchers.add(watch),
    /** Told when the camera rests. @param {() => void} act */
    settles(act) {
      onSettled = act;
    },
    /** Told of every step of the camera that was not another picture's. @param {(camera: Camera) => void} act */
    moves(act) {
      onMoved = act;
    },
    /** Goes where another picture went. @param {Camera} now */
    follow(now) {
      following = true;
      camera.jump(clamped(now, least), false);
      following = false;
    },
    /**
     * Told how deep in the network the cursor is, from 0 to 1; null where it is not on it.
     * @param {(share: number | null) => void} act
     */
    depths(act) {
      onDepth = act;
    },
    /** Marks how deep in another network the cursor is. @param {number | null} share */
    mark(share) {
      depth = share;
      draw();
    },
    /** @param {(item: Item, channel: number) => boolean} test */
    switches(test) {
      isOff = test;
      draw();
    },
    /** Told of a skip connection that was pointed at, by its sum. @param {(sum: string) => void} act */
    skips(act) {
      onSkip = act;
    },
    /** Lets the light go through once more. @param {number} seconds */
    sweep(seconds) {
      sweepMs = 1000 * seconds;
      sweepFrom = performance.now();
      draw();
    },
    /** A map is shown as far as it is computed. @param {import("./paint.js").Reveal | null} next */
    reveal(next) {
      reveal = next;
      draw();
    },
    /** What a cell reads is lit up. @param {import("./paint.js").Lit | null} next */
    light(next) {
      lit = next;
      readout.hidden ||= next !== null;
      draw();
    },
    /** What is lit is followed back to the photo. @param {import("./trace.js").Trace | null} next */
    follows(next) {
      trace = next;
      if (next) node.dataset.traced = [...next.stages.keys()].join(" ");
      else node.removeAttribute("data-traced");
      draw();
    },
    /** Where a cell stands on the screen, and what it reads, as far as that is shown. @param {Cell} cell */
    originOf: (cell) => {
      const place = cellPlace(columns, cell);
      return place && { ...place, windows: lit?.cell === cell ? windowPlaces(columns, lit, photo) : [] };
    },
    /**
     * Told of the cell under the cursor, and of the one that is chosen.
     * @param {(cell: Cell | null, chosen: boolean) => void} act
     */
    cells(act) {
      onCell = act;
    },
  };
}
