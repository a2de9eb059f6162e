// @ts-check
// One block of a transformer's encoder in motion, on the visitor's photo and with its real numbers: patches become a
// sequence, the sequence asks, compares, reads and computes.

import { number, ordinal, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { choices, cropImage, slider } from "../kit/draw.js";
import { motion } from "../kit/motion.js";
import { NotBuilt } from "../kit/mount.js";
import { canvasOf, sequence } from "../kit/tokens.js";
import { paintings } from "./encoder-scenes.js";

/** What is read of the network, by its module paths; those of the block begin with its own. */
const READ = {
  patches: "patch_embed",
  token: "cls_token",
  position: "pos_embed",
  norm1: ".norm1",
  weights: ".attn.attn_drop",
  heads: ".attn.norm",
  attn: ".attn",
  add1: ".add1",
  norm2: ".norm2",
  act: ".mlp.act",
  mlp: ".mlp",
  block: "",
  q: ".attn.q",
  k: ".attn.k",
  v: ".attn.v",
};
const SCENES = [
  "cut",
  "line",
  "project",
  "token",
  "position",
  "norm",
  "qkv",
  "compare",
  "look",
  "sum",
  "heads",
  "add1",
  "mlp",
  "add2",
];

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { state, signal } = stage;
  const model = await stage.load();
  const block = String(state.block);
  const names = Object.fromEntries(
    Object.entries(READ).map(([key, name]) => [key, name === "" || name.startsWith(".") ? block + name : name]),
  );
  if (Object.values(names).some((name) => !model.stages.some((one) => one.name === name))) throw new NotBuilt();
  const seen = await model.preprocess(await stage.input(model));
  const image = { data: seen.data, shape: seen.shape };
  const read = await model.observe(image, Object.values(names), { signal });
  const [side] = /** @type {[number, number]} */ (model.info.grid);
  const of = (/** @type {keyof typeof READ} */ key) => read[names[key]];
  const [, heads, tokens, width] = of("q").shape;
  let head = Math.min(Number(state.head ?? 0), heads - 1);
  let patch = Math.min(Number(state.patch), side * side - 1);

  const all = /** @type {Record<string, import("../kit/tokens.js").Sequence>} */ ({});
  for (const key of /** @type {(keyof typeof READ)[]} */ (Object.keys(READ)))
    if (!["weights", "q", "k", "v"].includes(key)) all[key] = sequence(of(key).data, ...sizes(of(key).shape));
  /** @type {import("./encoder-scenes.js").Drawn} */
  const drawn = {
    photo: canvasOf(cropImage(seen.crop)),
    side,
    values: all,
    weights: [],
    query: 0,
    head,
    heads,
  };
  let score = NaN;
  let strongest = 0;
  const choose = async () => {
    drawn.head = head;
    drawn.query = patch + 1;
    for (const key of /** @type {const} */ (["q", "k", "v"])) {
      const size = tokens * width;
      all[key] = sequence(of(key).data.subarray(head * size, (head + 1) * size), tokens, width);
    }
    const row = (head * tokens + drawn.query) * tokens;
    const weights = of("weights").data.subarray(row, row + tokens);
    drawn.weights = weights;
    strongest = weights.indexOf(Math.max(...weights));
    const cell = await model.cell(names.weights, [head, drawn.query, strongest], { image, signal });
    score = cell.sum + cell.bias;
  };
  await choose();
  const facts = () => ({
    side: number(side),
    patches: number(side * side),
    tokens: number(tokens),
    pixels: number((seen.crop.width / side) ** 2 * 3),
    channels: number(all.block.channels),
    width: number(width),
    head: ordinal(head),
    heads: number(heads),
    hidden: number(all.act.channels),
    row: number(Math.floor(patch / side) + 1),
    column: number((patch % side) + 1),
    where:
      strongest === 0
        ? f("encoder.classToken")
        : f("encoder.where", {
            row: number(Math.floor((strongest - 1) / side) + 1),
            column: number(((strongest - 1) % side) + 1),
          }),
    score: number(score, { maximumSignificantDigits: 3 }),
    share: percent(drawn.weights[strongest]),
    own: percent(drawn.weights[drawn.query]),
    block,
    blocks: number(model.stages.filter(({ kind }) => kind === "block").length),
  });
  const words = Object.fromEntries(
    ["photo", "sequence", ...Object.keys(READ)].map((key) => [key, f(`encoder.label.${key}`, facts())]),
  );
  const paints = paintings(drawn, words);
  const film = motion({
    label: f("encoder.picture"),
    signal,
    scenes: SCENES.map((name) => ({
      name: f(`encoder.${name}`),
      text: () => f(`encoder.${name}.text`, facts()),
      paint: paints[name],
      table: () => ({
        head: ["token", "weight"],
        rows: Array.from(drawn.weights, (weight, token) => [token, weight]),
      }),
    })),
    first: state.scene,
    changed: (scene) => stage.chose("scene", scene),
  });
  const again = async () => {
    await choose();
    film.redraw();
  };
  stage.show(
    film.node,
    slider({
      label: f("encoder.patch"),
      min: 1,
      max: side * side,
      value: patch + 1,
      part: "query",
      change(value) {
        patch = value - 1;
        stage.chose("patch", patch);
        stage.follow(again());
      },
    }),
    choices({
      label: f("heads"),
      part: "heads",
      value: head,
      options: Array.from({ length: heads }, (_, index) => ({ value: index, text: ordinal(index) })),
      change(value) {
        head = value;
        stage.chose("head", head);
        stage.follow(again());
      },
    }),
  );
}

/** Tokens and channels. @param {number[]} shape @returns {[number, number]} */
const sizes = (shape) => [shape[shape.length - 2], shape[shape.length - 1]];
