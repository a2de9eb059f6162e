// @ts-check
// The photo at the picture's beginning: the square that the network is given, the pixels it makes of it, and ways to
// another.

import { button, el, fill, unbroken } from "../shell/dom.js";
import { cameraView } from "../shell/camera.js";
import { failureCard } from "../shell/failure.js";
import { takeFile } from "../shell/inputs.js";
import { OWN_PHOTO, photoName } from "../shell/photos.js";
import { isAddress } from "../shell/url.js";
import { number, t } from "../shell/text.js";
import { bitmapOf } from "./tile-store.js";

/** @typedef {import("../shell/types.js").App} App */

/** @param {App} app */
export function photoCard(app) {
  const { store, signal } = app;
  const face = el("div", { class: "photo-face" });
  const pixels = el("canvas", { class: "photo-pixels", role: "img", width: 1, height: 1, hidden: true });
  const field = el("canvas", { class: "photo-field", "aria-hidden": true, hidden: true, width: 1, height: 1 });
  const box = el("div", { class: "photo-window", "aria-hidden": true, hidden: true });
  const line = el("p", { class: "photo-line" });
  const show = () => {
    const { picture, camera } = store.state;
    if (camera) return fill(face, cameraView(app));
    if (!picture) return fill(face, el("p", { class: "quiet" }, t("photo.loading")));
    const image = el("img", { src: picture.url, alt: t("photo.alt", { name: picture.name }) });
    fill(face, image, pixels, field, box);
    const place = () => crop(image, store.state.seen?.box ?? null);
    image.addEventListener("load", place);
    place();
  };
  store.show(["picture", "camera"], show, signal);
  store.show(
    ["seen"],
    ({ seen }) => {
      const image = face.querySelector("img");
      if (image) crop(image, seen?.box ?? null);
      pixels.hidden = !seen;
      if (!seen) return;
      Object.assign(pixels, { width: seen.crop.width, height: seen.crop.height });
      pixels.getContext("2d")?.drawImage(bitmapOf(seen.crop), 0, 0);
      pixels.classList.toggle("coarse", seen.crop.width <= 64);
      const size = { width: number(seen.crop.width), height: number(seen.crop.height) };
      pixels.setAttribute("aria-label", t("seen.alt", size));
      pixels.title = t(seen.crop.width <= 64 ? "seen.few" : "seen.many", size);
    },
    signal,
  );
  store.show(
    ["picture"],
    ({ picture }) => {
      if (!picture) return fill(line);
      if (picture.address) return fill(line, t("photo.linked", { name: picture.name }));
      if (!picture.sample) return fill(line, t("photo.stays", { name: picture.name }));
      const { author, license } = picture.sample;
      fill(
        line,
        photoName(picture.sample),
        " ",
        el("span", { lang: "en", class: "quiet" }, unbroken([author, license], ",")),
      );
    },
    signal,
  );
  const node = el(
    "section",
    { class: "photo-card", "aria-label": t("photo.title") },
    face,
    line,
    failure(app),
    el("div", { class: "photo-ways" }, change(app)),
  );
  return {
    node,
    face,
    /**
     * What a cell can see of the photo, and where a change would change it.
     * @param {import("../engine.js").ReceptiveField | null} seen
     */
    sees(seen) {
      field.hidden = !seen;
      if (!seen) return;
      const [rows, columns] = seen.map.shape;
      const most = seen.map.data.reduce((high, value) => Math.max(high, value), 0) || 1;
      const image = new ImageData(columns, rows);
      seen.map.data.forEach((value, i) => image.data.set([255, 190, 76, 235 * Math.sqrt(value / most)], 4 * i));
      Object.assign(field, { width: columns, height: rows });
      field.getContext("2d")?.putImageData(image, 0, 0);
      box.hidden = !seen.box;
      if (seen.box) frame(box, seen.box, [rows, columns]);
    },
    /**
     * Marks the part of the photo that a cell reads; null where it reads maps. @param {import("../engine.js").SpotWindow | null}
     * window @param {number} side pixels that the network reads of the photo
     */
    reads(window, side) {
      box.hidden = !window;
      if (window)
        frame(box, { x: window.first[1], y: window.first[0], width: window.size[1], height: window.size[0] }, [
          side,
          side,
        ]);
    },
  };
}

/**
 * @param {HTMLElement} box @param {{ x: number, y: number, width: number, height: number }} part @param {number[]} of
 */
