// @ts-check
// How the scenes of a masked autoencoder's decoder are drawn.

import { band, column, label, outline, placesOn } from "../attention/encoder-scenes.js";
import { between, ease, staggered } from "../kit/motion.js";
import { paintPatch, paintSequence, paintToken, patchBox } from "../kit/tokens.js";

/** @typedef {import("../kit/motion.js").Sheet} Sheet */
/** @typedef {import("../kit/tokens.js").Box} Box */
/** @typedef {import("../kit/tokens.js").Sequence} Sequence */
/**
 * `mask`: 1 for each hidden patch. @typedef
 * {{ photo: OffscreenCanvas, result: OffscreenCanvas, side: number, mask: Uint8Array, values: Record<string, Sequence> }} Drawn
 */

const HIDDEN = "#808488";

/** @param {Drawn} drawn @param {Record<string, string>} words */
export function paintings({ photo, result, side, mask, values }, words) {
  const patches = side * side;
  const tokens = patches + 1;
  const visible = [...mask.keys()].filter((patch) => mask[patch] === 0);
  /** Of the class token and the visible patches, in the encoder's order. */
  const short = values.encoded.tokens;

  /** @param {CanvasRenderingContext2D} context @param {Box} box @param {number} grey how far what is hidden has gone */
  const masked = (context, box, grey) => {
    for (let i = 0; i < patches; i++) {
      const place = patchBox(box, side, i, 1);
      paintPatch(context, photo, side, i, place);
      if (!mask[i]) continue;
      context.globalAlpha = grey;
      context.fillStyle = HIDDEN;
      context.fillRect(place.x, place.y, place.width, place.height);
      context.globalAlpha = 1;
    }
  };
  /** @param {CanvasRenderingContext2D} context @param {Sheet} sheet */
  const aside = (context, sheet) => {
    const { photo: box } = placesOn(sheet);
    masked(context, box, 1);
    label(context, sheet, words.photo, box);
  };
  /** A short sequence, as wide as its tokens are among all. @param {Box} rows @returns {Box} */
  const shortBox = (rows) => ({ ...rows, width: (rows.width * short) / tokens });
  /** Where a token of the decoder's sequence lies in the short one; null for a mask token. @param {number} token */
  const homeOf = (token) => (token === 0 ? 0 : mask[token - 1] ? null : 1 + visible.indexOf(token - 1));

  /** @type {Record<string, (context: CanvasRenderingContext2D, sheet: Sheet, t: number) => void>} */
  return {
    hide(context, sheet, t) {
      const { photo: box } = placesOn(sheet);
      masked(context, box, ease(t));
      label(context, sheet, words.photo, box);
    },
    encode(context, sheet, t) {
      aside(context, sheet);
      const { photo: box, rows } = placesOn(sheet);
      const to = shortBox(rows);
      label(context, sheet, words.encoded, rows, t);
      for (const [index, patch] of visible.entries()) {
        const own = staggered(Math.min(1, 1.6 * t), index, visible.length);
        const [from, end] = [patchBox(box, side, patch, 1), column(to, index + 1, short)];
        const size = between(from.width, Math.max(2, end.width - 1), own);
        if (own > 0 && own < 1)
          paintPatch(context, photo, side, patch, {
            x: between(from.x, end.x, own),
            y: between(from.y, end.y, own),
            width: size,
            height: size,
          });
        if (own === 1)
          paintToken(context, values.encoded, index + 1, end, ease(Math.min(1, Math.max(0, 2.6 * t - 1.6))));
      }
      if (t > 0.6) paintToken(context, values.encoded, 0, column(to, 0, short));
    },
    narrow(context, sheet, t) {
      aside(context, sheet);
      const rows = shortBox(placesOn(sheet).rows);
      const share = values.narrowed.channels / values.encoded.channels;
      const below = band(rows, 0.5, 1);
      paintSequence(context, values.encoded, band(rows, 0, 0.5));
      label(context, sheet, words.encoded, rows);
      paintSequence(context, values.narrowed, { ...below, height: below.height * share }, ease(t));
      label(context, sheet, words.narrowed, below, ease(t));
    },
    fill(context, sheet, t) {
      aside(context, sheet);
      const { rows } = placesOn(sheet);
      label(context, sheet, words.filled, rows);
      const near = shortBox(rows);
      // First what is known makes room, then the one mask token comes into every gap.
      const [apart, come] = [ease(Math.min(1, 2 * t)), Math.max(0, 2 * t - 1)];
      const gaps = [...mask.keys()].filter((patch) => mask[patch] === 1);
      for (let token = 0; token < tokens; token++) {
        const home = homeOf(token);
        const end = column(rows, token, tokens);
        if (home !== null) {
          const from = column(near, home, short);
          paintToken(context, values.filled, token, { ...end, x: between(from.x, end.x, apart) });
        } else {
          const own = staggered(come, gaps.indexOf(token - 1), gaps.length);
          if (own > 0) paintToken(context, values.filled, token, { ...end, height: end.height * own }, own);
        }
      }
    },
    place(context, sheet, t) {
      aside(context, sheet);
      becomes(context, sheet, "filled", "placed", t);
    },
    decode(context, sheet, t) {
      aside(context, sheet);
      becomes(context, sheet, "placed", "decoded", t);
    },
    predict(context, sheet, t) {
      const { photo: box, rows } = placesOn(sheet);
      masked(context, box, 1);
      label(context, sheet, words.result, box);
      const below = { ...rows, y: rows.y + 0.25 * rows.height, height: 0.75 * rows.height };
      label(context, sheet, words.decoded, below);
      paintSequence(context, values.decoded, below, 0.45);
      for (let i = 0; i < patches; i++) {
        if (!mask[i]) continue;
        const own = staggered(t, i, patches);
        const [from, to] = [column(below, i + 1, tokens), patchBox(box, side, i, 1)];
        const size = between(from.width, to.width, own);
        if (own > 0)
          paintPatch(context, result, side, i, {
            x: between(from.x, to.x, own),
            y: between(from.y, to.y, own),
            width: size,
            height: size,
          });
      }
    },
  };

  /**
   * @param {CanvasRenderingContext2D} context @param {Sheet} sheet @param {string} from @param {string} to
   * @param {number} t
   */
  function becomes(context, sheet, from, to, t) {
    const { rows } = placesOn(sheet);
    const edge = Math.round(ease(t) * tokens);
    for (let i = 0; i < tokens; i++) paintToken(context, values[i < edge ? to : from], i, column(rows, i, tokens));
    label(context, sheet, words[t < 0.5 ? from : to], rows);
    if (t > 0 && t < 1) outline(context, column(rows, Math.min(edge, tokens - 1), tokens), sheet.warm);
  }
}
