// @ts-check
// Taking a figure along: as a picture, or as its numbers.

/** @typedef {import("./numbers.js").Table} Table */

/** @typedef {Table & { title: string }} Part */

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** @param {string | number} value */
const cellText = (value) => (typeof value === "number" ? String(value) : `"${value.replaceAll('"', '""')}"`);

/** @param {Table} table */
const csv = ({ head, rows }) => [head, ...rows].map((row) => row.map(cellText).join(",")).join("\r\n");

/** @param {string} title */
const fileName = (title) =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.]+/gu, "-")
    .replace(/^-|-$/g, "") || "figure";

/** Several tables in one file, each below its title. @param {string} title @param {Part[]} parts */
export const saveParts = (title, parts) =>
  save(
    new Blob([parts.map((part) => `${cellText(part.title)}\r\n${csv(part)}`).join("\r\n\r\n")], { type: "text/csv" }),
    `${fileName(title)}.csv`,
  );

/** @param {string} title @param {Part[]} parts */
export const savePartsJson = (title, parts) =>
  save(new Blob([JSON.stringify({ title, parts })], { type: "application/json" }), `${fileName(title)}.json`);

/** @param {string} title @param {Blob} blob */
export const savePicture = (title, blob) => save(blob, `${fileName(title)}.png`);
