// @ts-check
// A network of a run, opened in the page as any other: in the picture, the comparison and every question.

/** @typedef {import("../engine.js").RunSpec} RunSpec */

/** What a ResNet's weights do not tell, and the run knows. */
const RESNET = { act_layer: "relu", global_pool: "avg", stem_stride: 1, stem_pool: false };

/**
 * The same of each experiment whose networks a file can tell: a plain network's has the keys of a residual one's, and
 * that of a small AlexNet does not say its images' size.
 * @type {Partial<Record<import("../engine.js").Experiment, (spec: RunSpec) => Record<string, unknown>>>}
 */
const TOLD = {
  digits: () => ({ act_layer: "relu" }),
  residual: () => RESNET,
  "fine-tune": () => RESNET,
  mae: () => ({ num_attention_heads: 4, decoder_num_attention_heads: 4, norm_pix_loss: false, mask_ratio: 0.75 }),
  dino: ({ width = 64 }) => ({
    num_heads: width / 32,
    num_classes: 0,
    act_layer: "gelu",
    global_pool: "token",
    layer_norm_eps: 1e-6,
  }),
};

/** Whether a network of a run can be opened. @param {RunSpec} spec @param {string} network */
export const openable = ({ experiment }, network) => experiment in TOLD && !network.startsWith("plain-");

/**
 * @param {import("../shell/types.js").App} app @param {import("../engine.js").Run} run @param {number} step
 * @param {string} network
 */
export async function openInside({ session, store }, run, step, network) {
  const model = await run.at(step, { network });
  const { labels, input, mean, std } = model.info;
  model.free();
  const file = new File([await run.save({ step, network })], `${network}-step-${step}.safetensors`);
  const seen = { img_size: input.size, mean, std, interpolation: "bicubic", crop_pct: 1 };
  const named = labels.length > 0 ? { label_names: labels } : {};
  await session.open(file, { ...named, ...seen, ...TOLD[run.spec.experiment]?.(run.spec) });
  store.set({ route: "explore" });
}
