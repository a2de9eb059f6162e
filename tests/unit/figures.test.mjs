// node --test tests/unit/figures.test.mjs: the words inside the figures are complete, and each is used.
import { test } from "node:test";
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import en from "../../www/i18n/figures.en.js";
import ko from "../../www/i18n/figures.ko.js";

const placeholders = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("both languages have the same words with the same placeholders", () => {
  assert.deepEqual(Object.keys(en).sort(), Object.keys(ko).sort());
  for (const [key, text] of Object.entries(en)) {
    assert.ok(text && ko[key], key);
    assert.deepEqual(placeholders(text), placeholders(ko[key]), key);
  }
});

test("every word that a figure names exists, and every one is used", async () => {
  const folders = ["www/figures/", "www/lessons/"].map((folder) => new URL(`../../${folder}`, import.meta.url));
  const files = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(folder, { recursive: true }))
        .filter((name) => name.endsWith(".js"))
        .map((name) => readFile(new URL(name, folder), "utf8")),
    ),
  );
  const sources = (await Promise.all(files.flat())).join("\n");
  for (const [, key] of sources.matchAll(/\bf\("([^"]+)"/g)) assert.ok(key in en, `${key} is missing`);
  const families = [...sources.matchAll(/\bf\(`([\w.]+)\$/g)].map(([, start]) => start);
  for (const key of Object.keys(en))
    assert.ok(sources.includes(`"${key}"`) || families.some((start) => key.startsWith(start)), `${key} is not used`);
});
