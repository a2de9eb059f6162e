// @ts-check
// The network whose features a probe reads: a small one that ships with the page, or the one that is loaded in the
// picture.

import { el } from "../shell/dom.js";
import { t } from "../shell/text.js";

/** Features without a label in them tell most. */
const FIRST = "dino_vit_cifar10";
const LOADED = "loaded";
let chosen = FIRST;

/** @param {import("../shell/types.js").App} app */
export function readers({ session, store }) {
  const small = store.state.engine.entries.filter(({ embedded, input }) => embedded && input.channels === 3);
  const loaded = session.model && !small.some(({ id }) => id === session.model?.info.id) ? session.model : null;
  if (chosen === LOADED && !loaded) chosen = FIRST;
  const options = [
    ...small.map(({ id, title }) => ({ id, title })),
    ...(loaded ? [{ id: LOADED, title: t("train.groups.loaded", { title: loaded.info.title }) }] : []),
  ];
  const choice = el(
    "select",
    {
      onchange: () => {
        chosen = choice.value;
      },
    },
    options.map(({ id, title }) => el("option", { value: id, selected: id === chosen }, title)),
  );
  return el("label", { class: "train-reader" }, el("span", null, t("train.groups.reader")), choice);
}

/**
 * The same as a run is told it. @param {import("../shell/types.js").App} app
 * @param {import("../engine.js").Experiment} experiment
 */
export function readerOf({ session }, experiment) {
  if (experiment !== "probe") return {};
  return chosen === LOADED && session.model ? { model: session.model } : { network: chosen };
}
