// @ts-check
// The style sheets of lessons and figures, asked for when the first of them is opened.

/** @type {Promise<unknown> | null} */
let loading = null;

/** @type {Map<string, Promise<unknown>>} */
const asked = new Map();

/** A style sheet, once. @param {string} href */
export function sheet(href) {
  const known = asked.get(href);
  if (known) return known;
  const loading = new Promise((done) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(href, import.meta.url).href;
    link.addEventListener("load", done);
    link.addEventListener("error", done);
    document.head.append(link);
  });
  asked.set(href, loading);
  return loading;
}

const SHEETS = [
  "../../lessons/lessons.css",
  "../../lessons/handout.css",
  "../../lessons/quiz/quiz.css",
  "./kit.css",
  "./curves.css",
  ...["convolution", "attention", "mae", "dino", "training", "answer", "overview"].map(
    (name) => `../${name}/${name}.css`,
  ),
];

export const styles = () => (loading ??= Promise.all(SHEETS.map(sheet)));
