// @ts-check
// What is switched off: thrown where it stands in the picture, kept in the address, listed beside the answer with a way
// back. The patches that a masked autoencoder hides are told to it together with that.

import { breakable, button, el } from "../shell/dom.js";
import { failureOf, failureText, isAborted } from "../shell/failure.js";
import { notify } from "../shell/notices.js";
import { number, t } from "../shell/text.js";
import { f } from "../figures/kit/words.js";
import { chosenMask, maskFor } from "./asked.js";
import { unitOf } from "./names.js";
import { indifferent } from "../engine/promises.js";
import { offOf } from "../shell/off.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("../shell/types.js").Model} Model */
/** @typedef {import("./scene.js").Item} Item */
/** @typedef {import("../engine.js").Off} Off */

/** Of what an address says is off, that which a network has. @param {Model} model @param {string} off */
export function offIn({ stages }, off) {
  const known = new Set(stages.map(({ name }) => name));
  return off.split(",").filter((name) => name && known.has(offOf(name).stage));
}

/** @param {string} name */
export function labelOf(name) {
  const [kind, stage = ""] = name.split(":");
  const [, part, index] = stage.match(/^(.*)\.(\d+)$/) ?? ["", stage, ""];
  return kind === "head" || kind === "channel"
    ? t(`switches.${kind}`, { stage: part, index: number(Number(index) + 1) })
    : t(`switches.${kind}`, { stage });
}

/**
 * The switch of one tile; null where a single channel is not one of the stage's own. @param {Item} item @param {number}
 * channel
 */
export function tileSwitch({ tiles, shows, count, shape, stage }, channel) {
  if (tiles === "heads") return `head:${shows}.${channel}`;
  const own = shows !== stage || shape[1] === count || shape.at(-1) === count;
  return own && tiles !== "table" ? `channel:${shows}.${channel}` : null;
}

/** A residual sum's name in the address. @param {string} sum */
const sumName = (sum) => sum.replace(/\.add$/, "");

/** What can be switched off of an item as a whole. @param {Item} item @param {import("./scene.js").Scene} scene */
export function itemSwitches(item, scene) {
  const inside = scene.skips.filter(
    ({ to }) => to === item.stage || (item.parts.length > 0 && to.startsWith(`${item.stage}.`)),
  );
  const found = inside.flatMap(({ to }) => [`skip:${sumName(to)}`, `block:${sumName(to)}`]);
  const last = item.name.split(".").at(-1) ?? "";
  if (/pos(ition)?_embed/.test(last)) found.push(`position:${item.name}`, `position-shuffle:${item.name}`);
  if (last === "cls_token") found.push(`class-token:${item.name}`);
  if (["conv", "attention", "mlp"].includes(item.kind)) found.push(`zero:${item.stage}`);
  return found;
}

/**
 * A switch's name for where its item is named beside it: of "skip:blocks.2.add1" in that block "skip:add1".
 * @param {string} name @param {Item} item
 */
function within(name, { stage }) {
  const [kind, own] = name.split(":");
  if (own.startsWith(`${stage}.`)) return `${kind}:${own.slice(stage.length + 1)}`;
  return `${kind}:${own.match(/[^.]+(\.\d+)*$/)?.[0] ?? own}`;
}

/**
 * What a network answers with nothing off. @param {Model} model @param {Blob} photo @param {Off[]} mask the patches that
 * are hidden from it @returns {Promise<import("./answer.js").Whole>}
 */
async function wholeAnswer(model, photo, mask) {
  if (model.info.capabilities.includes("reconstruct"))
    return { top: null, made: await model.reconstruct(photo, { off: mask }) };
  const named = model.info.labels.length > 0;
  return { top: named ? (await model.classify(photo, { topK: 10, off: [] })).top : null, made: null };
}

/** @typedef {ReturnType<typeof switches>} Switches */

/**
 * @param {App} app
 * @param {import("./picture.js").Picture} view
 * @param {ReturnType<typeof import("./answer.js").answerCard>} answer
 */
