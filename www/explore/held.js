// @ts-check
// A chosen number is followed back to the photo, through the columns that are drawn before it, and anew when others are.

import { failureOf, isAborted } from "../shell/failure.js";
import { anyOf } from "../engine/signals.js";
import { before, traceOf } from "./trace.js";

/** @typedef {import("./cells.js").Cell} Cell */
/** @typedef {import("../engine.js").Spot} Spot */

/** Columns have stayed the same for so long before they are asked about. */
const REST_MS = 220;

/**
 * @param {import("./picture.js").Picture} view @param {Pick<ReturnType<typeof import("./photo-card.js").photoCard>, "sees">}
 * photo @param {{ signal: AbortSignal, failed: (error: unknown) => void }} options
 */
export function follower(view, photo, { signal, failed }) {
  /** @type {{ cell: Cell, spot: Spot } | null} */
  let held = null;
  let asked = "";
  let timer = 0;
  let control = new AbortController();
  const stages = () => [...new Set(held ? before(view.columns, held.cell).map(({ item }) => item.stage) : [])];
  const stop = () => {
    clearTimeout(timer);
    control.abort();
    control = new AbortController();
  };
  const forget = () => {
    photo.sees(null);
    view.follows(null);
  };
  const follow = async () => {
    const { source } = view.tiles;
    if (!held || !source) return forget();
    const own = control.signal;
    const through = stages();
    asked = through.join();
    const seen = await source.model.receptiveField(held.cell.item.shows, held.spot.cell, {
      through,
      image: source.image,
      off: source.off,
      signal: anyOf([own, signal]),
    });
    if (own.aborted) return;
    photo.sees(seen);
    view.follows(traceOf(seen));
  };
  const begin = () => {
    stop();
    follow().catch((error) => {
      if (isAborted(error)) return;
      forget();
      // What cannot be followed, as a number of the network's own parameters, has no window.
      if (failureOf(error).code !== "bad-input") failed(error);
    });
  };
  view.watch(() => {
    if (!held || stages().join() === asked) return;
    asked = stages().join();
    clearTimeout(timer);
    timer = setTimeout(begin, REST_MS);
  });
  signal.addEventListener("abort", stop);
  return {
    /** @param {Cell | null} cell none: nothing is held any longer @param {Spot | null} spot */
    hold(cell, spot) {
      held = cell && spot ? { cell, spot } : null;
      stop();
      if (held) begin();
      else forget();
    },
  };
}
