// @ts-check
// One network among those that are compared: its picture, a strip of the screen, and what it answers beside it.

import { anyOf } from "../engine/signals.js";
import { guesses } from "../explore/answer.js";
import { quiet, telling, weigh } from "../explore/answering.js";
import { lackingText, madeImage, wholeImage } from "../explore/made.js";
import { picture } from "../explore/picture.js";
import { labelOf } from "../explore/switches.js";
import { cropImage } from "../figures/kit/tiles.js";
import { f } from "../figures/kit/words.js";
import { button, el, fill } from "../shell/dom.js";
import { failureOf, failureText, isAborted } from "../shell/failure.js";
import { t } from "../shell/text.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("../shell/types.js").Model} Model */
/** @typedef {import("../shell/types.js").Guess} Guess */
/** @typedef {{ index: number, id: string, title: string, model: () => Promise<Model>, href: () => string }} Wanted */
/** @typedef {ReturnType<typeof lane>} Lane */

/** Lower than this a picture has room for names alone. */
const COMPACT = 190;
/** Networks that answer within this many milliseconds are asked what each map adds to the answer. */
const QUICK_MS = 700;

/**
 * @param {App} app
 * @param {Wanted} wanted
 * @param {{ toggle: (name: string) => void, back: () => void }} switched
 */
export function lane(app, { index, id, title, model: load, href }, switched) {
  const { store } = app;
  const control = new AbortController();
  const signal = anyOf([app.signal, control.signal]);
  const stage = el("div", { class: "lane-stage" });
  const says = el("div", { class: "lane-says", "aria-busy": "true" }, el("p", { class: "quiet" }, t("answer.running")));
  const open = el("a", { href: href(), title: t("compare.open") }, title);
  open.addEventListener("pointerenter", () => (open.href = href()));
  open.addEventListener("focus", () => (open.href = href()));
  const node = el(
    "section",
    { class: "lane", "aria-label": title, "data-network": id, "data-lane": index },
    stage,
    el("div", { class: "lane-answer" }, el("h2", { class: "lane-title" }, open), says),
  );
  const frame = () => {
    const { width, height } = stage.getBoundingClientRect();
    return {
      upright: false,
      compact: height < COMPACT,
      strip: { x: 10, y: 2, width: Math.max(60, width - 34), height: Math.max(40, height - 4) },
    };
  };
  /** @type {Guess[] | null} */
  let top = null;
  const ends = () => {
    const outer = stage.getBoundingClientRect();
    const output = [...says.querySelectorAll(".guess-row")].map((row, i) => {
      const box = row.getBoundingClientRect();
      return { x: outer.width, y: (box.top + box.bottom) / 2 - outer.top, share: top?.[i]?.probability ?? 0 };
    });
    return { input: null, output: output.filter(({ y }) => y > 0 && y < outer.height) };
  };
  const view = picture(
    { signal, failed: telling(store), label: t("compare.picture", { network: title }) },
    { frame, ends, photo: () => null },
  );
  fill(stage, view.node);
  let ticket = 0;
  /** @type {Promise<unknown>} */
  let opened = Promise.resolve();
  /**
   * Computes all that the lane shows of a photo. @param {Blob} photo @param {string[]} names what is off
   * @param {import("../engine.js").Off[]} off
   */
  const show = async (photo, names, off) => {
    const mine = ++ticket;
    const fresh = () => mine === ticket && !signal.aborted;
    says.setAttribute("aria-busy", "true");
    try {
      const model = await load();
      if (!view.model) {
        const layout = await model.layout({ signal });
        if (!signal.aborted && !view.model) view.open(model, layout, id);
      }
      const { data, shape, crop } = await model.preprocess(photo, { signal });
      if (!fresh()) return;
      const image = { data, shape };
      const whole = off.length > 0 ? await answerOf(model, image, [], signal) : null;
      const answer = await answerOf(model, image, off, signal);
      if (!fresh()) return;
      top = answer.top;
      fill(says, said(model, answer, whole), offList(names, switched));
      says.setAttribute("aria-busy", "false");
      const weighed = answer.top !== null && answer.ms < QUICK_MS;
      view.feed({ model, image, off, weighed }, cropImage(crop), true);
      opened = view.drawnOnce();
      void weigh(view, signal).catch(quiet);
    } catch (error) {
      if (!fresh() || isAborted(error)) return;
      says.setAttribute("aria-busy", "false");
      fill(says, el("p", { role: "alert" }, failureText(failureOf(error))));
    }
  };
  return {
    node,
    view,
    id,
    show,
    /** The network's first answer, where it names photos. */
    get label() {
      return top && view.model?.info.input.channels === 3 ? top[0].label : null;
    },
    /** Resolves once what was shown last is drawn. */
    get drawn() {
      return opened;
    },
    close() {
      control.abort();
      node.remove();
    },
  };
}

/** @typedef {{ top: Guess[] | null, ms: number, made: import("../engine.js").Reconstruction | null }} Answer */

/**
 * @param {Model} model @param {import("../engine.js").Tensor} image @param {import("../engine.js").Off[]} off
 * @param {AbortSignal} signal @returns {Promise<Answer>}
 */
async function answerOf(model, image, off, signal) {
  if (model.info.labels.length > 0) {
    const { top, ms } = await model.classify(image, { topK: 5, off, signal });
    return { top, ms: ms.forward, made: null };
  }
  const reconstructs = model.info.capabilities.includes("reconstruct");
  return { top: null, ms: 0, made: reconstructs ? await model.reconstruct(image, { off, signal }) : null };
}

/** @param {Model} model @param {Answer} answer @param {Answer | null} whole the answer with nothing off */
function said({ info }, { top, made }, whole) {
  if (made) {
    const image = madeImage(t("answer.guessed"));
    const before = whole?.made ?? null;
    image.draw(made.pixels, before ? lackingText(made, before) : "");
    return [
      el("div", { class: "answer-pair" }, before && wholeImage(before, made), image.node),
      el("p", { class: "quiet" }, f("fillsGaps")),
    ];
  }
  if (!top) return el("p", { class: "quiet" }, t("answer.noNames"));
  const digits = info.input.channels === 1;
  return guesses(
    digits ? top.map((guess) => ({ ...guess, label: f("digitAnswer", { label: guess.label }) })) : top,
    whole?.top ?? null,
  );
}

/**
 * What is off of this network, each with a way back. @param {string[]} names
 * @param {{ toggle: (name: string) => void, back: () => void }} switched
 */
const offList = (names, { toggle, back }) =>
  names.length > 0 &&
  el(
    "div",
    { class: "off-list", role: "group", "aria-label": t("switches.title") },
    el(
      "ul",
      null,
      names.map((name) =>
        el(
          "li",
          null,
          button(t("switches.back", { name: labelOf(name) }), () => toggle(name), { class: "off-chip", icon: "close" }),
        ),
      ),
    ),
    names.length > 1 && button(t("switches.all"), back, { class: "plain" }),
  );
