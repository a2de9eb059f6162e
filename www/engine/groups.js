// Photos that a visitor sorts into groups, on their way to a run that learns from them.

import { isArray, options as optionsOf, reading, shown, wrong } from "./check.js";
import { capture, isTensor } from "./input.js";

/** @typedef {import("../engine.js").ImageInput} ImageInput */
/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./protocol.js").GivenPhoto} GivenPhoto */

/** @typedef {{ group: number, image: ImageInput }} Sorted */

/**
 * What was given as groups: what a description says of them, and the photos in order.
 * @param {unknown} given
 * @returns {{ groups: { name: string, images: number }[], photos: Sorted[] }}
 */
export function groupsOf(given) {
  if (!isArray(given)) throw wrong("Groups are a list of { name, images: [photo, ...] }.");
  /** @type {Sorted[]} */
  const photos = [];
  const groups = given.map((one, group) => {
    const { name, images } = /** @type {any} */ (optionsOf(/** @type {object} */ (one)));
    if (typeof name !== "string") throw wrong(`A group has a name, not ${shown(name)}.`);
    if (!isArray(images)) {
      throw wrong(`The group "${shown(name)}" has no photos: a description does not hold them, give them beside it.`);
    }
    for (const image of images) {
      if (reading("A photo", () => isTensor(/** @type {any} */ (image))))
        throw wrong("Photos of a group are pictures.");
      photos.push({ group, image: /** @type {ImageInput} */ (image) });
    }
    return { name, images: images.length };
  });
  return { groups, photos };
}

/**
 * Photos as the worker decodes them, and what gives their memory back.
 * @param {Sorted[]} photos
 * @returns {Promise<{ photos: GivenPhoto[], release: () => void }>}
 */
export async function captured(photos) {
  const all = await Promise.all(photos.map(({ image }) => capture(image)));
  return {
    photos: all.map(({ input }, i) => ({ group: photos[i].group, input, features: null })),
    release: () => {
      for (const { release } of all) release();
    },
  };
}

/**
 * What a network makes of each photo.
 * @param {Model} model
 * @param {Sorted[]} photos
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<GivenPhoto[]>}
 */
export async function described(model, photos, signal) {
  const given = [];
  for (const { group, image } of photos) {
    given.push({ group, input: null, features: Float32Array.from(await model.features({ image, signal })) });
  }
  return given;
}

/** What runs of the same photos share until the last of them is freed. */
export class Shared {
  #holders = 1;
  #end;

  /** @param {Model | null} model whose features a probe reads @param {() => void} end */
  constructor(model, end) {
    this.model = model;
    this.#end = end;
  }

  hold() {
    this.#holders++;
    return this;
  }

  release() {
    if (--this.#holders === 0) this.#end();
  }
}
