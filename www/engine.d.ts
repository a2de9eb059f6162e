/**
 * The public interface of Vitrine's engine, for pages that embed it. Described in docs/contract.md.
 *
 * ```js
 * import { Engine } from "./www/engine.js";
 * const engine = await Engine.create({ backend: "auto" });
 * const model = await engine.load("resnet20_cifar10");
 * const { top } = await model.classify(photo);
 * ```
 */

export type Backend = "webgpu" | "cpu";

/** Stable codes; each is described in docs/contract.md under "Errors". */
export type ErrorCode =
  | "aborted"
  | "bad-image"
  | "bad-input"
  | "busy"
  | "checksum-mismatch"
  | "device-lost"
  | "download-failed"
  | "freed"
  | "internal"
  | "no-webgpu"
  | "not-found"
  | "out-of-memory"
  | "overflow"
  | "truncated"
  | "unsupported-checkpoint";

export declare class EngineError extends Error {
  constructor(code: ErrorCode, message: string);
  readonly name: "EngineError";
  readonly code: ErrorCode;
}

export interface EngineInfo {
  /** What networks run on now. Changes only when a lost GPU makes the engine fall back to the CPU. */
  readonly backend: Backend;
  /** The GPU's name, null on the CPU. */
  readonly adapter: string | null;
  /** Why WebGPU is not used, in words a visitor understands; null when it is, or was not asked for. */
  readonly reason: string | null;
}

export interface InputSize {
  size: number;
  channels: number;
}

/** One network of the catalogue. */
export interface CatalogueEntry {
  id: string;
  family: string;
  title: string;
  parameters: number;
  /** Of one forward pass at the default input size. */
  multiply_adds?: number;
  /** Bytes to download. */
  bytes: number;
  input: InputSize;
  labels: string[];
  /** As in ModelInfo. */
  capabilities: Capability[];
  /** Ships with the page: loading it asks no other origin. */
  embedded: boolean;
  /** Where the weights come from when `load` is given no source. */
  source: string;
  sources: { url: string; kind: "bundled" | "local" | "hub" }[];
  sha256: string | null;
  licence: string;
  note: string | null;
  /** Labelled features by which a network without a head names classes; loaded with it. */
  bank?: string | null;
}

export interface ModelInfo {
  /** The catalogue's id, or the architecture's when the checkpoint was opened by its keys. */
  id: string;
  family: string;
  title: string;
  parameters: number;
  input: InputSize;
  labels: string[];
  /** What can be asked of it, read from its stages: a page asks for these, never for a network's name. */
  capabilities: Capability[];
  /** The methods of `explainClass` that fit, the usual one first. */
  classMethods: ClassMap["method"][];
  /** Rows and columns of the patches that the image is cut into; null where it is not cut. */
  grid: [number, number] | null;
  /** What normalizes each channel's values of 0 to 1: `(value - mean) / std`. */
  mean: number[];
  std: number[];
  /** What was assumed of an opened checkpoint for want of a configuration, in words; [] where nothing was. */
  assumptions: string[];
}

/** Each is described in docs/contract.md under "Extensions". */
export type Capability =
  | "logits"
  | "features"
  | "reconstruct"
  | "convolution"
  | "receptive-field"
  | "attention-heads"
  | "attention-stats"
  | "windows"
  | "class-token"
  | "position-similarity"
  | "logit-lens";

export interface Stage {
  /** The checkpoint's own module path: "layer1", "blocks.3.attn", "features.4". */
  name: string;
  kind: string;
  shape: number[];
  /** What the dimensions are: "nchw", "nhwc", "tokens", "heads" or "vector". */
  layout?: string;
  /** Rows and columns of its cells on the photo, a class token left out; null where they do not cover it. */
  grid: [number, number] | null;
  /** Learned values of the module and its parts. */
  parameters?: number;
  /** Multiply-adds of the module and its parts, for one image. */
  multiply_adds?: number;
  /** The stages whose values it reads. */
  from?: string[];
}

