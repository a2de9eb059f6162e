import { EngineError } from "./errors.js";
import { hubRecord } from "./hub.js";
import { Changed, Retry, ask, head, isStrong } from "./remote.js";
import { StoreUnavailable } from "./store.js";
import { drain, pause } from "./stream.js";
import { indifferent, orNull } from "./promises.js";

/** @typedef {import("./feed.js").Feed | import("./feed.js").Tally} Feed */
/** @typedef {import("./progress.js").Meter} Meter */
/** @typedef {import("./store.js").Slot} Slot */
/** @typedef {import("./store.js").Card} Card */
/** @typedef {import("./remote.js").Answer} Answer */

/**
 * A remote file to load.
 * @typedef {object} Wanted
 * @property {string} url
 * @property {string} title
 * @property {string | null} sha256 that it must have
 * @property {boolean} hub its SHA-256 can be asked of the Hub
 * @property {boolean} mutable the address says nothing about the content: ask the server whether a stored copy is still
 * right
 * @property {RequestCache} cache
 * @property {string | null | undefined} config the JSON of its configuration; undefined where it could not be asked for
 */

/**
 * @typedef {object} Way
 * @property {Feed} feed
 * @property {Meter} meter
 * @property {AbortSignal} signal
 * @property {(why: string) => void} onMemoryOnly
 * @property {() => void} onStoring
 * @property {(code: "stalled" | "stored-copy", message: string) => void} onNotice
 */

const RETRIES = 3;
const BACKOFF_MS = 500;
// A connection that carried this much before it broke starts counting its failures again.
const PROGRESS = 8 << 20;

/**
 * Feeds the file, from what is stored and then from the network, which is stored as it comes. Every byte is fed once
 * and in order; where the stored part turns out to be of another file, the feed is restarted.
 */
export class Download {
  #wanted;
  #way;
  /** @type {Slot | null} */
  #slot;
  /** @type {Card | null} */
  #card = null;
  /** Bytes of the file in the slot. */
  #kept = 0;
  /** What the server, or the card of a stored part, told of the file. @type {string | null} */
  #validator = null;
  /** When it did, in milliseconds. */
  #seen = 0;
  /** @type {string | null} */
  sha256 = null;
  /** A complete copy is stored. */
  sound = false;

  /**
   * @param {Wanted} wanted
   * @param {Slot | null} slot null keeps nothing
   * @param {Way} way
   */
  constructor(wanted, slot, way) {
    this.#wanted = wanted;
    this.#slot = slot;
    this.#way = way;
    this.sha256 = wanted.sha256;
  }

