// @ts-check
// The ways to find the evidence for a class that a network's stated graph allows, the usual one first.

/** @typedef {import("../../shell/types.js").Model} Model */
/** @typedef {"cam" | "gradcam" | "attention" | "occlusion"} Method */

/** @param {Model} model @returns {Method[]} */
export function methodsOf({ info, stages }) {
  // Neighbours vote for DINO's classes: there is no class whose gradient could be taken.
  if (info.family === "dino") return ["occlusion"];
  if (stages.some(({ kind }) => kind === "attention-weights")) return ["attention", "occlusion"];
  if (!stages.some(({ kind }) => kind === "conv")) return ["occlusion"];
  return meanBeforeClassifier(stages) ? ["gradcam", "cam", "occlusion"] : ["gradcam", "occlusion"];
}

/** CAM needs a classifier that reads the mean of each last map and nothing else. @param {Model["stages"]} stages */
function meanBeforeClassifier(stages) {
  const source = stages.find(({ name }) => stages.at(-1)?.from?.includes(name));
  return source?.kind === "pool" && source.shape.length === 2;
}
