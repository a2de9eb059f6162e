// @ts-check
// The line from 1998 to 2021: each network's size, published result and idea.

import { el, fill } from "../../shell/dom.js";
import { number, short } from "../../shell/text.js";
import { timeline } from "../../lessons/course/milestones.js";
import { lessons } from "../../lessons/course/course.js";
import { linkTo } from "../../lessons/place.js";
import { f, words } from "../../lessons/words.js";
import { svg, table } from "../kit/draw.js";

/** The drawing: time from left to right, or, where that has no room, from top to bottom. */
const WIDE = { width: 720, height: 300 };
const UPRIGHT = { width: 340, height: 400 };

/** @typedef {typeof timeline[number]} Entry */

/** @param {import("../kit/mount.js").Stage} stage */
export function figure(stage) {
  if (stage.state.results) return stage.show(results());
  const focus = /** @type {string[]} */ (stage.state.focus ?? []);
  const card = el("div", { class: "timeline-card", "aria-live": "polite" });
  const choose = (/** @type {Entry} */ entry) => {
    fill(card, cardOf(stage, entry));
    for (const point of points) point.setAttribute("aria-pressed", String(point.dataset.entry === entry.id));
  };
  const places = timeline.map((entry, index) => {
    const share = index / (timeline.length - 1);
    const wide = [84 + share * (WIDE.width - 130), height(entry.parameters)];
    return { entry, wide, upright: [across(entry.parameters), 46 + share * (UPRIGHT.height - 72)] };
  });
  const points = places.map(({ entry, wide, upright }) =>
    el(
      "button",
      {
        type: "button",
        class: `timeline-point ${focus.length > 0 && !focus.includes(entry.id) ? "faded" : ""}`,
        "data-entry": entry.id,
        "data-part": `entry:${entry.id}`,
        "aria-pressed": "false",
        style: {
          "--wide-x": `${(100 * wide[0]) / WIDE.width}%`,
          "--wide-y": `${(100 * wide[1]) / WIDE.height}%`,
          "--upright-x": `${(100 * upright[0]) / UPRIGHT.width}%`,
          "--upright-y": `${(100 * upright[1]) / UPRIGHT.height}%`,
        },
        onclick: () => {
          stage.chose("entry", entry.id);
          choose(entry);
        },
      },
      el("span", { class: "timeline-dot", "aria-hidden": true }),
      el("span", { class: "timeline-name" }, entry.variant.split(",")[0]),
      el("span", { class: "timeline-year" }, String(entry.year)),
    ),
  );
  const marks = [1e5, 1e6, 1e7, 1e8, 1e9];
  const grid = (/** @type {"wide" | "upright"} */ way) => {
    const size = way === "wide" ? WIDE : UPRIGHT;
    const line = (/** @type {number} */ count) =>
      way === "wide"
        ? { x1: 0, x2: size.width, y1: height(count), y2: height(count) }
        : { x1: across(count), x2: across(count), y1: 18, y2: size.height };
    const label = (/** @type {number} */ count) =>
      way === "wide" ? { x: 0, y: height(count) - 4 } : { x: across(count), y: 12, "text-anchor": "middle" };
    return svg(
      "svg",
      { viewBox: `0 0 ${size.width} ${size.height}`, class: `timeline-svg ${way}`, "aria-hidden": "true" },
      svg(
        "g",
        { class: "axis", "data-part": "parameters" },
        ...marks.flatMap((count) => [svg("line", line(count)), svg("text", label(count), short(count))]),
      ),
      svg("polyline", {
        class: "timeline-line",
        "data-part": "line",
        points: places.map((place) => place[way].join()).join(" "),
      }),
    );
  };
  const first = [stage.state.entry ?? focus].flat();
  choose(timeline.find(({ id }) => first.includes(id)) ?? timeline[0]);
  stage.show(
    el(
      "div",
      { class: "timeline-plot" },
      el("p", { class: "quiet timeline-axis wide", "data-part": "parameters" }, f("timelineAxis")),
      el("p", { class: "quiet timeline-axis upright", "data-part": "parameters" }, f("timelineAxisUpright")),
      el("div", null, /** @type {any} */ (grid("wide")), /** @type {any} */ (grid("upright")), points),
    ),
    card,
  );
}

/** Every published result beside its test. */
function results() {
  const rows = timeline.map((entry) => ({
    name: `${entry.variant} (${entry.year})`,
    part: `entry:${entry.id}`,
    cells: [{ content: el("strong", null, resultOf(entry)), part: "accuracy" }, words(entry.test)],
  }));
  return table([f("network"), f("published"), f("publishedTest")], rows, { class: "stage-table results-table" });
}

/** @param {Entry} entry */
const resultOf = (entry) =>
  "error" in entry && entry.error !== undefined
    ? f("errorOf", { value: exact(entry.error) })
    : f("accuracyOf", { value: exact(entry.accuracy ?? 0) });

/** As the papers give it. @param {number} value */
const exact = (value) => number(value / 100, { style: "percent", maximumFractionDigits: 2 });

/** @param {number} parameters */
const height = (parameters) => 260 - (Math.log10(parameters) - 4.5) * 52;
/** @param {number} parameters */
const across = (parameters) => 20 + (Math.log10(parameters) - 4.7) * 46;

/** @param {import("../kit/mount.js").Stage} stage @param {Entry} entry */
function cardOf(stage, entry) {
  const lesson = lessons.find(({ id }) => id === entry.id);
  return [
    el("h3", null, `${entry.variant} (${entry.year})`),
    el("p", { "data-part": "idea" }, words(entry.idea)),
    el("p", { "data-part": "parameters" }, f("parameterCount", { count: number(entry.parameters) })),
    el("p", { "data-part": "accuracy" }, resultOf(entry), ". ", el("span", { class: "quiet" }, words(entry.test))),
    lesson &&
      el(
        "p",
        null,
        el(
          "a",
          { href: linkTo(stage.app.store.state, lesson) },
          f("openLesson", { title: words(`${lesson.id}.title`) }),
        ),
      ),
  ];
}
