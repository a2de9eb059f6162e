// @ts-check
// How the scenes of an encoder block are drawn: the photo beside its sequence of tokens, a column of numbers each.

import { NARROW, between, ease, staggered } from "../kit/motion.js";
import { paintPatch, paintSequence, paintToken, patchBox } from "../kit/tokens.js";

/** @typedef {import("../kit/motion.js").Sheet} Sheet */
/** @typedef {import("../kit/tokens.js").Box} Box */
/** @typedef {import("../kit/tokens.js").Sequence} Sequence */
/**
 * What the scenes show: the photo, each value as a picture, and where one token of one head looks. `query` counts
 * tokens, the class token being 0; `weights` are of all tokens.
 * @typedef {{ photo: OffscreenCanvas, side: number, values: Record<string, Sequence>, weights: ArrayLike<number>, query: number,
 *   head: number, heads: number }} Drawn
 */
/** @typedef {(context: CanvasRenderingContext2D, sheet: Sheet, t: number) => void} Paint */

const GAP = 3;
const LABEL = 13;

/** Where photo and sequence stand. @param {Sheet} sheet @returns {{ photo: Box, rows: Box }} */
export function placesOn({ width, height }) {
  const top = LABEL + 7;
  if (width < NARROW) {
    const size = Math.min(width * 0.42, height * 0.36);
    return {
      photo: { x: 0, y: top, width: size, height: size },
      rows: { x: 0, y: size + 2 * top, width, height: height - size - 2 * top - 2 },
    };
  }
  const size = Math.min(width * 0.3, height - top - 2);
  return {
    photo: { x: 0, y: top, width: size, height: size },
    rows: { x: size + 26, y: top, width: width - size - 26, height: height - top - 2 },
  };
}

/**
 * A part of a box, from one share of its height to another, with room for a label above. @param {Box} box
 * @param {number} from @param {number} to
 */
export const band = ({ x, y, width, height }, from, to) => ({
  x,
  y: y + from * height + (from > 0 ? LABEL + 5 : 0),
  width,
  height: (to - from) * height - (from > 0 ? LABEL + 5 : 0),
});

/**
 * @param {CanvasRenderingContext2D} context @param {Sheet} sheet @param {string} text @param {Box} box above which it
 * stands @param {number} [alpha]
 */
export function label(context, { muted, font }, text, { x, y }, alpha = 1) {
  context.save();
  context.globalAlpha *= alpha;
  context.font = `${LABEL}px ${font}`;
  context.fillStyle = muted;
  context.textBaseline = "bottom";
  context.fillText(text, x, y - 3);
  context.restore();
}

/** The column of a token. @param {Box} box @param {number} token @param {number} tokens @returns {Box} */
export function column({ x, y, width, height }, token, tokens) {
  const each = width / tokens;
  return { x: x + token * each, y, width: each, height };
}

/** @param {CanvasRenderingContext2D} context @param {Box} box @param {string} colour @param {number} [thick] */
export function outline(context, { x, y, width, height }, colour, thick = 2) {
  context.strokeStyle = colour;
  context.lineWidth = thick;
  context.strokeRect(x - thick / 2, y - thick / 2, width + thick, height + thick);
}

