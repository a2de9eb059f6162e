/** Checkpoints for the tests: read, changed, and written again, rightly or wrongly. */

import { readFile } from "node:fs/promises";

/**
 * @returns {Promise<{ metadata: object | undefined, tensors: Record<string, { dtype, shape, bytes }> }>} in file order
 */
export async function readCheckpoint(file) {
  const data = await readFile(file);
  const length = Number(data.readBigUInt64LE(0));
  const { __metadata__: metadata, ...entries } = JSON.parse(data.subarray(8, 8 + length).toString());
  const inOrder = Object.entries(entries).sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  const tensors = {};
  for (const [
    key,
    {
      dtype,
      shape,
      data_offsets: [start, end],
    },
  ] of inOrder) {
    tensors[key] = { dtype, shape, bytes: data.subarray(8 + length + start, 8 + length + end) };
  }
  return { metadata, tensors };
}

/** @param {(header: object) => void} [change] spoils the header before it is written */
export function writeCheckpoint({ metadata, tensors }, change = () => {}) {
  const header = metadata ? { __metadata__: metadata } : {};
  let end = 0;
  for (const [key, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[key] = { dtype, shape, data_offsets: [end, end + bytes.length] };
    end += bytes.length;
  }
  change(header);
  return assemble(
    JSON.stringify(header),
    Object.values(tensors).map((tensor) => tensor.bytes),
  );
}

export function assemble(json, parts, length = undefined) {
  const head = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(head.length));
  return Buffer.concat([size, head, ...parts]);
}
