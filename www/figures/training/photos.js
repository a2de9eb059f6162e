// @ts-check
// What a run on the visitor's groups of photos has in a figure besides its curves: the groups before it begins, how it
// does on the photos that were held out, and what it makes of the photo shown whenever it stands still.

import { el, fill } from "../../shell/dom.js";
import { allPhotos, givenGroups, groupEditor, missing } from "../../train/groups.js";
import { openInside, saveFile } from "../../train/inside.js";
import { moment } from "../../train/moment.js";
import { readerOf, readers } from "../../train/readers.js";
import { scores } from "../../train/scores.js";
import { photoPicker } from "../kit/photo-picker.js";

/** @typedef {import("../../train/history.js").Recorded} Recorded */

/**
 * @param {import("../kit/mount.js").Stage} stage @param {import("../../train/experiments.js").Experiment} experiment
 * @param {() => void} changed told when other photos are in the groups, or another is shown
 */
export async function onPhotos(stage, experiment, changed) {
  const { signal } = stage;
  const app = { ...stage.app, signal };
  // The samples have come once one of them is shown.
  await stage.photo();
  const parts = {
    groups: el("div", { "data-part": "groups" }),
    scores: el("div", { "data-part": "scores" }),
    picker: el("div", { hidden: true }, photoPicker(app)),
    moment: el("div"),
  };
  let built = false;
  app.store.on(["picture"], changed, signal);
  const actions = (/** @type {Recorded} */ { run }) => ({
    save: (/** @type {number} */ step, /** @type {string} */ network) => stage.follow(saveFile(run, step, network)),
    open: (/** @type {number} */ step, /** @type {string} */ network) =>
      stage.follow(openInside(app, run, step, network)),
  });
  return {
    ...parts,
    /** Before a run: the groups, whose photos its steps are. */
    wait() {
      fill(parts.scores);
      fill(parts.moment);
      parts.picker.hidden = true;
      parts.groups.hidden = false;
      if (built) return;
      built = true;
      fill(parts.groups, groupEditor(app, changed, { sorted: true, heading: "h3" }));
    },
    /** What is chosen beside the button that begins, and whether something keeps it from that. */
    beginning() {
      const lacking = missing();
      return {
        lacking: lacking !== "",
        nodes: [
          experiment.id === "probe" && readers(app),
          lacking && el("p", { class: "train-lacking", role: "status" }, lacking),
        ],
      };
    },
    /** What a run is given besides its description, and the photos in that order. */
    async given() {
      return { sorted: allPhotos(), options: { groups: await givenGroups(), ...readerOf(app, experiment.id) } };
    },
    /** @param {Recorded} one */
    follow(one) {
      fill(parts.scores, scores(one));
    },
    /** @param {Recorded} one */
    stand(one) {
      parts.groups.hidden = true;
      const still = one.run.state !== "running" && one.run.step > 0;
      parts.picker.hidden = !still;
      fill(parts.moment, still && moment(app, one, experiment, actions(one)));
    },
  };
}
