// @ts-check
// The loss's gradient on its way back through fresh random networks, layer by layer, drawn as each network is computed.

import { el, fill } from "../../shell/dom.js";
import { number } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { curves, note, slider, table } from "../kit/draw.js";
import { power, scientific } from "../kit/scientific.js";

/** @typedef {import("../../engine/generated.js").GradientDepthArgs} Fresh */
/** @typedef {import("../../engine.js").GradientDepth} Answer */

const GAINS = { min: 0.5, max: 4, step: 0.25 };
const DEFAULT_GAIN = 2;

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal } = stage;
  const kept = stage.kept.chosen;
  // Lends its device alone: the networks of this figure are drawn at random.
  const model = await stage.load();
  const given = state.networks.map((/** @type {Partial<Fresh>} */ one) => ({
    activation: state.activation,
    gain: state.gain ?? DEFAULT_GAIN,
    norm: state.norm ?? false,
    ...one,
  }));
  const plot = el("div");
  const progress = el("p", { class: "quiet", "aria-live": "polite" });
  const facts = el("div");
  let ticket = 0;
  const compute = async (/** @type {number | null} */ gain, first = () => {}) => {
    const mine = ++ticket;
    /** @type {Fresh[]} */
    const networks = given.map((/** @type {Fresh} */ one) => ({ ...one, gain: gain ?? one.gain }));
    /** @type {Answer[]} */
    const answers = [];
    for (const network of networks) {
      fill(progress, f("networksDone", { done: number(answers.length), all: number(networks.length) }));
      const answer = await model.gradientDepth({ ...network, signal });
      if (mine !== ticket || signal.aborted) return first();
      answers.push(answer);
      fill(plot, plotOf(networks, answers));
      first();
    }
    fill(progress);
    fill(facts, tableOf(networks, answers));
    const deepest = networks.reduce((best, { depth }, i) => (depth >= networks[best].depth ? i : best), 0);
    stage.report("gain", gain ?? networks[deepest].gain);
    stage.report("depth", networks[deepest].depth);
    stage.report("ratio", answers[deepest].ratio);
  };
  const choose = (/** @type {number} */ gain) => {
    kept.gain = gain;
    stage.follow(compute(gain));
  };
  const normed = given.every((/** @type {Fresh} */ one) => one.norm);
  stage.show(
    plot,
    progress,
    normed ? null : gainSlider(given, kept.gain, choose),
    facts,
    note(f(normed ? "gradientNoteNorm" : "gradientNote")),
  );
  // The figure stands with its first curve; the deeper networks follow.
  await new Promise((/** @type {(first?: unknown) => void} */ first, refuse) => {
    compute(kept.gain ?? null, first).catch((error) => {
      refuse(error);
      if (!signal.aborted) fill(progress, String(error?.message ?? error));
    });
  });
}

/**
 * Networks begin with the scales that suit them; the slider gives all the same. @param {Fresh[]} given
 * @param {number | undefined} chosen @param {(gain: number) => void} change
 */
function gainSlider(given, chosen, change) {
  const own = given.map(({ gain }) => gain);
  let moved = chosen !== undefined || new Set(own).size === 1;
  const node = slider({
    label: f("gainLabel"),
    ...GAINS,
    value: chosen ?? own[0],
    part: "gain",
    text: (value) => (moved ? number(value) : own.map((gain) => number(gain)).join(" / ")),
    change,
  });
  moved = true;
  return node;
}

/** @param {Fresh[]} networks */
const kindsOf = (networks) => [...new Set(networks.map(styleKey))];
/** @param {Fresh} network */
const styleKey = ({ kind, activation }) => `${kind} ${activation}`;
/** @param {Fresh} network @param {Fresh[]} all */
function nameOf({ kind, activation, depth }, all) {
  const layers = f("layersOf", { count: number(depth) });
  if (new Set(all.map((one) => one.activation)).size > 1) return `${f(`activation.${activation}`)}, ${layers}`;
  return new Set(all.map((one) => one.kind)).size > 1 ? `${f(`kind.${kind}`)}, ${layers}` : layers;
}

/** @param {Fresh[]} networks @param {Answer[]} answers */
function plotOf(networks, answers) {
  const kinds = kindsOf(networks);
  // Many of two kinds are told apart by kind: how deep each is, its right end tells.
  const byKind = kinds.length > 1 && networks.length > kinds.length;
  const series = answers.map(({ gradients }, i) => {
    const { kind, activation } = networks[i];
    const last = gradients[gradients.length - 1];
    return {
      label: byKind ? f(`kind.${kind}`) : nameOf(networks[i], networks),
      part: styleKey(networks[i]),
      style: byKind ? kinds.indexOf(`${kind} ${activation}`) : i,
      keyed: !byKind || networks.findIndex((one) => styleKey(one) === styleKey(networks[i])) === i,
      points: gradients
        .map((size, layer) => /** @type {[number, number]} */ ([layer + 1, size / last]))
        .filter(([, size]) => size > 0),
    };
  });
  const { low, high } = decades(series.flatMap(({ points }) => points.map(([, size]) => size)));
  const ends = [...new Set(networks.map(({ depth }) => depth - 1))].sort((a, b) => a - b);
  return curves({
    series,
    log: true,
    low,
    high,
    xName: f("layerAxis"),
    yName: f("gradientAxis"),
    yText: power,
    ticks: [1, ...ends],
    last: ends[ends.length - 1],
    part: "curves",
    label: f("gradientLabel"),
  });
}

/**
 * Whole powers of ten around all values and around 1, a whole one in the middle, and never so few that level looks
 * steep. @param {number[]} values
 */
function decades(values) {
  const above = Math.max(2, Math.ceil(Math.log10(Math.max(...values)) - 0.02));
  const below = Math.max(2, Math.ceil(-Math.log10(Math.min(...values)) - 0.02));
  return { low: 10 ** -(below + ((above + below) % 2)), high: 10 ** above };
}

/** @param {Fresh[]} networks @param {Answer[]} answers */
function tableOf(networks, answers) {
  const scaled = new Set(networks.map(({ gain }) => gain)).size > 1;
  const rows = networks.map((network, i) => ({
    name: nameOf(network, networks),
    part: styleKey(network),
    cells: [...(scaled ? [number(network.gain)] : []), scientific(answers[i].ratio)],
  }));
  return table([f("network"), ...(scaled ? [f("gainLabel")] : []), f("gradientRatio")], rows);
}
