// @ts-check
// The glossary: one dialog with all terms, opened at one of them.

import { button, el, fill } from "../shell/dom.js";
import { writeUrl } from "../shell/url.js";
import { currentLanguage } from "../shell/text.js";
import { lessons } from "./course/course.js";
import { glossary, ui, words } from "./words.js";

/** @param {import("../shell/types.js").App} app */
export function glossaryDialog({ store }) {
  const list = el("dl", { class: "glossary-list" });
  const dialog = el(
    "dialog",
    { class: "dialog glossary", "aria-labelledby": "glossary-title" },
    el(
      "div",
      { class: "dialog-head" },
      el("h2", { id: "glossary-title" }, ui("glossary")),
      button(ui("glossaryClose"), () => dialog.close(), { icon: "close", iconOnly: true, class: "plain" }),
    ),
    list,
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || /** @type {Element} */ (event.target).closest("a")) dialog.close();
  });
  /** @param {string} [term] */
  const open = (term) => {
    fill(
      list,
      entries().map(([key, entry]) => row(key, entry, store.state, key === term)),
    );
    if (!dialog.isConnected) document.body.append(dialog);
    dialog.showModal();
    if (term) list.querySelector(".chosen")?.scrollIntoView({ block: "center" });
    else dialog.scrollTop = 0;
  };
  return { dialog, open };
}

function entries() {
  const by = new Intl.Collator(currentLanguage());
  return Object.entries(glossary()).sort(([, a], [, b]) => by.compare(a.term, b.term));
}

/**
 * @param {string} key @param {{ term: string, text: string }} entry @param {import("../shell/types.js").State} state
 * @param {boolean} chosen
 */
function row(key, { term, text }, state, chosen) {
  const used = lessons.filter((lesson) => lesson.steps.some((step) => step.terms.some((entry) => entry.term === key)));
  const links = used.map((lesson) => {
    const step = lesson.steps.find((one) => one.terms.some((entry) => entry.term === key));
    return el(
      "a",
      { href: writeUrl({ ...state, route: "lessons", lesson: lesson.id, step: step?.id ?? "" }) },
      words(`${lesson.id}.title`),
    );
  });
  return el(
    "div",
    { class: chosen ? "chosen" : "" },
    el("dt", null, term),
    el("dd", null, text),
    el(
      "dd",
      { class: "quiet" },
      ui("glossaryUsedIn"),
      links.flatMap((link, index) => [index === 0 ? " " : " · ", link]),
    ),
  );
}
