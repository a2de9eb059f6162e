// @ts-check
// A figure as it stands here, for a page of one's own: the attributes of <vitrine-figure>, and the code to copy.

import { elementCode, frameCode } from "../../embed/code.js";
import { button, el, fill } from "../../shell/dom.js";
import { t } from "../../shell/text.js";

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
  const body = el("div", { class: "embed-codes" });
  const show = () => {
    const now = attributes();
    if (!now) return;
    const own = store.state.picture?.sample ? null : el("p", { class: "quiet" }, t("embed.own"));
    fill(body, copyable(t("embed.frame"), frameCode(now)), copyable(t("embed.element"), elementCode(now)), own);
  };
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
