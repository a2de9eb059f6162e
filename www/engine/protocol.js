/**
 * Every message between the page's thread (engine/session.js) and the worker (worker.js), in one place.
 *
 * The page sends a `Call`, which is a `Request` with a number; the worker answers with exactly one `result` or `error`
 * of that number, and any count of `progress` before it. `notice` and `crash` belong to no call. After `crash` the
 * worker is of no further use: the page replaces it. Nothing is ever transferred by the page, so that a call can be
 * repeated on a new worker.
 */

/** @typedef {import("../engine.js").ErrorCode} ErrorCode */
/** @typedef {import("../engine.js").Progress} Progress */
/** @typedef {import("../engine.js").Tensor} Tensor */
/** @typedef {import("../engine.js").Stage} Stage */

/**
 * An image or tensor on its way to the worker. Blobs travel as they are and are decoded there.
 * @typedef {{ kind: "blob", blob: Blob }
 *   | { kind: "bitmap", bitmap: ImageBitmap }
 *   | { kind: "pixels", data: Uint8ClampedArray, width: number, height: number }
 *   | { kind: "tensor", data: Float32Array, shape: number[] }} Input
 */

/**
 * Where a checkpoint comes from: null is the catalogue's own source.
 * @typedef {{ kind: "url", url: string } | { kind: "hub", id: string } | { kind: "files", files: import("./shards.js").Named[] } | RunSource | null} Source
 */

/**
 * A network of a run, at one of its checkpoints. @typedef
 * {{ kind: "run", run: number, step: number, network: string | null }} RunSource
 */

/** @typedef {{ cpu?: string, webgpu?: string }} WasmUrls */
/**
 * `cores` that may compute, null for all. @typedef {{ type: "start", backend: "auto" | "webgpu" | "cpu",
 *   patient: boolean, wasmUrls: WasmUrls, cores: number | null }} StartRequest
 */
/** From the worker to one of its helpers. @typedef {{ type: "help", help: import("./cores.js").Help }} HelpRequest */
/** @typedef {{ type: "load", model: number, id: string | null, source: Source, config: string | null }} LoadRequest */
/**
 * Of every computation: which model, at how many pixels a side (null: as the tensor is, else the network's own), and
 * JSON of what is switched off. @typedef {{ model: number, size: number | null, off: string }} Asked
 */
/** @typedef {Asked & { type: "classify", input: Input, topK: number }} ClassifyRequest */
/** @typedef {Asked & { type: "forward", input: Input }} ForwardRequest */
/** @typedef {Asked & { type: "observe", input: Input, names: string[], ranges: string }} ObserveRequest */
/** @typedef {Asked & { type: "preprocess", input: Input }} PreprocessRequest */
/**
 * @typedef {Asked & { type: "reconstruct", input: Input, noise: Float32Array | null, mask: Uint8Array | null }}
 * ReconstructRequest
 */
/** What the network is at a size. @typedef {Asked & { type: "describe" }} DescribeRequest */
/** Says whether `off`, JSON of what a model's calls have switched off from now on, fits the network. */
/** @typedef {Asked & { type: "ablate" }} AblateRequest */
/**
 * @typedef {Asked & { type: "explain", method: import("./explanations.js").Explanation, args: string,
 *   input: Input | null }} ExplainRequest
 */
/**
 * Formulas of layers, without a network. @typedef {{ type: "arithmetic", name: string, args: string }}
 * ArithmeticRequest
 */
/** @typedef {{ type: "free", model: number }} FreeRequest */
/** @typedef {{ type: "stored" }} StoredRequest */
/** @typedef {{ type: "remove", key: string }} RemoveRequest */
/** @typedef {{ type: "stats" }} StatsRequest */
/**
 * One of the visitor's photos, or what a network makes of it. @typedef
 * {{ group: number, input: Input | null, features: Float32Array | null }} GivenPhoto
 */
/** @typedef {import("./generated.js").RunDevice} RunDevice */
/**
 * Begins a run, or goes on with one from a checkpoint.
 * @typedef {{ type: "train", run: number, spec: string, device: RunDevice, photos: GivenPhoto[] | null,
 *   resume: Uint8Array | null }} TrainRequest
 */
/**
 * The whole of a description, and what it takes of the visitor's photos. @typedef
 * {{ type: "describe-run", spec: string, device: RunDevice }} DescribeRunRequest
 */
