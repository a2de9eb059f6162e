// @ts-check
// What an opened checkpoint did not tell and was assumed, before its answer; each can be changed, and the file is
// opened again.

import { button, el } from "./dom.js";
import { OWN } from "./networks.js";
import { t } from "./text.js";

/** @typedef {import("./types.js").App} App */

/** Means and deviations that networks are trained with. */
const NORMS = {
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  half: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  cifar: { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
};

/**
 * A panel for the visitor's own network where something was assumed, else null.
 * @param {App} app
 * @returns {HTMLElement | null}
 */
export function assumptions({ store, session }) {
  const { load } = store.state;
  const said = load.id === OWN ? (session.model?.info.assumptions ?? []) : [];
  if (said.length === 0) return null;
  return el(
    "section",
    { class: "assumptions", "aria-label": t("own.assumed") },
    el("p", { class: "assumptions-title" }, t("own.assumed")),
    el(
      "ul",
      { lang: "en" },
      said.map((words) => el("li", null, words)),
    ),
    el(
      "details",
      null,
      el("summary", null, t("own.change")),
      form(said, (config) => void session.openAgain(config)),
    ),
  );
}

/** @param {string[]} said @param {(config: Record<string, unknown>) => void} apply */
function form(said, apply) {
  const has = (/** @type {RegExp} */ words) => said.some((line) => words.test(line));
  const heads = has(/attention heads/) ? el("input", { type: "number", min: 1, max: 64, step: 1 }) : null;
  const activation = has(/GELU|ReLU/) ? choice({ "": "own.unchanged", ...names("gelu", "quick_gelu", "relu") }) : null;
  const pooling = has(/pooling$/) ? choice({ "": "own.unchanged", ...names("token", "avg") }) : null;
  const norm = choice({ "": "own.unchanged", imagenet: "ImageNet", half: "0.5", cifar: "CIFAR-10" });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const chosen = NORMS[/** @type {keyof typeof NORMS} */ (norm.value)] ?? {};
    apply({
      ...(heads?.value ? { num_heads: Number(heads.value) } : {}),
      ...(activation?.value ? { act_layer: activation.value } : {}),
      ...(pooling?.value ? { global_pool: pooling.value } : {}),
      ...chosen,
    });
  };
  const row = (/** @type {string} */ key, /** @type {HTMLElement | null} */ field) =>
    field && el("label", null, el("span", null, t(key)), field);
  return el(
    "form",
    { class: "assumptions-form", onsubmit: submit },
    row("own.heads", heads),
    row("own.activation", activation),
    row("own.pooling", pooling),
    row("own.normalization", norm),
    button(t("own.again"), submit),
  );
}

/** @param {string[]} values */
const names = (...values) => Object.fromEntries(values.map((value) => [value, value]));

/** @param {Record<string, string>} options values and their texts */
function choice(options) {
  return el(
    "select",
    null,
    Object.entries(options).map(([value, text]) =>
      el("option", { value }, text === "own.unchanged" ? t("own.unchanged") : text),
    ),
  );
}
