// @ts-check
// What stands around every place of the page: header, navigation, notices, the drop target.

import { deviceBadge } from "./device.js";
import { button, el, fill, showInRow } from "./dom.js";
import { failureCard, failureOf } from "./failure.js";
import { noticeRegion } from "./notices.js";
import { watchDrops, watchPaste } from "./inputs.js";
import { routeOf, ROUTES } from "./routes.js";
import { languageToggle, themeToggle } from "./settings.js";
import { t } from "./text.js";
import { writeUrl } from "./url.js";
import { anyOf } from "../engine/signals.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {Omit<App, "signal">} Parts */

/** Builds the page, and builds it anew in another language. @param {Parts} parts */
export function mountShell(parts) {
  let control = new AbortController();
  const build = () => {
    control.abort();
    control = new AbortController();
    fill(document.body, ...shell({ ...parts, signal: control.signal }));
  };
  build();
  parts.store.on(["language"], () => {
    build();
    document.getElementById("language")?.focus();
  });
}

/** @param {App} app */
function shell(app) {
  const { store, signal } = app;
  const main = el("main", { id: "main", tabindex: -1 });
  const skip = el(
    "a",
    {
      class: "skip",
      href: "#main",
      onclick: (/** @type {Event} */ event) => {
        event.preventDefault();
        main.focus();
      },
    },
    t("nav.skip"),
  );
  store.show(["teach"], ({ teach }) => document.documentElement.classList.toggle("teach", teach === "1"), signal);
  store.show(["alone"], ({ alone }) => document.documentElement.classList.toggle("alone", alone === "1"), signal);
  watchDrops(app);
  watchPaste(app);
  outlet(app, main);
  return [skip, header(app), main, noticeRegion(app)];
}

/** @param {App} app */
function header(app) {
  const home = el(
    "a",
    { class: "wordmark", href: "#/explore" },
    el("span", { class: "mark", "aria-hidden": true }),
    "Vitrine",
  );
  return el(
    "header",
    { class: "top" },
    home,
    navigation(app),
    el("div", { class: "tools" }, deviceBadge(app), languageToggle(app), themeToggle(app.signal)),
  );
}

/** @param {App} app */
function navigation({ store, signal }) {
  const nav = el("nav", { "aria-label": t("nav.label") });
  const links = ROUTES.map((route) => el("a", { "data-route": route.id }, t(route.title)));
  fill(nav, links);
  nav.hidden = ROUTES.length < 2;
  store.show(
    ["route", "model", "photo", "lang", "backend"],
    (state) => {
      for (const link of links) {
        const route = /** @type {string} */ (link.dataset.route);
        link.href = writeUrl({ ...state, route });
        if (route === routeOf(state.route).id) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
      }
      // On a phone the row is longer than the screen.
      requestAnimationFrame(() => showInRow(nav, nav.querySelector("[aria-current]")));
    },
    signal,
  );
  return nav;
}

/** Shows the chosen place in `main`. @param {App} app @param {HTMLElement} main */
function outlet(app, main) {
  let control = new AbortController();
  let shown = "";
  const show = async () => {
    const route = routeOf(app.store.state.route);
    if (route.id === shown) return;
    const first = shown === "";
    shown = route.id;
    control.abort();
    control = new AbortController();
    const signal = anyOf([app.signal, control.signal]);
    // A place that has more to say says it over this.
    document.title = `${t(route.title)} · Vitrine`;
    // A place is fetched when it is first shown: the network may be gone by then.
    const node = await Promise.resolve()
      .then(() => route.build({ ...app, signal }))
      .catch((thrown) => failureCard({ ...failureOf(thrown), code: "place-missing" }, again()));
    if (signal.aborted) return;
    fill(main, node);
    if (!first) {
      main.focus({ preventScroll: true });
      scrollTo({ top: 0 });
    }
  };
  // A browser may remember that a module failed; a reload fetches it anew and keeps the address.
  const again = () => button(t("actions.reload"), () => location.reload(), { class: "primary" });
  app.store.on(["route"], show, app.signal);
  app.signal.addEventListener("abort", () => control.abort());
  void show();
}
