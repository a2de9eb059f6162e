import { EngineError } from "./errors.js";

/** @typedef {import("./protocol.js").Input} Input */
/** @typedef {import("./wasm.js").Wasm} Wasm */

/**
 * An upright picture as plain bytes. `scale` is above 1 where a huge one was reduced: source pixels for one of these.
 * @typedef {{ rgba: Uint8Array, width: number, height: number, scale: number }} Pixels
 */

// Pixels are copied into the module's memory, which never shrinks; larger pictures are first reduced by the browser.
const MOST_PIXELS = 25_000_000;

/**
 * @param {Wasm} wasm
 * @param {Exclude<Input, { kind: "tensor" }>} input
 * @returns {Promise<Pixels>}
 */
export async function decode(wasm, input) {
  if (input.kind === "pixels") {
    const { data, width, height } = input;
    return { rgba: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height, scale: 1 };
  }
  if (input.kind === "bitmap") return draw(input.bitmap);
  const { blob, format } = await inspected(wasm, input.blob);
  const bitmap = await bitmapOf(blob, format);
  try {
    return draw(bitmap);
  } finally {
    bitmap.close();
  }
}

/**
 * The file is looked at before the browser decodes it: some browsers show a cut-off JPEG as half grey, and any of them may
 * run out of memory on a picture too large.
 * @param {Wasm} wasm
 * @param {Blob} blob
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
  const { format } = /** @type {{ format: string }} */ (JSON.parse(wasm.inspect_image(bytes)));
  // The name may be wrong and the type with it; the bytes are not.
  return { blob: new Blob([bytes], { type: `image/${format}` }), format };
}

/**
 * Upright as the camera noted it, and without colour conversion: the reference pipelines ignore colour profiles.
 * @param {Blob} blob
 * @param {string} format
 */
async function bitmapOf(blob, format) {
  try {
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
 * @param {ImageBitmap} bitmap
 * @returns {Pixels}
 */
function draw(bitmap) {
  const scale = Math.max(1, Math.sqrt((bitmap.width * bitmap.height) / MOST_PIXELS));
  const width = Math.max(1, Math.round(bitmap.width / scale));
  const height = Math.max(1, Math.round(bitmap.height / scale));
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context)
    throw new EngineError("out-of-memory", "There is not enough memory to decode this picture. Use a smaller one.");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  return { rgba: new Uint8Array(context.getImageData(0, 0, width, height).data.buffer), width, height, scale };
}
