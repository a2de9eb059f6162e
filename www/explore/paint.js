// @ts-check
// Draws the picture: groups, lines between tiles, skips, tiles. All positions come from place.js, all numbers from
// tile-store.js.

import { gives, lacksSome, orderOf } from "./order.js";
import { MOST_NARROW, columnRect, tileArea, tilePlaces } from "./place.js";
import { drawnFor } from "./scene.js";
import { skips } from "./skips.js";
import { foldedSize } from "./tile-store.js";

/** @typedef {import("./scene.js").Item} Item */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./scene.js").Camera} Camera */
/** @typedef {import("./place.js").Rect} Rect */
/** @typedef {import("./place.js").Frame} Frame */
/**
 * @typedef {{ ink: string, muted: string, line: string, accent: string, warm: string, cold: string, paper: string, font: string }} Colours
 */
/**
 * @typedef {{ item: Item, alpha: number, column: Rect, area: Rect, tiles: import("./tile-store.js").Tiles | null, places: Rect[], order: number[] }} Column
 * `order`: the tile at each place
 */
/** @typedef {{ item: Item, at: number }} Spot one tile */
/** @typedef {{ item: Item, channel: number, cells: number }} Reveal */
/** @typedef {{ cell: import("./cells.js").Cell, windows: import("../engine.js").SpotWindow[] }} Lit */
/** @typedef {import("./skips.js").DrawnSkip} DrawnSkip */
/** @typedef {{ x: number, y: number, share: number }} Anchor where a line begins or ends outside of the columns */
/**
 * @typedef {object} View
 * @property {Scene} scene
 * @property {Frame} frame
 * @property {Camera} camera
 * @property {import("./scene.js").Seen[]} seen
 * @property {import("./tile-store.js").TileStore} store
 * @property {Colours} colours
 * @property {number} ratio pixels of the screen for one of CSS
 * @property {Spot | null} over the tile under the cursor
 * @property {Reveal | null} reveal a map that is being filled
 * @property {Map<string, number[]>} shares what the maps of a stage add to the answer
 * @property {Lit | null} lit the cell whose origin is shown
 * @property {number} sweep how far the light has come, 0 to 1.3
 * @property {Anchor | null} input
 * @property {Anchor[]} output
 * @property {(item: Item, channel: number) => boolean} isOff
 * @property {(layer: string, index: number) => string} layerName
 */

/** Lays out what is seen and asks for its tiles. @param {View} view @returns {Column[]} */
export function columnsOf({ frame, camera, seen, store, ratio, lit }) {
  return seen.map(({ item, alpha }) => {
    const column = columnRect(frame, camera, item);
    const area = tileArea(frame, column);
    const places = tilePlaces(frame, area, item);
    const size = Math.max(...places.slice(0, 1).map(({ width, height }) => Math.max(width, height)));
    const side = size * ratio > 150 ? 256 : 64;
    const few = store.get(item, places.length, side);
    const tiles = lacksSome(item, few, lit) ? store.get(item, item.count, side) : few;
    return { item, alpha, column, area, tiles, places, order: orderOf(item, tiles, places, lit, frame.strip) };
  });
}

/**
 * Draws it all; gives where skips stand. @param {CanvasRenderingContext2D} context @param {View} view @param {Column[]}
 * columns @returns {DrawnSkip[]}
 */
export function paint(context, view, columns) {
  const { frame, ratio } = view;
  const { canvas } = context;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.width / ratio, canvas.height / ratio);
  context.save();
  context.beginPath();
  const { x, y, width, height } = frame.strip;
  const margin = frame.upright ? 0 : 22;
  context.rect(x - margin, y, width + 2 * margin, height);
  context.clip();
  if (!frame.compact) groups(context, view);
  lines(context, view, columns);
  const drawn = skips(context, view, columns);
  for (const column of columns) tilesOf(context, view, column);
  origin(context, view, columns);
  fade(context, view);
  context.restore();
  ends(context, view, columns);
  return drawn;
}

/** How far from an edge the picture fades where it goes on beyond it. */
const FADE = 30;

