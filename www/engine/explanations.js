/**
 * The explanations that the wasm module computes (crate/src/web/explain.rs documents each), and whether of an image, of
 * another tensor or of the network alone. The page asks for no other, and the worker computes no other.
 */
export const EXPLANATIONS = Object.freeze({
  receptiveField: "image",
  maps: "image",
  attention: "image",
  explainClass: "image",
  logitLens: "image",
  cell: "image",
  normOrders: "image",
  attentionHeads: "image",
  attentionStats: "image",
  rollout: "image",
  similarity: "image",
  pca: "image",
  features: "image",
  stageTimes: "image",
  throughput: "image",
  tiles: "image",
  spot: "image",
  contributions: "image",
  windowAttention: "image",
  classHeads: "image",
  rightAfterShift: "tensor",
  readOut: "tensor",
  dropoutPasses: "image",
  layout: "network",
  receptiveCurve: "network",
  relativeBias: "network",
  positionSimilarity: "network",
  filters: "network",
  costAt: "network",
  randomMask: "network",
  encoderCost: "network",
  attentionCost: "network",
  gradientDepth: "network",
  neighbours: "network",
  dinoLoss: "network",
});

/** @typedef {keyof typeof EXPLANATIONS} Explanation */
