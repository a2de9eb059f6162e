// @ts-check
// The photo shifted, turned, blurred or with its patches shuffled: what the network then answers, beside the untouched
// photo.

import { button, el, fill } from "../../shell/dom.js";
import { className, number, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { block, cropImage, guesses, picture, slider } from "../kit/draw.js";

/**
 * Shifts as shares of the side, the turn in degrees, the blur as the share of the longest side
 * within which all is one colour, patches as the side of the grid
 * that is shuffled (1: none).
 * @typedef {{ across: number, down: number, turn: number, blur: number, patches: number }} Changes
 */
/** @type {Changes} */
const NONE = { across: 0, down: 0, turn: 0, blur: 0, patches: 1 };
const KEYS = /** @type {(keyof Changes)[]} */ (Object.keys(NONE));
/** How far each goes, as its slider does. @type {Record<keyof Changes, [number, number]>} */
const BOUNDS = { across: [-0.5, 0.5], down: [-0.5, 0.5], turn: [-180, 180], blur: [0, 0.1], patches: [1, 8] };

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { signal } = stage;
  const model = await stage.load();
  const input = await stage.input(model);
  const bitmap = await createImageBitmap(input);
  // The photo is changed and not the crop: the network cuts its own, and an untouched photo is answered as everywhere
  // else.
  const ask = async (/** @type {Blob | ImageData | OffscreenCanvas} */ image) => {
    const { data, shape, crop } = await model.preprocess(image, { signal });
    return { crop: cropImage(crop), top: (await model.classify({ data, shape }, { topK: 5, signal })).top };
  };
  const whole = await ask(input);
  /** @type {Changes[]} the last is what is shown; the others can be gone back to */
  const history = [{ ...NONE }];
  const given = changesOf(stage.state.changes ?? []);
  if (!untouched(given)) history.push(given);
  const result = el("div", { class: "figure-row" });
  const controls = el("div", { class: "photo-controls" });
  let ticket = 0;
  const compute = async () => {
    const mine = ++ticket;
    const changes = /** @type {Changes} */ (history.at(-1));
    stage.chose("changes", untouched(changes) ? [] : KEYS.map((key) => changes[key]));
    const now = untouched(changes) ? whole : await ask(changed(bitmap, changes));
    if (mine !== ticket || signal.aborted) return;
    const same = now.top[0].index === whole.top[0].index;
    fill(
      result,
      block(f("photoAsIs"), picture(whole.crop, { label: f("cropLabel") }), guesses(whole.top, className)),
      block(
        f("photoChanged"),
        picture(now.crop, { label: f("photoChangedLabel") }),
        guesses(now.top, className),
        el(
          "p",
          { class: "quiet", role: "status" },
          f(same ? "photoSame" : "photoOther", {
            label: className(whole.top[0].label),
            probability: percent(whole.top[0].probability),
          }),
        ),
      ),
    );
  };
  const follow = () => stage.follow(compute());
  const show = () => {
    const now = /** @type {Changes} */ (history.at(-1));
    const set = (/** @type {keyof Changes} */ key) => (/** @type {number} */ value) => {
      const last = /** @type {Changes} */ (history.at(-1));
      // One slider's way is one step back.
      if (history.length > 1 && onlyDiffers(last, /** @type {Changes} */ (history.at(-2)), key)) history.pop();
      history.push({ ...last, [key]: value });
      undo.disabled = false;
      follow();
    };
    const undo = button(
      f("undo"),
      () => {
        history.pop();
        if (history.length === 0) history.push({ ...NONE });
        show();
        follow();
      },
      { disabled: history.length < 2 },
    );
    fill(
      controls,
      slider({
        label: f("shiftAcross"),
        ...limits("across"),
        step: 0.05,
        value: now.across,
        text: percent,
        change: set("across"),
      }),
      slider({
        label: f("shiftDown"),
        ...limits("down"),
        step: 0.05,
        value: now.down,
        text: percent,
        change: set("down"),
      }),
      slider({
        label: f("turn"),
        ...limits("turn"),
        step: 5,
        value: now.turn,
        text: (v) => `${number(v)}°`,
        change: set("turn"),
      }),
      slider({ label: f("blur"), ...limits("blur"), step: 0.005, value: now.blur, text: percent, change: set("blur") }),
      slider({
        label: f("shufflePatches"),
        ...limits("patches"),
        step: 1,
        value: now.patches,
        text: (v) => `${number(v)} × ${number(v)}`,
        change: set("patches"),
      }),
      el(
        "div",
        { class: "actions" },
        undo,
        button(
          f("restoreAll"),
          () => {
            history.push({ ...NONE });
            show();
            follow();
          },
          { class: "plain" },
        ),
      ),
    );
  };
  show();
  await compute();
  stage.show(result, controls);
}

