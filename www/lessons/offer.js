// @ts-check
// A step that gains from an official network offers it, with its size; the step works without.

import { button, el, fill } from "../shell/dom.js";
import { failureCard, failureOf, isAborted } from "../shell/failure.js";
import { percent, size } from "../shell/text.js";
import { ui } from "./words.js";

/** @typedef {import("../shell/types.js").App} App */

/**
 * @param {App} app
 * @param {import("./course/lesson-types.d.ts").Lesson} lesson
 * @param {import("./course/lesson-types.d.ts").Step} step
 * @param {import("../figures/kit/mount.js").Mounted} figure
 */
export function offer(app, lesson, step, figure) {
  const { store, session, signal } = app;
  const box = el("div", { class: "offer" });
  let using = figure.swapped;
  const show = () => {
    const entry = session.entry(step.offers ?? "");
    const small = session.entry(lesson.model);
    if (!entry || !small) return fill(box);
    const stored = session.isStored(entry) || session.models?.has(entry.id);
    if (using)
      return fill(box, el("p", null, ui("fullNetwork", { title: entry.title })), button(ui("offerSmall"), small_, {}));
    const offline = store.state.teach === "1" && !stored;
    fill(
      box,
      el("p", { class: "quiet" }, ui("smallNetwork", { title: small.title })),
      el("p", null, ui("offer", { title: entry.title, size: size(entry.bytes) })),
      offline
        ? el("p", { class: "quiet" }, ui("offerOffline"))
        : button(
            ui(stored ? "offerUse" : "offerLoad", { title: entry.title, size: size(entry.bytes) }),
            () => void take(entry),
            { icon: stored ? undefined : "download" },
          ),
    );
  };
  const small_ = () => {
    using = false;
    figure.swap(null);
    show();
  };
  /** @param {import("../shell/types.js").Entry} entry */
  const take = async (entry) => {
    const bar = el("progress", {
      max: 1,
      "aria-label": ui("offerLoad", { title: entry.title, size: size(entry.bytes) }),
    });
    const line = el("p", { class: "quiet numbers" });
    fill(box, bar, line);
    try {
      await session.models?.get(entry.id, {
        signal,
        onProgress: ({ loaded, total }) => {
          if (total > 0) bar.value = loaded / total;
          line.textContent = total > 0 ? `${size(loaded)} / ${size(total)} · ${percent(loaded / total)}` : size(loaded);
        },
      });
      if (signal.aborted) return;
      using = true;
      figure.swap({ from: lesson.model, to: entry.id });
      show();
    } catch (error) {
      if (signal.aborted || isAborted(error)) return;
      fill(box, failureCard(failureOf(error), button(ui("offerSmall"), show, {})));
    }
  };
  store.show(
    ["engine", "stored", "teach"],
    () => {
      if (!box.querySelector("progress")) show();
    },
    signal,
  );
  return box;
}