/** The picture goes on beyond what is seen: it ends softly there. @param {CanvasRenderingContext2D} context @param {View} view */
function fade(context, { frame, camera }) {
  const { upright, strip } = frame;
  const [x0, y0] = [strip.x - 22, strip.y];
  const [x1, y1] = [strip.x + strip.width + 22, strip.y + strip.height];
  context.globalCompositeOperation = "destination-out";
  for (const [beyond, edge, inward] of [
    [camera.from > 0.0005, upright ? y0 : x0, FADE],
    [camera.to < 0.9995, upright ? y1 : x1, -FADE],
  ]) {
    if (!beyond) continue;
    const end = Number(edge) + Number(inward);
    const shade = upright
      ? context.createLinearGradient(0, Number(edge), 0, end)
      : context.createLinearGradient(Number(edge), 0, end, 0);
    shade.addColorStop(0, "rgb(0 0 0 / 1)");
    shade.addColorStop(1, "rgb(0 0 0 / 0)");
    context.fillStyle = shade;
    const low = Math.min(Number(edge), end);
    if (upright) context.fillRect(x0, low, x1 - x0, FADE);
    else context.fillRect(low, y0, FADE, y1 - y0);
  }
  context.globalCompositeOperation = "source-over";
}

/**
 * A cell on the screen. @param {Column[]} columns @param {import("./cells.js").Cell} cell
 * @returns {{ tile: Rect, cell: Rect } | null}
 */
export function cellPlace(columns, { item, channel, row, column }) {
  const found = columns.find((one) => one.item.id === item.id);
  if (!found?.tiles) return null;
  if (item.tiles === "vector") return { tile: found.places[0], cell: foldedCell(found.places[0], item.count, channel) };
  const at = found.order.indexOf(found.tiles.channels.indexOf(channel));
  const tile = found.places[at];
  return tile ? { tile, cell: part(tile, item.grid, [row, column], [1, 1]) } : null;
}

/**
 * A part of a tile. @param {Rect} tile @param {number[]} grid @param {number[]} first @param {number[]} size
 * @returns {Rect}
 */
function part(tile, grid, first, size) {
  const [h, w] = [tile.height / grid[0], tile.width / grid[1]];
  return {
    x: tile.x + first[1] * w,
    y: tile.y + first[0] * h,
    width: Math.max(2, size[1] * w),
    height: Math.max(2, size[0] * h),
  };
}

/** One of the numbers that stand as a block of cells. @param {Rect} tile @param {number} count @param {number} index */
function foldedCell(tile, count, index) {
  const { rows, columns } = foldedSize(count);
  return part(tile, [rows, columns], [Math.floor(index / columns), index % columns], [1, 1]);
}

/**
 * The cell under the cursor and the windows that it reads, with the lines between them.
 * @param {CanvasRenderingContext2D} context @param {View} view @param {Column[]} columns
 */
function origin(context, { lit, colours, frame }, columns) {
  if (!lit) return;
  const place = cellPlace(columns, lit.cell);
  if (!place) return;
  context.globalAlpha = 1;
  context.strokeStyle = colours.warm;
  const outline = (/** @type {Rect} */ rect) =>
    context.strokeRect(rect.x - 0.75, rect.y - 0.75, rect.width + 1.5, rect.height + 1.5);
  for (const { stage, channel, first, size } of lit.windows) {
    for (const column of columns) {
      const { item, tiles, places, order } = column;
      if (!tiles || item.tiles === "heads" || !gives(item, stage)) continue;
      places.forEach((tile, i) => {
        const own = tiles.channels[order[i]];
        if (own === undefined || (channel !== null && item.tiles === "maps" && own !== channel)) return;
        const window = channel === null || item.tiles === "vector" ? tile : part(tile, item.grid, first, size);
        context.lineWidth = 2;
        outline(window);
        context.lineWidth = 1;
        context.beginPath();
        if (frame.upright) {
          for (const x of [0, 1]) {
            context.moveTo(window.x + x * window.width, window.y + window.height);
            context.lineTo(place.cell.x + x * place.cell.width, place.cell.y);
          }
        } else {
          for (const y of [0, 1]) {
            context.moveTo(window.x + window.width, window.y + y * window.height);
            context.lineTo(place.cell.x, place.cell.y + y * place.cell.height);
          }
        }
        context.stroke();
      });
    }
  }
  context.lineWidth = 2;
  outline(place.cell);
}

