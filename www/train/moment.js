// @ts-check
// A run at one of its checkpoints: the slider that goes there, and what its networks make of the visitor's picture at
// that moment.

import { button, el, fill } from "../shell/dom.js";
import { className, number, percent, t, tOf } from "../shell/text.js";
import { failureOf, failureText, isAborted } from "../shell/failure.js";
import { barRows, guesses, slider, tile } from "../figures/kit/draw.js";
import { extent, scaleOf } from "../figures/kit/colour.js";
import { plainMaps, oneMap } from "../figures/kit/maps.js";
import { guessTable, guessesOf } from "../figures/training/held-out.js";
import { digitPad } from "./digit-pad.js";
import { openable } from "./inside.js";
import { headMaps, nearest, shiftCurves, shiftPoints } from "./trials.js";

/** @typedef {import("./history.js").Recorded} Recorded */
/** @typedef {import("./experiments.js").Experiment} Experiment */

const MAPS = 8;
/** As many groups there can be. */
const GROUPS = 5;
/** As many networks of a moment are shown at once. */
const NETWORKS = 4;

/** What a visitor calls a network of a run. @param {string} network */
const nameOf = (network) => tOf("train.networks", network, network);

/**
 * @param {import("../shell/types.js").App} app @param {Recorded} one @param {Experiment} experiment
 * @param {{ fork?: (step: number) => void, save: (step: number, network: string) => void, open: (step: number, network: string) => void }} actions
 */
export function moment(app, one, experiment, actions) {
  const { run } = one;
  const { checkpoints } = run;
  if (checkpoints.length === 0) return el("p", { class: "quiet" }, t("train.noCheckpoints"));
  const answers = el("div", { class: "train-answers", "aria-live": "polite" });
  const tried = el("div");
  const pad = experiment.data === "digits" ? digitPad(app.signal, () => follow()) : null;
  let at = checkpoints.length - 1;
  let ticket = 0;
  let curvesOf = -1;
  const show = async () => {
    const mine = ++ticket;
    const step = checkpoints[at];
    const image = pad ? await pad.image() : app.store.state.picture?.blob;
    if (!image) return;
    const parts = [];
    if (experiment.id === "probe") {
      const guess = await run.classify(image, { step, topK: GROUPS });
      if (mine === ticket && !app.signal.aborted) fill(answers, probeBlocks(guess, one));
      return;
    }
    const shifted = [];
    for (const network of run.networks.slice(0, NETWORKS)) {
      const model = await run.at(step, { network });
      try {
        parts.push(await seenBy(model, network, image, experiment, app.signal));
        if (experiment.id === "mae")
          parts[parts.length - 1].append(guessTable(await guessesOf(model, app.signal), step));
        // The same at a moment, whatever is drawn.
        if (pad && step !== curvesOf)
          shifted.push({ label: nameOf(network), points: await shiftPoints(model, app.signal) });
      } finally {
        model.free();
      }
      if (mine !== ticket || app.signal.aborted) return;
    }
    fill(answers, parts);
    if (shifted.length === 0) return;
    curvesOf = step;
    fill(tried, shiftCurves(shifted));
  };
  const follow = () =>
    void show().catch((error) => {
      if (!isAborted(error) && !app.signal.aborted)
        fill(answers, el("p", { role: "alert" }, failureText(failureOf(error))));
    });
  const place = slider({
    label: t("train.moment"),
    min: 0,
    max: checkpoints.length - 1,
    value: at,
    text: (value) => t("train.atStep", { step: number(checkpoints[value]) }),
    change: (value) => {
      at = value;
      follow();
    },
  });
  follow();
  return el(
    "section",
    { class: "train-moment" },
    el("h2", null, t("train.rewind")),
    place,
    pad?.node,
    answers,
    tried,
    el(
      "div",
      { class: "actions" },
      actions.fork && button(t("train.fork"), () => actions.fork?.(checkpoints[at]), {}),
      run.networks.slice(0, NETWORKS).map((network) =>
        button(t("train.save", { network: nameOf(network) }), () => actions.save(checkpoints[at], network), {
          class: "plain",
          icon: "download",
        }),
      ),
      openable(run.spec) &&
        run.networks.slice(0, NETWORKS).map((network) =>
          button(t("train.openInside", { network: nameOf(network) }), () => actions.open(checkpoints[at], network), {
            class: "plain",
            icon: "image",
          }),
        ),
    ),
  );
}

/**
 * What a layer that learned says of the photo, beside what its nearest neighbours say.
 * @param {import("../engine.js").Guess} guess @param {Recorded} one
 */
function probeBlocks({ top, neighbours }, { photos, run }) {
  const names = (run.spec.groups ?? []).map(({ name }) => name);
  const learned = el("section", { class: "figure-block" }, el("h3", null, t("train.groups.probe")));
  learned.append(
    el("p", { class: "headline" }, top[0].label),
    guesses(top, (name) => name, { part: "" }),
  );
  if (!neighbours) return [learned];
  const { shares, group, nearest } = neighbours;
  const near = el(
    "section",
    { class: "figure-block" },
    el("h3", null, t("train.groups.neighbours")),
    el("p", { class: "headline" }, names[group]),
    barRows(
      names.map((label, i) => ({ label, value: shares[i], text: percent(shares[i]), strong: i === group })),
      { most: 1 },
    ),
    el(
      "div",
      { class: "photo-tiles" },
      nearest.map(({ photo }) => {
        const { url, name, group: of } = photos[photo];
        return el(
          "span",
          { class: "photo-tile" },
          el("img", { src: url, alt: name }),
          el("span", { class: "photo-tile-group" }, of),
        );
      }),
    ),
  );
  return [learned, near];
}

/**
 * @param {import("../shell/types.js").Model} model @param {string} network @param {Blob | ImageData} image
 * @param {Experiment} experiment @param {AbortSignal} signal
 */
async function seenBy(model, network, image, experiment, signal) {
  const block = el("section", { class: "figure-block" }, el("h3", null, nameOf(network)));
  if (model.info.labels.length > 0) {
    const { top } = await model.classify(image, { topK: 3 });
    block.append(
      el("p", { class: "headline" }, className(top[0].label)),
      el("p", { class: "quiet" }, percent(top[0].probability)),
      guesses(top, className, { part: "" }),
    );
  }
  if (experiment.id === "dino")
    block.append(
      el("p", { class: "quiet" }, t("train.heads")),
      await headMaps(model, image, signal),
      el("p", { class: "quiet" }, t("train.nearest")),
      await nearest(model, image, signal),
    );
  const stage = model.stages.find(({ name }) => name === experiment.stage);
  if (stage) {
    const maps = plainMaps(await model.maps(stage.name, { image, side: 32 }));
    const tiles = Array.from({ length: Math.min(MAPS, maps.channels) }, (_, channel) => {
      const values = oneMap(maps, channel);
      return tile(values, maps.rows, maps.columns, { scale: scaleOf(extent(values)) });
    });
    block.append(
      el("div", { class: "map-grid", role: "img", "aria-label": t("train.mapsLabel", { stage: stage.name }) }, tiles),
    );
  }
  return block;
}
