// @ts-check
// Ways for a photo to come in: a file, a drop anywhere on the page, the clipboard.

import { el } from "./dom.js";
import { notify } from "./notices.js";
import { t } from "./text.js";

/** @typedef {import("./types.js").App} App */

/** A photo becomes the photo; a checkpoint is opened. @param {App} app @param {File} file */
export function takeFile(app, file) {
  if (/\.(safetensors|bin|pt|pth|onnx)$/i.test(file.name)) void app.session.open(file);
  else app.photos.own(file, file.name);
}

/** The file field behind the button. @param {App} app */
export function uploadField(app) {
  const input = el("input", {
    type: "file",
    accept: "image/*",
    id: "upload",
    hidden: true,
    onchange: () => {
      if (input.files?.[0]) takeFile(app, input.files[0]);
      input.value = "";
    },
  });
  return input;
}

/** @param {App} app */
export function watchDrops(app) {
  const { signal } = app;
  const veil = el("div", { class: "veil", hidden: true }, el("p", null, t("photo.drop")));
  document.body.after(veil);
  signal.addEventListener("abort", () => veil.remove());
  const carriesFile = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener(
    "dragover",
    (event) => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      veil.hidden = false;
    },
    { signal },
  );
  addEventListener(
    "dragleave",
    (event) => {
      if (!event.relatedTarget) veil.hidden = true;
    },
    { signal },
  );
  addEventListener(
    "drop",
    (event) => {
      veil.hidden = true;
      if (!carriesFile(event)) return;
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file) takeFile(app, file);
    },
    { signal },
  );
}

/** @param {App} app */
export function watchPaste(app) {
  addEventListener(
    "paste",
    (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      const file = [...(event.clipboardData?.files ?? [])].find((item) => item.type.startsWith("image/"));
      if (file) {
        event.preventDefault();
        app.photos.own(file, t("photo.pasted"));
      } else if (!target.closest?.("input, textarea")) {
        notify(app.store, { kind: "info", text: t("photo.nothingPasted") });
      }
    },
    { signal: app.signal },
  );
}
