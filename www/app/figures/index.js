// @ts-check
// The figures of www/lessons/vocabulary.js that exist, each loaded when first shown. A view without a row is not built yet.

/** @typedef {import("./mount.js").Stage} Stage */
/** @typedef {{ figure: (stage: Stage) => Promise<void> | void }} FigureModule */
/**
 * `input`: what the visitor may choose for it: a photo, a digit, or whichever the step's network reads.
 * @typedef {{ load: () => Promise<FigureModule>, input?: "photo" | "digit" | "model", origin?: import("../badge.js").Origin }} Entry
 */

/** @type {Record<string, Entry>} */
export const figures = {
  classify: { load: () => import("./classify.js"), input: "model" },
  digit: { load: () => import("./digit.js"), input: "digit" },
  "shift-accuracy": { load: () => import("./shift-accuracy.js") },
  "feature-maps": { load: () => import("./feature-maps.js"), input: "model" },
  filters: { load: () => import("./filters.js") },
  architecture: { load: () => import("./architecture.js") },
  cell: { load: () => import("./cell.js"), input: "model" },
  "output-size": { load: () => import("./output-size.js"), origin: "illustration" },
  parameters: { load: () => import("./parameters.js") },
  "receptive-field": { load: () => import("./receptive-field.js"), input: "photo" },
  "receptive-curve": { load: () => import("./receptive-curve.js"), input: "model" },
  "stacked-kernels": { load: () => import("./stacked-kernels.js"), origin: "illustration" },
  "gradient-depth": { load: () => import("./gradient-depth.js") },
  dropout: { load: () => import("./dropout.js"), input: "photo" },
  lrn: { load: () => import("./lrn.js"), input: "photo" },
  ablation: { load: () => import("./ablation.js"), input: "photo" },
  neighbours: { load: () => import("./neighbours.js"), input: "photo" },
  "class-map": { load: () => import("./class-map.js"), input: "photo" },
  patchify: { load: () => import("./patchify.js"), input: "photo" },
  attention: { load: () => import("./attention.js"), input: "photo" },
  "attention-distance": { load: () => import("./attention-distance.js"), input: "photo" },
  rollout: { load: () => import("./rollout.js"), input: "photo" },
  "position-similarity": { load: () => import("./position-similarity.js") },
  "logit-lens": { load: () => import("./logit-lens.js"), input: "photo" },
  "swin-windows": { load: () => import("./swin-windows.js"), input: "photo" },
  "attention-cost": { load: () => import("./attention-cost.js") },
  mae: { load: () => import("./mae.js"), input: "photo" },
  "mae-cost": { load: () => import("./mae-cost.js"), input: "photo" },
  "dino-views": { load: () => import("./dino-views.js"), input: "photo" },
  "dino-loss": { load: () => import("./dino-loss.js"), input: "photo" },
  "dino-attention": { load: () => import("./dino-attention.js"), input: "photo" },
  "dino-pca": { load: () => import("./dino-pca.js"), input: "photo" },
  "dino-patches": { load: () => import("./dino-patches.js"), input: "photo" },
  timeline: { load: () => import("./timeline.js"), origin: "precomputed" },
  "photo-changes": { load: () => import("./photo-changes.js"), input: "model" },
  compare: { load: () => import("./compare.js"), input: "photo" },
};
