// @ts-check
// The line from 1998 to 2021: each network's size, published result and idea.

import { el, fill } from "../../shell/dom.js";
import { number, short } from "../../shell/text.js";
import { timeline } from "../../lessons/course/milestones.js";
import { lessons } from "../../lessons/course/course.js";
import { linkTo } from "../../lessons/place.js";
import { f, words } from "../../lessons/words.js";
import { svg, table } from "../kit/draw.js";

const WIDTH = 720;
const HEIGHT = 300;

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
  const places = timeline.map((entry, index) => ({
    entry,
    x: 84 + (index * (WIDTH - 130)) / (timeline.length - 1),
    y: height(entry.parameters),
  }));
  const points = places.map(({ entry, x, y }) =>
    el(
      "button",
      {
        type: "button",
        class: `timeline-point ${focus.length > 0 && !focus.includes(entry.id) ? "faded" : ""}`,
        "data-entry": entry.id,
        "data-part": `entry:${entry.id}`,
        "aria-pressed": "false",
        style: { left: `${(100 * x) / WIDTH}%`, top: `${(100 * y) / HEIGHT}%` },
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
  const grid = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "timeline-svg", "aria-hidden": "true" },
    svg(
      "g",
      { class: "axis", "data-part": "parameters" },
      ...[1e5, 1e6, 1e7, 1e8, 1e9].flatMap((count) => [
        svg("line", { x1: 0, x2: WIDTH, y1: height(count), y2: height(count) }),
        svg("text", { x: 0, y: height(count) - 4 }, short(count)),
      ]),
    ),
    svg("polyline", {
      class: "timeline-line",
      "data-part": "line",
      points: places.map(({ x, y }) => `${x},${y}`).join(" "),
    }),
  );
  const first = [stage.state.entry ?? focus].flat();
  choose(timeline.find(({ id }) => first.includes(id)) ?? timeline[0]);
  const scroll = el(
    "div",
    { class: "timeline-scroll" },
    el("div", { class: "timeline-plot" }, /** @type {any} */ (grid), points),
  );
  stage.show(el("p", { class: "quiet", "data-part": "parameters" }, f("timelineAxis")), scroll, card);
  // Where the line is wider than the screen, what the step speaks of is in sight.
  const chosen = points.find((point) => point.getAttribute("aria-pressed") === "true");
  if (chosen) scroll.scrollLeft = chosen.offsetLeft - scroll.clientWidth / 2;
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
