// @ts-check
// A page with one figure, for an <iframe>: its address has the attributes of the element,
// embed.html?model=...&view=...&src=...

import "../shell/policy.js";
import { VitrineFigure } from "./figure.js";
import { languageOf, say } from "./words.js";

const asked = new URLSearchParams(location.search);
const language = languageOf(asked.get("lang"));
document.documentElement.lang = language;
const figure = document.createElement("vitrine-figure");
for (const name of VitrineFigure.observedAttributes) {
  const value = asked.get(name);
  if (value !== null) figure.setAttribute(name, value);
}
const link = document.createElement("a");
link.textContent = say(language, "open");
link.target = "_blank";
link.rel = "noopener";
link.href = `./#/explore?${new URLSearchParams({ model: asked.get("model") ?? "" })}`;
document.body.append(figure, link);
