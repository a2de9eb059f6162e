// node --test tests/unit/silence.test.mjs: no failure is passed over without a reason that a reader can find.
import { test } from "node:test";
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";

const ROOT = new URL("../../", import.meta.url);
/** Where failures that are heard elsewhere, or are none, get their names. */
const HELPERS = "www/engine/promises.js";

/** A handler that takes no error and does nothing with there being one. */
const DROPPED =
  /\.catch\(\s*(?:async\s*)?(?:\(\s*_?\w*\s*\)|_?\w+)\s*=>\s*(?:\{\s*\}|null|undefined|void 0|false|true|\[\]|"")\s*,?\s*\)/g;
/** The same as the second handler of `then`. */
const SECOND = /,\s*\(\s*_?\w*\s*\)\s*=>\s*(?:\{\s*\}|null|undefined)\s*,?\s*\)/g;
/** A block that does not ask what was thrown: it says why, throws something better, or hands on what it knows. */
const UNASKED = /catch\s*\{((?:[^{}]|\{[^{}]*\})*)\}/g;
const SAYS_WHY = /\/\/|\/\*|\bthrow\b/;

function faults(source) {
  const line = (index) => source.slice(0, index).split("\n").length;
  const dropped = [...source.matchAll(DROPPED), ...source.matchAll(SECOND)];
  const unasked = [...source.matchAll(UNASKED)].filter(([, body]) => !SAYS_WHY.test(body));
  return [...dropped, ...unasked].map(({ index }) => line(index));
}

async function sources() {
  const names = (await readdir(new URL("www/", ROOT), { recursive: true })).map((name) => `www/${name}`);
  return ["sw.js", "xtask/page.mjs", "xtask/package.mjs", ...names].filter(
    (name) => /\.m?js$/.test(name) && !name.startsWith("www/i18n/") && name !== HELPERS,
  );
}

test("a failure that nobody hears has a name from promises.js, or says why", async () => {
  const found = [];
  for (const name of await sources()) {
    const text = await readFile(new URL(name, ROOT), "utf8");
    found.push(...faults(text).map((line) => `${name}:${line}`));
  }
  assert.deepEqual(found, []);
});

test("what drops a failure is recognized, and what handles one is not", () => {
  const silent = [
    "load().catch(() => {});",
    "load().catch(() => null)",
    "load().catch((_error) => undefined);",
    "load().then(use, () => {});",
    "try { a(); } catch {}",
    "try { a(); } catch { return null; }",
  ];
  for (const text of silent) assert.deepEqual(faults(text), [1], text);
  const fine = [
    "load().catch((error) => show(error));",
    "load().catch(() => link.loads.delete(id));",
    "load().then(use, (error) => show(error));",
    "try { a(); } catch {\n // Nothing is kept then.\n}",
    'try { a(); } catch { throw new EngineError("bad-input", "It is none."); }',
    "try { a(); } catch (error) { show(error); }",
  ];
  for (const text of fine) assert.deepEqual(faults(text), [], text);
});
