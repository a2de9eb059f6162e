// @ts-check
// The shapes of the page's state.

/** @typedef {import("../engine.js").Engine} Engine */
/** @typedef {import("../engine.js").Model} Model */
export {};

/**
 * What a link carries.
 * @typedef {object} UrlState
 * @property {string} route
 * @property {string} model catalogue id
 * @property {string} photo id of a sample, or an image's address
 * @property {string} lesson
 * @property {string} step
 * @property {"" | "1"} alone whether a figure stands alone, for a frame on a page of others: the step's, or `figure`
 * @property {string} figure one of those that answer a question
 * @property {string} chosen what was chosen in that figure, as JSON
 * @property {string} experiment of the place Train
 * @property {string} spec a run of it, as JSON
 * @property {"cpu" | "webgpu"} device what runs compute on, where the engine has WebGPU
 * @property {string} size pixels a side of the network's image; "": its own
 * @property {string} stage module path
 * @property {string} view the part of the picture that is on the screen, as in "0.25-0.5"; empty where `stage` tells
 * @property {string} cell the number whose origin is shown, as in "layer1.0:3,4,5": channel, row and column, counted
 * from 0
 * @property {string} tab the question that is open at the picture's side
 * @property {string} models that are compared, with commas between
 * @property {string} apart what is switched off of the last of the networks that are compared, with commas between
 * @property {string} off what is switched off, with commas between
 * @property {string} asked what figures were asked, as in "mae.ratio:0.5;attention.block:blocks.3"
 * @property {string} photochange shifts, turn, blur and patches of the changed photo, with commas between
 * @property {"auto" | "cpu" | "webgpu"} backend
 * @property {"" | "1"} teach
 * @property {"" | "en" | "ko"} lang
 */

/** @typedef {import("../engine.js").CatalogueEntry} Entry */
/** @typedef {import("../engine.js").Progress} Progress */
/** @typedef {{ code: string, message: string }} Failure */

/**
 * @typedef {{ status: "starting" | "ready" | "failed", info: import("../engine.js").EngineInfo | null,
 *   entries: Entry[], failure: Failure | null }} EngineState
 * @typedef {{ id: string, status: "waiting" | "offer" | "loading" | "failed" | "ready", progress: Progress | null,
 *   failure: Failure | null, entry: Entry | null }} LoadState
 * @typedef {{ blob: Blob, url: string, name: string, sample: Sample | null, address?: string }} Picture `address`: that a
 *   link carries
 * @typedef {{ name: string, failure: Failure }} PictureFailure
 * @typedef {{ index: number, label: string, probability: number }} Guess
 * @typedef {{ preprocess: number, forward: number, read: number }} Times
 * @typedef {{ crop: ImageData, box: { x: number, y: number, width: number, height: number } }} Seen
 * @typedef {{ status: "idle" | "running" | "done" | "failed", model: string, top: Guess[] | null, ms: Times | null,
 *   failure: Failure | null }} RunState
 * @typedef {{ id: number, kind: "info" | "warning" | "error", text: string, detail?: string, action?: { label: string, run: () => void },
 *   gone?: () => void }} Notice
 * @typedef {import("../engine.js").StoredFile} StoredItem
 */

/**
 * A row of www/samples/photos.json.
 * @typedef {object} Sample
 * @property {string} file
 * @property {string} id the file's name without its ending
 * @property {string} license
 * @property {string} author
 * @property {string} source
 * @property {number} width
 * @property {number} height
 */

/**
 * What the page knows and a link does not carry.
 * @typedef {object} PageState
 * @property {EngineState} engine
 * @property {LoadState} load
 * @property {Picture | null} picture
 * @property {PictureFailure | null} pictureFailure
 * @property {Seen | null} seen
 * @property {RunState} run
 * @property {Sample[]} samples
 * @property {Notice[]} notices
 * @property {StoredItem[]} stored
 * @property {boolean} camera
 * @property {string} language what `lang` comes out as
 * @property {string} spoken the last sentence for screen readers
 */

/** @typedef {UrlState & PageState} State */

/**
 * What every part of the page is given.
 * @typedef {object} App
 * @property {import("./state.js").Store<State>} store
 * @property {import("./networks.js").Session} session
 * @property {import("./photos.js").Photos} photos
 * @property {AbortSignal} signal ends when the part is taken away
 */
