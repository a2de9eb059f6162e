// @ts-check
// <vitrine-figure model="resnet20_cifar10" view="attention" src="cat.jpg">: one figure on any page. Attributes say what
// it shows; it draws itself anew when they change. All figures of a page share one engine for each backend. With a step
// of a lesson, or a figure that answers a question, it is a frame of the site that has those.

import { QUESTION, questionAddress, siteFrame, stepAddress } from "./site.js";
import { Unfit, VIEWS } from "./views.js";
import { languageOf, say } from "./words.js";
import { observed, orNull } from "../engine/promises.js";

/** @typedef {import("../engine.js").Engine} Engine */
/** @typedef {import("../engine.js").Model} Model */

/** Above this many bytes a download waits for the visitor's word. */
const ASK_ABOVE = 5_000_000;
const ATTRIBUTES = [
  "model",
  "view",
  "src",
  "size",
  "stage",
  "block",
  "head",
  "query",
  "ratio",
  "seed",
  "mask",
  "class",
  "classes",
  "method",
  "backend",
  "lang",
  "site",
  "step",
  "photo",
  "chosen",
  "figure",
  "off",
  "asked",
  "photochange",
];

const STYLE = `
:host { display: block; font: 14px/1.45 system-ui, sans-serif; color: light-dark(#13202a, #e4ecf0); }
figure { margin: 0; }
figcaption, p { margin: 0.5em 0 0; color: light-dark(#4c5c68, #a3b3bd); overflow-wrap: anywhere; }
.both { display: flex; flex-wrap: wrap; gap: 8px; align-items: flex-start; }
canvas { flex: 1 1 90px; min-width: 0; max-width: 448px; image-rendering: auto; border-radius: 6px; }
ol { flex: 1 1 200px; margin: 0; padding: 0; list-style: none; }
li { display: grid; grid-template-columns: 1fr auto; gap: 0 8px; margin-bottom: 8px; overflow-wrap: anywhere; }
meter { grid-column: 1 / -1; width: 100%; height: 10px; }
[role="alert"] { color: light-dark(#a8231b, #ff9a90); }
button { font: inherit; padding: 6px 12px; }
iframe { width: 100%; height: 520px; border: 0; border-radius: 8px; }
`;

/** @type {Map<string, Promise<Engine>>} */
const engines = new Map();

/** @param {string} backend @returns {Promise<Engine>} */
function engineOf(backend) {
  const known = engines.get(backend);
  if (known) return known;
  const made = import("../engine.js").then(({ Engine }) => Engine.create({ backend: /** @type {any} */ (backend) }));
  engines.set(backend, made);
  made.catch(() => engines.delete(backend));
  return made;
}

/** Safe to import where there is no window. */
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

export class VitrineFigure extends Base {
  static observedAttributes = ATTRIBUTES;

  /** @type {AbortController | null} what is under way */
  #work = null;
  /** @type {{ key: string, model: Model } | null} */
  #held = null;
  #planned = false;
  /** The network whose download the visitor agreed to. */
  #agreed = "";

