import { reading, wholes, wrong } from "./check.js";
import { EngineError } from "./errors.js";
import { MOST_PIXELS, tooManyPixels } from "./pixels.js";

/** @typedef {import("./protocol.js").Input} Input */
/** @typedef {import("../engine.js").ImageInput} ImageInput */
/** @typedef {import("../engine.js").Tensor} Tensor */

/** @typedef {{ input: Input, release: () => void }} Captured */

/**
 * What the caller gave, as it is now: later changes to a canvas or an array do not reach a call that waits in the
 * queue. Elements belong to the page's thread, so they become bitmaps here; blobs are decoded by the worker.
 * @param {ImageInput | Tensor} value
 * @returns {Promise<Captured>}
 */
export async function capture(value) {
  const plain = reading("What was given to look at", () => plainInput(value));
  if (plain) return { input: plain, release: () => {} };
  const bitmap = await bitmapOf(value);
  return { input: { kind: "bitmap", bitmap }, release: () => bitmap.close() };
}

/**
 * What can be copied at once; null for what has to be drawn.
 * @param {ImageInput | Tensor} value
 * @returns {Input | null}
 */
function plainInput(value) {
  if (value instanceof Blob) return { kind: "blob", blob: value };
  if (value instanceof ImageData) return { kind: "pixels", ...copyPixels(value) };
  return isTensor(value) ? { kind: "tensor", ...copyTensor(value) } : null;
}

/** @param {ImageData} pixels */
function copyPixels({ data, width, height }) {
  if (data.length !== width * height * 4 || !(data instanceof Uint8ClampedArray)) {
    const message = "The pixels were handed over to another thread, or are not 8-bit. Make them again.";
    throw new EngineError("bad-image", message);
  }
  if (tooManyPixels(width, height)) throw enormous(width, height);
  return { data: new Uint8ClampedArray(data), width, height };
}

/**
 * @param {unknown} value
 * @returns {value is Tensor}
 */
export function isTensor(value) {
  return typeof value === "object" && value !== null && "data" in value && "shape" in value;
}

/**
 * @param {Tensor} tensor
 * @returns {Tensor}
 */
export function copyTensor(tensor) {
  const { data, shape } = reading("The tensor", () => ({ data: tensor.data, shape: tensor.shape }));
  if (!(data instanceof Float32Array)) {
    throw wrong("A tensor is { data: Float32Array, shape: [1, channels, height, width] }.");
  }
  const sizes = wholes(shape, "A tensor's shape", 1);
  const count = sizes.reduce((product, size) => product * size, 1);
  if (sizes.length === 0 || count !== data.length) {
    throw wrong(`The shape [${sizes}] holds ${count} numbers, but data has ${data.length}.`);
  }
  const at = data.findIndex((number) => !Number.isFinite(number));
  if (at >= 0) throw wrong(`The tensor holds ${data[at]} at ${at}: a picture has finite numbers only.`);
  return { data: new Float32Array(data), shape: sizes };
}

/** @param {unknown} value */
async function bitmapOf(value) {
  if (!reading("The image", () => isDrawable(value))) {
    const kinds = "a Blob, ImageBitmap, ImageData, canvas, <img> or <video>";
    throw new EngineError("bad-image", `This is not an image the engine can read. Give it ${kinds}.`);
  }
  const image = /** @type {Exclude<ImageInput, Blob | ImageData>} */ (value);
  try {
    if (image instanceof HTMLImageElement) await image.decode();
    const bitmap = await createImageBitmap(image, reduced(image));
    if (isReadable(bitmap)) return bitmap;
    bitmap.close();
  } catch (thrown) {
    if (thrown instanceof EngineError) throw thrown;
    if (Object(thrown).name !== "SecurityError") throw unreadable(image);
  }
  throw new EngineError(
    "bad-image",
    "This picture is from another site, which does not let pages read it. Save it and open the file.",
  );
}

/**
 * How to make a bitmap of it, no larger than a network could use.
 * @param {Exclude<ImageInput, Blob | ImageData>} image
 * @returns {ImageBitmapOptions}
 */
function reduced(image) {
  const [width, height] =
    image instanceof HTMLImageElement
      ? [image.naturalWidth, image.naturalHeight]
      : image instanceof HTMLVideoElement
        ? [image.videoWidth, image.videoHeight]
        : [image.width, image.height];
  if (tooManyPixels(width, height)) throw enormous(width, height);
  /** @type {ImageBitmapOptions} */
  const options = { imageOrientation: "from-image", colorSpaceConversion: "none" };
  const scale = Math.sqrt((width * height) / MOST_PIXELS);
  if (!(scale > 1)) return options;
  const resizeWidth = Math.max(1, Math.round(width / scale));
  return { ...options, resizeWidth, resizeHeight: Math.max(1, Math.round(height / scale)), resizeQuality: "high" };
}

/**
 * A bitmap of another site's picture can be drawn, and neither read nor sent to the worker.
 * @param {ImageBitmap} bitmap
 */
function isReadable(bitmap) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return true;
  context.drawImage(bitmap, 0, 0, 1, 1, 0, 0, 1, 1);
  try {
    context.getImageData(0, 0, 1, 1);
    return true;
  } catch {
    // The browser's way to say that the canvas is tainted.
    return false;
  }
}

/**
 * @param {unknown} value
 * @returns {value is Exclude<ImageInput, Blob | ImageData>}
 */
function isDrawable(value) {
  // Older browsers have no OffscreenCanvas.
  const offscreen = typeof OffscreenCanvas === "undefined" ? [] : [OffscreenCanvas];
  const kinds = [ImageBitmap, HTMLCanvasElement, HTMLImageElement, HTMLVideoElement, ...offscreen];
  return kinds.some((kind) => value instanceof kind);
}

/** @param {Exclude<ImageInput, Blob | ImageData>} value */
function unreadable(value) {
  if (value instanceof HTMLVideoElement) {
    return new EngineError("bad-image", 'The video has no picture yet. Wait for its "loadeddata" event and try again.');
  }
  if (value instanceof HTMLImageElement) {
    return new EngineError("bad-image", "The picture could not be loaded or is damaged. Try another one.");
  }
  return new EngineError(
    "bad-image",
    "The canvas or bitmap is empty or was closed. Draw a picture on it and try again.",
  );
}

/**
 * @param {number} width
 * @param {number} height
 */
function enormous(width, height) {
  return new EngineError(
    "bad-image",
    `The picture has ${width} x ${height} pixels, more than can be read here. Make it smaller.`,
  );
}
