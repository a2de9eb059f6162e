// @ts-check
// How the scenes of DINO in motion are drawn: the student's lane above, the teacher's below, from the photo to the
// loss between them.

import { label, outline } from "../attention/encoder-scenes.js";
import { between, ease } from "../kit/motion.js";

/** @typedef {import("../kit/motion.js").Sheet} Sheet */
/** @typedef {import("../kit/tokens.js").Box} Box */
/** @typedef {(context: CanvasRenderingContext2D, sheet: Sheet, t: number) => void} Paint */
/**
 * @typedef {{ photo: ImageBitmap, views: import("./crops.js").View[], student: number[], teacher: number[] }} Drawn
 */

/** Where a lane's middle lies, as a share of the height. */
const LANES = [0.27, 0.77];
const NAMES = /** @type {const} */ (["student", "teacher"]);

/** @param {Sheet} sheet @param {ImageBitmap} bitmap */
function placesOn({ width, height }, bitmap) {
  const wide = Math.min(width * 0.2, (height * 0.8 * bitmap.width) / bitmap.height);
  const tall = (wide * bitmap.height) / bitmap.width;
  const side = Math.min(width * 0.15, height * 0.34);
  const high = Math.min(height * 0.24, 84);
  return {
    photo: { x: 0, y: (height - tall) / 2, width: wide, height: tall },
    lanes: LANES.map((share) => {
      const middle = share * height;
      return {
        view: { x: width * 0.26, y: middle - side / 2, width: side, height: side },
        network: { x: width * 0.47, y: middle - high / 2, width: width * 0.2, height: high },
        output: { x: width * 0.72, y: middle - high / 2, width: width * 0.28 - 2, height: high },
      };
    }),
  };
}

/** @param {Drawn} drawn @param {Record<string, string>} words @returns {Record<string, Paint>} */
export function paintings({ photo, views, student, teacher }, words) {
  const answers = [student, teacher];
  const most = Math.max(...student, ...teacher);

  /** The part of the photo that a view shows. @param {Box} whole @param {number} index @returns {Box} */
  const cutOf = ({ x, y, width }, index) => {
    const { box } = views[index];
    const by = width / photo.width;
    return { x: x + box.x * by, y: y + box.y * by, width: box.width * by, height: box.height * by };
  };
  /** @type {Paint} */
  const cut = (context, sheet, t) => {
    const { photo: whole, lanes } = placesOn(sheet, photo);
    context.imageSmoothingEnabled = true;
    context.drawImage(photo, whole.x, whole.y, whole.width, whole.height);
    label(context, sheet, words.photo, whole);
    for (const [index, { view }] of lanes.entries()) {
      const from = cutOf(whole, index);
      const own = ease(t);
      outline(context, from, index === 0 ? sheet.accent : sheet.warm);
      if (own === 0) continue;
      const { canvas } = views[index];
      context.drawImage(
        canvas,
        between(from.x, view.x, own),
        between(from.y, view.y, own),
        between(from.width, view.width, own),
        between(from.height, view.height, own),
      );
      if (own === 1) label(context, sheet, index === 0 ? "x₁" : "x₂", view);
    }
  };
  /** @type {Paint} */
  const networks = (context, sheet, t) => {
    const { lanes } = placesOn(sheet, photo);
    for (const [index, { view, network }] of lanes.entries()) {
      arrow(context, sheet.muted, middleRight(view), middleLeft(network), t);
      box(context, sheet, network, words[NAMES[index]], Math.min(1, 2 * t));
    }
  };
  /** @type {Paint} */
  const outputs = (context, sheet, t) => {
    const { lanes } = placesOn(sheet, photo);
    for (const [index, { network, output }] of lanes.entries()) {
      arrow(context, sheet.muted, middleRight(network), middleLeft(output), t);
      bars(context, index === 0 ? sheet.accent : sheet.warm, answers[index], most, output, ease(t));
      context.fillStyle = sheet.line;
      context.fillRect(output.x, output.y + output.height, output.width, 1);
    }
  };
  /** @type {Paint} */
  const loss = (context, sheet, t) => {
    const [above, below] = placesOn(sheet, photo).lanes.map(({ output }) => output);
    const x = above.x + above.width / 2;
    const middle = (above.y + above.height + below.y) / 2;
    arrow(context, sheet.muted, [x, above.y + above.height + 3], [x, middle - 12], t);
    arrow(context, sheet.muted, [x, below.y - 4], [x, middle + 12], t);
    say(context, sheet, words.loss, [above.x + above.width, middle], sheet.ink, t, "right");
  };
  /** Back along the student's lane; on the teacher's it is stopped. @type {Paint} */
  const gradient = (context, sheet, t) => {
    const [above, below] = placesOn(sheet, photo).lanes;
    const y = above.network.y - 9;
    const from = above.output.x + above.output.width / 2;
    const to = above.network.x + above.network.width / 2;
    arrow(context, sheet.warm, [from, y], [to, y], t, 3);
    say(context, sheet, words.gradient, [(from + to) / 2, y - 11], sheet.warm, t);
    const stop = (below.network.x + below.network.width + below.output.x) / 2;
    const level = below.network.y + below.network.height / 2;
    cross(context, sheet.warm, [stop, level], t);
    say(context, sheet, words.stopped, [stop, below.network.y + below.network.height + 12], sheet.warm, t);
  };
  /** @type {Paint} */
  const average = (context, sheet, t) => {
    const [above, below] = placesOn(sheet, photo).lanes.map(({ network }) => network);
    const x = above.x + above.width / 2;
    arrow(context, sheet.accent, [x, above.y + above.height + 3], [x, below.y - 4], t, 3);
    const middle = (above.y + above.height + below.y) / 2;
    say(context, sheet, words.average, [x - 8, middle], sheet.accent, t, "right");
  };
  const all = [cut, networks, outputs, loss, gradient, average];
  /** All scenes up to one, which is in motion. @param {number} last @returns {Paint} */
  const upTo = (last) => (context, sheet, t) => {
    for (const paint of all.slice(0, last)) paint(context, sheet, 1);
    all[last](context, sheet, t);
  };
  const names = ["cut", "networks", "outputs", "compare", "learn", "follow"];
  return Object.fromEntries(names.map((name, index) => [name, upTo(index)]));
}

