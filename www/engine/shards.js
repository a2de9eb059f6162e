import { EngineError } from "./errors.js";

// "model-00001-of-00003.safetensors", as transformers and accelerate name the parts of a checkpoint.
const SHARD = /-(\d{5})-of-(\d{5})\.(safetensors|bin|pt|pth)$/;
const WEIGHTS = /\.(safetensors|pth|pt|bin|ckpt|th|pkl)$/i;

/** @typedef {{ name: string, blob: Blob }} Named */
/** @typedef {{ weights: Named[], config: string | null }} Chosen */

/**
 * What several files are together: a checkpoint, in one file or in shards, and its configuration.
 * @param {Named[]} files
 * @returns {Promise<Chosen>}
 */
export async function chosenOf(files) {
  const json = async (/** @type {RegExp} */ name) => {
    const found = files.find((file) => name.test(file.name));
    return found ? parsed(await found.blob.text(), found.name) : null;
  };
  const index = await json(/\.index\.json$/);
  const config = await json(/(^|[\\/])config\.json$/);
  const preprocessor = await json(/preprocessor_config\.json$/);
  const weights = files.filter((file) => WEIGHTS.test(file.name));
  if (weights.length === 0)
    throw unsupported("Among these files are no weights: a .safetensors, .pth, .bin or .ckpt file.");
  const named = index ? shardsIn(index) : null;
  const kept = named ? weights.filter(({ name }) => named.includes(name)) : weights;
  complete(
    named ?? [],
    kept.map(({ name }) => name),
  );
  return { weights: kept, config: together(config, preprocessor) };
}

/**
 * The names of the shards that an index lists.
 * @param {any} index
 * @returns {string[]}
 */
export function shardsIn(index) {
  const names = Object.values(Object(Object(index).weight_map)).map(String);
  const plain = (/** @type {string} */ name) => !/[\\/]|^\.+$/.test(name);
  if (names.length === 0 || !names.every(plain))
    throw unsupported("This index of shards lists none. Download it again.");
  return [...new Set(names)].sort();
}

/**
 * Refuses a part of a checkpoint that is taken for the whole.
 * @param {string[]} listed by the index
 * @param {string[]} given
 */
export function complete(listed, given) {
  const missing = listed.filter((name) => !given.includes(name));
  if (missing.length > 0) {
    throw unsupported(`The index lists ${listed.length} shards; ${missing.join(", ")} is not among the files.`);
  }
  const parts = given.map((name) => SHARD.exec(name));
  const first = parts.find((part) => part);
  if (first && given.length < Number(first[2])) {
    const rest = `open all ${Number(first[2])} together, with their index.json`;
    throw unsupported(
      `${first.input} is shard ${Number(first[1])} of ${Number(first[2])}, not a whole checkpoint: ${rest}.`,
    );
  }
  if (!first && given.length > 1 && listed.length === 0) {
    throw unsupported(`These are ${given.length} checkpoints (${given.join(", ")}). Open one at a time.`);
  }
}

/**
 * A configuration with the preprocessing that stands in a file of its own.
 * @param {any} config
 * @param {any} preprocessor
 */
export function together(config, preprocessor) {
  if (!config && !preprocessor) return null;
  return JSON.stringify({ ...config, ...(preprocessor ? { preprocessor_config: preprocessor } : {}) });
}

/**
 * @param {string} text
 * @param {string} name
 * @returns {any}
 */
export function parsed(text, name) {
  try {
    return JSON.parse(text);
  } catch {
    throw unsupported(`${name} is not JSON. Download it again.`);
  }
}

/** @param {string} message */
function unsupported(message) {
  return new EngineError("unsupported-checkpoint", message);
}
