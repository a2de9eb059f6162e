import { EngineError } from "./errors.js";

/** @typedef {import("./protocol.js").Input} Input */
/** @typedef {import("../engine.js").ImageInput} ImageInput */
/** @typedef {import("../engine.js").Tensor} Tensor */

/**
 * What the caller gave, as it is now: later changes to a canvas or an array do not reach a call that waits in the queue.
 * Elements belong to the page's thread, so they become bitmaps here; blobs are decoded by the worker.
 * @param {ImageInput | Tensor} value
 * @returns {Promise<{ input: Input, release: () => void }>}
 */
export async function capture(value) {
  const kept = () => {};
  if (value instanceof Blob) return { input: { kind: "blob", blob: value }, release: kept };
  if (value instanceof ImageData) {
    const { width, height } = value;
    return { input: { kind: "pixels", data: new Uint8ClampedArray(value.data), width, height }, release: kept };
  }
  if (isTensor(value)) return { input: { kind: "tensor", ...copyTensor(value) }, release: kept };
  const bitmap = await bitmapOf(value);
  return { input: { kind: "bitmap", bitmap }, release: () => bitmap.close() };
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
  const { data, shape } = Object(tensor);
  const sizes = Array.from(shape ?? [], Number);
  if (
    !(data instanceof Float32Array) ||
    sizes.length === 0 ||
    !sizes.every((size) => Number.isInteger(size) && size > 0)
  ) {
    throw new EngineError("bad-input", "A tensor is { data: Float32Array, shape: [1, channels, height, width] }.");
  }
  const count = sizes.reduce((product, size) => product * size, 1);
  if (count !== data.length) {
    throw new EngineError("bad-input", `The shape [${sizes}] holds ${count} numbers, but data has ${data.length}.`);
  }
  return { data: new Float32Array(data), shape: sizes };
}

/** @param {unknown} value */
async function bitmapOf(value) {
  if (!isDrawable(value)) {
    const kinds = "a Blob, ImageBitmap, ImageData, canvas, <img> or <video>";
    throw new EngineError("bad-image", `This is not an image the engine can read. Give it ${kinds}.`);
  }
  try {
    if (value instanceof HTMLImageElement) await value.decode();
    return await createImageBitmap(value, { imageOrientation: "from-image", colorSpaceConversion: "none" });
  } catch (thrown) {
    throw unreadable(value, thrown);
  }
}

/**
 * @param {unknown} value
 * @returns {value is Exclude<ImageInput, Blob | ImageData>}
 */
function isDrawable(value) {
  const kinds = [ImageBitmap, HTMLCanvasElement, OffscreenCanvas, HTMLImageElement, HTMLVideoElement];
  return kinds.some((kind) => value instanceof kind);
}

/**
 * @param {Exclude<ImageInput, Blob | ImageData>} value
 * @param {unknown} thrown
 */
function unreadable(value, thrown) {
  if (Object(thrown).name === "SecurityError") {
    return new EngineError(
      "bad-image",
      "This picture is from another site, which does not let pages read it. Save it and open the file.",
    );
  }
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
