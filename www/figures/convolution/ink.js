// @ts-check
// Ink on a field of 32 x 32 pixels.

export const SIDE = 32;

/** A soft round spot of ink. @param {Uint8Array} grey @param {number} x @param {number} y */
export function dab(grey, x, y) {
  for (let row = Math.max(0, Math.floor(y - 2)); row <= Math.min(SIDE - 1, Math.ceil(y + 2)); row++) {
    for (let column = Math.max(0, Math.floor(x - 2)); column <= Math.min(SIDE - 1, Math.ceil(x + 2)); column++) {
      const distance = Math.hypot(column - x, row - y);
      const value = 255 * Math.max(0, Math.min(1, 1.9 - distance));
      grey[row * SIDE + column] = Math.max(grey[row * SIDE + column], value);
    }
  }
}

/** Where on the field a pointer is. @param {HTMLElement} pad @param {PointerEvent} event @returns {[number, number]} */
export function placeOn(pad, event) {
  const box = pad.getBoundingClientRect();
  return [((event.clientX - box.left) / box.width) * SIDE - 0.5, ((event.clientY - box.top) / box.height) * SIDE - 0.5];
}
