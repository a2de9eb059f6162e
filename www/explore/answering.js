// @ts-check
// The picture follows the network that answers: its layout, the photo once it is answered, what each map adds to the
// answer, how long each stage took, and the place in the address.

import { failureOf, failureText, isAborted } from "../shell/failure.js";
import { notify } from "../shell/notices.js";
import { clamped } from "./camera.js";
import { cameraOn, focusOf, itemFor } from "./scene.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("../shell/types.js").Model} Model */
/** @typedef {import("../shell/types.js").UrlState} UrlState */
/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./scene.js").Camera} Camera */
/** @typedef {import("./scene.js").Scene} Scene */

/** Networks that answer within this many milliseconds are asked for more than their answer unasked. */
const QUICK_MS = 700;
/** So long the answer is waited for before the network is drawn: a quick one's comes first, a slow one is seen first. */
const ANSWER_FIRST_MS = 400;

/** Tells the visitor what of a picture could not be had. @param {App["store"]} store */
export const telling = (store) => (/** @type {unknown} */ error) => {
  if (isAborted(error)) return;
  notify(store, { kind: "error", text: failureText(failureOf(error)), detail: failureOf(error).message });
};

/** @param {unknown} error */
export function quiet(error) {
  if (!isAborted(error) && !(error instanceof DOMException)) throw error;
}

/**
 * A camera as the address holds it: by the item that it is on, and exactly where it is on none. @param {Scene} scene
 * @param {Camera} camera @param {boolean} upright whether the picture runs from top to bottom
 */
export function placeOf(scene, camera, upright) {
  const item = focusOf(scene, camera);
  const plain = cameraOn(item, upright);
  const apart = Math.abs(camera.from - plain.from) + Math.abs(camera.to - plain.to);
  const exact = apart > 0.02 * (camera.to - camera.from);
  return { stage: item?.id ?? "", view: exact ? `${camera.from.toFixed(5)}-${camera.to.toFixed(5)}` : "" };
}

/**
 * The camera that an address means. @param {Scene} scene @param {Pick<UrlState, "stage" | "view">} state
 * @param {boolean} upright whether the picture runs from top to bottom
 * @returns {Camera}
 */
export function cameraFor(scene, { stage, view }, upright) {
  const [from, to] = view.split("-").map(Number);
  return view && to > from ? clamped({ from, to }, 1e-6) : cameraOn(itemFor(scene, stage), upright);
}

/** Pictures that are being weighed. @type {WeakSet<Picture>} */
const underway = new WeakSet();

/**
 * What each map adds to the answer, of all that is drawn, once it is. To be called anew when the camera rests.
 * @param {Picture} view @param {AbortSignal} signal
 */
export async function weigh(view, signal) {
  if (underway.has(view)) return;
  underway.add(view);
  try {
    while (!signal.aborted) {
      await view.drawnOnce();
      const { source, age } = view.tiles;
      const stages = view.weighable();
      if (!source?.weighed || stages.length === 0 || signal.aborted) return;
      const { model, image, off } = source;
      const found = await model.contributions(stages, { image, off, signal }).catch((error) => {
        // A network that names by neighbours has no score to follow back.
        if (failureOf(error).code !== "bad-input") throw error;
        source.weighed = false;
        return { stages: [] };
      });
      if (age === view.tiles.age) view.weighed(new Map(found.stages.map(({ stage, shares }) => [stage, shares])));
    }
  } finally {
    underway.delete(view);
  }
}

/**
 * Resolves once the network that was just taken up has answered, or is not about to. @param {App["store"]} store
 * @returns {Promise<void>}
 */
function answered(store) {
  if (!store.state.picture) return Promise.resolve();
  const control = new AbortController();
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      control.abort();
      done();
    };
    const timer = setTimeout(end, ANSWER_FIRST_MS);
    store.show(
      ["run"],
      ({ run, load }) => (run.status === "failed" || (run.status === "done" && run.model === load.id) ? end() : null),
      control.signal,
    );
  });
}

/** @param {App} app @param {Picture} view @param {{ opened: () => void }} tell */
export function answering({ store, session, signal }, view, { opened }) {
  /** @type {Model | null} */
  let model = null;
  /** Takes up the network. */
  const open = async () => {
    const next = store.state.load.status === "ready" ? session.model : null;
    if (!next || next === model) return;
    model = next;
    await answered(store);
    if (model !== next || signal.aborted) return;
    const layout = await next.layout({ signal });
    if (model !== next || signal.aborted) return;
    view.open(next, layout, store.state.load.id);
    if (view.scene) view.camera.jump(cameraFor(view.scene, store.state, view.upright), false);
    opened();
    await show(false);
  };
  /** Takes up the photo: once the answer is there, which must not wait for the tiles. @param {boolean} same */
  const show = async (same) => {
    const { picture: photo, seen, run, load } = store.state;
    const mine = view.model;
    if (!mine || mine !== model || !photo || !seen || run.status !== "done" || run.model !== load.id) return;
    const { data, shape } = await mine.preprocess(photo.blob, { signal });
    if (mine !== model || photo !== store.state.picture || signal.aborted) return;
    const quick = (run.ms?.forward ?? Infinity) < QUICK_MS;
    view.feed({ model: mine, image: { data, shape }, weighed: quick && run.top !== null }, seen.crop, same);
    if (quick) void weigh(view, signal).then(clock).catch(quiet);
  };
  /** @type {Model | null} whose stages have been timed */
  let timed = null;
  /** Times every stage once, when all else is there. */
  const clock = async () => {
    const { source } = view.tiles;
    if (!source || timed === source.model) return;
    timed = source.model;
    const rows = await source.model.stageTimes({ image: source.image, signal });
    if (view.model === timed) view.words.times(new Map(rows.map(({ stage, ms }) => [stage, ms])));
    view.draw();
  };
  store.show(["load"], () => void open().catch(quiet), signal);
  store.on(["run"], () => void show(true).catch(quiet), signal);
  view.settles(() => {
    if (view.scene) store.set(placeOf(view.scene, view.camera.now, view.upright));
    void weigh(view, signal).catch(quiet);
  });
  store.on(
    ["stage", "view"],
    (state) => {
      const { scene, camera } = view;
      if (!scene || view.model !== session.model) return;
      const now = placeOf(scene, camera.now, view.upright);
      if (now.view !== state.view || now.stage !== (itemFor(scene, state.stage)?.id ?? ""))
        camera.fly(cameraFor(scene, state, view.upright));
    },
    signal,
  );
}
