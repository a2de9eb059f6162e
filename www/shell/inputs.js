// @ts-check
// Ways for a photo to come in: a file, a drop anywhere on the page, the clipboard.

import { el } from "./dom.js";
import { notify } from "./notices.js";
import { t } from "./text.js";

/** @typedef {import("./types.js").App} App */

const WEIGHTS = /\.(safetensors|bin|pt|pth|ckpt|onnx)$/i;

/** A photo becomes the photo; a checkpoint is opened. @param {App} app @param {File} file */
export function takeFile(app, file) {
  if (WEIGHTS.test(file.name)) void app.session.open(file);
  else app.photos.own(file, file.name);
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
      veil.hidden = takesItself(event);
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
      if (takesItself(event)) return;
      const files = [...(event.dataTransfer?.files ?? [])];
      const address = files.length > 0 ? null : addressIn(event.dataTransfer);
      if (files.length === 0 && !address) return;
      event.preventDefault();
      // Shards with their index, or weights with their configuration.
      if (files.length > 1 && files.some((file) => WEIGHTS.test(file.name))) void app.session.open(files);
      else if (files[0]) takeFile(app, files[0]);
      else if (address) void app.photos.fromAddress(address);
    },
    { signal },
  );
}

/** Whether what is dropped there is meant for a part of the page. @param {DragEvent} event */
const takesItself = ({ target }) => target instanceof Element && target.closest("[data-takes-photos]") !== null;

/** An image's address that was dropped or pasted. @param {DataTransfer | null} data */
function addressIn(data) {
  const text = (data?.getData("text/uri-list") || data?.getData("text/plain") || "").trim().split("\n")[0];
  return /^https?:\/\/\S+$/.test(text) && URL.canParse(text) ? text : null;
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
        return;
      }
      if (target.closest?.("input, textarea")) return;
      const address = addressIn(event.clipboardData);
      if (address) {
        event.preventDefault();
        void app.photos.fromAddress(address);
      } else {
        notify(app.store, { kind: "info", text: t("photo.nothingPasted") });
      }
    },
    { signal: app.signal },
  );
}
