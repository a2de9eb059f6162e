import { EngineError } from "./errors.js";
import { MOST_PIXELS, MOST_SCALED, tooManyPixels } from "./pixels.js";

/** @typedef {import("./protocol.js").Input} Input */
/** @typedef {import("./wasm.js").Wasm} Wasm */

/**
 * An upright picture as plain bytes. `scale` is above 1 where a huge one was reduced: source pixels for one of these.
 * @typedef {{ rgba: Uint8Array, width: number, height: number, scale: number }} Pixels
 */

/**
 * What a file says it holds, before orientation. @typedef
 * {{ blob: Blob, format: string, width: number, height: number }} Inspected
 */

/**
 * @param {Wasm} wasm
 * @param {Exclude<Input, { kind: "tensor" }>} input
 * @returns {Promise<Pixels>}
 */
export async function decode(wasm, input) {
  if (input.kind === "pixels") {
    const { data, width, height } = input;
    if (width * height > MOST_PIXELS) return reduced(input);
    return { rgba: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height, scale: 1 };
  }
  if (input.kind === "bitmap") return draw(input.bitmap);
  const file = await inspected(wasm, input.blob);
  const bitmap = await bitmapOf(file);
  try {
    return draw(bitmap, file.width * file.height);
  } finally {
    bitmap.close();
  }
}

/** @param {{ data: Uint8ClampedArray, width: number, height: number }} pixels */
async function reduced({ data, width, height }) {
  const pixels = new ImageData(/** @type {ImageDataArray} */ (data), width, height);
  const bitmap = await createImageBitmap(pixels);
  try {
    return draw(bitmap);
  } finally {
    bitmap.close();
  }
}

/**
 * The file is looked at before the browser decodes it: some browsers show a cut-off JPEG as half grey, and any of them
 * may run out of memory on a picture too large.
 * @param {Wasm} wasm
 * @param {Blob} blob
 * @returns {Promise<Inspected>}
 */
async function inspected(wasm, blob) {
  let bytes;
  try {
    bytes = new Uint8Array(await blob.arrayBuffer());
  } catch (thrown) {
    throw new EngineError(
      "bad-image",
      `The file could not be read (${Object(thrown).message}). Was it moved or changed? Choose it again.`,
    );
  }
  const file = /** @type {Omit<Inspected, "blob">} */ (JSON.parse(wasm.inspect_image(bytes)));
  // The name may be wrong and the type with it; the bytes are not.
  return { ...file, blob: new Blob([bytes], { type: `image/${file.format}` }) };
}

/**
 * Upright as the camera noted it, and without colour conversion: the reference pipelines ignore colour profiles.
 * @param {Inspected} file
 * @returns {Promise<ImageBitmap | VideoFrame>}
 */
async function bitmapOf(file) {
  const { blob, format, width, height } = file;
  const scaled = format === "jpeg" && width * height > MOST_PIXELS && typeof ImageDecoder !== "undefined";
  if (scaled ? width * height > MOST_SCALED : tooManyPixels(width, height)) {
    throw new EngineError(
      "bad-image",
      `The picture has ${width} x ${height} pixels, more than can be decoded here. Make it smaller.`,
    );
  }
  try {
    if (scaled) return await scaledDown(file);
    return await createImageBitmap(blob, { imageOrientation: "from-image", colorSpaceConversion: "none" });
  } catch {
    const kind = format.toUpperCase();
    const advice = "Copy it again, or save it as JPEG or PNG.";
    throw new EngineError(
      "bad-image",
      `This ${kind} file is damaged or cut off, or this browser cannot decode ${kind}. ${advice}`,
    );
  }
}

/**
 * A large JPEG can be decoded to an eighth of its sides, or two, or three, without the whole ever being held.
 * @param {Inspected} file
 * @returns {Promise<VideoFrame>}
 */
async function scaledDown({ blob, width, height }) {
  const scale = Math.sqrt((width * height) / MOST_PIXELS);
  const decoder = new ImageDecoder({
    data: await blob.arrayBuffer(),
    type: blob.type,
    colorSpaceConversion: "none",
    desiredWidth: Math.floor(width / scale),
    desiredHeight: Math.floor(height / scale),
  });
  try {
    return (await decoder.decode()).image;
  } finally {
    decoder.close();
  }
}

/**
 * @param {ImageBitmap | VideoFrame} image
 * @param {number} [pixels] of the picture, where the browser has reduced it already
 * @returns {Pixels}
 */
function draw(image, pixels) {
  const [wide, high] =
    "displayWidth" in image ? [image.displayWidth, image.displayHeight] : [image.width, image.height];
  const reduce = Math.max(1, Math.sqrt((wide * high) / MOST_PIXELS));
  const width = Math.max(1, Math.round(wide / reduce));
  const height = Math.max(1, Math.round(high / reduce));
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context)
    throw new EngineError("out-of-memory", "There is not enough memory to decode this picture. Use a smaller one.");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height);
  const scale = Math.max(1, Math.sqrt((pixels ?? wide * high) / (width * height)));
  return { rgba: new Uint8Array(context.getImageData(0, 0, width, height).data.buffer), width, height, scale };
}