export interface Progress {
  /**
   * "cache": waiting for, or reading, what is stored; "download": from the network; "verify": size and SHA-256;
   * "upload": tensors to the device; "compile": making the network ready.
   */
  stage: "cache" | "download" | "verify" | "upload" | "compile";
  /** Bytes of the whole file so far, stored part included. */
  loaded: number;
  /** Bytes of the whole file; 0 while unknown. */
  total: number;
  /** Bytes a second, lately; 0 while unknown. */
  rate: number;
  /** Seconds left at that rate; null while unknown. */
  eta: number | null;
}

export interface LoadOptions {
  onProgress?: (progress: Progress) => void;
  /** Stops the download and keeps what has arrived. */
  signal?: AbortSignal;
}

export interface CallOptions {
  /** Rejects with "aborted"; a call that still waits in the queue is not run. */
  signal?: AbortSignal;
  /** What is switched off for this call alone, in place of what `ablate` switched off; [] is the whole network. */
  off?: Off[];
}

/** Of a call about an image. */
export interface ImageOptions extends CallOptions {
  /** Without one, the image that this model was last given. */
  image?: ImageInput | Tensor;
}

export interface AttentionHeadsOptions extends ImageOptions {
  /** Number of the block, from 0. */
  block: number;
  /** Row and column of the patch that looks; without one the class token. */
  query?: [number, number] | null;
}

export interface NormOrdersOptions extends ImageOptions {
  /** A local response normalization behind a pooling. */
  stage: string;
}

export interface DropoutOptions extends ImageOptions {
  /** 1 to 100; 10 without it. */
  passes?: number;
  /** Classes to name, 5 without it. */
  k?: number;
}

export interface RelativeBiasOptions extends CallOptions {
  block?: number;
  head?: number;
  /** The patch that looks, row by row. */
  query?: number;
}

export interface FilterOptions extends CallOptions {
  /** A convolution or patch embedding; without one the first. */
  stage?: string;
}

export interface CostOptions extends CallOptions {
  /** Pixels per side: a multiple of the network's own. */
  size: number;
}

export interface AttentionCostOptions extends CallOptions {
  /** Pixels per side of each image. */
  sizes: number[];
  /** Pixels per side of a patch. */
  patch: number;
  /** Channels of a token. */
  width: number;
  /** Tokens per side of a window. */
  window: number;
}

export interface GradientDepthOptions extends CallOptions {
  kind: "plain" | "residual";
  /** Layers with weights, 4 to 110. */
  depth: number;
  activation: "relu" | "tanh" | "sigmoid";
  /** Variance of the weights times their fan-in: 2 is He's, 1 LeCun's. */
  gain: number;
  /** Batch normalization behind every convolution. */
  norm: boolean;
}

export interface NeighbourOptions extends CallOptions {
  /** Of each sorted photo. */
  features: number[][];
  /** The group of each. */
  groups: number[];
  /** Features of the other photo. */
  query: number[];
  /** How many neighbours vote. */
  k: number;
}

export interface DinoLossOptions extends CallOptions {
  /** Of views: the student's, the teacher's, and others that only the centre is a mean of. */
  outputs: ArrayLike<number>[];
  /** The teacher's. */
  temperature: number;
  centering: boolean;
  /** The share of its own weights that the teacher keeps in a step. */
  momentum?: number;
}

export type ImageInput =
  | Blob
  | ImageBitmap
  | ImageData
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLImageElement
  | HTMLVideoElement;

export interface Tensor {
  data: Float32Array;
  shape: number[];
}

export interface Prediction {
  index: number;
  label: string;
  probability: number;
}

export interface Classification {
  top: Prediction[];
  logits: Float32Array;
  /** Milliseconds; `preprocess` includes decoding. */
  ms: { preprocess: number; forward: number; read: number };
}

