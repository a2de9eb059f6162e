// @ts-check
// Language and theme: what the visitor chose, else what the browser says.

import { button, el, fill, icon } from "./dom.js";
import { failureOf } from "./failure.js";
import { notify } from "./notices.js";
import { recall, remember } from "./remember.js";
import { currentLanguage, t, useLanguage } from "./text.js";

/** @typedef {import("./types.js").App} App */

const LANGUAGES = ["en", "ko"];

/** @param {string} [given] @returns {string} */
function languageOf(given) {
  const wanted =
    given || recall("lang") || navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => LANGUAGES.includes(tag));
  return wanted && LANGUAGES.includes(wanted) ? wanted : "en";
}

/**
 * Keeps the language in use equal to the state's. Resolves when there is a first one to speak; rejects when none can be
 * fetched.
 * @param {import("./state.js").Store<import("./types.js").State>} store
 */
export async function applyLanguage(store) {
  const apply = async () => {
    await useLanguage(languageOf(store.state.lang));
    store.set({ language: currentLanguage() });
  };
  await apply();
  store.on(["lang"], () => {
    apply().catch((thrown) => {
      notify(store, { kind: "warning", text: t("errors.place-missing"), detail: failureOf(thrown).message });
      store.set({ lang: /** @type {"en" | "ko"} */ (currentLanguage()) });
    });
  });
}

/** @param {App} app */
export function languageToggle({ store }) {
  const other = store.state.language === "ko" ? "en" : "ko";
  const label = other === "ko" ? "한국어" : "English";
  const toggle = button(
    label,
    () => {
      remember("lang", other);
      store.set({ lang: /** @type {"en" | "ko"} */ (other) });
    },
    { class: "plain", id: "language" },
  );
  toggle.lang = other;
  return toggle;
}

/** @returns {boolean} */
const isDark = () =>
  (document.documentElement.dataset.theme ??
    (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

/** Takes up the theme chosen on an earlier visit. */
export function applyTheme() {
  const theme = recall("theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
}

/** @param {AbortSignal} signal */
export function themeToggle(signal) {
  const label = el("span", { class: "visually-hidden" });
  const toggle = el("button", { type: "button", class: "button plain icon-only", onclick: flip });
  const show = () => {
    label.textContent = t(isDark() ? "settings.light" : "settings.dark");
    fill(toggle, icon(isDark() ? "sun" : "moon"), label);
  };
  function flip() {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    remember("theme", theme);
    dispatchEvent(new Event("themechange"));
    show();
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener(
    "change",
    () => {
      dispatchEvent(new Event("themechange"));
      show();
    },
    { signal },
  );
  show();
  return toggle;
}