/** @param {Drawn} drawn @param {Record<string, string>} words labels of the strips */
export function paintings(drawn, words) {
  const { photo, side, values } = drawn;
  const patches = side * side;
  const tokens = patches + 1;
  const head = values.block.channels / drawn.heads;

  /** @param {CanvasRenderingContext2D} context @param {Box} box @param {number} [gap] */
  const cutPhoto = (context, box, gap = 0) => {
    for (let i = 0; i < patches; i++) paintPatch(context, photo, side, i, patchBox(box, side, i, gap));
  };
  /**
   * The photo with its patches, the asking one framed. @param {CanvasRenderingContext2D} context @param {Sheet} sheet
   * @param {boolean} [marked]
   */
  const aside = (context, sheet, marked = false) => {
    const { photo: box } = placesOn(sheet);
    cutPhoto(context, box, 1);
    label(context, sheet, words.photo, box);
    if (marked && drawn.query > 0) outline(context, patchBox(box, side, drawn.query - 1), sheet.warm);
  };
  /**
   * A strip of all tokens with its name. @param {CanvasRenderingContext2D} context @param {Sheet} sheet @param {string}
   * name @param {Box} box @param {number} [alpha]
   */
  const strip = (context, sheet, name, box, alpha = 1) => {
    paintSequence(context, values[name], box, alpha);
    label(context, sheet, words[name], box, alpha);
  };
  /**
   * One strip becomes another in its place. @param {CanvasRenderingContext2D} context @param {Sheet} sheet
   * @param {string} from @param {string} to @param {Box} box @param {number} t
   */
  const becomes = (context, sheet, from, to, box, t) => {
    // From left to right, as if each token were computed in turn.
    const edge = Math.round(ease(t) * tokens);
    for (let i = 0; i < tokens; i++) paintToken(context, values[i < edge ? to : from], i, column(box, i, tokens));
    label(context, sheet, words[t < 0.5 ? from : to], box);
    if (t > 0 && t < 1) outline(context, column(box, Math.min(edge, tokens - 1), tokens), sheet.warm);
  };
  /**
   * @param {CanvasRenderingContext2D} context @param {Sheet} sheet @param {string[]} names @param {Box} rows
   * @param {number} t @param {number[]} [parts]
   */
  const stacked = (context, sheet, names, rows, t, parts = names.map(() => 1)) => {
    const sum = parts.reduce((a, b) => a + b, 0);
    let from = 0;
    for (const [index, name] of names.entries()) {
      const to = from + parts[index] / sum;
      strip(context, sheet, name, band(rows, from, to), index === 0 ? 1 : staggered(t, index - 1, names.length - 1));
      from = to;
    }
  };

  /** @type {Record<string, Paint>} */
  return {
    cut(context, sheet, t) {
      const { photo: box } = placesOn(sheet);
      label(context, sheet, words.photo, box);
      cutPhoto(context, box, GAP * ease(t));
    },
    line(context, sheet, t) {
      const { photo: box, rows } = placesOn(sheet);
      context.globalAlpha = 0.25;
      cutPhoto(context, box, GAP);
      context.globalAlpha = 1;
      label(context, sheet, words.photo, box);
      label(context, sheet, words.sequence, rows, t);
      for (let i = 0; i < patches; i++) {
        const own = staggered(t, i, patches);
        if (own === 0) continue;
        const [from, to] = [patchBox(box, side, i, GAP), column(rows, i + 1, tokens)];
        const size = between(from.width, Math.max(2, to.width - 1), own);
        paintPatch(context, photo, side, i, {
          x: between(from.x, to.x, own),
          y: between(from.y, to.y, own),
          width: size,
          height: size,
        });
      }
    },
    project(context, sheet, t) {
      aside(context, sheet);
      const { rows } = placesOn(sheet);
      const each = column(rows, 0, tokens).width;
      label(context, sheet, words.patches, rows);
      const below = { ...rows, y: rows.y + each + 2, height: rows.height - each - 2 };
      for (let i = 0; i < patches; i++) {
        const place = column(rows, i + 1, tokens);
        paintPatch(context, photo, side, i, { ...place, width: Math.max(2, each - 1), height: Math.max(2, each - 1) });
        const to = column(below, i + 1, tokens);
        const own = staggered(t, i, patches);
        if (own > 0) paintToken(context, values.patches, i, { ...to, height: to.height * own });
      }
    },
    token(context, sheet, t) {
      aside(context, sheet);
      const { rows } = placesOn(sheet);
      label(context, sheet, words.token, rows);
      for (let i = 1; i < tokens; i++) paintToken(context, values.token, i, column(rows, i, tokens));
      paintToken(context, values.token, 0, column(rows, 0, tokens), ease(t));
      outline(context, column(rows, 0, tokens), sheet.warm);
    },
    position(context, sheet, t) {
      aside(context, sheet);
      becomes(context, sheet, "token", "position", placesOn(sheet).rows, t);
    },
    norm(context, sheet, t) {
      aside(context, sheet);
      becomes(context, sheet, "position", "norm1", placesOn(sheet).rows, t);
    },
    qkv(context, sheet, t) {
      aside(context, sheet);
      stacked(context, sheet, ["norm1", "q", "k", "v"], placesOn(sheet).rows, t, [1.6, 1, 1, 1]);
    },
    compare(context, sheet, t) {
      aside(context, sheet, true);
      const { rows } = placesOn(sheet);
      const [q, k, bars] = [band(rows, 0, 0.3), band(rows, 0.3, 0.6), band(rows, 0.6, 1)];
      strip(context, sheet, "q", q);
      strip(context, sheet, "k", k);
      label(context, sheet, words.weights, bars);
      outline(context, column(q, drawn.query, tokens), sheet.warm);
      const until = Math.round(ease(t) * tokens);
      if (until < tokens) outline(context, column(k, until, tokens), sheet.accent);
      weightBars(context, sheet, bars, until);
    },
    look(context, sheet, t) {
      const { photo: box, rows } = placesOn(sheet);
      const most = mostOf(drawn.weights);
      label(context, sheet, words.photo, box);
      for (let i = 0; i < patches; i++) {
        const place = patchBox(box, side, i, 1);
        context.globalAlpha = between(1, 0.15 + (0.85 * drawn.weights[i + 1]) / most, ease(t));
        paintPatch(context, photo, side, i, place);
      }
      context.globalAlpha = 1;
      if (drawn.query > 0) outline(context, patchBox(box, side, drawn.query - 1), sheet.warm);
      const bars = band(rows, 0.5, 1);
      strip(context, sheet, "k", band(rows, 0, 0.5), 0.35);
      label(context, sheet, words.weights, bars);
      weightBars(context, sheet, bars, tokens);
    },
    sum(context, sheet, t) {
      aside(context, sheet, true);
      const { rows } = placesOn(sheet);
      const [v, out] = [band(rows, 0, 0.45), band(rows, 0.55, 1)];
      const most = mostOf(drawn.weights);
      label(context, sheet, words.v, v);
      label(context, sheet, words.heads, out);
      const target = column(out, drawn.query, tokens);
      const wide = Math.max(target.width, 6);
      for (let i = 0; i < tokens; i++) {
        const share = drawn.weights[i] / most;
        const from = column(v, i, tokens);
        paintToken(context, values.v, i, from, between(1, 0.12 + 0.88 * share, ease(Math.min(1, 2 * t))));
        const own = staggered(Math.max(0, 2 * t - 1), i, tokens);
        if (own > 0 && own < 1)
          paintToken(
            context,
            values.v,
            i,
            { ...from, x: between(from.x, target.x, own), y: between(from.y, target.y, own) },
            share * (1 - own),
          );
      }
      // The rows of the chosen head among all heads' numbers.
      context.save();
      context.globalAlpha = ease(Math.max(0, 2 * t - 1));
      context.drawImage(values.heads.image, drawn.query, drawn.head * head, 1, head, target.x, out.y, wide, out.height);
      context.restore();
      outline(context, { ...target, width: wide }, sheet.warm);
    },
    heads(context, sheet, t) {
      aside(context, sheet);
      stacked(context, sheet, ["heads", "attn"], placesOn(sheet).rows, t);
    },
    add1(context, sheet, t) {
      aside(context, sheet);
      stacked(context, sheet, ["position", "attn", "add1"], placesOn(sheet).rows, t);
    },
    mlp(context, sheet, t) {
      aside(context, sheet);
      stacked(context, sheet, ["norm2", "act", "mlp"], placesOn(sheet).rows, t, [1, 1.6, 1]);
    },
    add2(context, sheet, t) {
      aside(context, sheet);
      stacked(context, sheet, ["add1", "mlp", "block"], placesOn(sheet).rows, t);
    },
  };

  /** @param {CanvasRenderingContext2D} context @param {Sheet} sheet @param {Box} box @param {number} until */
  function weightBars(context, sheet, box, until) {
    const most = mostOf(drawn.weights);
    for (let i = 0; i < until; i++) {
      const place = column(box, i, tokens);
      const height = (place.height * drawn.weights[i]) / most;
      context.fillStyle = i === 0 ? sheet.muted : sheet.accent;
      context.fillRect(place.x, place.y + place.height - height, Math.max(1, place.width - 1), height);
    }
    context.fillStyle = sheet.line;
    context.fillRect(box.x, box.y + box.height - 1, box.width, 1);
  }
}

/** @param {ArrayLike<number>} values */
const mostOf = (values) => Array.from(values).reduce((a, b) => Math.max(a, b), 0) || 1;