/** How bright a place is while the light passes. @param {View} view @param {Rect} rect */
function light({ frame, sweep }, rect) {
  const { upright, strip } = frame;
  const at = upright ? (rect.y - strip.y) / strip.height : (rect.x - strip.x) / strip.width;
  return Math.max(0, Math.min(1, (sweep - at) / 0.16));
}

/** @param {CanvasRenderingContext2D} context @param {View} view @param {Column} column */
function tilesOf(context, view, { item, alpha, tiles, places, order }) {
  const { store, colours, over, ratio, isOff, reveal } = view;
  const old = tiles !== null && store.isOld(tiles);
  places.forEach((place, i) => {
    const lit = light(view, place);
    const at = order[i];
    const bitmap = tiles && at < tiles.channels.length ? store.bitmap(item, tiles, at) : null;
    const shown = tiles && bitmap;
    context.globalAlpha = alpha * (shown ? (old ? 0.45 : 0.18 + 0.82 * lit) : 0.5);
    if (shown) {
      context.imageSmoothingEnabled = bitmap.width > place.width * ratio * 1.2;
      context.imageSmoothingQuality = "medium";
      const partly = reveal?.item === item && (item.tiles === "vector" || reveal.channel === tiles.channels[at]);
      if (partly && reveal) {
        context.save();
        upTo(context, item, place, reveal.cells);
      }
      context.drawImage(bitmap, place.x, place.y, place.width, place.height);
      if (partly) context.restore();
      if (item.windows && place.width > 40) windowLines(context, item, place);
      if (lit > 0.2 && lit < 0.98) {
        context.globalAlpha = alpha * 0.3 * Math.sin(lit * Math.PI);
        context.fillStyle = "#ffe9b8";
        context.fillRect(place.x, place.y, place.width, place.height);
      }
    }
    const off = shown && isOff(item, tiles.channels[at]);
    const under = over?.item === item && over.at === i;
    context.globalAlpha = alpha * (under || off ? 1 : 0.55);
    context.strokeStyle = under ? colours.warm : off ? colours.muted : colours.line;
    context.lineWidth = under ? 2 : 1;
    context.strokeRect(place.x - 0.5, place.y - 0.5, place.width + 1, place.height + 1);
    if (off) cross(context, place);
  });
  context.globalAlpha = 1;
}

/**
 * Clips to the first cells of a tile, row by row. @param {CanvasRenderingContext2D} context @param {Item} item
 * @param {Rect} place @param {number} cells
 */
function upTo(context, item, { x, y, width, height }, cells) {
  const folded = item.tiles === "vector" ? foldedSize(item.count) : { rows: item.grid[0], columns: item.grid[1] };
  const [h, w] = [height / folded.rows, width / folded.columns];
  const whole = Math.floor(cells / folded.columns);
  context.beginPath();
  context.rect(x, y, width, whole * h);
  context.rect(x, y + whole * h, (cells % folded.columns) * w, h);
  context.clip();
}

/** @param {CanvasRenderingContext2D} context @param {Rect} place */
function cross(context, { x, y, width, height }) {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + width, y + height);
  context.moveTo(x + width, y);
  context.lineTo(x, y + height);
  context.stroke();
}

/**
 * Where the windows of attention end. @param {CanvasRenderingContext2D} context @param {Item} item @param {Rect} place
 */
function windowLines(context, { windows, grid }, { x, y, width, height }) {
  if (!windows) return;
  context.strokeStyle = "rgb(255 255 255 / 0.5)";
  context.lineWidth = 1;
  context.beginPath();
  for (let at = windows.shift || windows.size; at < grid[0]; at += windows.size) {
    context.moveTo(x, y + (at / grid[0]) * height);
    context.lineTo(x + width, y + (at / grid[0]) * height);
  }
  for (let at = windows.shift || windows.size; at < grid[1]; at += windows.size) {
    context.moveTo(x + (at / grid[1]) * width, y);
    context.lineTo(x + (at / grid[1]) * width, y + height);
  }
  context.stroke();
}

