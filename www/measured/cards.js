// @ts-check
// The small networks: what each was trained on and how, and its scores, as its card beside the weights says.

import { badge } from "../shell/badge.js";
import { el, fill } from "../shell/dom.js";
import { failureCard, failureOf } from "../shell/failure.js";
import { duration, number, percent, short, size, t, tOf } from "../shell/text.js";
import { recompute } from "./recompute.js";

const FOLDER = new URL("../weights/", import.meta.url);

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("../shell/types.js").Entry} Entry */

/**
 * A file of www/weights.
 * @typedef {object} Card
 * @property {string} data
 * @property {string} recipe
 * @property {boolean} [finished] false where training was cut short
 * @property {number} epochs
 * @property {number} seconds
 * @property {string} metric
 * @property {number} score_pytorch of the whole test set
 * @property {number} score_subset_pytorch of the bundled images
 * @property {number} score_engine of the same, in this engine
 * @property {string} licence
 * @property {number} parameters
 * @property {number} bytes
 */

/** @param {App} app @param {Entry[]} entries */
export const cards = (app, entries) =>
  el(
    "ul",
    { class: "cards" },
    entries.map((entry) => cardOf(app, entry)),
  );

/** @param {App} app @param {Entry} entry */
function cardOf(app, entry) {
  const body = el("div", { class: "card-body" }, el("p", { class: "quiet" }, t("numbers.loading")));
  void read(entry.id).then(
    (card) => fill(body, facts(card), badge("precomputed"), live(app, entry, card)),
    (error) => fill(body, failureCard(failureOf(error))),
  );
  return el("li", { class: "card panel", "data-model": entry.id }, el("h3", null, entry.title), body);
}

/** @param {string} id @returns {Promise<Card>} */
async function read(id) {
  const answer = await fetch(new URL(`${id}.json`, FOLDER));
  if (!answer.ok) throw new Error(`${id}.json: HTTP ${answer.status}`);
  return answer.json();
}

/** A share of right answers, or an error. @param {Card} card @param {number} value */
const score = ({ metric }, value) => (isShare(metric) ? percent(value) : number(value, { maximumFractionDigits: 4 }));
/** @param {string} metric */
const isShare = (metric) => metric !== "masked MSE";

/** @param {Card} card */
function facts(card) {
  const row = (
    /** @type {string} */ name,
    /** @type {string} */ value,
    /** @type {Record<string, any> | null} */ props = null,
  ) =>
    el(
      "div",
      props?.wide ? { class: "wide" } : null,
      el("dt", null, name),
      el("dd", props?.lang ? { lang: props.lang } : null, value),
    );
  const trained = t(card.finished === false ? "numbers.trainedShort" : "numbers.trained", {
    time: duration(card.seconds),
    epochs: number(card.epochs),
  });
  return el(
    "dl",
    { class: "facts" },
    row(t("numbers.data"), card.data),
    row(t("numbers.weights"), t("numbers.weightsOf", { size: size(card.bytes), count: short(card.parameters) })),
    row(t("numbers.time"), trained, { wide: true }),
    row(t("numbers.whole", { metric: tOf("metrics", card.metric) }), score(card, card.score_pytorch), { wide: true }),
    row(t("numbers.pytorch"), score(card, card.score_subset_pytorch)),
    row(t("numbers.engine"), score(card, card.score_engine)),
    row(t("numbers.recipe"), card.recipe, { wide: true, lang: "en" }),
    row(t("numbers.licence"), card.licence, { wide: true, lang: "en" }),
  );
}

/** @param {App} app @param {Entry} entry @param {Card} card */
const live = (app, entry, card) =>
  isShare(card.metric) ? recompute(app, entry, card) : el("p", { class: "quiet recompute" }, t("numbers.noRecompute"));
