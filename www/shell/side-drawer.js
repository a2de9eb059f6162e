// @ts-check
// A drawer at a picture's side, and the button that opens it. What is open stands in the address as `tab`.

import { button, el } from "./dom.js";
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
  const head = el("div", { class: "drawer-head" }, el("h2", null, t(title)), closing);
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