/** Blocks of one group have a line along them. @param {CanvasRenderingContext2D} context @param {View} view */
function groups(context, { scene, frame, camera, colours, layerName }) {
  /** @type {{ name: string, index: number, first: Item, last: Item }[]} */
  const found = [];
  for (const item of scene.items) {
    if (!item.layer) continue;
    const [name, index] = item.layer;
    const open = found.at(-1);
    if (open?.name === name) open.last = item;
    else found.push({ name, index, first: item, last: item });
  }
  context.font = `600 12px ${colours.font}`;
  context.lineWidth = 2;
  for (const { name, index, first, last } of found) {
    const rect = columnRect(frame, camera, { x: [first.x[0], last.x[1]], y: [0, 1] });
    const text = layerName(name, index);
    context.strokeStyle = colours.line;
    context.beginPath();
    if (frame.upright) {
      const x = frame.strip.x + frame.strip.width - 3;
      context.moveTo(x, rect.y + 3);
      context.lineTo(x, rect.y + rect.height - 3);
      context.stroke();
      continue;
    }
    const left = Math.max(rect.x + 4, frame.strip.x);
    const right = Math.min(rect.x + rect.width - 4, frame.strip.x + frame.strip.width);
    if (right - left < 8) continue;
    const y = frame.strip.y + 17;
    context.moveTo(left, y);
    context.lineTo(right, y);
    context.stroke();
    if (right - left < context.measureText(text).width + 4) continue;
    context.fillStyle = colours.muted;
    context.textAlign = "left";
    context.fillText(text, left, y - 6);
  }
}

/**
 * @param {Frame} frame @param {Rect} rect @param {"out" | "in"} side where lines leave a rectangle, or reach it
 * @returns {[number, number]}
 */
const port = ({ upright }, { x, y, width, height }, side) =>
  upright ? [x + width / 2, side === "out" ? y + height : y] : [side === "out" ? x + width : x, y + height / 2];

/**
 * @param {CanvasRenderingContext2D} context @param {Frame} frame @param {[number, number]} from
 * @param {[number, number]} to
 */
function curve(context, { upright }, [x0, y0], [x1, y1]) {
  const [half, tall] = [(x1 - x0) / 2, (y1 - y0) / 2];
  context.moveTo(x0, y0);
  if (upright) context.bezierCurveTo(x0, y0 + tall, x1, y1 - tall, x1, y1);
  else context.bezierCurveTo(x0 + half, y0, x1 - half, y1, x1, y1);
}

/**
 * Where lines leave or reach a column: its tiles, or all of them together. @param {Frame} frame @param {Column} column
 * @param {"out" | "in"} side
 */
function ports(frame, { places, area }, side) {
  return places.length <= MOST_NARROW ? places.map((place) => port(frame, place, side)) : [port(frame, area, side)];
}

/**
 * How strongly tiles speak for the answer, from -1 to 1 within their stage. @param {View} view @param {Column} column
 * @returns {number[] | null}
 */
function voices({ shares }, { item, tiles, places, order }) {
  const own = shares.get(item.shows);
  if (!own || !tiles || places.length > MOST_NARROW) return null;
  if (item.tiles === "vector") return [1];
  const found = places.map((_, i) => own[tiles.channels[order[i]]] ?? 0);
  const most = Math.max(...found.map(Math.abs), 1e-30);
  return found.map((share) => share / most);
}

/**
 * The weight of the line between two tiles; null where nothing is known of one side. @param {View} view @param {Column}
 * from @param {Column} to
 */
function weights(view, from, to) {
  const [a, b] = [voices(view, from), voices(view, to)];
  if (!a || !b) return null;
  return (/** @type {number} */ i, /** @type {number} */ j) =>
    (a[i] < 0 ? -1 : 1) * Math.sqrt(Math.abs(a[i] ?? 0) * Math.abs(b[j] ?? 0));
}

/** Strengths that are told apart: lines of one strength are one stroke. */
const STRENGTHS = [
  { from: 0, alpha: 0.09, width: 1 },
  { from: 0.22, alpha: 0.24, width: 1.1 },
  { from: 0.42, alpha: 0.45, width: 1.5 },
  { from: 0.7, alpha: 0.8, width: 2.2 },
];

/**
 * Lines by what their ends add to the answer: for it in one colour, against it in another.
 * @param {CanvasRenderingContext2D} context @param {View} view @param {[number, number][]} outs @param {[number, number][]}
 * ins @param {(i: number, j: number) => number} weigh @param {number} alpha
 */
