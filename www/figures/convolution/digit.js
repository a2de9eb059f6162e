// @ts-check
// A digit to draw or to choose, moved sideways, and what networks read in it.

import { button, el, fill } from "../../shell/dom.js";
import { number, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { block, curves, guesses, slider } from "../kit/draw.js";
import { digitKind, digitOf, greyImage, moved } from "./digits.js";
import { SIDE, dab, placeOn } from "./ink.js";

const FARTHEST = 8;

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal } = stage;
  const models = await Promise.all(state.models.map((/** @type {string} */ id) => stage.load(id)));
  const { chosen } = stage.kept;
  // What was drawn stays until another digit is chosen.
  if (chosen.drawn?.over !== digitKind()) delete chosen.drawn;
  let ink = chosen.drawn?.ink ?? (await digitOf(digitKind()));
  let strokes = chosen.drawn?.strokes ?? 0;
  let shift = Number(state.shift);
  let ticket = 0;
  /** @type {string[] | null} what each network read before any shift */
  let unmoved = null;
  const answers = models.map(() => el("div", { class: "digit-answer" }));
  const pad = el("canvas", {
    width: SIDE,
    height: SIDE,
    class: "tile pad",
    role: "img",
    "aria-label": f("padLabel"),
    "data-part": "pad",
  });
  const paint = () => pad.getContext("2d")?.putImageData(greyImage(moved(ink, shift)), 0, 0);

  /** @param {number} by */
  const answersAt = (by) => {
    const image = greyImage(moved(ink, by));
    return Promise.all(models.map((model) => model.classify(image, { topK: 5, signal })));
  };
  const firstOf = (/** @type {Awaited<ReturnType<typeof answersAt>>} */ all) => all.map(({ top }) => top[0].label);
  const read = async () => {
    const mine = ++ticket;
    const all = await answersAt(shift);
    const before = unmoved ?? firstOf(shift === 0 ? all : await answersAt(0));
    if (mine !== ticket || signal.aborted) return;
    all.forEach(({ top }, index) =>
      fill(
        answers[index],
        el("p", { class: "headline" }, top[0].label),
        el("p", { class: "quiet" }, percent(top[0].probability)),
        guesses(top, (label) => label, { part: "" }),
      ),
    );
    unmoved = before;
    stage.report("changed", firstOf(all).filter((label, index) => label !== before[index]).length);
    if (strokes > 0) stage.report("drawn", strokes);
  };
  const plot = el("div");
  let traced = 0;
  /** How sure each network stays of its first answer, at every shift; only where networks are compared. */
  const trace = async () => {
    if (models.length < 2) return;
    const mine = ++traced;
    const shifts = Array.from({ length: 2 * FARTHEST + 1 }, (_, i) => i - FARTHEST);
    const series = await Promise.all(
      models.map(async (model) => {
        const read = (/** @type {number} */ by) => model.classify(greyImage(moved(ink, by)), { topK: 10, signal });
        const first = (await read(0)).top[0].label;
        const answers = await Promise.all(shifts.map(read));
        const sure = answers.map(
          ({ top }) => top.find((/** @type {{ label: string }} */ guess) => guess.label === first)?.probability ?? 0,
        );
        return {
          label: `${model.info.title}: ${first}`,
          part: `model:${model.info.id}`,
          dots: true,
          points: shifts.map((by, i) => /** @type {[number, number]} */ ([by, sure[i]])),
        };
      }),
    );
    if (mine !== traced || signal.aborted) return;
    const options = { xName: f("shiftAxis"), yName: f("sureAxis"), yText: percent, low: 0, high: 1 };
    const ticks = shifts.filter((by) => by % 2 === 0);
    fill(plot, curves({ series, ...options, ticks, label: f("sureLabel"), part: "curves" }));
  };
  const follow = () => stage.follow(read());

  const draw = (/** @type {PointerEvent} */ event) => {
    const base = moved(ink, shift);
    dab(base, ...placeOn(pad, event));
    ink = base;
    taken();
    paint();
    follow();
  };
  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    strokes++;
    unmoved = null;
    draw(event);
  });
  pad.addEventListener("pointerup", () => retrace());
  pad.addEventListener("pointermove", (event) => {
    if (event.buttons & 1) draw(event);
  });

  const retrace = () => stage.follow(trace());
  const mover = slider({
    label: f("shift"),
    min: -8,
    max: 8,
    value: shift,
    part: "shift",
    text: (value) => f("pixels", { count: number(value) }),
    change(value) {
      shift = value;
      paint();
      stage.chose("shift", shift);
      follow();
    },
  });
  /** The ink is another, and lies in the middle of the pad. */
  const taken = () => {
    chosen.drawn = { over: digitKind(), ink, strokes };
    chosen.shift = 0;
    shift = 0;
    const input = mover.querySelector("input");
    if (input) input.value = "0";
    fill(/** @type {HTMLElement} */ (mover.querySelector("output")), f("pixels", { count: number(0) }));
  };
  const clear = button(
    f("clear"),
    () => {
      ink = new Uint8Array(SIDE * SIDE);
      strokes++;
      unmoved = null;
      taken();
      paint();
      follow();
      retrace();
    },
    { class: "plain" },
  );
  paint();
  await read();
  await trace();
  stage.show(
    el(
      "div",
      { class: "figure-row" },
      block(f("drawHere"), pad, mover, el("div", { class: "actions" }, clear)),
      el(
        "div",
        { class: "figure-row answers", "data-part": "answers" },
        models.map((model, index) =>
          el(
            "section",
            { class: "figure-block", "data-part": `model:${model.info.id}` },
            el("h3", null, model.info.title),
            answers[index],
          ),
        ),
      ),
    ),
    plot,
  );
}
