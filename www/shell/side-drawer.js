// @ts-check
// A drawer at a picture's side, the button that opens it, and one menu to take along what its figures show. What is open
// stands in the address as `tab`.

import { button, el, fill } from "./dom.js";
import { failureOf, failureText } from "./failure.js";
import { t } from "./text.js";

/**
 * Words are keys of the table.
 * @param {import("./types.js").App["store"]} store
 * @param {{ title: string, close: string, open: string, icon: "question" | "table", inside: string, tab: () => string }} said `tab` is
 * what the button asks for; `inside` the class of its content
 */
export function sideDrawer(store, { title, close, open: label, icon, inside, tab }) {
  const body = el("div", { class: inside });
  const shut = () => {
    store.set({ tab: "" });
    open.focus();
  };
  const closing = button(t(close), shut, { icon: "close", iconOnly: true, class: "plain" });
  const menu = saveMenu(body);
  const save = button(t("drawer.save"), () => menu.togglePopover(), {
    icon: "download",
    class: "plain drawer-save",
    "aria-haspopup": "true",
  });
  const head = el("div", { class: "drawer-head" }, el("h2", null, t(title)), save, closing, menu);
  const node = el("aside", { class: "drawer", "aria-label": t(title), hidden: true }, head, body);
  const open = button(t(label), () => store.set({ tab: tab() }), {
    icon,
    class: "drawer-button",
    "aria-expanded": "false",
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    shut();
  });
  return { node, body, open };
}

/** The figures that a drawer shows now, each as a picture and as its numbers. @param {HTMLElement} body */
function saveMenu(body) {
  const menu = el("div", {
    class: "popover save-menu",
    popover: "auto",
    role: "group",
    "aria-label": t("drawer.save"),
  });
  const rows = async () => {
    const { takeAlong } = await import("../figures/kit/take-along.js");
    const found = [...body.querySelectorAll(".inside-figure")].flatMap((figure) => {
      const frame = /** @type {HTMLElement | null} */ (figure.querySelector('.figure-frame[data-outcome="done"]'));
      const name = figure.querySelector("h2")?.textContent ?? "";
      return frame
        ? el(
            "section",
            null,
            el("h3", null, name),
            takeAlong(() => name, frame),
          )
        : [];
    });
    fill(menu, found.length > 0 ? found : el("p", { class: "quiet" }, t("drawer.saveNone")));
  };
  menu.addEventListener("beforetoggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "open") return;
    rows().catch((error) => fill(menu, el("p", null, failureText(failureOf(error)))));
  });
  return menu;
}
