// @ts-check
// A chosen number followed back to the photo: on the maps of every column before it the window that it can depend on, by
// theory, and there in the light what it does depend on, by the gradient.

import { gives } from "./order.js";
import { cellPlace, outline, part, sightLines } from "./origin.js";
import { sourcesOf } from "./scene.js";

/** @typedef {import("./place.js").Rect} Rect */
/** @typedef {import("./paint.js").Column} Column */
/** @typedef {import("./paint.js").Lit} Lit */
/** @typedef {import("../engine.js").ReceptiveField} ReceptiveField */
/** @typedef {import("../engine.js").StageField} StageField */
/** @typedef {{ field: StageField, window: { x: number, y: number, width: number, height: number }, dark: OffscreenCanvas }} Traced */
/** @typedef {{ stages: Map<string, Traced>, photo: ReceptiveField["box"] }} Trace */
/**
 * @typedef {{ column: Column, windows: Rect[], main: number, direct: boolean }} Station the windows on a column's tiles,
 * the one that lines lead through, and whether the number itself reads them
 */

/** As dark as a place that a number does not depend on. */
const DARK = [6, 11, 18, 190];

/** How little each place adds, as a shade to lay over a map. @param {StageField} field */
function shade({ data, shape: [rows, columns] }) {
  const most = data.reduce((high, value) => Math.max(high, value), 0) || 1;
  const image = new ImageData(columns, rows);
  // The root, as on the photo: a gradient falls steeply to its edge.
  data.forEach((value, i) => image.data.set([...DARK.slice(0, 3), DARK[3] * (1 - Math.sqrt(value / most))], 4 * i));
  const canvas = new OffscreenCanvas(columns, rows);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}

/** @param {ReceptiveField} seen @returns {Trace} */
export function traceOf({ stages, box }) {
  const found = stages.flatMap((field) =>
    field.box ? [/** @type {const} */ ([field.stage, { field, window: field.box, dark: shade(field) }])] : [],
  );
  return { stages: new Map(found), photo: box };
}

/** Columns whose stages come before a cell's. @param {Column[]} columns @param {import("./cells.js").Cell} cell */
export const before = (columns, cell) => columns.filter(({ item }) => item.x[1] <= cell.item.x[0] + 1e-6);

/**
 * The tile that lines lead through: of the map that weighs most in the number itself, or that it depends on most.
 * @param {Column} column @param {StageField} field @param {import("../engine.js").SpotWindow | undefined} read
 */
function mainOf({ item, tiles, places, order }, { shares }, read) {
  if (item.tiles !== "maps" || !tiles) return 0;
  const channels = places.map((_, i) => tiles.channels[order[i]] ?? -1);
  const own = channels.map((channel) => (read?.channel === channel ? Infinity : (shares[channel] ?? 0)));
  return Math.max(0, own.indexOf(Math.max(...own)));
}

/**
 * Where windows stand on the columns before a cell. @param {Column[]} columns @param {Lit} lit @param {Trace} trace
 * @returns {Station[]}
 */
export function stations(columns, { cell, windows: read }, { stages }) {
  return before(columns, cell).flatMap((column) => {
    const { item, places, tiles } = column;
    const found = stages.get(item.stage);
    if (!found || !tiles || item.tiles === "vector" || item.tiles === "table") return [];
    const { field, window } = found;
    const windows = places.map((place) =>
      part(place, field.shape, [window.y, window.x], [window.height, window.width]),
    );
    const own = item.tiles === "maps" ? read.find(({ stage }) => gives(item, stage)) : undefined;
    return [{ column, windows, main: mainOf(column, field, own), direct: own !== undefined }];
  });
}

/**
 * Lays the shade over the maps and draws the windows, each with lines from those before. @param {CanvasRenderingContext2D}
 * context @param {import("./paint.js").View} view @param {Column[]} columns @returns {Station[]}
 */
export function traced(context, { scene, colours, frame, lit, trace }, columns) {
  if (!lit || !trace) return [];
  const found = stations(columns, lit, trace);
  const at = new Map(found.map((station) => [station.column.item, station]));
  const drawn = new Set(columns.map(({ item }) => item));
  context.strokeStyle = colours.warm;
  for (const { column, windows, main, direct } of found) {
    const dark = trace.stages.get(column.item.stage)?.dark;
    context.imageSmoothingEnabled = false;
    context.globalAlpha = column.alpha;
    for (const place of column.places) if (dark) context.drawImage(dark, place.x, place.y, place.width, place.height);
    if (direct) continue;
    windows.forEach((window, i) => {
      context.globalAlpha = column.alpha * (i === main ? 1 : 0.5);
      context.lineWidth = i === main ? 2 : 1;
      outline(context, window);
    });
  }
  context.lineWidth = 1;
  context.globalAlpha = 0.8;
  context.beginPath();
  for (const { column, windows, main } of found) {
    for (const item of sourcesOf(scene, column.item, drawn)) {
      const source = at.get(item);
      if (source) lead(context, source.windows[source.main], windows[main], frame.upright);
    }
  }
  // A number inside a column reads what is not drawn: its windows are those of the columns before it.
  const place = cellPlace(columns, lit.cell);
  for (const item of place && !found.some(({ direct }) => direct) ? sourcesOf(scene, lit.cell.item, drawn) : []) {
    const source = at.get(item);
    if (source && place) lead(context, source.windows[source.main], place.cell, frame.upright);
  }
  context.stroke();
  context.globalAlpha = 1;
  return found;
}

/**
 * From what the number sees of the photo to the first columns. @param {CanvasRenderingContext2D} context
 * @param {import("./paint.js").View} view @param {Station[]} found
 */
export function tracedOnPhoto(context, { colours, frame, photo, trace }, found) {
  const first = found.filter(({ column }) => column.item.from.length === 0);
  if (!photo || !trace?.photo || first.length === 0) return;
  const { x, y, width, height } = trace.photo;
  const seen = part(photo.place, [photo.side, photo.side], [y, x], [height, width]);
  context.strokeStyle = colours.warm;
  context.globalAlpha = 0.8;
  context.lineWidth = 1;
  context.beginPath();
  for (const { windows, main } of first) lead(context, seen, windows[main], frame.upright);
  context.stroke();
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {Rect} from @param {Rect} to @param {boolean} upright */
function lead(context, from, to, upright) {
  for (const [start, end] of sightLines(from, to, upright)) {
    context.moveTo(...start);
    context.lineTo(...end);
  }
}