/** @param {keyof Changes} key */
const limits = (key) => ({ min: BOUNDS[key][0], max: BOUNDS[key][1] });

/**
 * As a link gives them, in the order of the keys; what is out of bounds is brought in. @param {number[]} numbers
 * @returns {Changes}
 */
function changesOf(numbers) {
  const entries = KEYS.map((key, i) => {
    const [low, high] = BOUNDS[key];
    const value = Math.min(high, Math.max(low, numbers[i] ?? NONE[key]));
    return [key, Number.isFinite(value) ? value : NONE[key]];
  });
  const all = /** @type {Changes} */ (Object.fromEntries(entries));
  return { ...all, patches: Math.round(all.patches) };
}

/** Whether two states differ in that one setting. @param {Changes} a @param {Changes} b @param {keyof Changes} key */
const onlyDiffers = (a, b, key) => KEYS.every((other) => (a[other] === b[other]) !== (other === key));

const untouched = (/** @type {Changes} */ changes) => KEYS.every((key) => changes[key] === NONE[key]);

/** The longest side that a changed photo is drawn with. */
const LONGEST = 1024;

/** @param {ImageBitmap} bitmap @param {Changes} changes */
function changed(bitmap, { across, down, turn, blur, patches }) {
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)];
  const source = new OffscreenCanvas(width, height);
  source.getContext("2d")?.drawImage(bitmap, 0, 0, width, height);
  const shuffled = shuffledPatches(source, patches);
  const out = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (out.getContext("2d"));
  context.fillStyle = "#808080";
  context.fillRect(0, 0, width, height);
  context.translate(width / 2 + across * width, height / 2 + down * height);
  context.rotate((turn * Math.PI) / 180);
  // Drawn small and large again: a blur that every browser has.
  const small = Math.min(1, 1 / (blur * Math.max(width, height)));
  const soft = new OffscreenCanvas(Math.max(1, Math.round(width * small)), Math.max(1, Math.round(height * small)));
  const softContext = soft.getContext("2d");
  context.imageSmoothingQuality = "high";
  if (softContext) softContext.imageSmoothingQuality = "high";
  softContext?.drawImage(shuffled, 0, 0, soft.width, soft.height);
  context.drawImage(blur > 0 ? soft : shuffled, -width / 2, -height / 2, width, height);
  return out;
}

/** The same patches in another order, always the same. @param {OffscreenCanvas} source @param {number} side */
function shuffledPatches(source, side) {
  if (side < 2) return source;
  const { width, height } = source;
  const out = new OffscreenCanvas(width, height);
  const context = out.getContext("2d");
  const count = side * side;
  const step = [5, 7, 11, 13, 17].find((n) => count % n !== 0) ?? 1;
  const edge = (/** @type {number} */ i, /** @type {number} */ length) => Math.round((i * length) / side);
  for (let i = 0; i < count; i++) {
    const from = (i * step + Math.floor(count / 2)) % count;
    const [x, y] = [edge(from % side, width), edge(Math.floor(from / side), height)];
    const [toX, toY] = [edge(i % side, width), edge(Math.floor(i / side), height)];
    context?.drawImage(source, x, y, width / side, height / side, toX, toY, width / side, height / side);
  }
  return out;
}
