// Threads without a build for them. A module that knows nothing of atomic instructions may all the same compute on a
// shared memory: only the type of the memory has to say so, and whoever joins must not fill it with the module's data
// again. Both are a few bytes in the module's sections (WebAssembly Core Specification, 5.5).

const IMPORTS = 2;
const MEMORIES = 5;
const EXPORTS = 7;
const START = 8;
const DATA = 11;
const DATA_COUNT = 12;
const HEADER = 8;
const SHARED_WITH_MAXIMUM = 3;
/** All that 32 bits can address. */
const MOST_PAGES = 65_536;

/** What `helping` adds to a module's exports. */
export const STACK = "helper:stack";
export const TABLE = "helper:table";

/** @typedef {{ id: number, contents: Uint8Array }} Section */

/** @param {Uint8Array} bytes @param {number} at @returns {[value: number, next: number]} an unsigned LEB128 */
function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined || shift > 28) throw new TypeError("This is no WebAssembly module.");
    value |= (byte & 127) << shift;
    if (byte < 128) return [value >>> 0, at];
  }
}

/** @param {number} value */
function written(value) {
  const bytes = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return [...bytes, value];
}

/** @param {string} text */
const name = (text) => [...written(text.length), ...new TextEncoder().encode(text)];

/** @param {Uint8Array} bytes */
function* sections(bytes) {
  for (let at = HEADER; at < bytes.length; ) {
    const [length, start] = number(bytes, at + 1);
    yield { id: bytes[at], contents: bytes.subarray(start, start + length) };
    at = start + length;
  }
}

/**
 * The module with some sections changed, or left out where the change gives null.
 * @param {Uint8Array} bytes
 * @param {Record<number, (contents: Uint8Array) => BlobPart[] | null>} changes
 */
async function changed(bytes, changes) {
  /** @type {BlobPart[]} */
  const parts = [new Uint8Array(bytes.subarray(0, HEADER))];
  for (const { id, contents } of sections(bytes)) {
    const kept = id in changes ? changes[id](contents) : [/** @type {Uint8Array<ArrayBuffer>} */ (contents)];
    if (!kept) continue;
    const section = new Blob(kept);
    parts.push(new Uint8Array([id, ...written(section.size)]), section);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** A section that lists things, with more of them. @param {Uint8Array} contents @param {number[][]} more */
function longer(contents, ...more) {
  const [count, start] = number(contents, 0);
  const before = new Uint8Array(written(count + more.length));
  return [before, new Uint8Array(contents.subarray(start)), new Uint8Array(more.flat())];
}

/** @param {Uint8Array} bytes of a module with a memory of its own: how many pages it begins with */
function firstPages(bytes) {
  const memory = [...sections(bytes)].find(({ id }) => id === MEMORIES)?.contents;
  if (memory?.[0] !== 1 || memory[1] > 1) throw new TypeError("A module with one memory, not shared.");
  return number(memory, 2)[0];
}

/** @param {Uint8Array} bytes */
const limits = (bytes) => [SHARED_WITH_MAXIMUM, ...written(firstPages(bytes)), ...written(MOST_PAGES)];

/** The same module, whose memory may be shared. @param {Uint8Array} bytes */
export const sharing = (bytes) => changed(bytes, { [MEMORIES]: () => [new Uint8Array([1, ...limits(bytes)])] });

/**
 * The same module for one who joins: it takes the memory as `helper.memory` and leaves what is in there, and exports
 * its stack's pointer (the linker's first global) and its table of functions.
 * @param {Uint8Array} bytes
 */
export function helping(bytes) {
  const memory = [...name("helper"), ...name("memory"), 2, ...limits(bytes)];
  return changed(bytes, {
    [IMPORTS]: (contents) => longer(contents, memory),
    [MEMORIES]: () => null,
    [EXPORTS]: (contents) => longer(contents, [...name(STACK), 3, 0], [...name(TABLE), 1, 0]),
    [START]: () => null,
    [DATA]: () => null,
    [DATA_COUNT]: () => null,
  });
}