function evidence(context, { frame, colours }, outs, ins, weigh, alpha) {
  for (const [level, { from, alpha: own, width }] of STRENGTHS.entries()) {
    const below = STRENGTHS[level + 1]?.from ?? Infinity;
    for (const sign of [1, -1]) {
      context.beginPath();
      outs.forEach((a, i) =>
        ins.forEach((b, j) => {
          const weight = weigh(i, j);
          const size = Math.abs(weight);
          if (weight * sign >= 0 && (weight !== 0 || sign > 0) && size >= from && size < below)
            curve(context, frame, a, b);
        }),
      );
      context.globalAlpha = alpha * own;
      context.lineWidth = width;
      context.strokeStyle = sign > 0 ? colours.warm : colours.cold;
      context.stroke();
    }
  }
  context.strokeStyle = colours.accent;
  context.lineWidth = 1;
}

/**
 * Between columns that stand close to each other, lines would be a solid stripe. @param {Frame} frame
 * @param {Column} from @param {Column} to
 */
function open(frame, from, to) {
  const { upright } = frame;
  const gap = upright ? to.area.y - from.area.y - from.area.height : to.area.x - from.area.x - from.area.width;
  return Math.max(0.12, Math.min(1, (gap - 2) / 14));
}

/** @param {CanvasRenderingContext2D} context @param {View} view @param {Column[]} columns */
function lines(context, view, columns) {
  const { scene, frame, colours, over } = view;
  const drawn = new Set(columns.map(({ item }) => item));
  const of = new Map(columns.map((column) => [column.item, column]));
  const skipped = new Map(scene.skips.map(({ from, to }) => [to, from]));
  context.strokeStyle = colours.accent;
  context.lineWidth = 1;
  for (const to of columns) {
    for (const name of to.item.from) {
      if (to.item.kind === "add" && skipped.get(to.item.stage) === name) continue;
      const source = drawnFor(scene, name, drawn);
      const from = source && of.get(source);
      if (!from || from === to) continue;
      const [outs, ins] = [ports(frame, from, "out"), ports(frame, to, "in")];
      const alpha = Math.min(from.alpha, to.alpha) * open(frame, from, to);
      const weigh = weights(view, from, to);
      if (weigh && outs.length * ins.length > 1) evidence(context, view, outs, ins, weigh, alpha);
      else {
        context.globalAlpha = alpha * (outs.length * ins.length > 1 ? 0.16 : 0.4);
        context.beginPath();
        for (const a of outs) for (const b of ins) curve(context, frame, a, b);
        context.stroke();
      }
      const at = over && (over.item === to.item ? ins[over.at] : over.item === from.item ? outs[over.at] : null);
      if (!over || !at) continue;
      context.globalAlpha = 0.85;
      context.strokeStyle = colours.accent;
      context.lineWidth = 1.4;
      context.beginPath();
      if (over.item === to.item) for (const a of outs) curve(context, frame, a, at);
      else for (const b of ins) curve(context, frame, at, b);
      context.stroke();
    }
  }
  context.globalAlpha = 1;
}

/**
 * From the photo into the first columns, and from the last into the answer. @param {CanvasRenderingContext2D} context
 * @param {View} view @param {Column[]} columns
 */
function ends(context, { frame, camera, scene, colours, input, output, sweep }, columns) {
  context.strokeStyle = colours.accent;
  const fade = (/** @type {number} */ hidden) => Math.max(0, 1 - hidden * 6);
  const first = columns.filter(({ item }) => item.from.length === 0);
  if (input && first.length > 0) {
    context.lineWidth = 1;
    context.globalAlpha = 0.35 * fade(camera.from / (camera.to - camera.from));
    context.beginPath();
    for (const column of first)
      for (const to of ports(frame, column, "in")) curve(context, frame, [input.x, input.y], to);
    context.stroke();
  }
  const last = columns.find(({ item }) => item === scene.items.at(-1) || item.parent === scene.items.at(-1));
  const end = last && columns.findLast(({ item }) => item.x[1] >= 0.9999);
  if (end && sweep > 0.8) {
    context.strokeStyle = colours.warm;
    for (const to of output) {
      context.globalAlpha = (0.15 + 0.6 * to.share) * fade((1 - camera.to) / (camera.to - camera.from));
      context.lineWidth = 1 + 3 * to.share;
      context.beginPath();
      for (const from of ports(frame, end, "out")) curve(context, frame, from, [to.x, to.y]);
      context.stroke();
    }
  }
  context.globalAlpha = 1;
}
