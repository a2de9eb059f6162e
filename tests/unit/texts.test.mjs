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
    return [61_706, 839_114, 11_700_000, 45_612_000, 310_000_000].map(short);
  };
  assert.deepEqual(await spoken("ko"), ["6.2만", "83.9만", "1170만", "4561만", "3.1억"]);
  assert.deepEqual(await spoken("en"), ["62K", "839.1K", "11.7M", "45.6M", "310M"]);
  delete globalThis.document;
});

test("what an operation's rule names beside its sum has a word in both languages", async () => {
  const folder = new URL("../../crate/src/ops/", import.meta.url);
  const files = (await readdir(folder)).filter((name) => name.endsWith(".rs"));
  const lines = (await Promise.all(files.map((name) => readFile(new URL(name, folder), "utf8"))))
    .join("\n")
    .split("\n")
    .filter((line) => /facts(\.insert|\.extend| =)/.test(line));
  const named = new Set(
    lines
      .flatMap((line) => [...line.matchAll(/\(\[?\(?"(\w+)",|, \("(\w+)",|\[\("(\w+)",/g)])
      .flatMap(([, ...names]) => names.filter(Boolean)),
  );
  assert.ok(named.size > 10, [...named].join());
  for (const language of ["en", "ko"]) {
    const { default: figures } = await import(`../../www/i18n/figures.${language}.js`);
    for (const name of named) assert.ok(figures[`fact.${name}`], `${name} has no word (${language})`);
    const told = Object.keys(figures).filter((key) => key.startsWith("fact."));
    assert.equal(told.length, named.size, `${told} for ${[...named]}`);
  }
});

test("shares below each other have as many decimals, and tiny numbers are told in powers of ten", async () => {
  const { percent, percentBelow } = await import("../../www/shell/text.js");
  const { inPowers } = await import("../../www/figures/kit/scientific.js");
  assert.deepEqual([0.51, 0.75, 1].map(percent), ["51%", "75%", "100%"]);
  assert.deepEqual([0.51, 0.168, 1].map(percentBelow), ["51.0%", "16.8%", "100.0%"]);
  assert.deepEqual([0, 0.0001, 0.9999].map(percentBelow), ["0%", "<0.1%", ">99.9%"]);
  assert.deepEqual([inPowers(5.659e-6, 3), inPowers(-0.00018, 3)], ["5.66 × 10⁻⁶", "-1.8 × 10⁻⁴"]);
});
