// @ts-check
// A picture as a masked autoencoder sees it.

/**
 * The crop with hidden patches in grey.
 * @param {{ crop: { data: Uint8ClampedArray, width: number, height: number } }} seen @param {Uint8Array} mask @param {number} side
 */
export function hiddenPicture({ crop }, mask, side) {
  const image = new ImageData(new Uint8ClampedArray(crop.data), crop.width, crop.height);
  const patch = crop.width / side;
  for (let y = 0; y < crop.height; y++) {
    for (let x = 0; x < crop.width; x++) {
      if (mask[Math.floor(y / patch) * side + Math.floor(x / patch)])
        image.data.set([128, 132, 136, 255], 4 * (y * crop.width + x));
    }
  }
  return image;
}
