/**
 * The lessons' claims as a list, and as the table in docs/lessons.md.
 * `node tests/browser/claims.mjs --write` measures them and writes the table.
 */

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { lessons } from "../../www/lessons/course/course.js";
import en from "../../www/i18n/lessons.en.js";
import { ROOT, launch, openPage, startEngine, startSite } from "./harness.mjs";
import { holds, prepare } from "./measures.mjs";

export const claims = lessons.flatMap((lesson) =>
  lesson.steps.flatMap((step) =>
    (step.claims ?? []).map((claim) => ({ ...claim, at: `${lesson.id}/${step.id}`, lesson: lesson.id })),
  ),
);

/** Two digits that count: what differs between two machines lies beyond them. */
const number = (value) => (Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(2))));

/** @param {Map<object, number>} measured */
export function table(measured) {
  const rows = lessons.flatMap(({ id }) => {
    const own = claims.filter(({ lesson }) => lesson === id);
    if (own.length === 0) return [];
    const line = (claim) =>
      `| \`${claim.at}\` | ${claim.says} | ${claim.is} ${claim.value} | ${number(measured.get(claim))} |`;
    return [
      `### ${en[id].title}`,
      "",
      "| step | claim | held to | measured |",
      "| --- | --- | --- | --- |",
      ...own.map(line),
      "",
    ];
  });
  return rows.join("\n");
}

async function write() {
  const [site, browser] = await Promise.all([startSite(), launch()]);
  const { page } = await openPage(browser, site.blank);
  await startEngine(page);
  await page.evaluate(prepare);
  const measured = new Map();
  for (const claim of claims) {
    const found = await page.evaluate((claim) => measure(claim), claim);
    measured.set(claim, found);
    process.stdout.write(`${holds(found, claim) ? "holds" : "FAILS"} ${claim.at}: ${claim.says}: ${found}\n`);
  }
  const file = path.join(ROOT, "docs/lessons.md");
  const old = await readFile(file, "utf8");
  const mark = "<!-- measured -->\n";
  const head = old.slice(0, old.indexOf(mark) + mark.length);
  await writeFile(file, `${head}\n${table(measured)}`);
  await browser.close();
  await site.close();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await write();
