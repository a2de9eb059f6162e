// @ts-check
// A figure as it stands here, for a page of one's own: the attributes of <vitrine-figure>, and the code to copy.

import { elementCode, frameCode, siteElementCode, siteFrameCode } from "../../embed/code.js";
import { questionAddress, stepAddress } from "../../embed/site.js";
import { button, el, fill } from "../../shell/dom.js";
import { currentLanguage, t } from "../../shell/text.js";
import { OWN } from "../../shell/networks.js";
import { OWN_PHOTO } from "../../shell/photos.js";

/** @typedef {import("../../embed/site.js").Asked} Asked */
/** @typedef {Record<string, any>} Told a figure's state, as it was asked for and as the visitor changed it */

/** The attributes beside `model` and `src`, or null where the element cannot show the same. @type {Record<string, (told: Told) => Record<string, any> | null>} */
const VIEWS = {
  classify: () => ({ view: "classes" }),
  attention: ({ block, head, query }) => ({
    view: "attention",
    block,
    head,
    query: query === "class" ? undefined : query,
  }),
  "class-map": ({ method, class: index }) => ({ view: "explanation", method, class: index }),
  "feature-maps": ({ stage, stages, moves }) => (stage && !stages && !moves ? { view: "maps", stage } : null),
  mae: ({ paint, mask, ratio, seed }) => ({
    view: "reconstruction",
    ...(paint ? { mask: mask || undefined } : { ratio, seed }),
  }),
};

/**
 * The box with the code; null where the element cannot show this figure. What it says is made when it is opened.
 * @param {import("../../shell/types.js").App} app @param {string} view @param {() => Told} told `model` among it
 */
export function embedBox({ store, session, photos }, view, told) {
  const attributes = () => {
    const { model } = told();
    const own = Object.hasOwn(VIEWS, view) && session.entry(model) ? VIEWS[view](told()) : null;
    const sample = store.state.picture?.sample;
    const src = sample ? photos.url(sample) : t("embed.photo");
    const size = model === store.state.model ? store.state.size : "";
    const given = own && Object.entries({ ...own, size }).filter(([, value]) => ![undefined, null, ""].includes(value));
    return given && { model, src, ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])) };
  };
  if (!attributes()) return null;
  return box(() => {
    const now = attributes();
    const own = store.state.picture?.sample ? null : ownPhoto("src");
    return now && [copyable(t("embed.frame"), frameCode(now)), copyable(t("embed.element"), elementCode(now)), own];
  });
}

/**
 * The same for the figure of a lesson's step, which the page itself shows in a frame.
 * @param {import("../../shell/types.js").App} app @param {{ step: string, title: string }} wanted
 * @param {() => Record<string, any>} chosen by the visitor @param {HTMLElement} node the figure
 */
export function stepEmbedBox({ store }, { step, title }, chosen, node) {
  return siteBox(store, title, node, stepAddress, () => {
    const given = JSON.stringify(chosen());
    return { step, chosen: given === "{}" ? "" : given };
  });
}

/**
 * The same for a figure beside the picture of a network, or of several, that the element does not draw by itself; null for
 * a checkpoint that is in this browser alone. @param {import("../../shell/types.js").App} app
 * @param {{ figure: string, title: string, models: string[] | null }} wanted its name, and the networks that are compared
 * @param {HTMLElement} node the figure
 */
export function questionEmbedBox({ store }, { figure, title, models }, node) {
  if ((models ?? [store.state.model]).includes(OWN)) return null;
  return siteBox(store, title, node, questionAddress, () => {
    const { model, size, off, asked, photochange } = store.state;
    return models
      ? { figure, models: models.join() }
      : /** @type {Asked} */ ({ figure, model, size, off, asked, photochange });
  });
}

/**
 * @param {import("../../shell/types.js").App["store"]} store @param {string} title @param {HTMLElement} node
 * @param {(asked: Asked) => string | null} addressOf @param {() => Asked}
 * attributes
 */
function siteBox(store, title, node, addressOf, attributes) {
  return box(() => {
    const own = store.state.photo === OWN_PHOTO;
    const photo = own ? t("embed.photo") : store.state.photo;
    const asked = { ...attributes(), photo, lang: currentLanguage() };
    const { width, height } = node.getBoundingClientRect();
    const size = { width: Math.round(width) + 24, height: Math.round(height) + 24 };
    return [
      copyable(t("embed.frame"), siteFrameCode(asked, addressOf, title, size)),
      copyable(t("embed.element"), siteElementCode(asked)),
      own && ownPhoto("photo"),
    ];
  });
}

/** @param {string} attribute */
const ownPhoto = (attribute) => el("p", { class: "quiet" }, t("embed.own", { attribute }));

/** @param {() => import("../../shell/dom.js").Children} codes */
function box(codes) {
  const body = el("div", { class: "embed-codes" });
  const show = () => fill(body, codes());
  return el(
    "details",
    { class: "embed-box", ontoggle: (/** @type {Event} */ event) => isOpen(event) && show() },
    el("summary", null, t("embed.title")),
    body,
  );
}

/** @param {Event} event */
const isOpen = ({ target }) => target instanceof HTMLDetailsElement && target.open;

/** @param {string} title @param {string} code */
function copyable(title, code) {
  const text = el("pre", { tabindex: 0, "aria-label": title }, code);
  const said = el("span", { class: "quiet", role: "status" });
  const copy = () =>
    navigator.clipboard.writeText(code).then(
      () => fill(said, t("embed.copied")),
      // The clipboard may be forbidden: the code is marked, to be copied by hand.
      () => {
        getSelection()?.selectAllChildren(text);
        fill(said, t("embed.marked"));
      },
    );
  return el("div", { class: "embed-code" }, button(title, copy, { icon: "link", class: "plain" }), said, text);
}
