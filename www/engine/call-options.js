import { isArray, json, text, whole, wholes, wrong } from "./check.js";

/**
 * A cell of a stage.
 * @param {unknown} stage
 * @param {unknown} cell
 */
export function place(stage, cell) {
  return { stage: text(stage, "A stage"), cell: wholes(cell ?? [], "A cell", 0) };
}

/**
 * What a call says of size and of what is off; null where it says nothing.
 * @param {{ size?: number, off?: import("../engine.js").Off[] }} options
 */
export function duringCall({ size, off }) {
  const side = size === undefined || size === null ? null : whole(size, "size", 1);
  return { size: side, off: switchedOff(off) };
}

/**
 * What a call says is switched off, as JSON; null where it says nothing.
 * @param {unknown} off
 */
export function switchedOff(off) {
  if (off === undefined) return null;
  if (!isArray(off)) {
    throw wrong("What is off is an array of { stage, what, index }; [] switches everything on.");
  }
  return json(off, "What is off");
}
