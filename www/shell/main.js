// @ts-check
// Where the page starts.

import "./policy.js";
import { Photos } from "./photos.js";
import { Session } from "./networks.js";
import { mountShell } from "./shell.js";
import { Store } from "./state.js";
import { keepOffline } from "./offline.js";
import { applyLanguage, applyTheme } from "./settings.js";
import { defaults, readUrl, syncUrl } from "./url.js";

/** @typedef {import("./types.js").State} State */

/** @returns {State} */
function initialState() {
  return {
    ...defaults(),
    ...readUrl(location),
    engine: { status: "starting", info: null, entries: [], failure: null },
    load: { id: "", status: "waiting", progress: null, failure: null, entry: null },
    picture: null,
    pictureFailure: null,
    seen: null,
    run: { status: "idle", model: "", top: null, ms: null, failure: null },
    samples: [],
    notices: [],
    stored: [],
    camera: false,
    language: "en",
    spoken: "",
  };
}

/** What is said where not even the words of the page can be fetched. */
const NO_WORDS = "Vitrine could not be fetched whole: reload the page. 페이지를 다 받지 못했습니다. 새로 고쳐 주세요.";

async function start() {
  /** @type {Store<State>} */
  const store = new Store(initialState());
  applyTheme();
  syncUrl(store);
  const session = new Session(store);
  const photos = new Photos(store);
  session.onBadPhoto = (failure) => photos.reject(failure);
  // The engine is fetched while the words are: it says nothing before it has started.
  void session.start();
  await applyLanguage(store);
  mountShell({ store, session, photos });
  void photos.start();
  // A frame on a page of others keeps nothing.
  if (store.state.alone !== "1") keepOffline(store);
}

start().catch((thrown) => {
  document.body.textContent = NO_WORDS;
  throw thrown;
});
