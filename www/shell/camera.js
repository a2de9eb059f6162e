// @ts-check
// The camera: shown in the photo's place, stopped as soon as it is not needed.

import { button, el, fill } from "./dom.js";
import { failureCard, failureOf } from "./failure.js";
import { t } from "./text.js";

/**
 * @param {import("./types.js").App} app
 * @param {(photo: Blob) => void} [taken] what becomes of the photo, in place of being the photo that is looked at
 */
export function cameraView(app, taken = (photo) => app.photos.own(photo, t("camera.photo"))) {
  const { store } = app;
  const video = el("video", { autoplay: true, muted: true, playsinline: true, "aria-label": t("camera.label") });
  const view = el("div", { class: "camera" });
  const stop = () => store.set({ camera: false });
  const take = button(t("camera.take"), () => void shoot(app, video, taken), {
    icon: "camera",
    class: "primary",
    disabled: true,
  });
  fill(view, video, el("div", { class: "actions" }, take, button(t("camera.stop"), stop, {})));
  void open(app, video).then(
    () => {
      take.disabled = false;
      take.focus();
    },
    (error) =>
      fill(view, failureCard({ ...failureOf(error), code: cameraCode(error) }, button(t("camera.close"), stop))),
  );
  return view;
}

/** @param {any} error */
const cameraCode = (error) => (error?.name === "NotAllowedError" ? "camera-denied" : "camera-failed");

/**
 * @param {import("./types.js").App} app
 * @param {HTMLVideoElement} video
 */
async function open({ store, signal }, video) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const end = () => stream.getTracks().forEach((track) => track.stop());
  if (!store.state.camera || signal.aborted) return end();
  const over = new AbortController();
  const finish = () => {
    over.abort();
    end();
  };
  store.on(["camera"], finish, over.signal);
  signal.addEventListener(
    "abort",
    () => {
      finish();
      store.set({ camera: false });
    },
    { signal: over.signal },
  );
  video.srcObject = stream;
  await video.play();
}

/**
 * @param {import("./types.js").App} app
 * @param {HTMLVideoElement} video
 * @param {(photo: Blob) => void} taken
 */
async function shoot({ store }, video, taken) {
  const canvas = el("canvas", { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  const blob = await new Promise((/** @type {BlobCallback} */ done) => canvas.toBlob(done, "image/png"));
  store.set({ camera: false });
  if (blob) taken(blob);
}
