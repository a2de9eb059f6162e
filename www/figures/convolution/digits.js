// @ts-check
// The bundled handwritten digits: 500 of MNIST's test set, in one picture.

import { el } from "../../shell/dom.js";
import { f } from "../../lessons/words.js";

const FOLDER = new URL("../../samples/", import.meta.url);
const SIDE = 32;
const EDGE = 2;
const changes = new EventTarget();
let chosen = 0;

/**
 * @typedef {{ labels: number[], tile: number, columns: number, pixels: Uint8Array[] }} Digits one byte a pixel, tile by
 * tile
 */

/** @type {Promise<Digits> | null} */
let loading = null;

export const digits = () => (loading ??= load());

/** @returns {Promise<Digits>} */
async function load() {
  const [facts, picture] = await Promise.all([
    fetch(new URL("mnist_test500.json", FOLDER)).then((answer) => answer.json()),
    fetch(new URL("mnist_test500.png", FOLDER))
      .then((answer) => answer.blob())
      .then((blob) => createImageBitmap(blob)),
  ]);
  const { labels, tile, columns } = facts;
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    canvas.getContext("2d", { willReadFrequently: true })
  );
  context.drawImage(picture, 0, 0);
  const pixels = labels.map((/** @type {number} */ _, /** @type {number} */ index) => {
    const { data } = context.getImageData((index % columns) * tile, Math.floor(index / columns) * tile, tile, tile);
    return Uint8Array.from({ length: tile * tile }, (_unused, i) => data[4 * i]);
  });
  return { labels, tile, columns, pixels };
}

/**
 * The grey values of a digit in a 32 x 32 field, moved to the right. @param {Uint8Array} pixels @param {number} tile
 * @param {number} [shift]
 */
export function placed(pixels, tile, shift = 0) {
  const out = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < tile; y++) {
    for (let x = 0; x < tile; x++) {
      const to = x + EDGE + shift;
      if (to >= 0 && to < SIDE) out[(y + EDGE) * SIDE + to] = pixels[y * tile + x];
    }
  }
  return out;
}

/**
 * Grey values moved to the right; what leaves is lost, what enters is black. @param {Uint8Array} grey @param {number}
 * shift
 */
export function moved(grey, shift) {
  const out = new Uint8Array(grey.length);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const from = x - shift;
      if (from >= 0 && from < SIDE) out[y * SIDE + x] = grey[y * SIDE + from];
    }
  }
  return out;
}

/**
 * The digits as they are, one after the other. @param {Digits} bundle @param {number} from
 * @param {number} to
 */
export function stacked({ pixels, tile }, from, to) {
  const data = new Float32Array((to - from) * tile * tile);
  pixels.slice(from, to).forEach((one, i) => data.set(one, i * tile * tile));
  return { data, shape: [to - from, 1, tile, tile] };
}

/** @param {Uint8Array} grey 32 x 32 */
export function greyImage(grey) {
  const image = new ImageData(SIDE, SIDE);
  grey.forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
  return image;
}

/** The 4 that tells the two networks apart: one reads it at every shift, the other at none beyond a pixel. */
const TELLING = 374;

/** @param {number} kind a digit from 0 to 9 @returns {Promise<Uint8Array>} one of that kind, in its field */
export async function digitOf(kind) {
  const { labels, pixels, tile } = await digits();
  return placed(pixels[kind === labels[TELLING] ? TELLING : labels.indexOf(kind)], tile);
}

let kind = 4;
/** The chosen digit as a picture. */
export const digitInput = async () => greyImage(await digitOf(kind));
export const digitKind = () => kind;

/** @param {() => void} listener @param {AbortSignal} signal */
export const onDigit = (listener, signal) => changes.addEventListener("change", listener, { signal });

/** Ten digits to choose from. */
export function digitPicker() {
  const name = `digit-${++chosen}`;
  const radios = Array.from({ length: 10 }, (_, digit) =>
    el(
      "label",
      null,
      el("input", {
        type: "radio",
        name,
        value: digit,
        checked: digit === kind,
        class: "visually-hidden",
        onchange: () => {
          kind = digit;
          changes.dispatchEvent(new Event("change"));
        },
      }),
      el("span", null, String(digit)),
    ),
  );
  return el("div", { class: "choices", role: "radiogroup", "aria-label": f("digit") }, radios);
}
