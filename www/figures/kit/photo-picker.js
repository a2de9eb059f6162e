// @ts-check
// Another photo for a figure: one of the samples, or the visitor's own.

import { el, fill } from "../../shell/dom.js";
import { takeFile } from "../../shell/inputs.js";
import { OWN_PHOTO, photoName } from "../../shell/photos.js";
import { isAddress } from "../../shell/url.js";
import { t } from "../../shell/text.js";
import { f } from "../../lessons/words.js";

/** @param {import("../../shell/types.js").App} app */
export function photoPicker(app) {
  const { store, signal } = app;
  const choice = el("select", {
    onchange: () => {
      if (choice.value !== OWN_PHOTO) store.set({ photo: choice.value });
    },
  });
  store.show(
    ["samples", "photo", "picture"],
    ({ samples, photo, picture }) => {
      fill(
        choice,
        samples.map((sample) => el("option", { value: sample.id }, photoName(sample))),
        (photo === OWN_PHOTO || isAddress(photo)) && el("option", { value: photo }, picture?.name ?? t("photo.own")),
      );
      choice.value = photo;
    },
    signal,
  );
  const file = el("input", {
    type: "file",
    accept: "image/*",
    class: "visually-hidden",
    onchange: () => {
      if (file.files?.[0]) takeFile(app, file.files[0]);
    },
  });
  return el(
    "div",
    { class: "picker" },
    el("label", null, f("photo"), " ", choice),
    el("label", { class: "button file-button" }, file, f("ownPhoto")),
  );
}