export interface Preprocessed extends Tensor {
  /** The 8-bit RGBA crop the tensor was made from. */
  crop: { data: Uint8ClampedArray; width: number; height: number };
  /** The crop in pixels of the source image, upright. */
  box: { x: number; y: number; width: number; height: number };
  /** The source image's size, upright. */
  source: { width: number; height: number };
  /** Milliseconds, decoding included. */
  ms: number;
}

export interface Reconstruction extends Tensor {
  /** One byte for each patch: 1 is hidden. */
  mask: Uint8Array;
  /** Mean squared error on the hidden patches, in the units that the network was trained in. */
  loss: number;
  /** The image that the prediction makes, visible patches as given: normalized as the input, `[1, channels, size, size]`. */
  image: Tensor;
  /** The same as RGBA pixels. */
  pixels: { data: Uint8ClampedArray; width: number; height: number };
  /** `[rows, columns]`: the root mean squared error of each hidden patch as a share of full brightness; 0 where visible. */
  errors: Tensor;
}

/** Swin's windows over the photo, `[rows, columns]` of the weights that one patch has for the others. */
export interface WindowAttention extends Tensor {
  stage: string;
  /** Row and column of the patch that looks. */
  query: [number, number];
  heads: number;
  /** Patches on a side of a window. */
  window: number;
  /** Rows and columns of the cyclic shift. */
  shift: number;
  /** Rows, and columns, at which a new window begins. */
  rows: number[];
  columns: number[];
  /** For each patch, row by row, the group within which it attends. */
  groups: number[];
  /** Patches that the query may read. */
  reads: number;
  /** The largest weight. */
  strongest: number;
}

/** The class token's weights in the last block, `[heads, rows, columns]`, and the patches that hold most of them. */
export interface ClassHeads extends Tensor {
  /** As `data`, 1 for a patch that is kept. */
  masks: Uint8Array;
  /** Patches that each head keeps. */
  kept: number[];
}

/** An MAE's encoder alone. */
export interface EncoderCost {
  hidden: number;
  patches: number;
  multiplyAdds: number;
  /** The median of several runs. */
  ms: number;
}

/** A convolution along one side of a map. */
export interface ConvolutionArgs {
  input: number;
  kernel: number;
  stride: number;
  padding: number;
}

export interface ConvolutionSize {
  /** 0 where the kernel does not fit. */
  output: number;
  /** The first cell of each window, below 0 in the padding. */
  starts: number[];
}

export interface StackArgs {
  count: number;
  kernel: number;
  channels: number;
}

/** Stacked convolutions beside one with the same field. */
export interface Stacked {
  /** Cells on a side of the field after no layer, one, two, and so on. */
  fields: number[];
  /** Weights. */
  stack: number;
  single: number;
  /** `stack / single` */
  share: number;
}

/** A picture cut into patches. */
export interface Patches {
  side: number;
  count: number;
  /** Numbers in one patch. */
  values: number;
}

/** For each dimension of a stage's shape the first index and the one after the last; null is all of it. */
export type Ranges = ([number, number] | null)[];

/** All channels of a stage, [channels, height, width]; of large maps the means over equal parts. */
export interface SmallMaps extends Tensor {
  /** Of the whole maps. */
  rows: number;
  columns: number;
  /** The smallest and the largest value of each whole map. */
  low: number[];
  high: number[];
}

/** A part of the network's picture: a column, or what stands inside one. */
export interface LayoutItem {
  /** Its name among all items: a module path, with a "+" behind it where a column holds several plain operations. */
  id: string;
  /** The module path that names it. */
  name: string;
  kind: string;
  /** The stage that it is the result of. */
  stage: string;
  /** The stage whose numbers stand for it: of a transformer's block its attention weights. */
  shows: string;
  tiles: "maps" | "heads" | "vector" | "table";
  /** How many maps, heads or numbers there are. */
  count: number;
  /** Rows and columns of a map. */
  grid: [number, number];
  /** Windows of the attention that is shown. */
  windows: { size: number; shift: number } | null;
  shape: number[];
  parameters: number;
  multiply_adds: number;
  /** The group of blocks it is in: its path, and its place among all groups, from 1. */
  layer: [string, number] | null;
  /** Which block of its group it is, from 1. */
  block: number | null;
  /** From left to right and from top to bottom, as shares of the whole picture. */
  x: [number, number];
  y: [number, number];
  /** The stages that it reads; none is the photo. */
  from: string[];
  parts: LayoutItem[];
}

