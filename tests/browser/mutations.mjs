/**
 * Hostile inputs made from a seed, in the page itself: checkpoints of odd widths, shapes, keys and bytes, pictures,
 * addresses and arguments. The same seed makes the same inputs, so that what once went wrong can be made again.
 */

/** @param {number} seed @returns {() => number} numbers from 0 to 1 (mulberry32) */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const below = (next, n) => Math.floor(next() * n);
const pick = (next, list) => list[below(next, list.length)];

// Below this many bytes each: what is looked for are faults, not the time that large layers take.
const MOST_BYTES = 6_000_000;
const SIZES = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, U8: 1 };

/** @param {ArrayBuffer} file @returns {{ key: string, dtype: string, shape: number[], bytes: Uint8Array }[]} */
export function parse(file) {
  const length = Number(new DataView(file).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, length)));
  return Object.entries(header)
    .filter(([key]) => key !== "__metadata__")
    .map(
      ([
        key,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        return { key, dtype, shape, bytes: new Uint8Array(file, 8 + length + from, to - from) };
      },
    );
}

/** A file of these tensors; `spoil` may change the header's text. */
function write(tensors, spoil = (text) => text) {
  const parts = [];
  const entries = [];
  let end = 0;
  for (const { key, dtype, shape, bytes } of tensors) {
    const offsets = [end, end + bytes.length];
    entries.push(`${JSON.stringify(key)}:${JSON.stringify({ dtype, shape, data_offsets: offsets })}`);
    parts.push(bytes);
    end += bytes.length;
  }
  return assemble(spoil(`{${entries.join(",")}}`), parts);
}

function assemble(text, parts, length) {
  const head = new TextEncoder().encode(text);
  const size = new DataView(new ArrayBuffer(8));
  size.setBigUint64(0, length ?? BigInt(head.length), true);
  return new Blob([size.buffer, head, ...parts]);
}

/** The tensor at another shape: its own values again and again. */
function reshaped(tensor, shape, dtype = tensor.dtype) {
  const count = shape.reduce((product, size) => product * size, 1) * (SIZES[dtype] ?? 1);
  if (count > MOST_BYTES) return null;
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count && tensor.bytes.length > 0; at += tensor.bytes.length) {
    bytes.set(tensor.bytes.subarray(0, count - at), at);
  }
  return { ...tensor, shape, dtype, bytes };
}

const ODD = [0, 1, 2, 3, 5, 7, 9, 12, 13, 16, 17, 31, 33, 48, 63, 64, 65, 100, 127, 255, 1000];

/** Every dimension of one size becomes another, in all tensors: a whole network of odd widths. */
function otherWidth(next, tensors) {
  const widths = [...new Set(tensors.flatMap(({ shape }) => shape))];
  const [from, to] = [pick(next, widths), next() < 0.7 ? pick(next, ODD) : below(next, 256)];
  const changed = tensors.map((tensor) =>
    reshaped(
      tensor,
      tensor.shape.map((size) => (size === from ? to : size)),
    ),
  );
  return { title: `${from} to ${to}`, tensors: changed };
}

/** One tensor of another shape. */
function otherShape(next, tensors) {
  const at = below(next, tensors.length);
  const shape = [...tensors[at].shape];
  const how = below(next, 4);
  if (how === 0) shape.push(1);
  else if (how === 1) shape.shift();
  else if (how === 2) shape.reverse();
  else shape[below(next, shape.length)] = pick(next, ODD);
  return { title: `${tensors[at].key} [${shape}]`, tensors: tensors.with(at, reshaped(tensors[at], shape)) };
}

/** Keys that are missing, too many, renamed or moved below a prefix, and layers that come once more. */
function otherKeys(next, tensors) {
  const at = below(next, tensors.length);
  const { key } = tensors[at];
  const renamed = (name) => tensors.with(at, { ...tensors[at], key: name });
  const number = key.replace(/\d+/, (digits) => String(Number(digits) + pick(next, [1, 7, 1000, 4294967295])));
  const ways = [
    () => ({ title: `no ${key}`, tensors: tensors.toSpliced(at, 1 + below(next, 5)) }),
    () => ({ title: `${key} as ${number}`, tensors: renamed(number) }),
    () => ({ title: `${key} too`, tensors: [...tensors, { ...tensors[at], key: number }] }),
    () => ({ title: `${key} as nothing`, tensors: renamed("") }),
    () => ({ title: "a prefix", tensors: tensors.map((tensor) => ({ ...tensor, key: `module.${tensor.key}` })) }),
    () => ({ title: "the first few", tensors: tensors.slice(0, 1 + at) }),
  ];
  return pick(next, ways)();
}

/** Another kind of number, or numbers that are none, huge or tiny. */
function otherValues(next, tensors) {
  const at = below(next, tensors.length);
  const dtype = pick(next, Object.keys(SIZES));
  if (next() < 0.4) {
    const changed = reshaped(tensors[at], tensors[at].shape, dtype);
    return { title: `${tensors[at].key} in ${dtype}`, tensors: tensors.with(at, changed) };
  }
  const value = pick(next, [NaN, Infinity, -Infinity, 3e38, -3e38, 1e-45, 0]);
  const changed = reshaped(tensors[at], tensors[at].shape, "F32");
  if (changed) new Float32Array(changed.bytes.buffer).fill(value);
  return { title: `${tensors[at].key} of ${value}`, tensors: tensors.with(at, changed) };
}

