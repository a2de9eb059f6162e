// @ts-check
// The current photo: where it came from, what it replaced, and what happens when it cannot be read.

import { failureOf } from "./failure.js";
import { forgetPhoto, keepPhoto, keptPhoto } from "./kept-photo.js";
import { dismiss, notify, offerUndo } from "./notices.js";
import { t, tOf } from "./text.js";
import { defaults, isAddress } from "./url.js";

/** @typedef {import("./types.js").Picture} Picture */
/** @typedef {import("./types.js").Sample} Sample */

/** The name under which the visitor's own photo is chosen; a link cannot carry it. */
export const OWN_PHOTO = "own";
const SAMPLES = new URL("../samples/", import.meta.url);

export class Photos {
  /** @param {import("./state.js").Store<import("./types.js").State>} store */
  constructor(store) {
    this.store = store;
    /** @type {Picture | null} what was shown before the current one */
    this.before = null;
    /** @type {Map<string, Picture>} samples fetched so far */
    this.fetched = new Map();
    this.ticket = 0;
    store.on(["photo"], () => void this.followUrl());
  }

  /** Reads the list of samples and shows the chosen one. */
  async start() {
    try {
      const answer = await fetch(new URL("photos.json", SAMPLES));
      const rows = /** @type {Sample[]} */ (await answer.json());
      const samples = rows
        .map((row) => ({ ...row, id: row.file.replace(/\.\w+$/, "") }))
        .filter((row) => /\.jpe?g$/.test(row.file));
      this.store.set({ samples });
    } catch (error) {
      this.store.set({ samples: [] });
      notify(this.store, { kind: "warning", text: t("photo.noSamples"), detail: failureOf(error).message });
    }
    await this.followUrl();
  }

  /** @param {Sample} sample */
  url(sample) {
    return new URL(sample.file, SAMPLES).href;
  }

  /** A small picture of it, 128 x 96. @param {Sample} sample */
  thumbnail(sample) {
    return new URL(`thumbnails/${sample.id}.webp`, SAMPLES).href;
  }

  /** Shows the photo that the page's address names. */
  async followUrl() {
    const { photo, samples, picture } = this.store.state;
    if (isAddress(photo)) return this.#followLink(photo);
    if (photo === OWN_PHOTO) {
      if (picture) return;
      const ticket = ++this.ticket;
      const kept = await keptPhoto();
      if (ticket !== this.ticket) return;
      if (!kept) return void this.store.set({ photo: defaults().photo });
      this.#show({ blob: kept.blob, url: URL.createObjectURL(kept.blob), name: kept.name, sample: null });
      const forget = () => {
        dismiss(this.store, said);
        this.remove();
      };
      const action = { label: t("photo.forget"), run: forget };
      const said = notify(this.store, { kind: "info", text: t("photo.kept"), action });
      return;
    }
    if (picture?.sample?.id === photo) return;
    const sample = samples.find((row) => row.id === photo) ?? samples[0];
    if (!sample) return;
    const ticket = ++this.ticket;
    try {
      const found = await this.pictureOf(sample);
      if (ticket === this.ticket) this.#show(found);
    } catch (error) {
      this.store.set({
        pictureFailure: { name: photoName(sample), failure: { ...failureOf(error), code: "photo-missing" } },
      });
    }
  }

  /** A photo that is named by its own address; where it cannot be had, the first sample. @param {string} address */
  async #followLink(address) {
    if (this.store.state.picture?.address === address) return;
    const ticket = ++this.ticket;
    try {
      const found = await this.#at(address);
      if (ticket === this.ticket) this.#show(found);
    } catch (error) {
      if (ticket !== this.ticket) return;
      const text = t("photo.linkFailed", { name: nameAt(address) });
      notify(this.store, { kind: "warning", text, detail: failureOf(error).message });
      this.store.set({ photo: defaults().photo });
    }
  }

  /** @param {string} address @returns {Promise<Picture>} */
  async #at(address) {
    const answer = await fetch(new URL(address, document.baseURI), { referrerPolicy: "no-referrer" });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const blob = await answer.blob();
    return { blob, url: URL.createObjectURL(blob), name: nameAt(address), sample: null, address };
  }

  /** A sample, fetched once. @param {Sample} sample @returns {Promise<Picture>} */
  async pictureOf(sample) {
    const known = this.fetched.get(sample.id) ?? (await this.#fetch(sample));
    return { ...known, name: photoName(sample) };
  }

  /** @param {Sample} sample @returns {Promise<Picture>} */
  async #fetch(sample) {
    const answer = await fetch(this.url(sample));
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const blob = await answer.blob();
    const picture = { blob, url: URL.createObjectURL(blob), name: photoName(sample), sample };
    this.fetched.set(sample.id, picture);
    return picture;
  }

  /** Shows the visitor's own photo. @param {Blob} blob @param {string} [name] */
  own(blob, name = t("photo.own")) {
    this.ticket++;
    const before = this.store.state.picture;
    this.#show({ blob, url: URL.createObjectURL(blob), name, sample: null });
    this.store.set({ photo: OWN_PHOTO });
    void keepPhoto(blob, name);
    if (before && !before.sample) offerUndo(this.store, t("photo.replaced"), () => this.#back(before));
  }

  /** Takes the visitor's own photo away, back to the first sample. */
  remove() {
    const before = this.store.state.picture;
    const sample = this.store.state.samples[0];
    if (!before || !sample) return;
    this.store.set({ photo: sample.id });
    if (!before.address) void forgetPhoto();
    offerUndo(this.store, t("photo.removed"), () => {
      this.#back(before);
      if (!before.address) void keepPhoto(before.blob, before.name);
    });
  }

  /** Fetches a photo by its address, which links to the page then carry. @param {string} address */
  async fromAddress(address) {
    const ticket = ++this.ticket;
    try {
      const found = await this.#at(address);
      if (ticket !== this.ticket) return;
      const before = this.store.state.picture;
      if (!isAddress(address)) return this.own(found.blob, found.name);
      this.#show(found);
      this.store.set({ photo: address });
      if (before && !before.sample) offerUndo(this.store, t("photo.replaced"), () => this.#back(before));
    } catch (error) {
      const failure = { ...failureOf(error), code: "photo-address" };
      this.store.set({ pictureFailure: { name: nameAt(address), failure } });
    }
  }

  /**
   * The engine could not read the photo: the one before it comes back. @param {import("./types.js").Failure} failure
   */
  reject(failure) {
    const bad = this.store.state.picture;
    if (!bad) return;
    this.store.set({ pictureFailure: { name: bad.name, failure } });
    void forgetPhoto();
    if (this.before) this.#back(this.before);
    else this.store.set({ picture: null });
  }

  /** @param {Picture} picture */
  #back(picture) {
    this.ticket++;
    this.#show(picture, this.store.state.pictureFailure);
    this.store.set({ photo: picture.sample?.id ?? picture.address ?? OWN_PHOTO });
  }

  /** @param {Picture} picture @param {import("./types.js").PictureFailure | null} [failure] */
  #show(picture, failure = null) {
    this.before = this.store.state.picture;
    this.store.set({ picture, pictureFailure: failure, seen: null });
  }
}

/** The file's name, as one reads it. @param {string} address */
function nameAt(address) {
  const name = new URL(address, document.baseURI).pathname.split("/").at(-1) || address;
  try {
    return decodeURIComponent(name);
  } catch {
    // No escapes of text: the name is shown as it stands.
    return name;
  }
}

/** @param {Sample} sample */
export const photoName = (sample) => tOf("samples", sample.id, sample.id.replaceAll("_", " "));
