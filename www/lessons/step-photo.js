// @ts-check
// The photo on which a step's figure shows what its text says. A photo that the visitor chose, or that a link names,
// stays.

import { amend, defaults, readUrl } from "../shell/url.js";

/** @typedef {import("./course/lesson-types.d.ts").Step} Step */

/** The photo that the last step brought. */
let brought = defaults().photo;

/** @param {Step} step */
const ownPhoto = (step) => step.photo ?? defaults().photo;

/** What a step shows after the present one. @param {{ photo: string }} state @param {Step} step */
export const photoAt = ({ photo }, step) => (photo === brought ? ownPhoto(step) : photo);

/** To be called before the step's figure is built. @param {import("../shell/types.js").App} app @param {Step} step */
export function bringPhoto({ store }, step) {
  const photo = photoAt(store.state, step);
  if (photo === ownPhoto(step)) brought = photo;
  if (photo === store.state.photo) return;
  const { route, lesson, step: at } = store.state;
  const there = readUrl(location);
  // Step and photo are one entry in the browser's history: either both are still to be written, or it has the step.
  if (there.route === route && there.lesson === lesson && there.step === at) amend(store, { photo });
  else store.set({ photo });
}
