/** How the benchmark prints: Markdown to standard output, what it is at to standard error. */

import os from "node:os";
import { execFileSync } from "node:child_process";

const begun = Date.now();

/** With the seconds since the start. */
export const progress = (line) =>
  console.error(`${String(Math.round((Date.now() - begun) / 1000)).padStart(5)} s  ${line}`);

const row = (cells) => `| ${cells.join(" | ")} |`;
export const table = (head, rows) => [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

export const ms = (value) => (value < 100 ? value.toFixed(1) : value.toFixed(0));
export const ratio = ({ middle, low, high }) => `${middle.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
/** Multiply-adds a second. */
export const giga = (rate) => (rate / 1e9).toFixed(2);

export function section(title, ...parts) {
  console.log([`## ${title}`, ...parts].filter(Boolean).join("\n\n"));
  console.log();
}

/** What the numbers were measured on, and how busy it was. */
export function machine(browser, command) {
  const cpus = os.cpus();
  const commit = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
  const load = os.loadavg()[0].toFixed(1);
  return [
    `\`${command}\` at ${commit}, ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC:`,
    `Chromium ${browser}, ${cpus[0]?.model.trim() ?? "unknown processor"}, ${cpus.length} cores, load ${load} at the start.`,
    "Milliseconds unless said otherwise.",
  ].join("\n");
}
