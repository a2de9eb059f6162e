// @ts-check
// The engine, the chosen network and its answer on the current photo: what happens when, and in which order.

import { Engine } from "../engine.js";
import { failureOf, isAborted } from "./failure.js";
import { forgetCheckpoint, keepCheckpoint, keptCheckpoint } from "./kept-checkpoint.js";
import { Models } from "./models.js";
import { className, list, number, percent, t, tOf } from "./text.js";
import { dismiss, notify, speak } from "./notices.js";
import { finishRemovals } from "./removals.js";
import { defaults } from "./url.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").Entry} Entry */
/** @typedef {import("./types.js").Model} Model */

/** Above this a download waits for the visitor's word. */
export const ASK_ABOVE = 5_000_000;
/** The name under which the visitor's own checkpoint is chosen. */
export const OWN = "own";

export class Session {
  /** @param {import("./state.js").Store<State>} store */
  constructor(store) {
    this.store = store;
    /** @type {import("./types.js").Engine | null} */
    this.engine = null;
    /** @type {Models | null} */
    this.models = null;
    /** @type {Model | null} the network that answers now */
    this.model = null;
    /** @type {Model | null} the same at its own size */
    this.whole = null;
    /** @type {AbortController | null} */
    this.loading = null;
    /**
     * What was opened last, and what was told of it. @type {{ source: Blob | string | Blob[], config: object } | null}
     */
    this.opened = null;
    this.ticket = 0;
    /** @type {Set<string>} networks whose weights are known to be rounded */
    this.told = new Set();
    /** @type {(failure: import("./types.js").Failure) => void} told when the photo cannot be read */
    this.onBadPhoto = () => {};
    store.on(["model"], () => this.choose(store.state.model));
    store.on(["picture"], () => void this.run());
    store.on(["size"], () => void this.resize());
    store.on(["backend"], () => void this.start());
  }

  /** Starts the engine, or starts it again with another backend. */
  async start() {
    this.engine?.close();
    [this.model, this.whole] = [null, null];
    this.store.set({ engine: { status: "starting", info: null, entries: [], failure: null } });
    try {
      const engine = await Engine.create({ backend: this.store.state.backend });
      this.engine = engine;
      this.models = new Models(engine);
      engine.on("notice", (notice) => this.#notice(notice));
      this.store.set({ engine: { status: "ready", info: engine.info, entries: engine.models(), failure: null } });
      const { model } = this.store.state;
      // What ships with the page does not wait for what this browser keeps.
      const ships = this.entry(model)?.embedded ?? false;
      if (ships) this.choose(model);
      await finishRemovals(engine);
      await this.refreshStored();
      if (!ships || this.store.state.model !== model) this.choose(this.store.state.model);
    } catch (error) {
      this.store.set({ engine: { status: "failed", info: null, entries: [], failure: failureOf(error) } });
    }
  }

  /** @param {import("../engine.js").Notice} notice */
  #notice(notice) {
    const text = tOf("engineNotices", notice.code, t("notices.other"));
    notify(this.store, { kind: "warning", text, detail: notice.message });
    if (this.engine) this.store.set({ engine: { ...this.store.state.engine, info: { ...this.engine.info } } });
  }

  async refreshStored() {
    try {
      this.store.set({ stored: (await this.engine?.stored()) ?? [] });
    } catch {
      // Private browsing may forbid the store: nothing is kept, which the list then shows.
      this.store.set({ stored: [] });
    }
  }

  /** @param {string} id @returns {Entry | undefined} */
  entry(id) {
    return this.store.state.engine.entries.find((entry) => entry.id === id);
  }

  /** What this browser keeps of a network's weights. @param {Entry} entry */
  stored(entry) {
    const urls = new Set([entry.source, ...entry.sources.map((source) => source.url)]);
    return this.store.state.stored.find((item) => urls.has(item.url));
  }

  /** Whether all of them are here. @param {Entry} entry */
  isStored(entry) {
    return this.stored(entry)?.complete ?? false;
  }

  /** @param {Entry} entry */
  mustAsk(entry) {
    return !entry.embedded && entry.bytes > ASK_ABOVE && !this.isStored(entry) && !this.models?.has(entry.id);
  }

