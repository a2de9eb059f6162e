// @ts-check
// The numbers behind the picture's tiles: asked for in one call for all that is on the screen, kept until the photo,
// the network or what is switched off changes, turned into bitmaps when first drawn.

import { colourWord, scaleOf } from "../figures/kit/colour.js";

/** @typedef {import("../engine.js").StageTiles} StageTiles */
/** @typedef {import("../engine.js").Model} Model */
/** @typedef {import("./scene.js").Item} Item */
/**
 * @typedef {{ model: Model, image: import("../engine.js").Tensor, off?: import("../engine.js").Off[], weighed: boolean }} Source
 * `off`: where it is not the handle's own; `weighed`: whether what each map adds to the answer is asked for
 */
/**
 * `former`: bitmaps of the same maps in less detail, by channel, until these are coloured.
 * @typedef {StageTiles & { bitmaps: (OffscreenCanvas | null)[], former: Map<number, OffscreenCanvas>, asked: number, side: number }} Tiles
 */

/** Counts that are asked for, so that a little more room asks for nothing new. */
const COUNTS = [9, 32, 128, 512, 4096];
/** Stages of one call: a network of some fifty columns is one forward pass. */
const BATCH = 64;
/**
 * Milliseconds of a frame that go into colouring tiles, while the camera rests and while it moves: what is left waits for
 * the next.
 */
const COLOURING_MS = { resting: 7, moving: 4 };

export class TileStore {
  /** @param {() => void} changed @param {(error: unknown) => void} failed */
  constructor(changed, failed) {
    this.changed = changed;
    this.failed = failed;
    /** @type {Map<string, Tiles>} */
    this.known = new Map();
    /** @type {Map<string, Tiles>} what was known before the photo or the network's switches changed */
    this.before = new Map();
    /** @type {Map<string, { item: Item, count: number, side: number }>} */
    this.wanted = new Map();
    /** @type {Source | null} */
    this.source = null;
    /** @type {ImageData | null} */
    this.crop = null;
    this.control = new AbortController();
    this.busy = false;
    /** Goes up with each new source. */
    this.age = 0;
    this.until = Infinity;
    /** Whether some tiles wait for the next frame to be coloured. */
    this.behind = false;
  }

  /**
   * Takes up another photo, network or state of its switches. @param {Source | null} source @param {ImageData | null}
   * crop @param {boolean} same whether the layout stays, so that old tiles may stand until new ones come
   */
  use(source, crop, same) {
    this.control.abort();
    this.control = new AbortController();
    this.before = same ? new Map([...this.before, ...this.known]) : new Map();
    this.known = new Map();
    this.wanted.clear();
    this.source = source;
    this.crop = crop;
    this.busy = false;
    this.age++;
  }

  /**
   * The tiles of an item as they are now; what is missing is asked for. @param {Item} item @param {number} count
   * @param {number} side @returns {Tiles | null}
   */
  get(item, count, side) {
    const known = this.known.get(item.shows) ?? null;
    const ask = item.tiles === "maps" ? Math.min(COUNTS.find((c) => c >= count) ?? 4096, item.count) : item.count;
    const finer = Math.min(side, Math.max(...item.grid));
    if (!known || known.asked < ask || known.side < finer) {
      const most = this.wanted.get(item.shows);
      this.wanted.set(item.shows, {
        item,
        count: Math.max(ask, known?.asked ?? 0, most?.count ?? 0),
        side: Math.max(finer, known?.side ?? 0, most?.side ?? 0),
      });
    }
    return known ?? this.before.get(item.shows) ?? null;
  }

  /** Whether tiles are from before the last change. @param {Tiles} tiles */
  isOld(tiles) {
    return this.known.get(tiles.stage) !== tiles;
  }

  /** Asks for what the last frame missed. */
  async fetch() {
    const { source, control } = this;
    if (!source || this.busy || this.wanted.size === 0) return;
    const batch = [...this.wanted.entries()].slice(0, BATCH);
    for (const [name] of batch) this.wanted.delete(name);
    this.busy = true;
    try {
      const stages = batch.map(([stage, { item, count, side }]) =>
        item.tiles === "maps" ? { stage, count, side } : { stage, side },
      );
      const found = await source.model.tiles(stages, {
        image: source.image,
        off: source.off,
        signal: control.signal,
      });
      if (control.signal.aborted) return;
      found.forEach((tiles, i) => {
        const { count, side } = batch[i][1];
        this.known.set(tiles.stage, {
          ...tiles,
          bitmaps: new Array(tiles.channels.length).fill(null),
          former: bitmapsOf(this.known.get(tiles.stage)),
          asked: count,
          side,
        });
      });
      this.busy = false;
      this.changed();
    } catch (error) {
      if (control.signal.aborted) return;
      this.busy = false;
      this.failed(error);
    }
  }

