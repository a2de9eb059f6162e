// @ts-check
// Photos that the visitor sorts into groups; the nearest of them, by frozen features, say where another photo belongs.

import { button, el, fill } from "../../shell/dom.js";
import { number, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { barRows, block, choices, note } from "../kit/draw.js";
import { GROUPS, sortedPhotos, startAgain } from "../kit/sorted-photos.js";

/** @typedef {import("../kit/sorted-photos.js").Sorted} Sorted */
/** @typedef {import("../kit/sorted-photos.js").Photo} Photo */
/** @typedef {import("../../engine.js").Neighbours} Found */

/** How many neighbours vote. */
const VOTERS = 3;

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { app, signal, report } = stage;
  const model = await stage.load();
  const query = await stage.photo();
  const picture = app.store.state.picture;
  if (stage.fresh) startAgain();
  const sorted = sortedPhotos(app.store.state.samples, app.photos);
  const features = featuresOf(model, signal);
  const own = await features.of(query);
  const answer = el("div", { class: "figure-row" });
  const groups = el("div", { class: "sort-groups", "data-part": "groups" });
  let ticket = 0;
  const ask = async () => {
    const mine = ++ticket;
    // The photo that is asked about does not vote on itself.
    const others = sorted.photos.filter(({ id }) => id !== picture?.sample?.id);
    const known = [];
    for (const photo of others) {
      known.push(await features.of(await photo.blob()));
      if (mine !== ticket || signal.aborted) return;
      if (!answer.isConnected)
        stage.show(
          el("p", { class: "quiet" }, f("featuresRead", { count: number(known.length), all: number(others.length) })),
        );
    }
    const found =
      others.length === 0
        ? null
        : await model.neighbours({
            features: known,
            groups: others.map(({ group }) => group),
            query: own,
            k: VOTERS,
            signal,
          });
    if (mine !== ticket || signal.aborted) return;
    fill(answer, queryBlock(picture?.url ?? "", found, sorted.count), found && nearestBlock(found, others));
    if (found) report("nearest", others[found.nearest[0].photo].id);
    report("asked", picture?.sample?.id);
  };
  const changed = () => {
    drawGroups();
    report("groups", new Set(sorted.photos.map(({ group }) => group)).size);
    report("photos", sorted.photos.length);
    stage.follow(ask());
  };
  const drawGroups = () =>
    fill(
      groups,
      Array.from({ length: sorted.count }, (_, group) => groupBox(sorted, group, picture?.sample?.id, changed)),
    );
  drawGroups();
  await ask();
  const files = el("input", {
    type: "file",
    accept: "image/*",
    multiple: true,
    class: "visually-hidden",
    onchange: () => {
      for (const file of files.files ?? []) sorted.add(file, file.name);
      changed();
    },
  });
  stage.show(
    answer,
    el(
      "div",
      { class: "figure-tools" },
      choices({
        label: f("groupCount"),
        value: sorted.count,
        options: GROUPS.map((value) => ({ value, text: number(value) })),
        change(value) {
          sorted.resize(value);
          changed();
        },
      }),
      el("label", { class: "button file-button" }, files, f("addPhotos")),
    ),
    groups,
    note(f("sortNote")),
  );
}

/**
 * Features of photos, each computed once. @param {import("../../shell/types.js").Model} model @param {AbortSignal}
 * signal
 */
function featuresOf(model, signal) {
  const known = remembered.get(model) ?? new WeakMap();
  remembered.set(model, known);
  return {
    /** @param {Blob} photo @returns {Promise<number[]>} */
    async of(photo) {
      const found = known.get(photo) ?? (await model.features({ image: photo, signal }));
      known.set(photo, found);
      return found;
    },
  };
}
/** @type {WeakMap<import("../../shell/types.js").Model, WeakMap<Blob, number[]>>} */
const remembered = new WeakMap();

const groupName = (/** @type {number} */ group) => f("groupName", { name: String.fromCharCode(65 + group) });