  /** Takes up another network: loads it, or first asks. @param {string} id */
  choose(id) {
    if (this.store.state.engine.status !== "ready") return;
    if (id === OWN) {
      // After a reload, or with another engine, the visitor's own checkpoint is opened again where this browser kept
      // it.
      if (!this.models?.own) void this.#openKept();
      return;
    }
    const entry = this.entry(id);
    if (!entry) return void this.store.set({ model: this.store.state.engine.entries[0]?.id ?? id });
    this.loading?.abort();
    [this.model, this.whole] = [null, null];
    this.store.set({ seen: null });
    if (this.mustAsk(entry)) this.#load({ id, status: "offer", progress: null, failure: null, entry });
    else void this.load(id);
  }

  /** @param {import("./types.js").LoadState} load */
  #load(load) {
    this.store.set({ load });
  }

  /** Loads a network of the catalogue; what it did so far shows in `load`. @param {string} id */
  async load(id) {
    const entry = this.entry(id);
    if (!entry || !this.models) return;
    await this.#take(id, entry, (options) => /** @type {Models} */ (this.models).get(id, options));
  }

  /**
   * Opens the visitor's own checkpoint.
   * @param {Blob | string | Blob[]} source
   * @param {Record<string, unknown>} [config]
   * @param {boolean} [keep] whether this browser is to keep it
   */
  async open(source, config = {}, keep = true) {
    const first = Array.isArray(source) ? source[0] : source;
    const name = typeof first === "string" ? first : first instanceof File ? first.name : t("own.file");
    this.loading?.abort();
    this.opened = { source, config };
    const told = Object.keys(config).length > 0 ? { config } : {};
    const open = (/** @type {import("./models.js").Options} */ options) =>
      /** @type {Models} */ (this.models).open(source, { ...options, ...told });
    await this.#take(OWN, null, open, name);
    if (keep && this.store.state.load.id === OWN && this.store.state.load.status === "ready") await this.#keep();
  }

  /** Opens what this browser kept; else another network is taken up. */
  async #openKept() {
    const kept = await keptCheckpoint();
    if (this.store.state.model !== OWN) return;
    if (kept) await this.open(kept.source, kept.config, false);
    else this.store.set({ model: defaults().model });
  }

  /** Keeps what was opened for the next visit, and says so. */
  async #keep() {
    if (!this.opened || !(await keepCheckpoint(this.opened.source, this.opened.config))) return;
    const forget = () => {
      dismiss(this.store, said);
      void forgetCheckpoint();
    };
    const action = { label: t("own.forget"), run: forget };
    const said = notify(this.store, { kind: "info", text: t("own.kept"), action });
  }

  /** Opens it again with some of what was assumed told. @param {Record<string, unknown>} config */
  async openAgain(config) {
    if (this.opened) await this.open(this.opened.source, { ...this.opened.config, ...config });
  }

  /**
   * @param {string} id
   * @param {Entry | null} entry
   * @param {(options: import("./models.js").Options) => Promise<Model>} obtain
   * @param {string} [name]
   */
  async #take(id, entry, obtain, name) {
    const control = new AbortController();
    this.loading = control;
    const show = (/** @type {import("../engine.js").Progress} */ progress) => {
      if (!control.signal.aborted) this.#load({ id, status: "loading", progress, failure: null, entry });
    };
    this.#load({ id, status: "loading", progress: null, failure: null, entry });
    try {
      const model = await obtain({ onProgress: show, signal: control.signal });
      if (control.signal.aborted) return;
      this.whole = model;
      this.model = await this.#sized(model);
      if (control.signal.aborted) return;
      this.#load({ id, status: "ready", progress: null, failure: null, entry: entry ?? ownEntry(model, name ?? id) });
      if (id === OWN) this.store.set({ model: OWN });
      this.#tellConverted(model);
      void this.refreshStored();
      await this.run();
    } catch (error) {
      if (control.signal.aborted) return;
      this.#load({
        id,
        status: isAborted(error) ? "offer" : "failed",
        progress: null,
        failure: failureOf(error),
        entry,
      });
    }
  }

  /** The network at the size that the address asks for. @param {Model} model */
  async #sized(model) {
    const size = Number(this.store.state.size);
    if (!size || size === model.info.input.size) return model;
    try {
      return await model.at(size);
    } catch (error) {
      const text = t("chooser.noSize", { network: model.info.title, size: number(size) });
      notify(this.store, { kind: "warning", text, detail: failureOf(error).message });
      this.store.set({ size: "" });
      return model;
    }
  }

  /** Another size of the image: the same network, asked anew. */
  async resize() {
    const { whole } = this;
    if (!whole || this.store.state.load.status !== "ready") return;
    const next = await this.#sized(whole);
    if (whole !== this.whole || next === this.model) return;
    this.model = next;
    this.#load({ ...this.store.state.load });
    await this.run();
  }

  /** Stops the load under way; what has arrived is kept. */
  cancel() {
    this.loading?.abort();
    const { load } = this.store.state;
    if (load.entry && !load.entry.embedded) {
      this.#load({ ...load, status: "offer", progress: null, failure: null });
      void this.refreshStored();
    } else this.takeSmall();
  }

  /** Back to a network that needs no download: of the same family where there is one. */
  takeSmall() {
    const { engine, load, model } = this.store.state;
    const small = engine.entries.filter((entry) => entry.embedded && entry.labels.length > 0);
    const choice =
      small.find((entry) => entry.family === load.entry?.family) ??
      small.find((entry) => entry.id === defaults().model) ??
      small[0];
    if (!choice) return;
    if (model === choice.id) this.choose(choice.id);
    else this.store.set({ model: choice.id });
  }

  /** The chosen network on the current photo. A newer call makes an older one's answer void. */
  async run() {
    const { picture, load } = this.store.state;
    const model = this.model;
    if (!model || !picture) return;
    const ticket = ++this.ticket;
    const fresh = () => ticket === this.ticket;
    this.store.set({ run: { ...this.store.state.run, status: "running", failure: null } });
    try {
      const seen = await model.preprocess(picture.blob);
      if (!fresh()) return;
      this.store.set({
        seen: {
          crop: new ImageData(new Uint8ClampedArray(seen.crop.data), seen.crop.width, seen.crop.height),
          box: seen.box,
        },
      });
      // The photo was decoded and cut to size above: the network is given what came of it.
      const tensor = { data: seen.data, shape: seen.shape };
      const answer = load.entry?.labels.length ? await model.classify(tensor, { topK: 5 }) : null;
      if (!fresh()) return;
      this.store.set({
        run: {
          status: "done",
          model: load.id,
          top: answer?.top ?? null,
          ms: answer && { ...answer.ms, preprocess: seen.ms },
          failure: null,
        },
      });
      if (answer) this.#say(answer.top);
    } catch (error) {
      if (fresh() && !isAborted(error)) this.#failed(failureOf(error));
    }
  }

  /** Weights that this site brings along rounded are said to be, once. @param {Model} model */
  #tellConverted({ info }) {
    if (info.converted?.dtype !== "F16" || this.told.has(info.id)) return;
    this.told.add(info.id);
    const detail = info.converted.from;
    notify(this.store, { kind: "info", text: t("load.converted", { network: info.title }), detail });
  }

  /** @param {import("./types.js").Failure} failure */
  #failed(failure) {
    if (failure.code === "bad-image") {
      this.store.set({ run: { ...this.store.state.run, status: "idle" } });
      this.onBadPhoto(failure);
    } else {
      this.store.set({ run: { ...this.store.state.run, status: "failed", failure } });
    }
  }

  /** @param {import("./types.js").Guess[]} top */
  #say(top) {
    const guesses = top.slice(0, 3).map((guess) => `${className(guess.label)} ${percent(guess.probability)}`);
    speak(
      this.store,
      t("result.spoken", { network: this.store.state.load.entry?.title ?? "", guesses: list(guesses) }),
    );
  }
}

/** @param {Model} model @param {string} name @returns {Entry} */
function ownEntry({ info }, name) {
  return {
    ...info,
    id: OWN,
    title: `${info.title} (${name})`,
    bytes: 0,
    embedded: false,
    source: name,
    sources: [],
    sha256: null,
    licence: "",
    note: null,
    bank: null,
  };
}