  /** A frame begins: it has a few milliseconds to colour what it shows for the first time. @param {boolean} moving */
  begin(moving) {
    this.until = performance.now() + COLOURING_MS[moving ? "moving" : "resting"];
    this.behind = false;
  }

  /**
   * One tile as a bitmap; where colouring it is left to the next frame, as it was before, or null. @param {Item} item
   * @param {Tiles} tiles @param {number} at
   */
  bitmap(item, tiles, at) {
    if (!tiles.bitmaps[at] && performance.now() > this.until) {
      this.behind = true;
      return tiles.former.get(tiles.channels[at]) ?? null;
    }
    tiles.bitmaps[at] ??= item.tiles === "heads" ? lit(tiles, at, this.crop) : coloured(item, tiles, at);
    return /** @type {OffscreenCanvas} */ (tiles.bitmaps[at]);
  }
}

/** Bitmaps of tiles by channel, as far as they are coloured. @param {Tiles | undefined} tiles */
function bitmapsOf(tiles) {
  const found = new Map(tiles?.former);
  tiles?.bitmaps.forEach((bitmap, at) => bitmap && found.set(tiles.channels[at], bitmap));
  return found;
}

/** The numbers of one tile. @param {StageTiles} tiles @param {number} at */
export function valuesOf({ data, shape: [, rows, columns] }, at) {
  return data.subarray(at * rows * columns, (at + 1) * rows * columns);
}

/** A long row of numbers stands as a block of cells. @param {number} count */
export const foldedSize = (count) => {
  const columns = Math.max(1, Math.round(Math.sqrt(count / 3)));
  return { columns, rows: Math.ceil(count / columns) };
};

/** A patch that is hidden from the network: see-through grey. */
const HIDDEN = 0x38968c80;

/** @param {Item} item @param {StageTiles} tiles @param {number} at */
function coloured(item, tiles, at) {
  const values = valuesOf(tiles, at);
  const { rows, columns } =
    item.tiles === "vector" ? foldedSize(values.length) : { rows: tiles.shape[1], columns: tiles.shape[2] };
  const scale = scaleOf({ low: tiles.low[at], high: tiles.high[at] });
  const image = new ImageData(columns, rows);
  const words = new Uint32Array(image.data.buffer);
  values.forEach((value, i) => {
    words[i] = Number.isNaN(value) ? HIDDEN : colourWord(value, scale);
  });
  const canvas = new OffscreenCanvas(columns, rows);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}

/** Pixels of a lit photo on a side. */
const LIT = 112;

/**
 * The photo in the dark, lit where a head looks. @param {StageTiles} tiles @param {number} at @param {ImageData | null}
 * crop
 */
function lit(tiles, at, crop) {
  const [, rows, columns] = tiles.shape;
  const values = valuesOf(tiles, at);
  const canvas = new OffscreenCanvas(LIT, LIT);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const photo = crop && bitmapOf(crop);
  context.imageSmoothingEnabled = Boolean(crop && crop.width > 64);
  if (photo) context.drawImage(photo, 0, 0, LIT, LIT);
  context.fillStyle = photo ? "rgb(9 14 20 / 0.7)" : "rgb(16 24 34)";
  context.fillRect(0, 0, LIT, LIT);
  const [w, h] = [LIT / columns, LIT / rows];
  const most = tiles.high[at] || 1;
  values.forEach((value, i) => {
    const [x, y] = [(i % columns) * w, Math.floor(i / columns) * h];
    if (Number.isNaN(value)) {
      context.clearRect(x, y, w, h);
      context.fillStyle = "rgb(128 140 150 / 0.22)";
      return context.fillRect(x, y, w, h);
    }
    const share = value / most;
    if (share < 0.02) return;
    if (photo) {
      context.globalAlpha = Math.min(1, share);
      context.drawImage(
        photo,
        (i % columns) * (photo.width / columns),
        Math.floor(i / columns) * (photo.height / rows),
        photo.width / columns,
        photo.height / rows,
        x,
        y,
        w,
        h,
      );
    }
    context.globalAlpha = 0.86 * share ** 0.8;
    context.fillStyle = "rgb(255 190 76)";
    context.fillRect(x + 0.5, y + 0.5, w - 1, h - 1);
    context.globalAlpha = 1;
  });
  return canvas;
}

/** @type {WeakMap<ImageData, OffscreenCanvas>} */
const photos = new WeakMap();

/** @param {ImageData} image */
export function bitmapOf(image) {
  let canvas = photos.get(image);
  if (!canvas) {
    canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext("2d")?.putImageData(image, 0, 0);
    photos.set(image, canvas);
  }
  return canvas;
}
