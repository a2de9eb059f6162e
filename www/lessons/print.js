// @ts-check
// A handout: all steps of a lesson below each other, each with its figure as it is computed now, on the step's own
// photo and as the visitor left it.

import { el } from "../shell/dom.js";
import { failureOf, failureText } from "../shell/failure.js";
import { notify } from "../shell/notices.js";
import { Store } from "../shell/state.js";
import { number } from "../shell/text.js";
import { keptOf, readOn, stepParts } from "./player.js";
import { photoAt } from "./step-photo.js";
import { ui, words } from "./words.js";
import { anyOf } from "../engine/signals.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("./course/lesson-types.d.ts").Step} Step */

const LIMIT = 30_000;
/** A figure that stands may still be drawing its other curves. */
const REST = 1000;

/**
 * @param {App} app @param {import("./course/lesson-types.d.ts").Lesson} lesson
 * @param {(term: string) => void} define
 */
export async function printHandout(app, lesson, define) {
  const control = new AbortController();
  const part = { ...app, signal: anyOf([app.signal, control.signal]) };
  const handout = el(
    "div",
    { class: "handout" },
    el("h1", null, words(`${lesson.id}.title`)),
    el("p", null, words(`${lesson.id}.idea`)),
  );
  notify(app.store, { kind: "info", text: ui("figureLoading") });
  try {
    const apps = await Promise.all(lesson.steps.map((step) => onPhotoOf(part, step)));
    document.body.append(handout);
    const all = lesson.steps.map((step, index) => {
      // A run goes on where it was begun, and not on paper.
      const kept = { ...keptOf(step), chosen: { ...keptOf(step).chosen }, run: null };
      const { text, figure, settled } = stepParts(apps[index], { lesson, step }, define, kept);
      text.querySelector("h2")?.prepend(`${number(index + 1)}. `);
      handout.append(el("section", { class: "handout-step" }, text, figure));
      return settled;
    });
    const drawn = Promise.all(all).then(() => atRest(handout));
    await Promise.race([drawn, new Promise((done) => setTimeout(done, LIMIT))]);
    handout.append(readOn(lesson));
    if (app.signal.aborted) return;
    document.documentElement.classList.add("printing");
    print();
    document.documentElement.classList.remove("printing");
  } catch (error) {
    notify(app.store, { kind: "error", text: failureText(failureOf(error)) });
  } finally {
    control.abort();
    handout.remove();
  }
}

/** When nothing in it has changed for a while. @param {HTMLElement} node */
function atRest(node) {
  return new Promise((done) => {
    const rest = () => setTimeout(over, REST);
    const changes = new MutationObserver(() => {
      clearTimeout(timer);
      timer = rest();
    });
    const over = () => {
      changes.disconnect();
      done(undefined);
    };
    let timer = rest();
    changes.observe(node, { childList: true, characterData: true, subtree: true });
  });
}

/** The page as it is, but with the photo that a step shows. @param {App} app @param {Step} step @returns {Promise<App>} */
async function onPhotoOf({ store, photos, session, signal }, step) {
  const photo = photoAt(store.state, step);
  const sample = store.state.samples.find(({ id }) => id === photo);
  const picture = sample ? await photos.pictureOf(sample) : store.state.picture;
  const own = new Store({ ...store.state, photo, picture });
  store.on(["engine"], ({ engine }) => own.set({ engine }), signal);
  return { store: own, photos, session, signal };
}
