// @ts-check
// The gallery: figures as a page of one's own would have them, each with the code to copy.

import "../shell/policy.js";
import { elementCode, frameCode } from "./code.js";
import "./figure.js";
import { languageOf, say } from "./words.js";

const asked = new URLSearchParams(location.search).get("lang");
const language = languageOf(asked ?? navigator.language);
document.documentElement.lang = language;

/** Networks and photos that come with the page. @type {Record<string, string>[]} */
const FIGURES = [
  { model: "resnet20_cifar10", view: "classes", src: "www/samples/cat_chelsea.jpg" },
  { model: "vit_cifar10", view: "attention", src: "www/samples/dog_labrador.jpg" },
  { model: "dino_vit_cifar10", view: "attention", src: "www/samples/cat_chelsea.jpg", head: "0" },
  { model: "resnet20_cifar10", view: "explanation", src: "www/samples/moose.jpg" },
  { model: "vgg_bn_cifar10", view: "maps", src: "www/samples/cat_chelsea.jpg", stage: "features.0" },
  { model: "mae_vit_cifar10", view: "reconstruction", src: "www/samples/palace_china.jpg" },
];

/** @param {string} title @param {string} code */
function codeBox(title, code) {
  const box = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = title;
  const pre = document.createElement("pre");
  pre.textContent = code;
  pre.tabIndex = 0;
  const copy = document.createElement("button");
  copy.type = "button";
  copy.textContent = say(language, "copy");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code);
    copy.textContent = say(language, "copied");
  });
  box.append(summary, pre, copy);
  return box;
}

document.title = say(language, "title");
const heading = document.createElement("h1");
heading.textContent = say(language, "title");
const lede = document.createElement("p");
lede.textContent = say(language, "lede");
const back = document.createElement("a");
back.href = "./";
back.textContent = say(language, "back");
const grid = document.createElement("main");
for (const attributes of FIGURES) {
  const card = document.createElement("section");
  const name = document.createElement("h2");
  name.textContent = `${attributes.model} · ${attributes.view}`;
  const figure = document.createElement("vitrine-figure");
  for (const [key, value] of Object.entries(attributes)) figure.setAttribute(key, value);
  card.append(
    name,
    figure,
    codeBox(say(language, "element"), elementCode(attributes)),
    codeBox(say(language, "frame"), frameCode(attributes)),
  );
  grid.append(card);
}
const header = document.createElement("header");
header.append(back, heading, lede);
document.body.append(header, grid);