function frame(box, { x, y, width, height }, [rows, columns]) {
  const share = (/** @type {number} */ value, /** @type {number} */ whole) => `${(100 * value) / whole}%`;
  box.style.left = share(x, columns);
  box.style.top = share(y, rows);
  box.style.width = share(width, columns);
  box.style.height = share(height, rows);
}

/**
 * The image is moved so that the square that the network is given fills its frame. @param {HTMLImageElement} image
 * @param {{ x: number, y: number, width: number, height: number } | null} box
 */
function crop(image, box) {
  const [w, h] = [image.naturalWidth, image.naturalHeight];
  if (!w || !h) return;
  const side = Math.min(w, h);
  const { x, y, width, height } = box ?? { x: (w - side) / 2, y: (h - side) / 2, width: side, height: side };
  image.style.width = `${(100 * w) / width}%`;
  image.style.height = `${(100 * h) / height}%`;
  image.style.left = `${(-100 * x) / width}%`;
  image.style.top = `${(-100 * y) / height}%`;
}

/** @param {App} app */
function failure({ store, signal }) {
  const line = el("div");
  store.show(
    ["pictureFailure"],
    ({ pictureFailure }) => {
      const close = button(t("notices.dismiss"), () => store.set({ pictureFailure: null }), { class: "plain" });
      fill(
        line,
        pictureFailure && [
          el("p", { class: "failure-name" }, pictureFailure.name),
          failureCard(pictureFailure.failure, close),
        ],
      );
    },
    signal,
  );
  return line;
}

/** @param {App} app @param {() => void} done */
function byAddress({ photos }, done) {
  const field = el("input", { type: "text", inputmode: "url", id: "photo-address", placeholder: "https://" });
  const take = () => {
    if (!URL.canParse(field.value.trim())) return field.focus();
    void photos.fromAddress(field.value.trim());
    field.value = "";
    done();
  };
  field.addEventListener("keydown", (event) => event.key === "Enter" && take());
  return el(
    "div",
    { class: "photo-address" },
    el("label", { for: "photo-address" }, t("photo.address")),
    el("div", { class: "own-line" }, field, button(t("photo.fetch"), take)),
  );
}

/** One button opens all ways to another photo. @param {App} app */
function change(app) {
  const { store, photos, signal } = app;
  const file = el("input", {
    type: "file",
    accept: "image/*",
    id: "upload",
    hidden: true,
    onchange: () => {
      if (file.files?.[0]) takeFile(app, file.files[0]);
      file.value = "";
      panel.hidePopover();
    },
  });
  const row = el("ul", { class: "samples", "aria-label": t("photo.samples") });
  const remove = button(t("photo.remove"), () => photos.remove(), { icon: "close", class: "plain" });
  const camera = button(
    t("photo.camera"),
    () => {
      panel.hidePopover();
      store.set({ camera: true });
    },
    { icon: "camera" },
  );
  camera.hidden = !navigator.mediaDevices?.getUserMedia;
  const panel = el(
    "div",
    {
      class: "popover photo-popover",
      id: "photo-change",
      popover: "auto",
      role: "group",
      "aria-label": t("photo.change"),
    },
    row,
    el(
      "div",
      { class: "actions" },
      button(t("photo.upload"), () => file.click(), { icon: "upload", class: "primary" }),
      camera,
      remove,
    ),
    byAddress(app, () => panel.hidePopover()),
    el("p", { class: "quiet" }, t("photo.ways")),
    file,
  );
  // Samples are fetched when they are first looked at: the first answer does not wait for them.
  panel.addEventListener("beforetoggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") fillSamples();
  });
  const fillSamples = () =>
    fill(
      row,
      store.state.samples.map((sample) =>
        el(
          "li",
          null,
          el(
            "button",
            {
              type: "button",
              class: "sample",
              "aria-pressed": String(sample.id === store.state.photo),
              title: photoName(sample),
              onclick: () => {
                store.set({ photo: sample.id, camera: false });
                panel.hidePopover();
              },
            },
            el("img", {
              src: photos.thumbnail(sample),
              alt: photoName(sample),
              width: 64,
              height: 48,
              decoding: "async",
            }),
          ),
        ),
      ),
    );
  store.show(
    ["photo"],
    ({ photo }) => {
      remove.hidden = photo !== OWN_PHOTO && !isAddress(photo);
    },
    signal,
  );
  return [button(t("photo.change"), () => panel.togglePopover(), { icon: "image", class: "photo-button" }), panel];
}
