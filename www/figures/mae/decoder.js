// @ts-check
// A masked autoencoder's decoder in motion: the few tokens of what is visible, one mask token copied into every gap,
// and pixels.

import { number, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { cropImage } from "../kit/draw.js";
import { motion } from "../kit/motion.js";
import { NotBuilt } from "../kit/mount.js";
import { canvasOf, sequence } from "../kit/tokens.js";
import { paintings } from "./decoder-scenes.js";

/** What is read of the network, by its module paths. */
const READ = {
  encoded: "vit",
  narrowed: "decoder.decoder_embed",
  filled: "decoder.mask_token",
  placed: "decoder.decoder_pos_embed",
};

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { signal } = stage;
  const model = await stage.load();
  const layers = model.stages.map(({ name }) => name).filter((name) => /^decoder\.decoder_layers\.\d+$/.test(name));
  const last = layers.at(-1);
  if (!last || !model.info.capabilities.includes("reconstruct")) throw new NotBuilt();
  const names = { ...READ, decoded: last };
  const seen = await model.preprocess(await stage.input(model));
  const image = { data: seen.data, shape: seen.shape };
  const read = await model.observe(image, Object.values(names), { signal });
  const [side] = /** @type {[number, number]} */ (model.info.grid);
  const values = Object.fromEntries(
    Object.entries(names).map(([key, name]) => {
      const [tokens, channels] = read[name].shape.slice(-2);
      return [key, sequence(read[name].data, tokens, channels)];
    }),
  );
  // Without a mask of one's own both hide the same patches.
  const found = await model.reconstruct(image, { signal });
  const { mask } = found;
  const hidden = mask.reduce((sum, one) => sum + one, 0);
  const visible = side * side - hidden;
  const facts = {
    patches: number(side * side),
    visible: number(visible),
    hidden: number(hidden),
    share: percent(hidden / mask.length),
    wide: number(values.encoded.channels),
    channels: number(values.filled.channels),
    layers: number(layers.length),
    pixels: number((seen.crop.width / side) ** 2 * seen.shape[1]),
    loss: number(found.loss, { maximumSignificantDigits: 2 }),
  };
  const words = Object.fromEntries(
    ["photo", "result", "sequence", ...Object.keys(names)].map((key) => [key, f(`decoder.label.${key}`, facts)]),
  );
  const paints = paintings(
    { photo: canvasOf(cropImage(seen.crop)), result: canvasOf(cropImage(found.pixels)), side, mask, values },
    words,
  );
  const film = motion({
    label: f("decoder.picture"),
    signal,
    scenes: Object.keys(paints).map((name) => ({
      name: f(`decoder.${name}`),
      text: () => f(`decoder.${name}.text`, facts),
      paint: paints[name],
      table: () => ({ head: ["patch", "hidden"], rows: Array.from(mask, (one, patch) => [patch, one]) }),
    })),
    first: stage.state.scene,
    changed: (scene) => stage.chose("scene", scene),
  });
  stage.show(film.node);
}