/** @param {string} url @param {Found | null} found @param {number} count */
function queryBlock(url, found, count) {
  const box = block(
    f("askedPhoto"),
    el("img", { class: "asked-photo", src: url, alt: f("askedPhoto") }),
    found
      ? el("p", null, f("votedGroup", { group: groupName(found.group), share: percent(found.shares[found.group]) }))
      : el("p", { class: "quiet" }, f("noPhotos")),
    found &&
      barRows(
        Array.from({ length: count }, (_, group) => ({
          label: groupName(group),
          value: found.shares[group] ?? 0,
          text: percent(found.shares[group] ?? 0),
          strong: group === found.group,
        })),
        { most: 1 },
      ),
  );
  box.setAttribute("data-part", "query");
  return box;
}

/** @param {Found} found @param {Photo[]} photos */
function nearestBlock({ nearest }, photos) {
  const voters = nearest.filter(({ votes }) => votes).length;
  const items = nearest
    .slice(0, 2 * VOTERS)
    .map(({ photo, similarity, votes }) =>
      el(
        "li",
        { class: votes ? "voter" : "" },
        el("img", { src: photos[photo].url, alt: photos[photo].name }),
        el("span", null, groupName(photos[photo].group)),
        el("span", { class: "numbers" }, number(similarity, { maximumFractionDigits: 3 })),
      ),
    );
  const box = block(
    f("nearestPhotos"),
    el("ol", { class: "nearest-photos" }, items),
    el("p", { class: "quiet" }, f("voters", { count: number(voters) })),
  );
  box.setAttribute("data-part", "nearest");
  return box;
}

/**
 * One group: photos are dropped on it, or sent elsewhere by the choice under each. @param {Sorted} sorted
 * @param {number} group @param {string | undefined} asked @param {() => void} changed
 */
function groupBox(sorted, group, asked, changed) {
  const take = (/** @type {string} */ id) => {
    if (sorted.move(id, group)) changed();
  };
  const box = el(
    "section",
    {
      class: "sort-group",
      "aria-label": groupName(group),
      ondragover: (/** @type {DragEvent} */ event) =>
        event.dataTransfer?.types.includes(DRAGGED) && event.preventDefault(),
      ondrop: (/** @type {DragEvent} */ event) => {
        const id = event.dataTransfer?.getData(DRAGGED);
        if (!id) return;
        event.preventDefault();
        take(id);
      },
    },
    el("h3", null, groupName(group)),
    el(
      "div",
      { class: "sort-photos" },
      sorted.photos
        .filter((photo) => photo.group === group)
        .map((photo) => photoCard(sorted, photo, photo.id === asked, changed)),
    ),
  );
  return box;
}

/** What is dragged, told apart from files and texts. */
const DRAGGED = "application/x-vitrine-photo";

/** @param {Sorted} sorted @param {Photo} photo @param {boolean} asked @param {() => void} changed */
function photoCard(sorted, photo, asked, changed) {
  const choice = el(
    "select",
    {
      "aria-label": f("moveTo", { photo: photo.name }),
      onchange: () => {
        sorted.move(photo.id, choice.selectedIndex);
        changed();
        /** @type {HTMLElement | null} */ (
          document.querySelector(`.sort-photo[data-photo="${CSS.escape(photo.id)}"] select`)
        )?.focus({ preventScroll: true });
      },
    },
    Array.from({ length: sorted.count }, (_, group) =>
      el("option", { value: group, selected: group === photo.group }, groupName(group)),
    ),
  );
  const remove =
    photo.own &&
    button(
      f("takeAway", { photo: photo.name }),
      () => {
        sorted.remove(photo.id);
        changed();
      },
      { icon: "close", iconOnly: true, class: "plain" },
    );
  return el(
    "div",
    {
      class: `sort-photo ${asked ? "asked" : ""}`,
      draggable: "true",
      "data-photo": photo.id,
      ondragstart: (/** @type {DragEvent} */ event) => event.dataTransfer?.setData(DRAGGED, photo.id),
    },
    el("img", { src: photo.url, alt: photo.name, draggable: "false" }),
    choice,
    remove,
    asked && el("span", { class: "quiet" }, f("askedNow")),
  );
}
