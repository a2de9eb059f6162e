// @ts-check
// The picture of the network on the current photo: one canvas that fills the screen, words and controls over it.

import { el, fill } from "../shell/dom.js";
import { notify } from "../shell/notices.js";
import { failureOf, failureText, isAborted } from "../shell/failure.js";
import { number, t } from "../shell/text.js";
import { clamped, flight, gestures, zoomed } from "./camera.js";
import { labels } from "./labels.js";
import { layerName, unitOf } from "./names.js";
import { cellPlace, columnsOf, paint, skipAt } from "./paint.js";
import { holds } from "./place.js";
import { cameraOn, focusOf, itemFor, pathOf, sceneOf, shortest, visible } from "./scene.js";
import { TileStore, valuesOf } from "./tile-store.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("../shell/types.js").Model} Model */
/** @typedef {import("./scene.js").Item} Item */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./paint.js").Column} Column */
/** @typedef {import("./paint.js").Spot} Spot */
/** @typedef {{ frame: () => import("./place.js").Frame, ends: () => { input: import("./paint.js").Anchor | null, output: import("./paint.js").Anchor[] } }} Surroundings */
/** @typedef {{ item: Item, channel: number, row: number, column: number, value: number }} Cell */

const SWEEP_MS = 1100;
/** Networks that answer within this many milliseconds are asked for more than their answer unasked. */
const QUICK_MS = 700;
/** A zoom that has rested for so long is where the visitor wanted to go. */
const SETTLED_MS = 350;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {App} app @param {Surroundings} around */
export function picture(app, around) {
  const { store, session, signal } = app;
  const canvas = el("canvas", {
    class: "picture-canvas",
    tabindex: 0,
    role: "application",
    "aria-label": t("picture.label"),
    "aria-describedby": "picture-keys",
  });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const readout = el("div", { class: "picture-readout", hidden: true });
  const words = labels({
    enter: (item) => go(item),
    beyond: (by) => {
      const { from, to } = camera.now;
      const step = 0.4 * by * (to - from);
      camera.fly(clamped({ from: from + step, to: to + step }, least));
    },
  });
  const node = el(
    "div",
    { class: "picture" },
    canvas,
    words.node,
    readout,
    el("p", { id: "picture-keys", class: "visually-hidden" }, t("picture.keys")),
  );
  /** @type {Scene | null} */
  let scene = null;
  /** @type {Model | null} */
  let model = null;
  /** @type {Column[]} */
  let columns = [];
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
  let sweepMs = SWEEP_MS;
  let onOpen = () => {};
  /** @type {(sum: string) => void} */
  let onSkip = () => {};
  /** @type {import("./paint.js").Lit | null} */
  let lit = null;
  let colours = coloursOf(document.documentElement);

  const draw = () => {
    frameId ||= requestAnimationFrame(frame);
  };
  const tiles = new TileStore(
    () => draw(),
    (error) => {
      if (!isAborted(error))
        notify(store, { kind: "error", text: failureText(failureOf(error)), detail: failureOf(error).message });
    },
  );
  const camera = flight((_, settled) => {
    draw();
    if (settled) settleSoon();
  });

  const frame = () => {
    frameId = 0;
    if (!scene || signal.aborted) return;
    const place = around.frame();
    const length = place.upright ? place.strip.height : place.strip.width;
    const seen = visible(scene, camera.now, length);
    const sweep = still.matches ? 2 : ((performance.now() - sweepFrom) / sweepMs) * 1.2;
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
      reveal,
      shares,
      sweep,
      ...around.ends(),
      isOff,
      layerName,
    };
    columns = columnsOf(view);
    paint(context, view, columns);
    words.show(place, columns);
    for (const watch of watchers) watch();
    void tiles.fetch();
    const whole =
      tiles.source !== null && !tiles.busy && columns.every((column) => column.tiles && !tiles.isOld(column.tiles));
    node.dataset.drawn = whole ? "all" : "some";
    node.dataset.network = store.state.load.id;
    if (sweep < 1.25) draw();
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
    settle = setTimeout(() => {
      if (!scene) return;
      const focus = focusOf(scene, camera.now);
      store.set({ stage: focus?.id ?? "" });
    }, SETTLED_MS);
  };
  const go = (/** @type {Item | null} */ item) => camera.fly(cameraOn(item));
  const out = () => {
    if (!scene) return;
    const focus = focusOf(scene, camera.now);
    const whole = camera.now.to - camera.now.from >= 0.999;
    if (!whole) go(focus?.parent ?? null);
  };

  /** Whether the picture may go on when the focus is inside words. @param {KeyboardEvent} event */
  const key = (event) => {
    const by = { "+": 1.5, "=": 1.5, "-": 1 / 1.5, _: 1 / 1.5 }[event.key];
    const pan = { ArrowLeft: -0.15, ArrowUp: -0.15, ArrowRight: 0.15, ArrowDown: 0.15 }[event.key];
    const { from, to } = camera.now;
    if (by) camera.fly(zoomed(camera.now, by, 0.5, least));
    else if (pan) camera.jump(clamped({ from: from + pan * (to - from), to: to + pan * (to - from) }, least));
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
    if (under && under === focusOf(scene, camera.now) && under.parts.length === 0) onCell(firstCell(under), true);
    else if (under) go(under);
  };
  /** The middle of an item's first map. @param {Item} item @returns {Cell | null} */
  const firstCell = (item) => {
    const tiles = columns.find((column) => column.item === item)?.tiles;
    if (!tiles || item.tiles === "table") return null;
    return cellIn(
      item,
      item.tiles === "vector" ? 0 : tiles.channels[0],
      Math.floor(item.grid[0] / 2),
      Math.floor(item.grid[1] / 2),
    );
  };
  /** A cell by its place; its value where it is drawn. @param {Item} item @param {number} channel @param {number} row @param {number} column @returns {Cell} */
  const cellIn = (item, channel, row, column) =>
    item.tiles === "vector"
      ? { item, channel, row: 0, column: 0, value: Number.NaN }
      : { item, channel, row, column, value: Number.NaN };

  const along = (/** @type {{ clientX: number, clientY: number }} */ event) => {
    const box = node.getBoundingClientRect();
    const { upright, strip: place } = around.frame();
    return upright
      ? (event.clientY - box.top - place.y) / place.height
      : (event.clientX - box.left - place.x) / place.width;
  };
  const spotAt = (/** @type {{ clientX: number, clientY: number }} */ event) => {
    const box = node.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    for (const column of columns) {
      const at = column.places.findIndex((place) => holds(place, x, y));
      if (at < 0 || !column.tiles || at >= column.tiles.channels.length) continue;
      return {
        column,
        at,
        x: (x - column.places[at].x) / column.places[at].width,
        y: (y - column.places[at].y) / column.places[at].height,
      };
    }
    return null;
  };
  const point = (/** @type {PointerEvent | null} */ event) => {
    const found = event && spotAt(event);
    const next = found ? { item: found.column.item, at: found.at } : null;
    if (next?.item !== over?.item || next?.at !== over?.at) {
      over = next;
      draw();
    }
    readout.hidden = !found || lit !== null;
    if (!found && event?.pointerType !== "touch") onCell(null, false);
    if (!found || !event) return;
    const cell = cellAt(found);
    if (cell) fill(readout, readoutText(cell));
    const box = node.getBoundingClientRect();
    const right = event.clientX - box.left > box.width / 2;
    readout.style.left = right ? "auto" : `${event.clientX - box.left + 14}px`;
    readout.style.right = right ? `${box.right - event.clientX + 14}px` : "auto";
    readout.style.top = `${event.clientY - box.top + 16}px`;
    if (cell && event.type === "pointermove" && event.pointerType === "mouse") onCell(cell, false);
  };
  gestures(
    canvas,
    {
      along,
      zoom: (by, at) => camera.jump(zoomed(camera.now, by, at, least)),
      pan: (by) => {
        const { from, to } = camera.now;
        camera.jump(clamped({ from: from + by * (to - from), to: to + by * (to - from) }, least));
      },
      over: point,
      tap: (event, twice) => {
        point(event);
        if (twice) return inward(along(event));
        const found = spotAt(event);
        const cell = found && cellAt(found);
        if (cell) return onCell(cell, true);
        const box = node.getBoundingClientRect();
        const sum = skipAt(event.clientX - box.left, event.clientY - box.top);
        if (sum) onSkip(sum);
        else onCell(null, true);
      },
      hold: () => {},
      done: settleSoon,
    },
    signal,
  );

  /** Takes up the network. */
  const opened = async () => {
    const next = store.state.load.status === "ready" ? session.model : null;
    if (!next || next === model) return;
    model = next;
    const layout = await next.layout({ signal });
    if (model !== next || signal.aborted) return;
    scene = sceneOf(layout);
    tiles.use(null, null, false);
    resize();
    camera.jump(cameraOn(itemFor(scene, store.state.stage)), false);
    onOpen();
    await shown(false);
  };
  /** Takes up the photo: once the answer is there, which must not wait for the tiles. @param {boolean} same */
  const shown = async (same) => {
    const { picture: photo, seen, run, load } = store.state;
    if (!scene || !model || !photo || !seen || run.status !== "done" || run.model !== load.id) return;
    const mine = model;
    const { data, shape } = await mine.preprocess(photo.blob, { signal });
    if (mine !== model || photo !== store.state.picture || signal.aborted) return;
    tiles.use({ model: mine, image: { data, shape } }, seen.crop, same);
    shares = new Map();
    sweepMs = SWEEP_MS;
    sweepFrom = performance.now();
    draw();
    if ((run.ms?.forward ?? Infinity) < QUICK_MS) void weigh().then(clock).catch(quiet);
  };
  /** Asks what each map adds to the answer, once everything is drawn: lines are drawn by it. */
  const weigh = async () => {
    const { source, age } = tiles;
    if (!source || !scene || !store.state.run.top) return;
    await drawnOnce();
    if (age !== tiles.age) return;
    const stages = [...new Set(scene.items.filter((item) => item.tiles !== "table").map(({ shows }) => shows))];
    try {
      const found = await source.model.contributions(stages, { image: source.image, signal });
      if (age !== tiles.age) return;
      shares = new Map(found.stages.map(({ stage, shares: own }) => [stage, own]));
      draw();
    } catch (error) {
      // A network that names by neighbours has no score to follow back.
      if (!isAborted(error) && failureOf(error).code !== "bad-input") throw error;
    }
  };
  /** @type {Model | null} whose stages have been timed */
  let timed = null;
  /** Times every stage once, when all else is there. */
  const clock = async () => {
    const { source } = tiles;
    if (!source || timed === source.model) return;
    timed = source.model;
    const rows = /** @type {{ stage: string, ms: number }[]} */ (
      await source.model.stageTimes({ image: source.image, signal })
    );
    if (model === timed) words.times(new Map(rows.map(({ stage, ms }) => [stage, ms])));
    draw();
  };
  const drawnOnce = () =>
    new Promise((/** @type {(done: void) => void} */ done) => {
      const watch = () => {
        if (node.dataset.drawn !== "all") return;
        watchers.delete(watch);
        done();
      };
      watchers.add(watch);
    });
  store.show(["load"], () => void opened().catch(quiet), signal);
  store.on(["run"], () => void shown(true).catch(quiet), signal);
  store.on(
    ["stage"],
    ({ stage }) => {
      if (!scene) return;
      const now = focusOf(scene, camera.now)?.id ?? "";
      if (itemFor(scene, stage)?.id !== (now || undefined)) go(itemFor(scene, stage));
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
    /** What is off of the network that answers now: figures are drawn anew when it changes. */
    without: "",
    /** @param {number} by */
    zoom: (by) => camera.fly(zoomed(camera.now, by, 0.5, least)),
    /** What the camera is on, outermost first. */
    path: () => {
      const focus = scene && focusOf(scene, camera.now);
      return focus ? pathOf(focus) : [];
    },
    /** Called after every frame. @param {() => void} watch */
    watch: (watch) => void watchers.add(watch),
    /** @param {(item: Item, channel: number) => boolean} test */
    switches(test) {
      isOff = test;
      draw();
    },
    /** Told when another network is taken up. @param {() => void} act */
    opens(act) {
      onOpen = act;
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
    /** The cell beside another; of a row of numbers the next one. @param {Cell} cell @param {number} rows @param {number} across @returns {Cell} */
    beside(cell, rows, across) {
      const { item, channel, row, column } = cell;
      const within = (/** @type {number} */ at, /** @type {number} */ count) => Math.max(0, Math.min(count - 1, at));
      return item.tiles === "vector"
        ? cellIn(item, within(channel + rows + across, item.count), 0, 0)
        : cellIn(item, channel, within(row + rows, item.grid[0]), within(column + across, item.grid[1]));
    },
    /** The same place in the next map of those that are drawn. @param {Cell} cell @param {number} by @returns {Cell} */
    nextMap(cell, by) {
      const channels = columns.find((column) => column.item === cell.item)?.tiles?.channels ?? [cell.channel];
      const at = channels.indexOf(cell.channel);
      return { ...cell, channel: channels[(at + by + channels.length) % channels.length], value: Number.NaN };
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
    /** Where a cell stands on the screen. @param {Cell} cell */
    placeOf: (cell) => cellPlace(columns, cell),
    /** Told of the cell under the cursor, and of the one that is chosen. @param {(cell: Cell | null, chosen: boolean) => void} act */
    cells(act) {
      onCell = act;
    },
    /** Computes everything anew: something was switched. */
    refresh: () => void shown(true).catch(quiet),
  };
}

/** @param {unknown} error */
function quiet(error) {
  if (!isAborted(error) && !(error instanceof DOMException)) throw error;
}

/** @param {{ column: Column, at: number, x: number, y: number }} found @returns {Cell | null} */
function cellAt({ column: { item, tiles }, at, x, y }) {
  if (!tiles) return null;
  const [, rows, columns] = tiles.shape;
  const values = valuesOf(tiles, at);
  if (item.tiles === "vector") {
    const across = Math.max(1, Math.round(Math.sqrt(values.length / 3)));
    const index = Math.floor(y * Math.ceil(values.length / across)) * across + Math.floor(x * across);
    return index < values.length ? { item, channel: index, row: 0, column: 0, value: values[index] } : null;
  }
  const [row, column] = [Math.min(rows - 1, Math.floor(y * rows)), Math.min(columns - 1, Math.floor(x * columns))];
  const scale = [item.grid[0] / rows, item.grid[1] / columns];
  return {
    item,
    channel: tiles.channels[at],
    row: Math.floor((row + 0.5) * scale[0]),
    column: Math.floor((column + 0.5) * scale[1]),
    value: values[row * columns + column],
  };
}

/** @param {Cell} cell */
function readoutText({ item, channel, row, column, value }) {
  const figure = Number.isNaN(value) ? t("picture.hidden") : number(value, { maximumSignificantDigits: 3 });
  const place =
    item.tiles === "vector"
      ? t("picture.unit", { index: number(channel + 1) })
      : t(`picture.${unitOf(item)}At`, {
          index: number(channel + 1),
          row: number(row + 1),
          column: number(column + 1),
        });
  return [el("span", { class: "quiet" }, place), " ", el("strong", { class: "numbers" }, figure)];
}

/** @param {Element} root @returns {import("./paint.js").Colours} */
function coloursOf(root) {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const read = (/** @type {string} */ name) => {
    probe.style.color = `var(${name})`;
    return style.color;
  };
  const found = {
    ink: read("--ink"),
    muted: read("--muted"),
    line: read("--line"),
    accent: read("--accent"),
    warm: read("--glow"),
    cold: read("--against"),
    paper: read("--paper"),
    font: getComputedStyle(root).fontFamily,
  };
  probe.remove();
  return found;
}
