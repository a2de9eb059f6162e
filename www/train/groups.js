// @ts-check
// Photos that the visitor sorts into groups, for a network to learn from: tapped, dropped, chosen, or taken with the
// camera.

import { ANIMALS } from "../samples/animals.js";
import { cameraView } from "../shell/camera.js";
import { button, el, fill } from "../shell/dom.js";
import { photoName } from "../shell/photos.js";
import { number, t } from "../shell/text.js";
import { choices } from "../figures/kit/draw.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {{ id: string, name: string, url: string, own: boolean, blob: () => Promise<Blob> }} Photo */
/** @typedef {{ name: () => string, photos: Photo[] }} Group named in the page's language until the visitor names it */

/** What is dragged, told apart from files and texts. */
const DRAGGED = "application/x-vitrine-photo";
const COUNTS = [2, 3, 4, 5];
/** One to learn from and one to be tested on. */
const FEWEST = 2;

/** The groups of this visit: both experiments that learn from photos have them, in Train and in lessons. @type {Group[]} */
const groups = [];
let chosen = 0;
let added = 0;

const ofNumber = (/** @type {number} */ index) => t("train.groups.name", { letter: String.fromCharCode(65 + index) });

/** @param {number} count */
function resize(count) {
  while (groups.length < count) {
    const index = groups.length;
    groups.push({ name: () => ofNumber(index), photos: [] });
  }
  for (const { photos } of groups.splice(count)) photos.forEach(forget);
  chosen = Math.min(chosen, count - 1);
}

/** @param {Photo} photo */
function forget(photo) {
  if (photo.own) URL.revokeObjectURL(photo.url);
}

/** What keeps a run from beginning, in words; empty where nothing does. */
export function missing() {
  const names = groups.map(({ name }) => name().trim());
  if (names.some((name) => name === "")) return t("train.groups.unnamed");
  if (new Set(names).size < names.length) return t("train.groups.sameName");
  const few = groups.filter(({ photos }) => photos.length < FEWEST).map(({ name }) => name());
  return few.length > 0 ? t("train.groups.tooFew", { groups: few.join(", "), count: number(FEWEST) }) : "";
}

/** The groups as a run takes them. @returns {Promise<{ name: string, images: Blob[] }[]>} */
export const givenGroups = () =>
  Promise.all(
    groups.map(async ({ name, photos }) => ({
      name: name().trim(),
      images: await Promise.all(photos.map((photo) => photo.blob())),
    })),
  );

/** All photos in the order in which a run is given them. @returns {(Photo & { group: string })[]} */
export const allPhotos = () =>
  groups.flatMap(({ name, photos }) => photos.map((photo) => ({ ...photo, group: name().trim() })));

/** Two groups, of what the samples show. @param {Photo[]} samples @returns {Group[]} */
const ofSamples = (samples) => [
  { name: () => t("train.groups.animals"), photos: samples.filter(({ id }) => ANIMALS.includes(id)) },
  { name: () => t("train.groups.others"), photos: samples.filter(({ id }) => !ANIMALS.includes(id)) },
];

/**
 * @param {App} app @param {() => void} changed told when another photo or name is in a group
 * @param {{ sorted?: boolean, heading?: "h2" | "h3" }} [options] `sorted`: where no photo is in any group, the samples
 * are sorted
 */
export function groupEditor(app, changed, { sorted = false, heading = "h2" } = {}) {
  if (groups.length === 0) resize(2);
  const { store } = app;
  const boxes = el("div", { class: "photo-groups" });
  const camera = el("div");
  /** @type {Map<string, HTMLButtonElement>} */
  const tiles = new Map();
  const samples = store.state.samples.map((sample) => sampleOf(app, sample));
  const sortSamples = () => {
    groups.splice(0, groups.length, ...ofSamples(samples));
    chosen = 0;
  };
  if (sorted && groups.every(({ photos }) => photos.length === 0)) sortSamples();
  const put = (/** @type {Photo} */ photo, /** @type {number} */ into) => {
    for (const group of groups) group.photos = group.photos.filter(({ id }) => id !== photo.id);
    groups[into].photos.push(photo);
    draw();
  };
  const take = (/** @type {Blob} */ blob, /** @type {string} */ name, /** @type {number} */ into) =>
    put({ id: `own-${++added}`, name, url: URL.createObjectURL(blob), own: true, blob: async () => blob }, into);
  const remove = (/** @type {Photo} */ photo) => {
    for (const group of groups) group.photos = group.photos.filter((one) => one !== photo);
    forget(photo);
    draw();
    /** @type {HTMLElement | null} */ (boxes.querySelector(`[data-group="${chosen}"] input`))?.focus();
  };
  const shoot = (/** @type {number} */ into) => {
    store.set({ camera: true });
    fill(
      camera,
      cameraView(app, (blob) => take(blob, t("camera.photo"), into)),
    );
  };
  /** Samples tell which group they are in. */
  const mark = () => {
    for (const [id, tile] of tiles) {
      const at = groups.findIndex(({ photos }) => photos.some((photo) => photo.id === id));
      tile.setAttribute("aria-pressed", String(at >= 0));
      fill(/** @type {Element} */ (tile.lastElementChild), at >= 0 ? groups[at].name() : "");
    }
  };
  const draw = () => {
    fill(
      boxes,
      groups.map((group, index) => box(group, index, { put, take, remove, shoot, choose, rename, samples })),
    );
    mark();
    changed();
  };
  const rename = (/** @type {number} */ index, /** @type {string} */ name) => {
    groups[index].name = () => name;
    boxes.children[index]?.setAttribute("aria-label", name);
    mark();
    changed();
  };
  const choose = (/** @type {number} */ index) => {
    chosen = index;
    for (const node of boxes.querySelectorAll("[data-choose]"))
      node.setAttribute("aria-pressed", String(Number(/** @type {HTMLElement} */ (node).dataset.choose) === index));
  };
  for (const photo of samples)
    tiles.set(
      photo.id,
      sampleTile(photo, () => put(photo, chosen)),
    );
  store.on(["camera"], ({ camera: on }) => !on && fill(camera), app.signal);
  draw();
  return el(
    "section",
    { class: "train-groups", "aria-label": t("train.groups.title") },
    el(heading, null, t("train.groups.title")),
    el("p", { class: "quiet" }, t("train.groups.how")),
    el(
      "div",
      { class: "figure-tools" },
      choices({
        label: t("train.groups.count"),
        value: groups.length,
        options: COUNTS.map((value) => ({ value, text: number(value) })),
        change(value) {
          resize(Number(value));
          draw();
        },
      }),
      button(
        t("train.groups.sortSamples"),
        () => {
          sortSamples();
          draw();
        },
        {},
      ),
    ),
    boxes,
    camera,
    el(heading === "h2" ? "h3" : "h4", null, t("train.groups.samples")),
    el("div", { class: "photo-tiles" }, [...tiles.values()]),
  );
}

