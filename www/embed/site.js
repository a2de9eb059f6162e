// @ts-check
// A figure that the site shows alone, as a frame of that site: of a lesson's step, <vitrine-figure site="https://…/"
// step="vit/encoder">, or one that answers a question, <vitrine-figure site="https://…/" figure="logit-lens"
// model="vit_cifar10">.

import { HEIGHT } from "./height.js";
import { defaults, isAddress, writeUrl } from "../shell/url.js";

/** @typedef {Record<string, string>} Asked attributes of the element, those that are empty or left out as the site has them */

const STEP = /^([a-z0-9-]+)\/([a-z0-9-]+)$/;

/** What an address of the site has of the element, beside a photo. */
export const QUESTION = ["figure", "model", "models", "size", "off", "asked", "photochange"];

/** The address of a step's figure alone; null where what is asked for is none. @param {Asked} asked */
export function stepAddress({ site, step, chosen = "", ...more }) {
  const [, lesson, name] = step.match(STEP) ?? [];
  return lesson && name ? alone(site, { route: "lessons", lesson, step: name, chosen }, more) : null;
}

/**
 * The address of a figure that answers a question of one network, or of several `models`, alone; null where the site's is
 * none. @param {Asked} asked
 */
export function questionAddress({ site, ...more }) {
  const given = QUESTION.flatMap((key) => (more[key] ? [[key, more[key]]] : []));
  return alone(site, { route: more.models ? "compare" : "explore", ...Object.fromEntries(given) }, more);
}

/**
 * `photo`: a sample, or an address, relative to the page that asks. @param {string} site @param {Partial<ReturnType<typeof
 * defaults>>} place @param {Asked} more
 */
function alone(site, place, { photo, lang }) {
  if (!URL.canParse(site)) return null;
  const fallback = defaults();
  const hash = writeUrl({
    ...fallback,
    ...place,
    alone: "1",
    photo: photo ? (isAddress(photo) ? new URL(photo, document.baseURI).href : photo) : fallback.photo,
    lang: lang === "ko" ? "ko" : "en",
  });
  return new URL(hash, site).href;
}

/** A frame that is as high as what it shows. @param {string} address @param {string} title @param {AbortSignal} signal */
export function siteFrame(address, title, signal) {
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
