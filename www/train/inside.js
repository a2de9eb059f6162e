// @ts-check
// A network of a run, opened in the page as any other: in the picture, the comparison and every question; or saved.

import { el } from "../shell/dom.js";

/** @typedef {import("../engine.js").RunSpec} RunSpec */
/** @typedef {import("../engine.js").Model} Model */
/** @typedef {Record<string, unknown>} Facts */

/** What a ResNet's weights do not tell, and the run knows. */
const RESNET = { act_layer: "relu", global_pool: "avg", stem_stride: 1, stem_pool: false };

/**
 * The same of each experiment.
 * @type {Record<import("../engine.js").Experiment, ((spec: RunSpec, network: string, model: Model) => Facts) | null>}
 */
const TOLD = {
  digits: () => ({ act_layer: "relu" }),
  activation: (_, network) => ({ act_layer: network }),
  // Plain ones may have been given shortcuts since.
  residual: (_, __, { stages }) => ({ ...RESNET, shortcuts: stages.some(({ kind }) => kind === "add") }),
  "fine-tune": () => RESNET,
  mae: () => ({ num_attention_heads: 4, decoder_num_attention_heads: 4, norm_pix_loss: false, mask_ratio: 0.75 }),
  dino: ({ width = 64 }) => ({
    num_heads: width / 32,
    num_classes: 0,
    act_layer: "gelu",
    global_pool: "token",
    layer_norm_eps: 1e-6,
  }),
  // A single layer on another network's features.
  probe: null,
  shipped: null,
};

/** Whether a run's networks can be opened. @param {RunSpec} spec */
export const openable = ({ experiment }) => TOLD[experiment] !== null;

/** @param {string} network @param {number} step */
const fileName = (network, step) => `${network}-step-${step}.safetensors`;

/** @param {import("../engine.js").Run} run @param {number} step @param {string} network */
export async function saveFile(run, step, network) {
  const blob = await run.save({ step, network });
  const link = el("a", { href: URL.createObjectURL(blob), download: fileName(network, step) });
  link.click();
  URL.revokeObjectURL(link.href);
}

/**
 * @param {import("../shell/types.js").App} app @param {import("../engine.js").Run} run @param {number} step
 * @param {string} network
 */
export async function openInside({ session, store }, run, step, network) {
  const model = await run.at(step, { network });
  const { labels, input, mean, std } = model.info;
  const told = TOLD[run.spec.experiment]?.(run.spec, network, model);
  model.free();
  const file = new File([await run.save({ step, network })], fileName(network, step));
  const seen = { img_size: input.size, mean, std, interpolation: "bicubic", crop_pct: 1 };
  const named = labels.length > 0 ? { label_names: labels } : {};
  await session.open(file, { ...named, ...seen, ...told });
  store.set({ route: "explore" });
}