  connectedCallback() {
    if (!this.shadowRoot) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    }
    this.#plan();
  }

  disconnectedCallback() {
    this.#work?.abort();
    this.#held?.model.free();
    this.#held = null;
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#plan();
  }

  /** Several attributes that change at once are one change. */
  #plan() {
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      if (this.isConnected) void this.#draw();
    });
  }

  async #draw() {
    this.#work?.abort();
    const work = new AbortController();
    this.#work = work;
    this.removeAttribute("data-drawn");
    const language = languageOf(this.getAttribute("lang"));
    try {
      const step = this.getAttribute("step");
      if (step) return this.#show(this.#stepOf(step, language, work.signal));
      const question = this.getAttribute("figure");
      if (question) return this.#show(this.#questionOf(question, language, work.signal));
      const drawn = await this.#figure(language, work.signal);
      if (work.signal.aborted || !drawn) return;
      const figure = document.createElement("figure");
      const caption = document.createElement("figcaption");
      caption.textContent = drawn.caption;
      for (const canvas of drawn.picture.querySelectorAll("canvas")) {
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", drawn.caption);
      }
      figure.append(drawn.picture, caption);
      this.#show(figure);
      this.setAttribute("data-drawn", "");
      this.dispatchEvent(new CustomEvent("drawn", { bubbles: true, composed: true }));
    } catch (error) {
      if (work.signal.aborted) return;
      this.#say(error instanceof Error ? error.message : String(error), "alert");
    }
  }

  /** Attributes by name, empty where they are left out. @param {string[]} names */
  #given(names) {
    return Object.fromEntries(names.map((name) => [name, this.getAttribute(name) ?? ""]));
  }

  /** @param {string} step @param {string} lang @param {AbortSignal} signal */
  #stepOf(step, lang, signal) {
    const given = this.#given(["site", "photo", "chosen"]);
    const address = stepAddress({ ...given, step, lang });
    if (!address) throw new Unfit(say(lang, "noStep", { step, site: given.site }));
    return siteFrame(address, step, signal);
  }

  /** @param {string} question @param {string} lang @param {AbortSignal} signal */
  #questionOf(question, lang, signal) {
    const given = this.#given(["site", "photo", ...QUESTION]);
    const address = questionAddress({ ...given, lang });
    if (!address) throw new Unfit(say(lang, "noSite", { site: given.site }));
    return siteFrame(address, question, signal);
  }

  /** @param {string} language @param {AbortSignal} signal */
  async #figure(language, signal) {
    const name = this.getAttribute("view") ?? "classes";
    const view = Object.hasOwn(VIEWS, name) ? VIEWS[name] : null;
    if (!view) throw new Unfit(say(language, "noView", { view: name, views: Object.keys(VIEWS).join(", ") }));
    const id = this.getAttribute("model");
    if (!id) throw new Unfit(say(language, "noModel"));
    const src = this.getAttribute("src");
    if (!src) throw new Unfit(say(language, "noPhoto"));
    this.#say(say(language, "waiting"));
    // It is awaited below, when the network is there; a failure until then is heard there too.
    const photo = observed(photoAt(src, language, signal));
    const backend = this.getAttribute("backend") ?? "auto";
    const model = await this.#load(await engineOf(backend), id, backend, language, signal);
    if (!model || signal.aborted) return null;
    this.#say(say(language, "computing"));
    const size = Number(this.getAttribute("size") || model.info.input.size);
    const sized = size === model.info.input.size ? model : await model.at(size, { signal });
    const seen = await sized.preprocess(await photo, { signal });
    return view({ model: sized, seen, language, attribute: (key) => this.getAttribute(key), signal });
  }

  /**
   * The network; null where its download waits for the visitor's word.
   * @param {Engine} engine @param {string} id @param {string} backend @param {string} language @param {AbortSignal}
   * signal
   */
  async #load(engine, id, backend, language, signal) {
    const key = `${backend} ${id}`;
    if (this.#held?.key === key) return this.#held.model;
    const entry = engine.models().find((entry) => entry.id === id);
    const network = entry?.title ?? id;
    if (entry && !entry.embedded && entry.bytes > ASK_ABOVE && this.#agreed !== id && !(await kept(engine, entry))) {
      this.#ask(say(language, "download", { network, megabytes: Math.round(entry.bytes / 1e6) }), id);
      return null;
    }
    const percent = new Intl.NumberFormat(language, { style: "percent" });
    const onProgress = (/** @type {import("../engine.js").Progress} */ { loaded, total }) => {
      const share = percent.format(total ? loaded / total : 0);
      if (!signal.aborted) this.#say(say(language, "loading", { network, percent: share }));
    };
    const model = await engine.load(id, { signal, onProgress });
    if (signal.aborted) {
      model.free();
      return null;
    }
    this.#held?.model.free();
    this.#held = { key, model };
    return model;
  }

  /** @param {string} label @param {string} id */
  #ask(label, id) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => {
      this.#agreed = id;
      this.#plan();
    });
    this.#show(button);
  }

  /** @param {string} text @param {"status" | "alert"} [role] */
  #say(text, role = "status") {
    const line = document.createElement("p");
    line.setAttribute("role", role);
    line.textContent = text;
    this.#show(line);
  }

  /** @param {HTMLElement} node */
  #show(node) {
    this.shadowRoot?.replaceChildren(node);
  }
}

/**
 * Whether this browser keeps all of a network. @param {Engine} engine @param {import("../engine.js").CatalogueEntry}
 * entry
 */
async function kept(engine, entry) {
  // A browser that cannot say keeps nothing.
  const stored = (await orNull(engine.stored())) ?? [];
  return stored.some((item) => item.url === entry.source && item.complete);
}

/** @param {string} src @param {string} language @param {AbortSignal} signal @returns {Promise<Blob>} */
async function photoAt(src, language, signal) {
  const failed = (/** @type {string} */ reason) => new Unfit(say(language, "photoFailed", { src, reason }));
  const response = await fetch(new URL(src, document.baseURI), { signal }).catch((error) => {
    throw signal.aborted ? error : failed(error.message);
  });
  if (!response.ok) throw failed(`HTTP ${response.status}`);
  return response.blob();
}

if (globalThis.customElements && !customElements.get("vitrine-figure")) {
  customElements.define("vitrine-figure", VitrineFigure);
}
