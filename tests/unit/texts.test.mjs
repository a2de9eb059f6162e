// node --test tests/unit/texts.test.mjs: the page's words are the same in both languages, each exists and each is used.
import { test } from "node:test";
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import en from "../../www/i18n/en.js";
import ko from "../../www/i18n/ko.js";

const flatten = (table, prefix = "") =>
  Object.entries(table).flatMap(([key, value]) =>
    typeof value === "string" ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`),
  );
const texts = { en: new Map(flatten(en)), ko: new Map(flatten(ko)) };
const placeholders = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

async function sources() {
  const folder = new URL("../../www/", import.meta.url);
  const files = (await readdir(folder, { recursive: true })).filter(
    (name) => name.endsWith(".js") && !name.startsWith("i18n"),
  );
  return (await Promise.all(files.map((name) => readFile(new URL(name, folder), "utf8")))).join("\n");
}

test("both languages have the same keys, none empty, with the same placeholders", () => {
  assert.deepEqual([...texts.en.keys()].sort(), [...texts.ko.keys()].sort());
  for (const [key, text] of texts.en) {
    assert.ok(text.trim() && texts.ko.get(key).trim(), key);
    assert.deepEqual(placeholders(text), placeholders(texts.ko.get(key)), key);
  }
});

test("every text that the page names exists, and every one is used", async () => {
  const source = await sources();
  for (const [, key] of source.matchAll(/\bt\(\s*"([^"]+)"/g)) assert.ok(texts.en.has(key), `${key} is missing`);
  const families = [
    ...[...source.matchAll(/\bt\(`([\w.]+)\$/g)].map(([, start]) => start),
    ...[...source.matchAll(/\btOf\("([\w.]+)"/g)].map(([, group]) => `${group}.`),
  ];
  const unused = [...texts.en.keys()].filter(
    (key) => !source.includes(`"${key}"`) && !families.some((start) => key.startsWith(start)),
  );
  assert.deepEqual(unused, []);
});

/** Other words for what the glossary has one for, and what stands for them. */
const KOREAN = {
  네트워크: "신경망",
  파라미터: "매개변수",
  사영: "투영",
  "윈도(?!우)": "윈도우",
  "특징 맵(?!이라고도)": "특성 맵",
};

test("in Korean one thing has one word everywhere, and a share is written without a space", async () => {
  const folder = new URL("../../www/i18n/", import.meta.url);
  const tables = (await readdir(folder)).filter((name) => name.endsWith(".ko.js"));
  for (const name of tables) {
    const text = await readFile(new URL(name, folder), "utf8");
    for (const [other, word] of Object.entries(KOREAN))
      assert.equal(
        text.match(new RegExp(`.{0,20}${other}`))?.[0] ?? null,
        null,
        `${name} has another word for ${word}`,
      );
    assert.equal(text.match(/^ *\/\/.*[가-힣].*$/m)?.[0] ?? null, null, `${name}: comments are in English`);
    assert.deepEqual(text.match(/\S*\d %\S*/g), null, name);
  }
});

test("tens of thousands keep two digits when they are short, also in Korean, which counts in ten thousands", async () => {
  const { short, useLanguage } = await import("../../www/shell/text.js");
  globalThis.document = { documentElement: {} };
  const spoken = async (lang) => {
    await useLanguage(lang);
    return [61_706, 839_114, 11_700_000].map(short);
  };
  assert.deepEqual(await spoken("ko"), ["6.2만", "83.9만", "1170만"]);
  assert.deepEqual(await spoken("en"), ["62K", "839.1K", "11.7M"]);
  delete globalThis.document;
});
