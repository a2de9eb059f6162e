// @ts-check
// The style sheets of lessons and figures, asked for when the first of them is opened.

/** @type {Promise<unknown> | null} */
let loading = null;

/** @param {string} href */
export const sheet = (href) =>
  new Promise((done) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(href, import.meta.url).href;
    link.addEventListener("load", done);
    link.addEventListener("error", done);
    document.head.append(link);
  });

const SHEETS = [
  "../../lessons/lessons.css",
  "../../lessons/quiz/quiz.css",
  "./kit.css",
  "./curves.css",
  ...["convolution", "attention", "mae", "dino", "training", "answer", "overview"].map(
    (name) => `../${name}/${name}.css`,
  ),
];

export const styles = () => (loading ??= Promise.all(SHEETS.map(sheet)));
