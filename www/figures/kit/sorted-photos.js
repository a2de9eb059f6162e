// @ts-check
// The visitor's sorting of photos into groups, kept from one network to the next so that they can be compared.

import { ANIMALS } from "../../samples/animals.js";
import { photoName } from "../../shell/photos.js";

/**
 * @typedef {{ id: string, name: string, url: string, group: number, own: boolean, blob: () => Promise<Blob> }} Photo
 * @typedef {{ photos: Photo[], count: number, move: (id: string, group: number) => boolean, resize: (count: number) => void,
 *   add: (blob: Blob, name: string) => void, remove: (id: string) => void }} Sorted
 */

/** How many groups there may be. */
export const GROUPS = [2, 3, 4, 5];

/** @type {Sorted | null} */
let kept = null;
let added = 0;

/**
 * The sorting so far; at first animals here, everything else there.
 * @param {import("../../shell/types.js").Sample[]} samples @param {import("../../shell/types.js").App["photos"]} photos @returns {Sorted}
 */
export function sortedPhotos(samples, photos) {
  kept ??= fromSamples(samples, photos);
  return kept;
}

export function startAgain() {
  for (const photo of kept?.photos ?? []) if (photo.own) URL.revokeObjectURL(photo.url);
  kept = null;
}

/**
 * @param {import("../../shell/types.js").Sample[]} samples @param {import("../../shell/types.js").App["photos"]} photos
 * @returns {Sorted}
 */
function fromSamples(samples, photos) {
  const start = samples.map((sample) => ({
    id: sample.id,
    name: photoName(sample),
    url: photos.url(sample),
    group: ANIMALS.includes(sample.id) ? 0 : 1,
    own: false,
    blob: once(photos.url(sample)),
  }));
  /** @type {Sorted} */
  const sorted = {
    photos: start,
    count: 2,
    move(id, group) {
      const photo = sorted.photos.find((one) => one.id === id);
      if (!photo || photo.group === group) return false;
      photo.group = group;
      return true;
    },
    resize(count) {
      sorted.count = count;
      for (const photo of sorted.photos) photo.group = Math.min(photo.group, count - 1);
    },
    add(blob, name) {
      sorted.photos.push({
        id: `own-${++added}`,
        name,
        url: URL.createObjectURL(blob),
        group: 0,
        own: true,
        blob: async () => blob,
      });
    },
    remove(id) {
      const photo = sorted.photos.find((one) => one.id === id);
      if (photo) URL.revokeObjectURL(photo.url);
      sorted.photos = sorted.photos.filter((one) => one.id !== id);
    },
  };
  return sorted;
}

/** A file, fetched when first asked for. @param {string} url */
function once(url) {
  /** @type {Promise<Blob> | null} */
  let asked = null;
  const ask = async () => {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return answer.blob();
  };
  return () =>
    (asked ??= ask().catch((error) => {
      asked = null;
      throw error;
    }));
}