/** Where everything stands in the network's picture. */
export interface Layout {
  items: LayoutItem[];
  /** The value of stage `from` is added at stage `to`, projected by stage `via` where the shapes differ. */
  skips: { from: string; to: string; via: string | null }[];
}

/** What a stage is drawn from: small maps of its channels, or where its heads look. */
export interface StageTiles extends Tensor {
  stage: string;
  /** Which channel or head each tile is, counted from 0. */
  channels: number[];
  /** All channels or heads there are. */
  count: number;
  /** Rows and columns of a whole map. */
  grid: [number, number];
  /** The smallest and the largest value of each whole map. */
  low: number[];
  high: number[];
}

/** What one cell of a stage sees of the image. */
export interface ReceptiveField {
  /** d(cell) / d(input), [channels, size, size]. */
  gradient: Tensor;
  /** Its absolute value over the channels, [size, size]. */
  map: Tensor;
  /** The theoretical field in pixels of the input; null where a stage has none. */
  box: { x: number; y: number; width: number; height: number } | null;
  /** Pixels that the cell can depend on. */
  pixels: number;
  /** Side of a square of as many pixels as answer with at least 4.55 % of the strongest's gradient. */
  effective: number;
  /** The cell's own value. */
  value: number;
}

/** Where a query looks, on the grid of patches. */
export interface AttentionMap extends Tensor {
  stage: string;
  block: number;
  blocks: number;
  heads: number;
  /** The query's patch, row by row; null for the class token. */
  query: number | null;
  /** Of the query's weights, in nats. */
  entropy: number;
}

/** Where the evidence for a class is, 0 to 1, on the network's own grid. */
export interface ClassMap extends Tensor {
  method: "cam" | "gradcam" | "attention" | "occlusion";
  index: number;
  probability: number;
  /** The stage whose values were weighed; null for occlusion. */
  stage: string | null;
  /** Before negative evidence was cut off; null where a method has none. */
  signed: Tensor | null;
}

/** The classifier applied to each stage that it can be applied to. */
export interface LogitLens {
  rows: { stage: string; top: Prediction[] }[];
  omitted: { stage: string; reason: string }[];
}

/** A cell's value and how it comes about: `f(sum of weight * input, bias)`. */
export interface Formula {
  op: string;
  rule: string;
  value: number;
  /** The same from all its terms. */
  recomputed: number;
  sum: number;
  bias: number;
  /** The 64 terms that weigh most; `count` of all. */
  terms: { weight: number; input: number; from: number; index: number[] }[];
  count: number;
  facts: Record<string, number>;
  inputs: { stage: string | null; first: number[]; last: number[] }[];
  /** Something is switched off here, so that `value` is not what the rule says. */
  changed: boolean;
}

/** A part of one map that a cell reads, and what each of its numbers is multiplied by. */
export interface SpotWindow {
  /** The stage that it lies in; "input" is the photo. */
  stage: string | null;
  /** Which map; null where the numbers are those of one place over all maps. */
  channel: number | null;
  /** Its first row and column. */
  first: [number, number];
  /** Its rows and columns. */
  size: [number, number];
  /** Row by row; null outside of the map. */
  weights: (number | null)[];
  inputs: (number | null)[];
  /** The sum of its products. */
  sum: number;
}

/** How a number of the picture comes about. */
export interface Spot {
  /** Its index in the stage's shape. */
  cell: number[];
  formula: Formula;
  /** What it reads, the windows that weigh most first. */
  windows: SpotWindow[];
  /** All windows there are. */
  count: number;
  /** The sum of those that are not among `windows`. */
  rest: number;
}

