// A page with nothing but an engine and a network: how soon it answers. `answered` is for cold.mjs.
import { cold } from "./engines.js";

const { engine, id, folder, backend, warm } = Object.fromEntries(new URLSearchParams(location.search));
globalThis.answered = cold(id, folder, engine, { backend, cores: 1 }, Number(warm));
