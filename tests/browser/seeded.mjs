/** `tests/reference/seeded.py` in JavaScript, value for value, for checkpoints that a test makes itself. */

const MASK = (1n << 64n) - 1n;

function fnv1a64(text) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & MASK;
  return hash;
}

/** `count` values in [-1, 1). */
export function uniform(name, count) {
  const start = fnv1a64(name);
  return Float32Array.from({ length: count }, (_, i) => {
    let z = (start + BigInt(i + 1) * 0x9e3779b97f4a7c15n) & MASK;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
    z ^= z >> 31n;
    return Math.fround(Number(z >> 40n) / (1 << 23)) - 1;
  });
}

const TOKENS = ["cls_token", "mask_token", "pos_embed", "position_embeddings"];

function offsetAndScale(key, shape) {
  if (key.endsWith("running_var")) return [1, 0.5];
  if (key.endsWith("running_mean")) return [0, 0.1];
  if (key.includes("relative_position_bias_table")) return [0, 1];
  if (shape.length >= 2 && TOKENS.some((token) => key.endsWith(token))) return [0, 0.5];
  if (shape.length >= 2) return [0, Math.fround(Math.sqrt(3 / shape.slice(1).reduce((a, b) => a * b, 1)))];
  return key.endsWith("weight") ? [1, Math.fround(0.2)] : [0, Math.fround(0.1)];
}

export const elements = (shape) => shape.reduce((product, size) => product * size, 1);

/** The value of one checkpoint entry. */
export function parameter(key, shape) {
  const [offset, scale] = offsetAndScale(key, shape);
  return uniform(key, elements(shape)).map((value) => offset + Math.fround(scale * value));
}

/** A normalized input [1, channels, size, size]. */
export function image(name, size, channels) {
  return uniform(`input:${name}`, channels * size * size).map((noise, i) => {
    const [c, y, x] = [Math.floor(i / (size * size)), Math.floor(i / size) % size, i % size];
    const phase = Math.fround(Math.fround(x * (c + 1) + y * (c + 2)) * Math.fround(0.05));
    return Math.fround(Math.sin(phase)) + 0.5 * noise;
  });
}

/** A safetensors file of [name, shape, values]. */
export function safetensors(tensors) {
  const header = {};
  let end = 0;
  for (const [name, shape, values] of tensors) {
    const start = end;
    end += 4 * values.length;
    header[name] = { dtype: "F32", shape, data_offsets: [start, end] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...tensors.map(([, , v]) => Buffer.from(v.buffer, v.byteOffset, v.byteLength))]);
}
