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

function start() {
  /** @type {Store<State>} */
  const store = new Store(initialState());
  applyTheme();
  applyLanguage(store);
  syncUrl(store);
  const session = new Session(store);
  const photos = new Photos(store);
  session.onBadPhoto = (failure) => photos.reject(failure);
  mountShell({ store, session, photos });
  void photos.start();
  void session.start();
  keepOffline(store);
}

start();
