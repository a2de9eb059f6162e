// @ts-check
// What is switched off of a network, by the names that addresses and figures have for it.

/**
 * A switch by its name in the address: "skip:layer2.1", "channel:layer1.0.conv1.5" (counted from 0), "position".
 * @param {string} name @returns {import("../engine.js").Off}
 */
export function offOf(name) {
  const [kind, stage = ""] = name.split(":");
  const sum = /\.add\d$/.test(stage) ? stage : `${stage}.add`;
  const [, part, index] = stage.match(/^(.*)\.(\d+)$/) ?? ["", stage, "0"];
  switch (kind) {
    case "skip":
      return { stage: sum, what: "shortcut" };
    case "block":
      return { stage: sum, what: "branch" };
    case "head":
    case "channel":
      return { stage: part, what: kind, index: Number(index) };
    case "zero":
      return { stage, what: "zero" };
    case "position-shuffle":
      return { stage: stage || "pos_embed", what: "shuffle" };
    case "class-token":
      return { stage: stage || "cls_token", what: "token", index: 0 };
    default:
      return { stage: stage || "pos_embed", what: "position" };
  }
}
