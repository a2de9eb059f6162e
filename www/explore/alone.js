// @ts-check
// One figure that answers a question, and nothing else, for a frame on a page of others: of the network, the photo and
// what is off in it that the address names.

import { standAlone } from "../shell/alone.js";
import { el, fill } from "../shell/dom.js";
import { failureCard, failureOf, isAborted } from "../shell/failure.js";
import { loadPanel } from "../shell/load-panel.js";
import { t } from "../shell/text.js";
import { writeUrl } from "../shell/url.js";
import { chosenMask } from "./asked.js";
import { questionFigure } from "./drawer.js";
import { offOf } from "../shell/off.js";
import { offIn } from "./switches.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("../shell/types.js").Model} Model */

/** @param {App} app @param {string} name of the figure */
export function questionAlone(app, name) {
  const { store, session, signal } = app;
  const holder = el("div", null, loadPanel(app));
  const root = el("article", { class: "question-alone" }, holder);
  const link = el("a", { class: "button plain" }, t("drawer.network"));
  /** @type {Model | null} */
  let of = null;
  const show = async () => {
    const { model } = session;
    if (store.state.load.status !== "ready" || !model || model === of) return;
    of = model;
    const { off, asked } = store.state;
    await model.ablate([...offIn(model, off).map(offOf), ...(await chosenMask(model, asked, signal))]);
    if (signal.aborted || of !== model) return;
    const figure = questionFigure(app, model, name, link);
    fill(holder, figure ?? el("p", { class: "quiet" }, t("drawer.noFigure", { network: model.info.title })));
  };
  const failed = (/** @type {unknown} */ error) => {
    if (!isAborted(error)) fill(holder, failureCard(failureOf(error)));
  };
  store.show(["load"], () => void show().catch(failed), signal);
  const lead = () => {
    link.href = writeUrl({ ...store.state, alone: "", figure: "" });
  };
  store.show(["model", "photo", "off", "asked", "tab"], lead, signal);
  standAlone(root, signal);
  return root;
}
