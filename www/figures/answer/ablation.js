// @ts-check
// Parts of the network switched off, and what it answers then. The network is whole again after every answer.

import { button, el, fill } from "../../shell/dom.js";
import { offOf } from "../../shell/off.js";
import { className, number, ordinal, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { block, cropImage, guesses, picture, toggle } from "../kit/draw.js";
import { NotBuilt } from "../kit/mount.js";

/** @typedef {import("../../shell/types.js").Model} Model */

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal } = stage;
  const model = await stage.load();
  const input = await stage.input(model);
  const seen = await model.preprocess(input);
  const tensor = { data: seen.data, shape: seen.shape };
  const offered = switchesOf(
    model,
    state.kinds ?? [...new Set(state.off.map((/** @type {string} */ name) => name.split(":")[0]))],
  );
  const places = placesOf(model, state.kinds ?? []);
  if (offered.length === 0 && places.length === 0) throw new NotBuilt();
  let off = new Set(/** @type {string[]} */ (state.off));
  /** @type {Set<string>[]} */
  const before = [];
  const count = model.info.labels.length;
  const whole = await model.classify(tensor, { topK: count });
  const result = el("div", { class: "figure-block", "data-part": "top" });
  let ticket = 0;
  const compute = async () => {
    const mine = ++ticket;
    const now = await model.classify(tensor, { topK: count, off: [...off].map(offOf), signal });
    if (mine !== ticket || signal.aborted) return;
    const changed = now.top[0].index !== whole.top[0].index;
    stage.report("switched", off.size);
    stage.report("changed", changed);
    fill(
      result,
      el("h3", null, off.size ? f("withOff", { count: number(off.size) }) : f("allOn")),
      el("p", { class: "headline" }, className(now.top[0].label)),
      off.size > 0 &&
        el(
          "p",
          { class: "quiet" },
          f(changed ? "answerChanged" : "answerSame", {
            label: className(whole.top[0].label),
            probability: percent(whole.top[0].probability),
          }),
        ),
      guesses(now.top.slice(0, 5), className, { part: "" }),
    );
  };
  const switches = el("div", { class: "switches" });
  const undo = button(f("undo"), () => take(before.pop() ?? new Set()), { disabled: true });
  const take = (/** @type {Set<string>} */ next) => {
    off = next;
    stage.chose("off", [...off]);
    undo.disabled = before.length === 0;
    show();
    stage.follow(compute());
  };
  const change = (/** @type {string} */ name, /** @type {boolean} */ value) => {
    before.push(off);
    const next = new Set(off);
    if (value) next.add(name);
    else next.delete(name);
    take(next);
  };
  const show = () => {
    const at = [...switches.querySelectorAll("input")].indexOf(
      /** @type {HTMLInputElement} */ (document.activeElement),
    );
    fill(
      switches,
      [...new Set([...offered, ...off])].map((name) =>
        toggle({ label: labelOf(name), value: off.has(name), change: (value) => change(name, value) }),
      ),
    );
    if (at >= 0) switches.querySelectorAll("input")[at]?.focus();
  };
  show();
  await compute();
  stage.show(
    el(
      "div",
      { class: "figure-row" },
      block(f("networkSees"), picture(cropImage(seen.crop), { label: f("cropLabel"), part: "photo" })),
      result,
    ),
    el(
      "div",
      { "data-part": "switches" },
      el("h3", null, f("switchOff")),
      switches,
      places.length > 0 && onePart(places, state.stage, (name) => change(name, true)),
      el(
        "div",
        { class: "actions" },
        undo,
        button(
          f("restoreAll"),
          () => {
            before.push(off);
            take(new Set());
          },
          { class: "plain" },
        ),
      ),
    ),
  );
}

/**
 * Where a single channel or head can be switched off.
 * @typedef {{ kind: "channel" | "head", stage: string, count: number }} Place
 * @param {Model} model @param {string[]} kinds @returns {Place[]}
 */
function placesOf(model, kinds) {
  return model.stages.flatMap(({ name, kind, shape }) => {
    /** @type {Place[]} */
    const places = [];
    if (kind === "conv" && shape.length === 4 && kinds.includes("channel"))
      places.push({ kind: "channel", stage: name, count: shape[1] });
    if (kind === "attention-weights" && shape.length === 4 && kinds.includes("head"))
      places.push({ kind: "head", stage: name, count: shape[1] });
    return places;
  });
}

/**
 * Chooses one channel or head. @param {Place[]} places @param {string | undefined} first
 * @param {(name: string) => void} add
 */
function onePart(places, first, add) {
  const start =
    places.find(({ stage }) => stage === first || first?.startsWith(`${stage.replace(/\.[^.]*$/, "")}.`)) ?? places[0];
  const index = el("input", { type: "number", min: 1, value: 1, class: "numbers" });
  const limit = () => index.setAttribute("max", String(places.find(({ stage }) => stage === where.value)?.count ?? 1));
  const where = el(
    "select",
    { onchange: limit },
    places.map(({ stage, kind }) =>
      el("option", { value: stage, selected: stage === start.stage }, f(`partOf.${kind}`, { stage })),
    ),
  );
  limit();
  return el(
    "div",
    { class: "one-part" },
    el("label", { class: "picker" }, f("onePart"), " ", where),
    el("label", { class: "picker" }, f("partNumber"), " ", index),
    button(
      f("switchItOff"),
      () => {
        const place = places.find(({ stage }) => stage === where.value);
        const chosen = Math.min(Math.max(1, Math.trunc(Number(index.value))), place?.count ?? 1) - 1;
        if (place) add(`${place.kind}:${place.stage}.${chosen}`);
      },
      {},
    ),
  );
}

/** @param {Model} model @param {string[]} kinds */
function switchesOf(model, kinds) {
  // A transformer's block has two sums, which keep their own names.
  const sums = model.stages
    .filter(({ kind, name }) => kind === "add" && /\.add\d?$/.test(name) && !name.startsWith("decoder"))
    .map(({ name }) => name.replace(/\.add$/, ""));
  const has = (/** @type {string} */ name) => model.stages.some((one) => one.name === name);
  return kinds.flatMap((kind) => {
    if (kind === "skip") return sums.map((name) => `skip:${name}`);
    // A block whose shortcut is a projection changes the shape; it too can be left with its shortcut alone.
    if (kind === "block") return sums.map((name) => `block:${name}`);
    if (kind === "position" && has("pos_embed")) return ["position"];
    if (kind === "position-shuffle" && has("pos_embed")) return ["position-shuffle"];
    if (kind === "class-token" && has("cls_token")) return ["class-token"];
    return [];
  });
}

/** @param {string} name */
function labelOf(name) {
  const [kind, stage = ""] = name.split(":");
  const [, part, index] = stage.match(/^(.*)\.(\d+)$/) ?? ["", stage, ""];
  return kind === "head" || kind === "channel"
    ? f(`off.${kind}`, { stage: part, index: ordinal(Number(index)) })
    : f(`off.${kind}`, { stage });
}
