// @ts-check
// A measurement that takes a while: begun by a button, watched, stopped, begun again.

import { anyOf } from "../../engine/signals.js";
import { button, el, fill } from "../../shell/dom.js";
import { isAborted } from "../../shell/failure.js";
import { number } from "../../shell/text.js";
import { f } from "../../lessons/words.js";

/**
 * @param {import("./mount.js").Stage} stage
 * @param {(signal: AbortSignal) => AsyncGenerator<{ read: number, of: number }>} measure says after each part how far
 * it is
 * @param {(of: number) => string} done what is said at the end
 * @param {number} [before] of how many it was measured to its end before
 */
export function measurement(stage, measure, done, before) {
  const node = el("div", { class: "measurement", "data-state": "idle", "data-part": "measure" });
  const said = el("p", { class: "quiet numbers", role: "status" });
  /** @param {string} state @param {...import("../../shell/dom.js").Children} parts */
  const show = (state, ...parts) => {
    const focused = node.contains(document.activeElement);
    node.dataset.state = state;
    fill(node, ...parts);
    // The button under the keyboard is replaced by another.
    if (focused) node.querySelector("button")?.focus({ preventScroll: true });
  };
  const start = (/** @type {string} */ text, /** @type {string} */ look) =>
    button(text, () => stage.follow(run()), { class: look });
  let control = new AbortController();
  const run = async () => {
    control = new AbortController();
    const bar = el("progress", { max: 1, value: 0, "aria-label": f("measureProgress") });
    const line = el("p", { class: "quiet numbers" });
    fill(said);
    let at = { read: 0, of: 1 };
    show(
      "running",
      bar,
      line,
      button(f("measureStop"), () => control.abort(), {}),
    );
    try {
      for await (at of measure(anyOf([stage.signal, control.signal]))) {
        bar.value = at.read / at.of;
        line.textContent = f("measureAt", { read: number(at.read), of: number(at.of) });
      }
      finish(at.of);
      stage.report("measured", true);
    } catch (error) {
      if (stage.signal.aborted) return;
      show("cancelled", said, start(f("measureAgain"), ""));
      if (!isAborted(error)) throw error;
      said.textContent = f("measureStopped", { read: number(at.read), of: number(at.of) });
    }
  };
  const finish = (/** @type {number} */ of) => {
    show("done", said, start(f("measureAgain"), ""));
    said.textContent = done(of);
  };
  if (before === undefined) show("idle", start(f("measureNow"), "primary"));
  else finish(before);
  return { node, stop: () => control.abort() };
}
