// @ts-check
// Parts of the network switched off, and what it answers then. The network is whole again after every answer.

import { el, fill } from "../dom.js";
import { className, number, percent } from "../text.js";
import { f } from "../lessons/words.js";
import { barRows, block, cropImage, picture, toggle } from "./draw.js";
import { NotBuilt } from "./mount.js";

/** @typedef {{ stage: string, what: string, index?: number }} Off */
/** @typedef {import("../types.js").Model} Model */

/** @param {import("./mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal } = stage;
  const model = await stage.load();
  const input = await stage.input(model);
  const seen = await model.preprocess(input);
  const tensor = { data: seen.data, shape: seen.shape };
  await model.call("ablate", { off: [] });
  const offered = switchesOf(model, state.kinds ?? [...new Set(state.off.map((/** @type {string} */ name) => name.split(":")[0]))]);
  if (offered.length === 0) throw new NotBuilt();
  const off = new Set(/** @type {string[]} */ (state.off));
  const count = model.info.labels.length;
  const whole = await model.classify(tensor, { topK: count });
  const result = el("div", { class: "figure-block", "data-part": "top" });
  let ticket = 0;
  const compute = async () => {
    const mine = ++ticket;
    // Both calls are queued at once, so that nobody's answer comes between.
    const on = model.call("ablate", { off: [...off].map(offOf) });
    const answered = model.classify(tensor, { topK: count });
    const back = model.call("ablate", { off: [] });
    const [, now] = await Promise.all([on, answered, back]);
    if (mine !== ticket || signal.aborted) return;
    const changed = now.top[0].index !== whole.top[0].index;
    stage.report("off", off.size);
    stage.report("changed", changed);
    fill(result, el("h3", null, off.size ? f("withOff", { count: number(off.size) }) : f("allOn")), el("p", { class: "headline" }, className(now.top[0].label)),
      off.size > 0 && el("p", { class: "quiet" }, f(changed ? "answerChanged" : "answerSame", { label: className(whole.top[0].label), probability: percent(whole.top[0].probability) })),
      barRows(now.top.slice(0, 5).map((guess, i) => ({ label: className(guess.label), value: guess.probability, text: percent(guess.probability), strong: i === 0 })), { most: 1 }));
  };
  await compute();
  stage.show(
    el("div", { class: "figure-row" }, block(f("networkSees"), picture(cropImage(seen.crop), { label: f("cropLabel"), part: "photo" })), result),
    el("div", { "data-part": "switches" }, el("h3", null, f("switchOff")), el("div", { class: "switches" }, offered.map((name) => toggle({ label: labelOf(name), value: off.has(name), change(value) {
      if (value) off.add(name);
      else off.delete(name);
      void compute().catch(() => {});
    } })))),
  );
}

/** @param {Model} model @param {string[]} kinds */
function switchesOf(model, kinds) {
  const sums = model.stages.filter(({ kind, name }) => kind === "add" && name.endsWith(".add")).map(({ name }) => name.replace(/\.add$/, ""));
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

/** @param {string} name @returns {Off} */
function offOf(name) {
  const [kind, stage = ""] = name.split(":");
  switch (kind) {
    case "skip": return { stage: `${stage}.add`, what: "shortcut" };
    case "block": return { stage: `${stage}.add`, what: "branch" };
    case "position-shuffle": return { stage: "pos_embed", what: "shuffle" };
    case "class-token": return { stage: "cls_token", what: "token", index: 0 };
    default: return { stage: "pos_embed", what: "position" };
  }
}

/** @param {string} name */
function labelOf(name) {
  const [kind, stage = ""] = name.split(":");
  return f(`off.${kind}`, { stage });
}