/** A header that lies or breaks. */
function otherHeader(next, tensors) {
  const way = below(next, 5);
  const title = `a broken header (${way})`;
  const spoil = (text) => {
    const at = below(next, text.length);
    if (way === 0) return text.slice(0, at);
    if (way === 1) return text.slice(0, at) + String.fromCharCode(below(next, 128)) + text.slice(at + 1);
    if (way === 2) return text.replace(/\d+/g, (digits) => (next() < 0.01 ? pick(next, HUGE) : digits));
    if (way === 3) return `{"__metadata__":${pick(next, ["7", "[]", '{"a":1}', '{"a":"b"}'])},${text.slice(1)}`;
    return text.padEnd(text.length + below(next, 5000));
  };
  return { title, blob: write(tensors, spoil) };
}

const HUGE = ["-1", "1e9", "4294967296", "9007199254740993", "18446744073709551616", "1e999", "0.5", "null", '"3"'];

/** Bytes that are cut off, changed, or too many. */
async function otherBytes(next, tensors) {
  const bytes = new Uint8Array(await write(tensors).arrayBuffer());
  const way = below(next, 4);
  if (way === 0) return { title: "cut off", blob: new Blob([bytes.subarray(0, below(next, bytes.length))]) };
  if (way === 1) return { title: "too long", blob: new Blob([bytes, bytes.subarray(0, below(next, 1000))]) };
  if (way === 2) for (let i = 0; i < 20; i++) bytes[below(next, Math.min(bytes.length, 20_000))] = below(next, 256);
  else
    return {
      title: "another length",
      blob: assemble("{}", [], BigInt(below(next, 2 ** 32)) << BigInt(below(next, 32))),
    };
  return { title: "changed bytes", blob: new Blob([bytes]) };
}

const WAYS = [
  otherWidth,
  otherWidth,
  otherWidth,
  otherWidth,
  otherShape,
  otherKeys,
  otherValues,
  otherHeader,
  otherBytes,
];

/**
 * One mutated checkpoint.
 * @param {() => number} next
 * @param {Record<string, ReturnType<typeof parse>>} networks by id
 * @returns {Promise<{ title: string, id: string, blob: Blob }>}
 */
export async function checkpoint(next, networks) {
  for (;;) {
    const id = pick(next, Object.keys(networks));
    const { title, tensors, blob } = await pick(next, WAYS)(next, networks[id]);
    if (tensors?.includes(null)) continue;
    return { title: `${id}: ${title}`, id, blob: blob ?? write(tensors) };
  }
}

/** A picture's file with changed, missing or doubled bytes. */
export function picture(next, files) {
  const bytes = Uint8Array.from(pick(next, files));
  const way = below(next, 4);
  if (way === 0) return { title: "cut off", blob: new Blob([bytes.subarray(0, below(next, bytes.length))]) };
  const upTo = way === 1 ? 64 : bytes.length;
  for (let i = 0; i < 1 + below(next, 30); i++) bytes[below(next, upTo)] = below(next, 256);
  return {
    title: `changed below ${upTo}`,
    blob: new Blob([bytes], { type: pick(next, ["", "image/png", "text/html"]) }),
  };
}

const PARTS = [
  "owner",
  "name",
  "..",
  ".",
  "",
  "%",
  "%zz",
  "%00",
  "@",
  "main",
  " ",
  "\u0000",
  "é",
  "?x=%",
  "#y",
  "\\",
  "a:b",
];
const STARTS = [
  "",
  "/",
  "//",
  "./",
  "http:",
  "http://",
  "https://[",
  "javascript:",
  "data:",
  "blob:",
  "file://",
  "ws://",
];

/** Something like an address, on this page's own server or none at all. */
export function address(next) {
  const parts = Array.from({ length: 1 + below(next, 4) }, () => pick(next, PARTS));
  return pick(next, STARTS) + parts.join("/");
}

/** Anything that a caller may give instead of what is asked for. */
export function anything(next) {
  const throws = () => {
    throw new Error("no");
  };
  const cyclic = [];
  cyclic.push(cyclic);
  const values = [
    ...[undefined, null, NaN, -1, 0, 1e300, 5n, "", "layer1", "\u0000", true, Symbol("s"), () => 1, /x/, new Date(NaN)],
    ...[[], {}, [1, 2, 3], ["layer1"], [null], cyclic, { length: 2 ** 32 }, new Map(), new Uint8Array(3)],
    ...[{ stage: "layer1" }, { signal: {} }, { topK: -1 }, { image: "x" }, { size: 1e9 }, { off: [{}] }, { mask: [2] }],
    ...[new Proxy({}, { get: throws, has: throws, ownKeys: throws }), { toString: throws }, Object.create(null)],
    ...[
      { data: new Float32Array(3), shape: [1, 3, 1, 1] },
      { data: new Float32Array(0), shape: [0] },
    ],
    ...[new Blob(["x"]), new ImageData(8, 8), new ImageData(1, 1), document.createElement("canvas"), document.body],
  ];
  return pick(next, values);
}
