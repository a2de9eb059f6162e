// @ts-check
// The bundled test images: two sheets of 500 tiles, cut as a network of the page takes pictures.

const FOLDER = new URL("../../samples/", import.meta.url);

/** @typedef {{ labels: number[], classes: string[], tile: (index: number) => ImageData }} Sheet */

/** @type {Map<string, Promise<Sheet>>} */
const sheets = new Map();

/**
 * The sheet of the data that a network of so many channels was trained on. @param {number} channels
 * @returns {Promise<Sheet>}
 */
export function sheetFor(channels) {
  const name = channels === 1 ? "mnist_test500" : "cifar10_test500";
  const known = sheets.get(name);
  if (known) return known;
  const loading = load(name);
  sheets.set(name, loading);
  // What failed once may come the next time.
  loading.catch(() => sheets.delete(name));
  return loading;
}

/** @param {string} name @returns {Promise<Sheet>} */
async function load(name) {
  const [facts, picture] = await Promise.all([
    file(`${name}.json`).then((answer) => answer.json()),
    // The pixels must be those of the file: a colour-managed screen would change them.
    file(`${name}.png`)
      .then((answer) => answer.blob())
      .then((blob) => createImageBitmap(blob, { colorSpaceConversion: "none" })),
  ]);
  const { labels, classes, tile, columns } = facts;
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    canvas.getContext("2d", { willReadFrequently: true })
  );
  context.drawImage(picture, 0, 0);
  picture.close();
  return {
    labels,
    classes,
    tile: (index) => context.getImageData((index % columns) * tile, Math.floor(index / columns) * tile, tile, tile),
  };
}

/** @param {string} name */
async function file(name) {
  const answer = await fetch(new URL(name, FOLDER));
  if (!answer.ok) throw new Error(`${name}: HTTP ${answer.status}`);
  return answer;
}