/** What each map of stages adds to the score of a class: its numbers times the score's gradient by them, summed. */
export interface Contributions {
  index: number;
  stages: { stage: string; shares: number[] }[];
}

/** A part to switch off. */
export interface Off {
  stage: string;
  /** "zero", "channel", "head", "token", "shortcut", "branch", "position" or "shuffle". */
  what: string;
  /** Which channel, head or token. */
  index?: number;
}

/** How far one stage sees (theory alone). */
export interface CurvePoint {
  name: string;
  kind: string;
  /** Side of a cell's field in pixels: the textbook sum, which may exceed the image. */
  field: number;
  /** Pixels between neighbouring cells. */
  jump: number;
  /** What the central cell sees of the image. */
  seen: { x: number; y: number; width: number; height: number } | null;
}

/** Where one query looks, [heads, height, width]. */
export interface AttentionHeads extends Tensor {
  /** The weight of the class token in each head. */
  class_token: number[] | null;
}

/** A number for each head of a block. */
export interface BlockAttention {
  stage: string;
  /** In nats, the mean over all rows. */
  entropy: number[];
  /** Mean attention distance in pixels. */
  distance: number[];
}

/** What Swin adds to the scores of one query, [height, width]. */
export interface RelativeBias extends Tensor {
  /** The learned table of the head, [2M - 1, 2M - 1]. */
  table: Tensor;
  /** The patches of the window. */
  cells: number[];
}

/** Patches along the three directions in which they differ most, [3, height, width]. */
export interface PatchColours extends Tensor {
  /** Each direction's share of the variance. */
  shares: number[];
}

/** Answers of a network that drops at random. */
export interface DropoutPasses {
  passes: Prediction[][];
  mean: (Prediction & { deviation: number })[];
}

/** One image of a size, counted and timed. */
export interface Cost {
  size: number;
  tokens: number;
  multiplyAdds: number;
  attention: number;
  ms: number;
}

/** Equations 1 and 2 of the Swin paper. */
export interface AttentionCost {
  size: number;
  tokens: number;
  global: number;
  windowed: number;
}

/** The loss's gradient on its way back through a fresh network. */
export interface GradientDepth {
  /** Root mean square at each convolution, from the first to the last. */
  gradients: number[];
  ratio: number;
  loss: number;
}

export interface Neighbours {
  nearest: { photo: number; similarity: number; votes: boolean }[];
  /** Each group's share of the votes. */
  shares: number[];
  group: number;
}

export interface DinoLoss {
  student: number[];
  teacher: number[];
  cross_entropy: number;
  /** Of the teacher, as a share of its largest possible value. */
  entropy: number;
  gradient: number[];
  centre_of: number;
  half_life: number | null;
}

export interface StoredFile {
  key: string;
  title: string;
  url: string;
  /** Bytes on disk. */
  bytes: number;
  /** Bytes when complete; null when the server did not say. */
  size: number | null;
  complete: boolean;
  sha256: string | null;
  /** When it was last written, ISO 8601. */
  date: string;
}

export interface EngineStats {
  backend: Backend;
  /** Bytes of the running module's linear memory. */
  wasmMemory: number;
  /** Times a worker was replaced after a crash or a lost device. */
  restarts: number;
  /** Networks held by the worker now. */
  models: number;
}

export interface Notice {
  /**
   * "cpu-fallback": WebGPU was lost for good; "recovered": a new worker has taken over; "memory-only": not kept on disk;
   * "stalled": a server sends nothing, or asks to wait, and is asked again; "stored-copy": a file is used as it was stored,
   * because the server does not answer or has it no longer.
   */
  code: "cpu-fallback" | "recovered" | "memory-only" | "stalled" | "stored-copy";
  message: string;
}

