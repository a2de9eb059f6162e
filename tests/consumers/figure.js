// What a page with the element alone does with the package.
import "vitrine/figure.js";

const figure = document.querySelector("vitrine-figure");
figure.addEventListener("drawn", () => {
  document.title = figure.shadowRoot.querySelector("figcaption").textContent;
});
