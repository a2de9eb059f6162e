// @ts-check
// A figure of a lesson's step, as a frame of the site that has the lessons: <vitrine-figure site="https://…/"
// step="vit/encoder">.

import { HEIGHT } from "./height.js";
import { defaults, isAddress, writeUrl } from "../shell/url.js";

/** @typedef {{ site: string, step: string, photo?: string | null, chosen?: string | null, lang?: string }} Asked */

const STEP = /^([a-z0-9-]+)\/([a-z0-9-]+)$/;

/**
 * The address of a step's figure alone; null where what is asked for is none.
 * @param {Asked} asked `photo`: a sample, or an address, relative to the page that asks
 */
export function stepAddress({ site, step, photo, chosen, lang }) {
  const [, lesson, name] = step.match(STEP) ?? [];
  if (!lesson || !URL.canParse(site)) return null;
  const fallback = defaults();
  const hash = writeUrl({
    ...fallback,
    route: "lessons",
    lesson,
    step: name,
    alone: "1",
    photo: photo ? (isAddress(photo) ? new URL(photo, document.baseURI).href : photo) : fallback.photo,
    chosen: chosen ?? "",
    lang: lang === "ko" ? "ko" : "en",
  });
  return new URL(hash, site).href;
}

/** A frame that is as high as what it shows. @param {string} address @param {string} title @param {AbortSignal} signal */
export function stepFrame(address, title, signal) {
  const frame = document.createElement("iframe");
  Object.assign(frame, { src: address, title, loading: "lazy", allow: "clipboard-write" });
  addEventListener(
    "message",
    ({ source, data }) => {
      if (source !== frame.contentWindow || data?.type !== HEIGHT || !Number.isFinite(data.height)) return;
      frame.style.height = `${Math.min(Math.max(data.height, 100), 4000)}px`;
    },
    { signal },
  );
  return frame;
}