export interface Status {
  state: "starting" | "ready" | "restarting" | "closed";
  backend: Backend | null;
}

export interface EngineEvents {
  notice: Notice;
  status: Status;
}

export declare class Model {
  private constructor();
  readonly info: ModelInfo;
  readonly stages: Stage[];
  /** With `size` the image is looked at in so many pixels a side, where the network can. */
  classify(
    image: ImageInput | Tensor,
    options?: CallOptions & { topK?: number; size?: number },
  ): Promise<Classification>;
  /** An already normalized tensor, of any size that the network can take; no preprocessing. */
  forward(tensor: Tensor, options?: CallOptions): Promise<Tensor>;
  /** With `ranges` only those parts are read; the values stay on the device for the next part. */
  observe(
    input: ImageInput | Tensor,
    names: string[],
    options?: CallOptions & { ranges?: Record<string, Ranges> },
  ): Promise<Record<string, Tensor>>;
  /** All channels of a stage as small maps. Without a side at most 64 cells, without a head the first. */
  maps(
    stage: string,
    options?: CallOptions & { image?: ImageInput | Tensor; side?: number; head?: number },
  ): Promise<SmallMaps>;
  /** Where everything stands in the network's picture, from its stated graph alone. */
  layout(options?: CallOptions): Promise<Layout>;
  /**
   * Tiles of many stages from one forward pass: of each the `count` maps that vary most (all where it is left out), of at most
   * `side` cells (64). Values are NaN where a patch is hidden.
   */
  tiles(
    stages: { stage: string; count?: number; side?: number; query?: number }[],
    options?: CallOptions & { image?: ImageInput | Tensor },
  ): Promise<StageTiles[]>;
  /**
   * The number at a place of a map, and the windows that it reads (the four that weigh most). `query`: of attention weights the
   * patch that asks.
   */
  spot(
    place: { stage: string; channel: number; row?: number; column?: number; query?: number; windows?: number },
    options?: CallOptions & { image?: ImageInput | Tensor },
  ): Promise<Spot>;
  /** Without an index of the first answer's class. */
  contributions(
    stages: string[],
    options?: CallOptions & { index?: number; image?: ImageInput | Tensor },
  ): Promise<Contributions>;
  preprocess(image: ImageInput, options?: CallOptions): Promise<Preprocessed>;
  reconstruct(
    input: ImageInput | Tensor,
    options?: CallOptions & { noise?: Float32Array; mask?: Uint8Array | boolean[] | number[] },
  ): Promise<Reconstruction>;
  /** `cell` is an index into the stage's shape, a leading one left out. Without an image: the one last given to this model. */
  receptiveField(
    stage: string,
    cell: number[],
    options?: CallOptions & { image?: ImageInput | Tensor },
  ): Promise<ReceptiveField>;
  /** Without a block the last, without a head their mean, without a query the class token (or, without one, the mean of all). */
  attention(
    options?: CallOptions & { block?: number; head?: number; query?: number; image?: ImageInput | Tensor },
  ): Promise<AttentionMap>;
  /** Without a method Grad-CAM, without an index the first answer. */
  explainClass(
    image: ImageInput | Tensor,
    options?: CallOptions & { method?: ClassMap["method"]; index?: number; stage?: string; grid?: number },
  ): Promise<ClassMap>;
  /**
   * Switches parts off for this handle's later calls, in place of those before; [] restores the network. Other handles of the
   * same network do not change, and a worker that takes over knows it. Answers with how many changes there are.
   */
  ablate(off: Off[], options?: CallOptions): Promise<number>;
  logitLens(image: ImageInput | Tensor, options?: CallOptions & { k?: number }): Promise<LogitLens>;
  cell(stage: string, cell: number[], options?: CallOptions & { image?: ImageInput | Tensor }): Promise<Formula>;
  /** What one patch reads within its window, and how the block's windows lie. `query`: row and column, brought onto the grid. */
  windowAttention(
    options: CallOptions & { block: number; head?: number; query: [number, number]; image?: ImageInput | Tensor },
  ): Promise<WindowAttention>;
  /** What the class token reads in the last block, and the fewest patches that hold `mass` (0 to 1) of it. */
  classHeads(options: CallOptions & { mass: number; image?: ImageInput | Tensor }): Promise<ClassHeads>;
  /** How many grey pictures, `[n, 1, height, width]` of 0 to 255, are read rightly when moved to the right in their field. */
  rightAfterShift(pictures: Tensor, options: CallOptions & { labels: number[]; shift: number }): Promise<number>;
  /** MAE: a random mask, one byte for each patch, equal for equal arguments. One patch always stays visible. */
  randomMask(options: CallOptions & { ratio: number; seed?: number }): Promise<Uint8Array>;
  /** MAE: the work and time of the encoder alone, with a share of the patches hidden. */
  encoderCost(options: CallOptions & { ratio: number }): Promise<EncoderCost>;
  /** How the receptive field grows with depth. */
  receptiveCurve(options?: CallOptions): Promise<CurvePoint[]>;
  attentionHeads(options: AttentionHeadsOptions): Promise<AttentionHeads>;
  attentionStats(options?: ImageOptions): Promise<BlockAttention[]>;
  /** Attention rollout of the class token over all blocks, [height, width]. */
  rollout(options?: ImageOptions): Promise<Tensor>;
  relativeBias(options?: RelativeBiasOptions): Promise<RelativeBias>;
  /** A normalization behind its pooling, and before it as in the AlexNet paper. */
  normOrders(options: NormOrdersOptions): Promise<{ taught: Tensor; paper: Tensor }>;
  /** A convolution's kernels, [out, in, height, width]. */
  filters(options?: FilterOptions): Promise<Tensor>;
  dropoutPasses(options?: DropoutOptions): Promise<DropoutPasses>;
  /** A second forward pass, timed step by step. */
  stageTimes(options?: ImageOptions): Promise<{ stage: string; ms: number }[]>;
  /** Cosines of the first image's patches with all patches, [patches, images, height, width]. */
  similarity(options?: ImageOptions): Promise<Tensor>;
  pca(options?: ImageOptions): Promise<PatchColours>;
  /** Cosines of the patches' position embeddings, [patches, height, width]. */
  positionSimilarity(options?: CallOptions): Promise<Tensor>;
  /** The numbers that describe a photo before any class is named. */
  features(options?: ImageOptions): Promise<number[]>;
  neighbours(options: NeighbourOptions): Promise<Neighbours>;
  dinoLoss(options: DinoLossOptions): Promise<DinoLoss>;
  attentionCost(options: AttentionCostOptions): Promise<AttentionCost[]>;
  costAt(options: CostOptions): Promise<Cost>;
  gradientDepth(options: GradientDepthOptions): Promise<GradientDepth>;
  /** Gives the weights back; idempotent. Later calls reject with "freed". */
  free(): void;
}