export function switches(app, view, answer) {
  const { store, session, signal } = app;
  /** @type {string[][]} */
  const past = [];
  /** Of what a link says is off, that which this network has. */
  const names = () => (view.model ? offIn(view.model, store.state.off) : []);
  const set = (/** @type {string[]} */ next) => {
    past.push(names());
    store.set({ off: next.join(",") });
  };
  const toggle = (/** @type {string} */ name) => {
    const now = names();
    set(now.includes(name) ? now.filter((other) => other !== name) : [...now, name]);
  };
  /** The patches that the visitor hides, as the address has them. */
  const hides = () => (view.model ? maskFor(view.model, store.state.asked) : "");
  let applied = "";
  let ticket = 0;
  const apply = async () => {
    const model = session.model;
    const { picture, load, asked } = store.state;
    if (!model || view.model !== model) return;
    const wanted = names();
    const hidden = hides();
    const key = `${load.id} ${wanted.join()} ${hidden}`;
    if (key === applied || (applied === "" && wanted.length === 0 && hidden === "")) return;
    applied = key;
    const mine = ++ticket;
    try {
      const mask = await chosenMask(model, asked, signal);
      // Beside the answer of the changed network stands that of the whole one.
      const whole = wanted.length > 0 && picture ? await wholeAnswer(model, picture.blob, mask) : null;
      if (mine !== ticket || signal.aborted) return;
      await model.ablate([...wanted.map(offOf), ...mask]);
      // Shapes follow how many patches are hidden.
      const layout = view.hidden === hidden ? null : await model.layout({ signal });
      if (mine !== ticket || signal.aborted) return;
      if (layout) view.restate(layout);
      answer.beside(whole, list(wanted));
      view.without = wanted.join();
      view.hidden = hidden;
      view.draw();
      await session.run();
    } catch (error) {
      if (!isAborted(error) && mine === ticket)
        notify(store, { kind: "error", text: failureText(failureOf(error)), detail: failureOf(error).message });
    }
  };
  const list = (/** @type {string[]} */ now) =>
    now.length > 0 &&
    el(
      "div",
      { class: "off-list", role: "group", "aria-label": t("switches.title") },
      el("p", { class: "off-title" }, t("switches.title")),
      el(
        "ul",
        null,
        now.map((name) =>
          el(
            "li",
            null,
            button(breakable(t("switches.back", { name: labelOf(name) })), () => toggle(name), {
              class: "off-chip",
              icon: "close",
            }),
          ),
        ),
      ),
      el(
        "div",
        { class: "actions" },
        button(f("undo"), () => store.set({ off: (past.pop() ?? []).join(",") }), {
          class: "plain",
          disabled: past.length === 0,
        }),
        button(t("switches.all"), () => set([]), { class: "plain" }),
      ),
    );
  view.switches((item, channel) => {
    const now = names();
    if (now.length === 0) return false;
    if (channel < 0) return now.includes(`skip:${sumName(item.stage)}`);
    const name = tileSwitch(item, channel);
    return name !== null && now.includes(name);
  });
  store.on(["off", "asked"], () => void apply(), signal);
  store.on(
    ["picture"],
    () => {
      applied = applied === "" ? "" : " ";
      void apply();
    },
    signal,
  );
  // Other places of the page are given the network whole.
  signal.addEventListener("abort", () => {
    // A network that is gone by then has no switches left.
    if (applied !== "") indifferent(session.model?.ablate([]));
  });
  return {
    toggle,
    /** To be called when another network is taken up: nothing is off in it yet, no change of the last is awaited. */
    opened() {
      applied = "";
      ticket++;
      answer.beside(null, false);
      void apply();
    },
    /** Whether what the address says is off and hidden is so in the network that is drawn. */
    get settled() {
      return view.without === names().join() && view.hidden === hides();
    },
    isOff: (/** @type {string} */ name) => names().includes(name),
    /** Buttons for what an item can be without. @param {Item} item */
    buttons: (item) =>
      (view.scene ? itemSwitches(item, view.scene) : []).map((name) =>
        button(labelOf(within(name, item)), () => toggle(name), {
          class: "plain switch",
          "aria-label": labelOf(name),
          "aria-pressed": String(names().includes(name)),
        }),
      ),
    /** @param {import("./cells.js").Cell} cell */
    cellButton: ({ item, channel }) => {
      const name = tileSwitch(item, channel);
      return (
        name &&
        button(
          t(`cell.${names().includes(name) ? "on" : "off"}`, { unit: t(`switches.unit.${unitOf(item)}`) }),
          () => toggle(name),
          {
            class: "primary",
          },
        )
      );
    },
  };
}
