import { decode } from "./decode.js";
import { EngineError } from "./errors.js";
import { EXPLANATIONS } from "./explanations.js";

/** @typedef {import("./protocol.js").Input} Input */
/** @typedef {import("../engine.js").Tensor} Tensor */
/** @typedef {import("./wasm.js").Wasm} Wasm */
/** @typedef {import("./wasm.js").Network} Network */

/**
 * What each request does with a network.
 * @typedef {{ [T in "classify" | "forward" | "observe" | "preprocess" | "reconstruct" | "describe" | "ablate" | "explain"]:
 *   (wasm: Wasm, network: Network, request: Extract<import("./protocol.js").Request, { type: T }>) =>
 *     Promise<import("./protocol.js").Results[T]> }} Calls
 */

/** @type {Calls} */
export const calls = {
  async classify(wasm, network, { input, topK, off }) {
    const begun = performance.now();
    const tensor = await tensorOf(wasm, network, input);
    const preprocess = performance.now() - begun;
    const { data, ms } = await network.forward(tensor.data, sizes(tensor), off);
    if (!data.every(Number.isFinite)) throw await overflow(network, tensor, off);
    return { top: JSON.parse(network.top(data, topK)), logits: data, ms: { preprocess, ...ms } };
  },

  async forward(wasm, network, { input, off }) {
    const tensor = await tensorOf(wasm, network, input);
    const { data, shape } = await network.forward(tensor.data, sizes(tensor), off);
    return { data, shape };
  },

  async observe(wasm, network, { input, names, ranges, off }) {
    const tensor = await tensorOf(wasm, network, input);
    return network.observe(tensor.data, sizes(tensor), names, ranges, off);
  },

  async preprocess(wasm, network, { input }) {
    if (input.kind === "tensor") throw new EngineError("bad-image", "preprocess takes an image, not a tensor.");
    const begun = performance.now();
    const { rgba, width, height, scale } = await decode(wasm, input);
    const { data, shape, crop, box } = network.preprocess(rgba, width, height);
    const ms = performance.now() - begun;
    const upright = { x: box.x * scale, y: box.y * scale, width: box.width * scale, height: box.height * scale };
    return {
      data,
      shape,
      crop,
      box: upright,
      source: { width: Math.round(width * scale), height: Math.round(height * scale) },
      ms,
    };
  },

  async reconstruct(wasm, network, { input, noise, mask, off }) {
    const tensor = await tensorOf(wasm, network, input);
    return network.reconstruct(tensor.data, sizes(tensor), noise ?? undefined, mask ?? undefined, off);
  },

  async describe(_, network) {
    return { info: JSON.parse(network.info()), stages: JSON.parse(network.stages()) };
  },

  async ablate(_, network, { off }) {
    return network.ablate(off);
  },

  async explain(wasm, network, { method, args, input, off }) {
    if (!Object.hasOwn(EXPLANATIONS, method))
      throw new EngineError("not-found", `There is no explanation "${method}".`);
    const tensor = input ? await tensorOf(wasm, network, input) : null;
    const given = tensor ? [tensor.data, sizes(tensor), args, off] : [args, off];
    const result = await applied(/** @type {Function} */ (network[method]), network, given).catch((thrown) => {
      // What the module's glue cannot convert, such as no picture where one is taken; its own errors have a code.
      if (!(thrown instanceof TypeError)) throw thrown;
      throw new EngineError("bad-input", `${method} was given something that it cannot take (${thrown.message}).`);
    });
    return typeof result === "string" ? JSON.parse(result) : result;
  },
};

/**
 * How many pixels a side a call is about: as it says, else as its image has, which is a tensor already.
 * @param {Extract<import("./protocol.js").Request, { type: keyof Calls }>} request
 * @returns {number | null}
 */
export function sizeOf(request) {
  if (request.size !== null) return request.size;
  const input = "input" in request ? request.input : null;
  // Pictures that are moved in a field of the network's own size, and features, are no images to look at.
  const other = request.type === "explain" && EXPLANATIONS[request.method] !== "image";
  if (other || input?.kind !== "tensor") return null;
  const [, , height, width] = input.shape;
  return input.shape.length === 4 && height === width ? height : null;
}

/** @param {Function} method @param {Network} network @param {unknown[]} given */
async function applied(method, network, given) {
  return method.apply(network, given);
}

/**
 * @param {Wasm} wasm
 * @param {Network} network
 * @param {Input} input
 * @returns {Promise<Tensor>}
 */
async function tensorOf(wasm, network, input) {
  if (input.kind === "tensor") return input;
  const { rgba, width, height } = await decode(wasm, input);
  return network.preprocess(rgba, width, height);
}

// Read at once while looking for where numbers overflow.
const STAGES_AT_ONCE = 8;

/**
 * An answer of infinite numbers has no probabilities; where they come from can be seen.
 * @param {Network} network
 * @param {Tensor} tensor
 * @param {string} off
 */
async function overflow(network, tensor, off) {
  const stages = /** @type {{ name: string }[]} */ (JSON.parse(network.stages())).map(({ name }) => name);
  for (let at = 0; at < stages.length; at += STAGES_AT_ONCE) {
    const names = stages.slice(at, at + STAGES_AT_ONCE);
    const seen = await network.observe(tensor.data, sizes(tensor), names, "{}", off);
    const first = names.find((name) => !seen[name].data.every(Number.isFinite));
    if (first) return tooLarge(`at "${first}"`);
  }
  return tooLarge("in its last step");
}

/** @param {string} where */
function tooLarge(where) {
  return new EngineError(
    "overflow",
    `The numbers of this network grew beyond what 32 bits hold ${where}. Its weights are too large or damaged.`,
  );
}

/** @param {Tensor} tensor */
function sizes({ shape }) {
  return Uint32Array.from(shape);
}
