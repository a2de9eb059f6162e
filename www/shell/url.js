// @ts-check
// The part of the state that a link carries. One table says how each key is read and written.

/** @typedef {import("./types.js").UrlState} UrlState */
/** @typedef {{ fallback: any, read: (text: string) => any, step?: boolean | "steady" }} Field */

/** A photo that is no sample: at an address of the web, or a file beside the page. */
const ADDRESS = /^https?:\/\/\S{1,600}$|^[\w./%-]{1,200}\.(jpe?g|png|webp|avif|gif)$/i;

/** @param {string} photo */
export const isAddress = (photo) => ADDRESS.test(photo);

/** @param {RegExp} pattern @param {string} fallback @param {boolean | "steady"} [step] @returns {Field} */
const text = (pattern, fallback, step) => ({
  fallback,
  read: (value) => (pattern.test(value) ? value : fallback),
  step,
});
/** @param {string[]} values @param {string} [fallback] @returns {Field} */
const choice = (values, fallback = values[0]) => ({
  fallback,
  read: (value) => (values.includes(value) ? value : fallback),
});

/**
 * `step`: a change of it is a step that the browser's Back undoes. What is "steady" may change many times in one
 * movement, as a slider does: that is one step. @type {Record<keyof UrlState, Field>}
 */
export const SCHEMA = {
  route: text(/^[a-z]+$/, "explore", true),
  model: text(/^[a-z0-9_]+$/, "resnet20_cifar10", true),
  // The sample that most of the networks that ship call by its name: `agreement` in www/lessons/course/comparison.js.
  photo: text(new RegExp(`^[a-z0-9_]+$|${ADDRESS.source}`, "i"), "dog_labrador", true),
  lesson: text(/^[a-z0-9-]*$/, "", true),
  step: text(/^[a-z0-9-]*$/, "", true),
  alone: choice(["", "1"]),
  figure: text(/^[a-z-]*$/, ""),
  chosen: text(/^\{.{0,2000}\}$/, ""),
  experiment: text(/^[a-z-]*$/, "", true),
  spec: text(/^\{.{0,2000}\}$/, ""),
  device: choice(["cpu", "webgpu"]),
  stage: text(/^[A-Za-z0-9_.+]*$/, "", true),
  size: text(/^\d{0,4}$/, "", true),
  view: text(/^([01]|0?\.\d+)(\.0+)?-([01]|0?\.\d+)(\.0+)?$|^$/, "", "steady"),
  cell: text(/^[A-Za-z0-9_.+]*(:\d+,\d+,\d+)?$/, "", "steady"),
  tab: text(/^[a-z]*$/, "", true),
  models: text(/^[a-z0-9_,]*$/, "", true),
  apart: text(/^[A-Za-z0-9_.:,-]*$/, "", true),
  off: text(/^[A-Za-z0-9_.:,-]*$/, "", true),
  photochange: text(/^-?[\d.]+(,-?[\d.]+){4}$/, "", "steady"),
  asked: text(/^[A-Za-z0-9_.:;-]*$/, "", "steady"),
  backend: choice(["auto", "cpu", "webgpu"]),
  teach: choice(["", "1"]),
  lang: choice(["", "en", "ko"]),
};

/** A movement that rests for so long is over: what follows is another step. */
const MOVEMENT_MS = 900;

/** What an address says of the network that it names, and that means nothing to another. */
export const NOTHING_OF_IT = Object.freeze({ size: "", stage: "", view: "", cell: "", off: "", asked: "" });

const KEYS = /** @type {(keyof UrlState)[]} */ (Object.keys(SCHEMA));

/** @returns {UrlState} */
export function defaults() {
  return /** @type {any} */ (Object.fromEntries(KEYS.map((key) => [key, SCHEMA[key].fallback])));
}

/**
 * Reads `#/route?key=value` (and `?lang=` before the hash). Whatever does not parse takes its default.
 * @param {{ hash: string, search: string }} place
 * @returns {UrlState}
 */
export function readUrl(place) {
  const state = defaults();
  const [path, query = ""] = place.hash.replace(/^#\/?/, "").split("?");
  const given = new URLSearchParams(place.search);
  for (const [key, value] of new URLSearchParams(query)) given.set(key, value);
  if (path) given.set("route", path);
  for (const key of KEYS) {
    const value = given.get(key);
    if (value !== null) /** @type {any} */ (state)[key] = SCHEMA[key].read(value);
  }
  return state;
}

/** @param {UrlState} state @returns {string} */
export function writeUrl(state) {
  const query = new URLSearchParams();
  for (const key of KEYS) {
    if (key !== "route" && state[key] !== SCHEMA[key].fallback) query.set(key, String(state[key]));
  }
  const tail = query.toString();
  return `#/${state.route}${tail ? `?${tail}` : ""}`;
}

/**
 * Changes the state and the address where one already is: no step of its own for the browser's Back.
 * @param {import("./state.js").Store<import("./types.js").State>} store
 * @param {Partial<UrlState>} patch
 */
export function amend(store, patch) {
  history.replaceState(null, "", writeUrl({ ...store.state, ...patch }));
  store.set(patch);
}

/**
 * Keeps the address and the state the same, in both directions.
 * @param {import("./state.js").Store<import("./types.js").State>} store
 */
export function syncUrl(store) {
  let last = store.state;
  /** What moved last, and when: a movement goes on while the same thing moves. */
  let moving = { keys: "", at: -Infinity };
  let waiting = false;
  const write = () => {
    waiting = false;
    const next = store.state;
    const changed = KEYS.filter((key) => last[key] !== next[key]);
    last = next;
    const hash = writeUrl(next);
    if (hash === location.hash) return;
    const steps = changed.filter((key) => SCHEMA[key].step);
    const movement = steps.every((key) => SCHEMA[key].step === "steady") ? steps.join() : "";
    const now = performance.now();
    const goesOn = movement !== "" && movement === moving.keys && now - moving.at < MOVEMENT_MS;
    if (steps.length > 0) moving = { keys: movement, at: now };
    history[steps.length > 0 && !goesOn ? "pushState" : "replaceState"](null, "", hash);
  };
  // What changes together, in several calls, is one step.
  store.on(KEYS, () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(write);
  });
  addEventListener("popstate", () => {
    const read = readUrl(location);
    last = { ...store.state, ...read };
    moving = { keys: "", at: -Infinity };
    store.set(read);
  });
}
