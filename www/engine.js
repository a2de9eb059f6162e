// The public entry. Types for embedders are in engine.d.ts; the contract in docs/contract.md.
export { Engine } from "./engine/engine.js";
export { Model } from "./engine/model.js";
export { Run } from "./engine/run.js";
export { EngineError } from "./engine/errors.js";