/** @param {App} app @param {import("../shell/types.js").Sample} sample @returns {Photo} */
function sampleOf({ photos }, sample) {
  /** @type {Promise<Blob> | null} */
  let asked = null;
  const ask = async () => {
    const answer = await fetch(photos.url(sample));
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return answer.blob();
  };
  const again = (/** @type {unknown} */ error) => {
    asked = null;
    throw error;
  };
  return {
    id: sample.id,
    get name() {
      return photoName(sample);
    },
    url: photos.thumbnail(sample),
    own: false,
    blob: () => (asked ??= ask().catch(again)),
  };
}

/** @param {Photo} photo @param {() => void} put */
function sampleTile({ id, name, url }, put) {
  return el(
    "button",
    {
      type: "button",
      class: "photo-tile",
      title: name,
      draggable: "true",
      onclick: put,
      ondragstart: (/** @type {DragEvent} */ event) => event.dataTransfer?.setData(DRAGGED, id),
    },
    el("img", { src: url, alt: name, loading: "lazy", draggable: "false" }),
    el("span", { class: "photo-tile-group" }),
  );
}

/**
 * @param {Group} group @param {number} index
 * @param {{ put: (photo: Photo, into: number) => void, take: (blob: Blob, name: string, into: number) => void,
 *   remove: (photo: Photo) => void, shoot: (into: number) => void, choose: (index: number) => void,
 *   rename: (index: number, name: string) => void, samples: Photo[] }} actions
 */
function box(group, index, { put, take, remove, shoot, choose, rename, samples }) {
  const files = el("input", {
    type: "file",
    accept: "image/*",
    multiple: true,
    class: "visually-hidden",
    onchange: () => {
      for (const file of files.files ?? []) take(file, file.name, index);
    },
  });
  const name = el("input", {
    type: "text",
    value: group.name(),
    maxlength: "40",
    "aria-label": t("train.groups.nameLabel", { number: number(index + 1) }),
    oninput: () => rename(index, name.value),
  });
  return el(
    "section",
    {
      class: "photo-group",
      "data-group": index,
      "data-takes-photos": "",
      "aria-label": group.name(),
      ondragover: (/** @type {DragEvent} */ event) => event.preventDefault(),
      ondrop: (/** @type {DragEvent} */ event) => {
        event.preventDefault();
        const photo = samples.find(({ id }) => id === event.dataTransfer?.getData(DRAGGED));
        if (photo) put(photo, index);
        for (const file of event.dataTransfer?.files ?? []) take(file, file.name, index);
      },
    },
    name,
    el(
      "div",
      { class: "photo-tiles" },
      group.photos.map((photo) =>
        el(
          "span",
          { class: "photo-tile" },
          el("img", { src: photo.url, alt: photo.name }),
          button(t("train.groups.takeOut", { photo: photo.name }), () => remove(photo), {
            icon: "close",
            iconOnly: true,
            class: "plain",
          }),
        ),
      ),
      group.photos.length === 0 && el("p", { class: "quiet" }, t("train.groups.empty")),
    ),
    el(
      "div",
      { class: "actions" },
      button(t("train.groups.here"), () => choose(index), {
        "aria-pressed": String(index === chosen),
        "data-choose": index,
      }),
      el("label", { class: "button file-button" }, files, t("train.groups.add")),
      button(t("train.groups.camera"), () => shoot(index), { icon: "camera", iconOnly: true }),
    ),
  );
}