export interface CreateOptions {
  /** `"auto"`, the default, takes WebGPU where a real GPU has what is needed. */
  backend?: "auto" | Backend;
  /** Where the worker is, if not beside the engine. */
  workerUrl?: string | URL;
  /** Where the wasm modules are, if not where the engine has them: one address for both builds, or one for each. */
  wasmUrl?: string | URL | { cpu?: string | URL; webgpu?: string | URL };
}

/** Describes a run of training, all of it; docs/training.md has every experiment's fields and defaults. */
export interface RunSpec {
  experiment: "digits" | "activation" | "residual" | "mae" | "dino";
  /** Of everything that is drawn: first weights, order of images, their changes. */
  seed: number;
  /** Steps over which the rate falls to zero. */
  steps: number;
  batch: number;
  /** The highest rate of the schedule. */
  rate: number;
  networks: string[];
  /** Switches thrown while it ran, each with the step that it was thrown after. */
  set: ({ step: number } & Record<string, unknown>)[];
  [field: string]: unknown;
}

/** What a few steps measured. */
export interface Metrics {
  /** Steps taken in all. */
  step: number;
  /** Mean over the steps since the metrics before, and over networks. */
  loss: number;
  rate: number;
  networks: Record<string, NetworkMetrics>;
  checkpoints: number[];
  /** Why the run cannot go on. */
  failed?: string;
  /** Milliseconds for one step. */
  ms: number;
}