/** @typedef {[number, number]} Point */
/** @param {Box} box @returns {Point} */
const middleRight = ({ x, y, width, height }) => [x + width + 4, y + height / 2];
/** @param {Box} box @returns {Point} */
const middleLeft = ({ x, y, height }) => [x - 4, y + height / 2];

/**
 * @param {CanvasRenderingContext2D} context @param {string} colour @param {Point} from @param {Point} to
 * @param {number} t how far it has come @param {number} [thick]
 */
function arrow(context, colour, from, to, t, thick = 1.5) {
  const own = ease(Math.min(1, t));
  if (own === 0) return;
  const [x, y] = [between(from[0], to[0], own), between(from[1], to[1], own)];
  const along = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const head = 4 + 2 * thick;
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = thick;
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(x - (head / 2) * Math.cos(along), y - (head / 2) * Math.sin(along));
  context.stroke();
  context.beginPath();
  context.moveTo(x, y);
  for (const turn of [-0.45, 0.45])
    context.lineTo(x - head * Math.cos(along + turn), y - head * Math.sin(along + turn));
  context.fill();
}

/** @param {CanvasRenderingContext2D} context @param {string} colour @param {Point} at @param {number} t */
function cross(context, colour, [x, y], t) {
  const size = 7 * ease(t);
  context.strokeStyle = colour;
  context.lineWidth = 3;
  context.beginPath();
  for (const turn of [-1, 1]) {
    context.moveTo(x - size, y - turn * size);
    context.lineTo(x + size, y + turn * size);
  }
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context @param {Sheet} sheet @param {Box} at @param {string} name
 * @param {number} alpha
 */
function box(context, sheet, at, name, alpha) {
  context.save();
  context.globalAlpha = alpha;
  context.strokeStyle = sheet.ink;
  context.lineWidth = 1.5;
  context.beginPath();
  context.roundRect(at.x, at.y, at.width, at.height, 8);
  context.stroke();
  context.restore();
  say(context, sheet, name, [at.x + at.width / 2, at.y + at.height / 2], sheet.ink, alpha);
}

/**
 * @param {CanvasRenderingContext2D} context @param {string} colour @param {number[]} shares @param {number} most
 * @param {Box} at @param {number} grown
 */
function bars(context, colour, shares, most, { x, y, width, height }, grown) {
  const each = width / shares.length;
  context.fillStyle = colour;
  for (const [i, share] of shares.entries()) {
    const tall = (height * grown * share) / most;
    context.fillRect(x + i * each, y + height - tall, Math.max(1, each * 0.8), tall);
  }
}

/**
 * @param {CanvasRenderingContext2D} context @param {Sheet} sheet @param {string} text @param {Point} at
 * @param {string} colour @param {number} alpha @param {CanvasTextAlign} [align]
 */
function say(context, { font }, text, [x, y], colour, alpha, align = "center") {
  context.save();
  context.globalAlpha = alpha;
  context.font = `12px ${font}`;
  context.fillStyle = colour;
  context.textAlign = align;
  context.textBaseline = "middle";
  context.fillText(text, x, y);
  context.restore();
}
