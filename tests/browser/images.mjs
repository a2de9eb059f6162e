/** Pictures for the tests, made here: as many pixels as wanted, and files that are no pictures. */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { ROOT } from "./files.mjs";

export const CAT = path.join(ROOT, "www/samples/cat_chelsea.jpg");

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** A grey PNG; `rows` of its pixels are there. */
function png(width, height, rows = height) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8; // bits a sample
  const row = Buffer.alloc(1 + width, 128);
  row[0] = 0; // no filter
  const pixels = deflateSync(Buffer.concat(Array(rows).fill(row)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

/** The beginning of an iPhone photo: right in its first boxes, and nothing that Chromium decodes. */
function heic() {
  const box = Buffer.from("....ftypheic\0\0\0\0mif1heic", "latin1");
  box.writeUInt32BE(box.length, 0);
  return Buffer.concat([box, Buffer.alloc(2000, 7)]);
}

/** A photo whose header promises other sides than it has. */
export async function promising(width, height) {
  const bytes = Buffer.from(await readFile(CAT));
  for (let at = 2; ; at += 2 + bytes.readUInt16BE(at + 2)) {
    const frame = bytes[at + 1] >= 0xc0 && bytes[at + 1] <= 0xc2;
    if (!frame) continue;
    bytes.writeUInt16BE(height, at + 5);
    bytes.writeUInt16BE(width, at + 7);
    return bytes;
  }
}

/** Files that are no photos the engine can use, by what they are. */
export const BAD_IMAGES = {
  "a text file named .jpg": async () => Buffer.from("This is not a photo.\n".repeat(50)),
  "a truncated JPEG": async () => (await readFile(CAT)).subarray(0, 12_000),
  "a JPEG cut in its header": async () => (await readFile(CAT)).subarray(0, 100),
  "a picture of one pixel": async () => png(1, 1),
  "a picture 20,000 pixels wide": async () => png(20_000, 500),
  "a file of no bytes": async () => Buffer.alloc(0),
  "a HEIC photo": async () => heic(),
  "a PNG of 256 megapixels": async () => png(16_000, 16_000),
  "a small JPEG whose header promises 256 megapixels": async () => promising(16_000, 16_000),
  "a PNG whose header promises 60,000 x 60,000 pixels": async () => png(60_000, 60_000, 1),
};
