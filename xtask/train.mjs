/**
 * `node xtask/train.mjs EXPERIMENT [FIELD=VALUE...]`: an experiment by the wasm build that the page trains with, without a
 * browser, so that the same description gives the same weights to the bit. `cargo xtask train EXPERIMENT --exact` builds it
 * first; what computes natively sums in another order (docs/training.md).
 */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";

export const ROOT = fileURLToPath(new URL("../", import.meta.url));
const OUT = path.join(ROOT, "target/training");
/** Steps between lines. */
const EVERY = 25;

/** A field's value: JSON, or the word itself. */
function fieldOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The wasm build, as the worker starts it. */
async function trainer() {
  const wasm = await import(new URL("../pkg/train/vitrine.js", import.meta.url).href);
  const module = await readFile(new URL("../pkg/train/vitrine_bg.wasm", import.meta.url));
  const { memory } = await wasm.default({ module_or_path: module });
  return { wasm, memory };
}

const CHANNELS = { 0: 1, 2: 3 };

/** RGBA pixels of a PNG of eight bits a channel, grey or RGB, not interlaced: the sheets of www/samples. */
function decode(png) {
  let header = null;
  const parts = [];
  for (let at = 8; at < png.length; ) {
    const [length, kind] = [png.readUInt32BE(at), png.toString("latin1", at + 4, at + 8)];
    const data = png.subarray(at + 8, at + 8 + length);
    if (kind === "IHDR") header = data;
    if (kind === "IDAT") parts.push(data);
    at += length + 12;
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = CHANNELS[header[9]];
  if (header[8] !== 8 || !channels || header[12] !== 0) throw new Error("the sheet is no PNG of the kind that is read");
  const rows = unfiltered(inflateSync(Buffer.concat(parts)), { width, height, channels });
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = rows[channels * i + (channels === 3 ? c : 0)];
    rgba[4 * i + 3] = 255;
  }
  return { rgba, width };
}

/** The values of a PNG's rows, whose filters say how each differs from its neighbours (PNG, section 9). */
function unfiltered(bytes, { width, height, channels }) {
  const length = width * channels;
  const out = new Uint8Array(length * height);
  const paeth = (a, b, c) => {
    const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
    return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
  };
  const predict = [() => 0, (a) => a, (_, b) => b, (a, b) => (a + b) >> 1, paeth];
  for (let y = 0; y < height; y++) {
    const from = y * (length + 1);
    const by = predict[bytes[from]];
    for (let x = 0; x < length; x++) {
      const at = y * length + x;
      const left = x >= channels ? out[at - channels] : 0;
      const above = y > 0 ? out[at - length] : 0;
      const corner = x >= channels && y > 0 ? out[at - length - channels] : 0;
      out[at] = bytes[from + 1 + x] + by(left, above, corner);
    }
  }
  return out;
}

/** A run of a description, before its first step. */
export async function begin(description) {
  const { wasm, memory } = await trainer();
  const { sheets, channels, spec } = JSON.parse(wasm.training_needs(JSON.stringify(description)));
  if (!sheets) throw new Error("photos are sorted into groups in the page");
  const images = [];
  for (const sheet of sheets) {
    const [png, card] = await Promise.all([
      readFile(path.join(ROOT, `www/samples/${sheet}.png`)),
      readFile(path.join(ROOT, `www/samples/${sheet}.json`), "utf8"),
    ]);
    const { rgba, width } = decode(png);
    images.push(wasm.Images.of_sheet(rgba, width, card, channels));
  }
  const runtime = await wasm.Runtime.create("train");
  const run = await wasm.Training.begin(runtime, JSON.stringify(spec), images[0], images[1], undefined);
  return { run, spec, memory };
}

async function main([experiment, ...fields]) {
  const given = fields.map((field) => field.split(/=(.*)/s).slice(0, 2));
  const description = Object.fromEntries(given.map(([key, text]) => [key, fieldOf(text)]));
  const { run, spec, memory } = await begin({ experiment, ...description });
  console.log(JSON.stringify(spec));
  for (let step = 0; step < spec.steps; ) {
    const report = JSON.parse(await run.advance(Math.min(EVERY, spec.steps - step)));
    step = report.step;
    const told = Object.entries(report.networks).map(([name, { gradients: _, ...measures }]) => {
      const values = Object.entries(measures).map(([what, value]) => `${what} ${value?.toFixed(3)}`);
      return `${name} ${values.join(" ")}`;
    });
    const held = (memory.buffer.byteLength / 2 ** 20).toFixed(1);
    console.log(`${step}/${spec.steps}  ${told.join("  ")}  ${held} MB`);
    if (report.failed) throw new Error(report.failed);
  }
  await run.keep();
  const hash = await run.hash();
  const folder = path.join(OUT, `${experiment}-${spec.seed}-exact-${hash.slice(0, 8)}`);
  await mkdir(folder, { recursive: true });
  const { networks } = JSON.parse(run.about());
  for (const network of networks)
    await writeFile(path.join(folder, `${network}.safetensors`), run.save(spec.steps, network));
  console.log(`${folder}\nSHA-256 of all weights: ${hash}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