/**
 * What a probe says of a photo. @typedef {{ type: "guess-run", run: number, step: number, features: Float32Array }}
 * GuessRunRequest
 */
/** @typedef {{ type: "advance", run: number, steps: number }} AdvanceRequest */
/**
 * One step, and what it was for one weight. @typedef
 * {{ type: "step-run-through", run: number, network: string | null, key: string | null }} StepThroughRequest
 */
/** @typedef {{ type: "set-run", run: number, switches: string }} SetRunRequest */
/** @typedef {{ type: "fork", run: number, from: number, step: number, switches: string }} ForkRequest */
/** @typedef {{ type: "keep-run", run: number }} KeepRunRequest */
/** @typedef {{ type: "export-run", run: number, step: number }} ExportRunRequest */
/** @typedef {{ type: "save-run", run: number, step: number, network: string | null }} SaveRunRequest */
/** @typedef {{ type: "hash-run", run: number }} HashRunRequest */
/** @typedef {{ type: "free-run", run: number }} FreeRunRequest */
/**
 * @typedef {TrainRequest | AdvanceRequest | StepThroughRequest | SetRunRequest | ForkRequest | KeepRunRequest | ExportRunRequest | SaveRunRequest
 *   | HashRunRequest | FreeRunRequest | DescribeRunRequest | GuessRunRequest} RunRequest
 */
/** Ends the load of that number early. @typedef {{ type: "abort", target: number }} AbortRequest */

/**
 * @typedef {StartRequest | HelpRequest | LoadRequest | ClassifyRequest | ForwardRequest | ObserveRequest | PreprocessRequest
 *   | ReconstructRequest | DescribeRequest | AblateRequest | ExplainRequest | ArithmeticRequest | FreeRequest | StoredRequest |
 * RemoveRequest | StatsRequest | AbortRequest
 *   | RunRequest} Request
 */

/** @typedef {import("./generated.js").RunState} RunState */

/**
 * What each request is answered with.
 * @typedef {object} Results
 * @property {{ info: import("../engine.js").EngineInfo, catalogue: import("../engine.js").CatalogueEntry[] }} start
 * @property {null} help
 * @property {{ info: import("../engine.js").ModelInfo, stages: Stage[] }} load
 * @property {import("../engine.js").Classification} classify
 * @property {Tensor} forward
 * @property {Record<string, Tensor>} observe
 * @property {import("../engine.js").Preprocessed} preprocess
 * @property {import("../engine.js").Reconstruction} reconstruct
 * @property {{ info: import("../engine.js").ModelInfo, stages: Stage[] }} describe
 * @property {number} ablate
 * @property {unknown} explain
 * @property {unknown} arithmetic
 * @property {null} free
 * @property {import("../engine.js").StoredFile[]} stored
 * @property {null} remove
 * @property {{ wasmMemory: number, models: number, cores: number }} stats
 * @property {null} abort
 * @property {RunState} train
 * @property {import("../engine.js").Metrics} advance
 * @property {import("./generated.js").SteppedThrough} step-run-through
 * @property {RunState} set-run
 * @property {RunState} fork
 * @property {RunState} keep-run
 * @property {Uint8Array} export-run
 * @property {Uint8Array} save-run
 * @property {string} hash-run
 * @property {import("./generated.js").RunNeeds} describe-run
 * @property {import("../engine.js").Guess} guess-run
 * @property {null} free-run
 */

/** @typedef {{ id: number, request: Request }} Call */

/** @typedef {{ type: "result", id: number, value: unknown }} ResultReply */
/** @typedef {{ type: "error", id: number, code: ErrorCode, message: string }} ErrorReply */
/** @typedef {{ type: "progress", id: number, progress: Progress }} ProgressReply */
/** @typedef {{ type: "notice", code: "memory-only" | "stalled" | "stored-copy", message: string }} NoticeReply */
/**
 * Sent once, when a file worth keeping is being stored: only the page can ask for it to persist. @typedef
 * {{ type: "storing" }} StoringReply
 */
/**
 * `causes` are the numbers of loads that brought it about: they would again.
 * @typedef {{ type: "crash", code: ErrorCode, message: string, causes: number[] }} CrashReply
 */

/** @typedef {ResultReply | ErrorReply | ProgressReply | NoticeReply | StoringReply | CrashReply} Reply */

export {};
