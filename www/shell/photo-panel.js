// @ts-check
// The photo with the network's crop marked, and the ways to another photo.

import { button, el, fill } from "./dom.js";
import { cameraView } from "./camera.js";
import { failureCard } from "./failure.js";
import { uploadField } from "./inputs.js";
import { OWN_PHOTO, photoName } from "./photos.js";
import { t } from "./text.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").State} State */

/** @param {App} app */
export function photoPanel(app) {
  return el(
    "section",
    { class: "panel photo", "aria-labelledby": "photo-title" },
    el("h2", { id: "photo-title" }, t("photo.title")),
    stage(app),
    failureLine(app),
    el("div", { class: "under-photo" }, credit(app), ways(app)),
    sampleRow(app),
  );
}

/** @param {App} app */
function stage(app) {
  const { store, signal } = app;
  const holder = el("div", { class: "stage" });
  const show = () => {
    if (store.state.camera) fill(holder, cameraView(app));
    else fill(holder, store.state.picture ? markedPhoto(app) : el("div", { class: "stage-empty" }, t("photo.loading")));
  };
  store.show(["picture", "camera"], show, signal);
  return holder;
}

/** @param {App} app */
function markedPhoto({ store, signal }) {
  const picture = /** @type {import("./types.js").Picture} */ (store.state.picture);
  const image = el("img", { src: picture.url, alt: t("photo.alt", { name: picture.name }) });
  const mark = el("div", { class: "crop", hidden: true });
  const figure = el("div", { class: "marked" }, image, mark);
  const place = () => {
    figure.style.setProperty("--ratio", String(image.naturalWidth / (image.naturalHeight || 1) || 1.5));
    const box = store.state.seen?.box;
    mark.hidden = !box || !image.naturalWidth;
    if (!box) return;
    const part = (/** @type {number} */ value, /** @type {number} */ whole) => `${(100 * value) / whole}%`;
    mark.style.left = part(box.x, image.naturalWidth);
    mark.style.width = part(box.width, image.naturalWidth);
    mark.style.top = part(box.y, image.naturalHeight);
    mark.style.height = part(box.height, image.naturalHeight);
  };
  image.addEventListener("load", place);
  store.show(["seen"], place, signal);
  return figure;
}

/** @param {App} app */
function failureLine({ store, signal }) {
  const line = el("div");
  store.show(
    ["pictureFailure"],
    ({ pictureFailure }) => {
      const close = button(t("notices.dismiss"), () => store.set({ pictureFailure: null }), { class: "plain" });
      fill(
        line,
        pictureFailure && el("p", { class: "failure-name" }, pictureFailure.name),
        pictureFailure && failureCard(pictureFailure.failure, close),
      );
    },
    signal,
  );
  return line;
}

/** @param {App} app */
function credit(app) {
  const { store, signal } = app;
  const line = el("p", { class: "credit" });
  store.show(
    ["picture"],
    ({ picture }) => {
      if (!picture) return fill(line);
      if (!picture.sample) return fill(line, t("photo.stays", { name: picture.name }));
      const { author, license } = picture.sample;
      fill(line, `${photoName(picture.sample)} · `, el("span", { lang: "en" }, `${author}, ${license}`));
    },
    signal,
  );
  return line;
}

/** @param {App} app */
function ways(app) {
  const { store, photos, signal } = app;
  const input = uploadField(app);
  const remove = button(t("photo.remove"), () => photos.remove(), { icon: "close", class: "plain" });
  const camera = button(t("photo.camera"), () => store.set({ camera: true }), { icon: "camera" });
  camera.hidden = !navigator.mediaDevices?.getUserMedia;
  store.show(
    ["photo"],
    ({ photo }) => {
      remove.hidden = photo !== OWN_PHOTO;
    },
    signal,
  );
  return el(
    "div",
    { class: "actions" },
    remove,
    camera,
    button(t("photo.upload"), () => input.click(), { icon: "upload", class: "primary", title: t("photo.ways") }),
    input,
  );
}

/** Thumbnails wait until the first answer is there: it should not wait for them. @param {App} app */
function sampleRow(app) {
  const { store, photos, signal } = app;
  const row = el("ul", { class: "samples", "aria-label": t("photo.samples") });
  let asked = store.state.run.top !== null;
  const show = () => {
    const { samples, photo } = store.state;
    fill(
      row,
      samples.map((sample) =>
        el(
          "li",
          null,
          el(
            "button",
            {
              type: "button",
              class: "sample",
              "aria-pressed": String(sample.id === photo),
              title: photoName(sample),
              onclick: () => store.set({ photo: sample.id, camera: false }),
            },
            el("img", {
              src: asked ? photos.thumbnail(sample) : null,
              alt: photoName(sample),
              width: 64,
              height: 48,
              decoding: "async",
            }),
          ),
        ),
      ),
    );
  };
  const mark = () =>
    [...row.querySelectorAll("button")].forEach((item, index) => {
      item.setAttribute("aria-pressed", String(store.state.samples[index]?.id === store.state.photo));
    });
  store.show(["samples"], show, signal);
  store.on(["photo"], mark, signal);
  store.on(
    ["run", "load"],
    ({ run, load }) => {
      if (asked || (!run.top && load.status !== "offer")) return;
      asked = true;
      show();
    },
    signal,
  );
  return row;
}