/** Means over the steps since the metrics before. */
export interface NetworkMetrics {
  loss?: number;
  /** On the batches that were learned from. */
  accuracy?: number;
  /** On images that are not learned from, where it was tested since the metrics before. */
  test?: number;
  /** Length of the last step's gradient, by matrix and kernel. */
  gradients: { key: string; norm: number }[];
  [measure: string]: unknown;
}

export interface RunEvents {
  metrics: Metrics;
  state: { state: "running" | "paused" | "done" | "failed"; message: string | null };
}

/** A training under way, step by step. Made by engine.train and by fork only. */
export declare class Run {
  private constructor();
  /** The whole description: engine.train(run.spec) does the same again. */
  readonly spec: RunSpec;
  readonly networks: string[];
  readonly step: number;
  readonly state: "running" | "paused" | "done" | "failed";
  /** Steps that the run can go back to. */
  readonly checkpoints: number[];
  on<K extends keyof RunEvents>(event: K, listener: (value: RunEvents[K]) => void): () => void;
  /** Takes n more steps, all that are left when n is absent; resolves when they are done or the run was paused. */
  run(steps?: number): Promise<void>;
  pause(): Promise<void>;
  /** Throws switches after the step that the run is at. */
  set(switches: Partial<RunSpec>): Promise<void>;
  /** A network of the run at a checkpoint, or now; without a name the first. */
  at(step: number, options?: { network?: string }): Promise<Model>;
  /** Another run that goes on from a checkpoint, or from now, with these switches. */
  fork(step: number, switches?: Partial<RunSpec>): Promise<Run>;
  /** A network as safetensors that PyTorch loads with strict=True; without a step as it is now. */
  save(options?: { step?: number; network?: string }): Promise<Blob>;
  /** SHA-256 of all weights and running statistics, in hexadecimal digits. */
  hash(): Promise<string>;
  /** Gives everything back; idempotent. */
  free(): void;
}

export declare class Engine {
  private constructor();
  static create(options?: CreateOptions): Promise<Engine>;
  readonly info: EngineInfo;
  models(): CatalogueEntry[];
  load(id: string, options?: LoadOptions & { source?: string | URL | Blob }): Promise<Model>;
  /**
   * A URL, a file, a Hub id ("owner/name" or "owner/name@revision"), or several files: shards with their index.json, weights
   * with their config.json. `config` is timm's or transformers' config.json; a Hub id's own is read.
   */
  open(
    source: string | URL | Blob | Blob[],
    options?: LoadOptions & { config?: Record<string, unknown> },
  ): Promise<Model>;
  /** Arithmetic of layers, without a network. */
  convolutionSize(args: ConvolutionArgs): Promise<ConvolutionSize>;
  stackedConvolutions(args: StackArgs): Promise<Stacked>;
  /** Of a square picture, sizes in pixels on a side. */
  patches(args: { size: number; patch: number }): Promise<Patches>;
  /** Begins a run of training, paused before its first step; what is left out takes the experiment's default. */
  train(description: Partial<RunSpec> & LoadOptions): Promise<Run>;
  /** Files kept in this browser, partial ones included. */
  stored(): Promise<StoredFile[]>;
  remove(key: string): Promise<void>;
  stats(): Promise<EngineStats>;
  /** Returns a function that stops listening. */
  on<K extends keyof EngineEvents>(event: K, listener: (value: EngineEvents[K]) => void): () => void;
  /** Ends the worker and gives everything back; idempotent. */
  close(): void;
}
