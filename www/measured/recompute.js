// @ts-check
// A network's score on the bundled test images, computed here: idle, running, done, failed or cancelled.

import { badge } from "../shell/badge.js";
import { button, el } from "../shell/dom.js";
import { failureCard, failureOf, isAborted } from "../shell/failure.js";
import { speak } from "../shell/notices.js";
import { number, percent, t } from "../shell/text.js";
import { states } from "./states.js";
import { sheetFor } from "../figures/kit/test-images.js";
import { anyOf } from "../engine/signals.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("../shell/types.js").Entry} Entry */
/** @typedef {import("./cards.js").Card} Card */
/** @typedef {{ read: number, right: number, of: number }} Count */

/** @param {App} app @param {Entry} entry @param {Card} card */
export function recompute(app, entry, card) {
  const root = el("div", { class: "recompute", "data-state": "idle" });
  const start = (/** @type {"numbers.recompute" | "numbers.again"} */ label) =>
    button(t(label), () => void run(), { "aria-label": `${t(label)}: ${entry.title}` });
  const show = states(root);

  const run = async () => {
    const control = new AbortController();
    const signal = anyOf([app.signal, control.signal]);
    const { parts, update } = progress(() => control.abort());
    /** @type {Count} */
    let count = { read: 0, right: 0, of: 0 };
    show("running", parts);
    try {
      for await (count of counted(app, entry, signal)) update(count);
      const score = t("numbers.done", {
        right: number(count.right),
        count: number(count.of),
        score: percent(count.right / count.of),
      });
      show(
        "done",
        el("p", { class: "recompute-score" }, score),
        el("p", null, t("numbers.beside", { score: percent(card.score_subset_pytorch) })),
        badge("computed"),
        start("numbers.again"),
      );
      speak(app.store, `${entry.title}: ${score}`);
    } catch (error) {
      if (app.signal.aborted) return;
      if (isAborted(error))
        show("cancelled", el("p", null, t("numbers.cancelled", { read: number(count.read) })), start("numbers.again"));
      else show("failed", failureCard(failureOf(error), start("numbers.again")));
    }
  };

  show("idle", el("p", { class: "quiet" }, t("numbers.idle")), start("numbers.recompute"));
  return root;
}

/** What is shown meanwhile. @param {() => void} cancel */
function progress(cancel) {
  const line = el("p", { class: "numbers" }, t("numbers.preparing"));
  const bar = el("progress", { max: 1, "aria-label": t("numbers.progress") });
  const update = (/** @type {Count} */ { read, right, of }) => {
    bar.value = read / of;
    line.textContent = t("numbers.running", { read: number(read), count: number(of), score: percent(right / read) });
  };
  return { parts: [line, bar, button(t("actions.cancel"), cancel)], update };
}

/**
 * The hits so far, after each image. @param {App} app @param {Entry} entry @param {AbortSignal} signal
 * @returns {AsyncGenerator<Count>}
 */
async function* counted({ session }, entry, signal) {
  if (!session.engine) throw new Error(t("device.none"));
  // A handle of its own: the page's may be given back meanwhile.
  const [sheet, model] = await Promise.all([sheetFor(entry.input.channels), session.engine.load(entry.id, { signal })]);
  try {
    let right = 0;
    for (const [index, label] of sheet.labels.entries()) {
      const { top } = await model.classify(sheet.tile(index), { topK: 1, signal });
      if (top[0].index === label) right += 1;
      yield { read: index + 1, right, of: sheet.labels.length };
    }
  } finally {
    model.free();
  }
}
