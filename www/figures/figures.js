// @ts-check
// The figures of www/lessons/course/vocabulary.js that exist, each loaded when first shown. A view without a row is not
// built yet.

/** @typedef {import("./kit/mount.js").Stage} Stage */
/** @typedef {{ figure: (stage: Stage) => Promise<void> | void }} FigureModule */
/**
 * `input`: what the visitor may choose for it: a photo, a digit, or whichever the step's network reads.
 * `tab`: the question in free exploration (www/explore/drawer.js) that shows it too. `trains`: the place Train has it.
 * @typedef {{ load: () => Promise<FigureModule>, input?: "photo" | "digit" | "model", origin?: import("../shell/badge.js").Origin,
 *   tab?: string, trains?: boolean }} Entry
 */

/** @type {Record<string, Entry>} */
export const figures = {
  classify: { load: () => import("./answer/top-classes.js"), input: "model" },
  digit: { load: () => import("./convolution/digit.js"), input: "digit" },
  "shift-accuracy": { load: () => import("./convolution/shift-accuracy.js") },
  "feature-maps": { load: () => import("./convolution/feature-maps.js"), input: "model" },
  filters: { load: () => import("./convolution/filters.js"), tab: "filters" },
  architecture: { load: () => import("./overview/drawing.js") },
  cell: { load: () => import("./convolution/cell.js"), input: "model" },
  "output-size": { load: () => import("./convolution/output-size.js"), origin: "illustration" },
  parameters: { load: () => import("./convolution/parameters.js") },
  "receptive-field": { load: () => import("./convolution/receptive-field.js"), input: "photo", tab: "field" },
  "receptive-curve": { load: () => import("./convolution/receptive-curve.js"), input: "model", tab: "field" },
  "stacked-kernels": { load: () => import("./convolution/stacked-kernels.js"), origin: "illustration", tab: "field" },
  "gradient-depth": { load: () => import("./training/gradient-depth.js") },
  training: { load: () => import("./training/experiment.js"), trains: true },
  dropout: { load: () => import("./training/dropout.js"), input: "photo" },
  lrn: { load: () => import("./convolution/lrn.js"), input: "photo" },
  ablation: { load: () => import("./answer/ablation.js"), input: "photo" },
  neighbours: { load: () => import("./dino/neighbours.js"), input: "photo" },
  "class-map": { load: () => import("./answer/class-map.js"), input: "photo", tab: "why" },
  patchify: { load: () => import("./attention/patchify.js"), input: "photo" },
  attention: { load: () => import("./attention/attention.js"), input: "photo", tab: "attention" },
  "attention-distance": { load: () => import("./attention/attention-distance.js"), input: "photo", tab: "attention" },
  "encoder-block": { load: () => import("./attention/encoder-block.js"), input: "photo" },
  "scale-maps": { load: () => import("./attention/scale-maps.js"), input: "photo" },
  rollout: { load: () => import("./attention/rollout.js"), input: "photo", tab: "attention" },
  "position-similarity": { load: () => import("./attention/position-similarity.js"), tab: "attention" },
  "logit-lens": { load: () => import("./answer/logit-lens.js"), input: "photo", tab: "why" },
  "swin-windows": { load: () => import("./attention/swin-windows.js"), input: "photo", tab: "attention" },
  "attention-cost": { load: () => import("./attention/attention-cost.js") },
  mae: { load: () => import("./mae/reconstruction.js"), input: "photo", tab: "hidden" },
  "mae-decoder": { load: () => import("./mae/decoder.js"), input: "photo" },
  "mae-cost": { load: () => import("./mae/mae-cost.js"), tab: "hidden" },
  "dino-views": { load: () => import("./dino/dino-views.js"), input: "photo" },
  "dino-flow": { load: () => import("./dino/dino-flow.js"), input: "photo" },
  "dino-loss": { load: () => import("./dino/dino-loss.js"), input: "photo" },
  "dino-attention": { load: () => import("./dino/dino-attention.js"), input: "photo", tab: "objects" },
  "dino-pca": { load: () => import("./dino/dino-pca.js"), input: "photo", tab: "objects" },
  "dino-patches": { load: () => import("./dino/dino-patches.js"), input: "photo", tab: "objects" },
  timeline: { load: () => import("./overview/timeline.js"), origin: "precomputed" },
  "photo-changes": { load: () => import("./answer/photo-changes.js"), input: "model", tab: "whatif" },
  "test-accuracy": { load: () => import("./answer/test-accuracy.js") },
  "read-out": { load: () => import("./answer/read-out.js") },
  compare: { load: () => import("./answer/networks.js"), input: "photo" },
};