  /** Feeds a complete stored copy. @returns {Promise<boolean>} false when there is none that may be used */
  async fromStore() {
    const { feed, signal } = this.#way;
    const card = await this.#slot?.card();
    const file = card ? await this.#slot?.file() : null;
    if (!this.#slot || !card || !file) return false;
    const beyond = card.size !== null && file.size > card.size;
    if (beyond || !(await this.#current(card))) return this.forget();
    // What was known of it when it was stored, where nobody can be asked now.
    if (this.#wanted.config === undefined) feed.config = card.config ?? null;
    this.#card = card;
    this.#kept = file.size;
    this.#validator = card.validator;
    this.#seen = Date.parse(card.date);
    feed.total = card.size;
    if (file.size !== card.size) return false;
    this.sha256 ??= card.sha256;
    this.sound = true;
    await this.#feedFile(file, signal);
    return true;
  }

  /**
   * Whether the stored copy is what it was when it was stored.
   * @param {import("./wasm.js").Sha256} hash
   */
  async intact(hash) {
    const file = this.sound ? await this.#slot?.file() : null;
    if (!file) return true;
    await drain(file.stream(), this.#way.signal, (chunk) => hash.update(chunk));
    return hash.hex() === this.sha256;
  }

  /** Feeds the file over the network, after the stored part of it where there is one. */
  async fromNetwork() {
    const { feed, signal } = this.#way;
    if (this.#wanted.hub && !this.#wanted.sha256) await this.#consult();
    let failures = 0;
    let mark = feed.position;
    for (;;) {
      try {
        return await this.#attempt();
      } catch (thrown) {
        if (signal.aborted) throw thrown;
        if (thrown instanceof Changed) {
          await this.#startOver();
        } else if (thrown instanceof Retry) {
          failures = feed.position - mark >= PROGRESS ? 1 : failures + 1;
          mark = feed.position;
          if (failures > RETRIES) throw this.#lost(thrown);
          await this.#wait(thrown, BACKOFF_MS * 2 ** (failures - 1));
        } else {
          throw thrown;
        }
      }
    }
  }

  /**
   * @param {Retry} retry
   * @param {number} backoff
   */
  async #wait({ message, silent, after }, backoff) {
    const { hostname } = new URL(this.#wanted.url);
    const asked = after > 0 ? `${hostname} is busy and asks to wait ${Math.ceil(after)} seconds.` : null;
    const said = asked ?? (silent ? `From ${hostname} ${message}. It is asked again.` : null);
    if (said) this.#way.onNotice("stalled", said);
    await pause(Math.max(backoff, after * 1000), this.#way.signal);
  }

  async #consult() {
    const record = await hubRecord(this.#wanted.url, this.#way.signal);
    if (!record) return;
    this.#wanted = { ...this.#wanted, sha256: record.sha256 };
    this.sha256 = record.sha256;
  }

  /** All bytes are there and are the right ones. @param {string} sha256 */
  async complete(sha256) {
    if (!this.#slot || this.#card?.complete) return;
    this.#slot.close();
    const size = this.#way.feed.position;
    await this.#keepCard({ size, sha256, complete: true });
  }

  /** @param {string} title */
  async rename(title) {
    if (this.#card && this.#card.title !== title) await this.#keepCard({ title });
  }

  /** Removes what is stored: it is not what it should be. */
  async forget() {
    await this.#slot?.discard();
    this.#card = null;
    this.#kept = 0;
    this.#validator = null;
    this.sha256 = this.#wanted.sha256;
    this.sound = false;
    this.#way.feed.total = null;
    return false;
  }

  /** Ends writing; what has arrived stays. */
  close() {
    this.#slot?.close();
  }

  async #attempt() {
    const { feed, signal } = this.#way;
    if (!this.#canResume()) await this.#startOver();
    const from = Math.max(feed.position, this.#kept);
    const { url, cache } = this.#wanted;
    const total = feed.certain ? feed.total : null;
    const part = { from, validator: this.#validator, total, hashed: this.#wanted.sha256 !== null };
    const answer = await ask(url, part, { signal, cache });
    try {
      if (from > 0 && answer.start === 0) await this.#startOver();
      await this.#begin(answer);
      if (feed.position < answer.start) await this.#feedKept(answer);
      await this.#writeFrom(answer.start);
      await drain(answer.body, signal, (chunk) => this.#take(chunk));
    } catch (thrown) {
      // The reason why it is cancelled is thrown on.
      indifferent(answer.body.cancel());
      throw thrown;
    }
    // Where the length may be that of a compressed answer, the browser counts what came, and the header what should
    // have.
    const short = feed.certain && feed.total !== null && feed.position < feed.total;
    if (short) throw new Retry("the connection ended early");
  }

  /** Without a hash or a validator nobody could tell whether the rest is of the same file. */
  #canResume() {
    const from = Math.max(this.#way.feed.position, this.#kept);
    return from === 0 || this.#wanted.sha256 !== null || isStrong(this.#validator, this.#seen);
  }

  /** @param {Answer} answer */
  async #begin(answer) {
    const { feed, meter } = this.#way;
    feed.total = answer.total ?? feed.total;
    feed.certain = answer.certain;
    this.#validator = answer.validator ?? this.#validator;
    if (answer.start === 0) this.#seen = Date.now();
    // What a server states is of its own file as it is now, so it goes before what it stated earlier.
    if (!this.#wanted.sha256 && answer.sha256) this.sha256 = answer.sha256;
    meter.report("download", answer.start, feed.total);
    if (!this.#slot) return;
    if (!(await roomFor((feed.total ?? 0) - answer.start))) return this.#memoryOnly("there is not enough room for it");
    if (!this.#card || answer.start === 0) await this.#keepCard({});
  }

  /** The part stored in an earlier session goes first. @param {Answer} answer */
  async #feedKept(answer) {
    const file = await this.#slot?.file();
    if (!file || file.size < answer.start) throw new Changed();
    await this.#feedFile(file.slice(0, answer.start), this.#way.signal);
  }

  /**
   * @param {Blob} file
   * @param {AbortSignal} signal
   */
  async #feedFile(file, signal) {
    const { feed, meter } = this.#way;
    meter.report("cache", 0, feed.total);
    await drain(file.stream(), signal, (chunk) => {
      feed.push(chunk);
      meter.report("cache", feed.position, feed.total);
    });
  }

  /** @param {Uint8Array} chunk */
  async #take(chunk) {
    const { feed, meter } = this.#way;
    // First kept, then fed: where feeding fails the part is removed as a whole.
    try {
      this.#slot?.append(chunk);
    } catch (thrown) {
      if (!(thrown instanceof StoreUnavailable)) throw thrown;
      await this.#memoryOnly("there is not enough room for it");
    }
    if (this.#slot) this.#kept += chunk.length;
    feed.push(chunk);
    if (!feed.certain && feed.total !== null && feed.position > feed.total) feed.total = null;
    meter.report("download", feed.position, feed.total);
  }

  /** @param {number} start */
  async #writeFrom(start) {
    if (!this.#slot) return;
    try {
      await this.#slot.writeFrom(start);
      this.#kept = start;
      this.#way.onStoring();
    } catch (thrown) {
      if (!(thrown instanceof StoreUnavailable)) throw thrown;
      await this.#memoryOnly("the browser does not let pages keep files in this window");
    }
  }

  async #startOver() {
    this.#way.feed.restart();
    await this.forget();
  }

  /** @param {string} why */
  async #memoryOnly(why) {
    const slot = this.#slot;
    this.#slot = null;
    await slot?.discard();
    this.#kept = 0;
    this.#way.onMemoryOnly(why);
  }

  /** @param {Partial<Card>} change */
  async #keepCard(change) {
    const { url, title } = this.#wanted;
    const fresh = { url, title, size: this.#way.feed.total, validator: this.#validator, sha256: null, complete: false };
    const config = this.#wanted.config === undefined ? (this.#card?.config ?? null) : this.#wanted.config;
    this.#card = { ...fresh, ...this.#card, ...change, config, date: new Date().toISOString() };
    try {
      await this.#slot?.setCard(this.#card);
    } catch (thrown) {
      if (!(thrown instanceof StoreUnavailable)) throw thrown;
      await this.#memoryOnly("the browser does not let pages keep files in this window");
    }
  }

  /**
   * Whether a stored copy is still what the server has. Where the server does not answer, or has the file no longer, it
   * is used.
   * @param {Card} card
   */
  async #current(card) {
    const { url, mutable } = this.#wanted;
    if (!mutable) return true;
    const now = await head(url, this.#way.signal);
    if (!now) return true;
    if (now === "silent" || !now.found) {
      const why = now === "silent" ? "does not answer" : `answers HTTP ${now.status} for this file`;
      const message = `${new URL(url).hostname} ${why}, so the copy kept in this browser is used.`;
      if (card.complete) this.#way.onNotice("stored-copy", message);
      return true;
    }
    if (now.validator && card.validator) {
      if (now.validator !== card.validator) return false;
      if (now.validator.startsWith('"')) return true;
    }
    return now.total === null || card.size === null || now.total === card.size;
  }

  /** @param {Retry} last */
  #lost(last) {
    const { url } = this.#wanted;
    const kept =
      this.#slot && this.#kept > 0 ? "What has arrived is kept: load again to continue." : "Load again to retry.";
    return new EngineError(
      "download-failed",
      `The download of ${url} broke off ${RETRIES + 1} times (${last.message}). ${kept}`,
    );
  }
}

/** @param {number} bytes */
async function roomFor(bytes) {
  // Some browsers keep files and do not say how much room there is.
  const { quota, usage } = (await orNull(navigator.storage?.estimate?.())) ?? {};
  return quota === undefined || usage === undefined || quota - usage > bytes;
}
