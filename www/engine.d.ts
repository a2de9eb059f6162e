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

import type * as generated from "./engine/generated.js";
import type { CatalogueEntry, ModelInfo, RunDevice, RunSpec, Stage, Switches, WeightStep } from "./engine/generated.js";

// What is computed in Rust is declared there, and these types are generated from it.
export type {
  AttentionCost,
  BlockAttention,
  Capability,
  CatalogueEntry,
  ClassMethod,
  Contributions,
  ConvolutionArgs,
  ConvolutionSize,
  CurvePoint,
  DinoLoss,
  Experiment,
  Formula,
  GradientDepth,
  InputSize,
  Layout,
  LayoutItem,
  Measure,
  ModelInfo,
  NetworkMetrics,
  Neighbours,
  Off,
  Patches,
  RunDevice,
  RunSpec,
  Spot,
  SpotWindow,
  StackArgs,
  Stacked,
  Stage,
  Switches,
  WeightStep,
} from "./engine/generated.js";

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
  /** Cores that compute on the CPU, once all helpers have come: 1 where the page is not cross-origin isolated. */
  readonly cores: number;
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
  off?: generated.Off[];
  /** Pixels a side at which the image is looked at, where the network can; without it the model's own (`Model.at`). */
  size?: number;
}

/** Of a call about an image. */
export interface ImageOptions extends CallOptions {
  /** Without one, the image that this model was last given. */
  image?: ImageInput | Tensor;
}

/** Whose attention. */
export type AttentionHeadsOptions = ImageOptions & generated.AttentionHeadsArgs;

/** Of which normalization. */
export type NormOrdersOptions = ImageOptions & generated.NormOrdersArgs;

/** How many passes are timed. */
export type ThroughputOptions = ImageOptions & Partial<generated.ThroughputArgs>;

/** How many passes. */
export type DropoutOptions = ImageOptions & generated.DropoutArgs;

/** Whose bias. */
export type RelativeBiasOptions = CallOptions & generated.AttentionArgs;

/** Of which convolution. */
export type FilterOptions = CallOptions & generated.FilterArgs;

/** At which size. */
export type CostOptions = CallOptions & generated.CostArgs;

/** Of which images and windows. */
export type AttentionCostOptions = CallOptions & generated.AttentionCostArgs;

/** Of which fresh network. */
export type GradientDepthOptions = CallOptions & generated.GradientDepthArgs;

/** Of which photos. */
export type NeighbourOptions = CallOptions & generated.NeighbourArgs;

/** Of which outputs; typed arrays are taken too. */
export type DinoLossOptions = CallOptions & Omit<generated.DinoLossArgs, "outputs"> & { outputs: ArrayLike<number>[] };

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
  /**
   * The image that the prediction makes, visible patches as given: normalized as the input,
   * `[1, channels, size, size]`.
   */
  image: Tensor;
  /** The same as RGBA pixels. */
  pixels: { data: Uint8ClampedArray; width: number; height: number };
  /**
   * `[rows, columns]`: the root mean squared error of each hidden patch as a share of full brightness; 0 where visible.
   */
  errors: Tensor;
}

/** Swin's windows over the photo, `[rows, columns]` of the weights that one patch has for the others. */
export type WindowAttention = Tensor & generated.WindowAttention;

/** The class token's weights in the last block, `[heads, rows, columns]`, and the patches that hold most of them. */
export type ClassHeads = Tensor &
  generated.ClassHeads & {
    /** As `data`, 1 for a patch that is kept. */
    masks: Uint8Array;
  };

/** An MAE's encoder alone. */
export type EncoderCost = generated.EncoderCost & {
  /** Milliseconds, the median of several runs. */
  ms: number;
};

/** For each dimension of a stage's shape the first index and the one after the last; null is all of it. */
export type Ranges = ([number, number] | null)[];

/** All channels of a stage, `[channels, height, width]`; of large maps the means over equal parts. */
export type SmallMaps = Tensor & generated.SmallMaps;

/** What a stage is drawn from, `[tiles, rows, columns]`: small maps of its channels, or where its heads look. */
export type StageTiles = Tensor & generated.StageTiles;

/** What of one stage a cell depends on, `[rows, columns]`: the strength of its derivative by each place. */
export type StageField = Tensor & generated.StageField;

/** What one cell of a stage sees of the image. */
export type ReceptiveField = generated.ReceptiveField & {
  /** What it sees of each stage that was asked for. */
  stages: StageField[];
  /** d(cell) / d(input), `[channels, size, size]`. */
  gradient: Tensor;
  /** Its absolute value over the channels, `[size, size]`. */
  map: Tensor;
};

/** Where a query looks, `[rows, columns]` on the grid of patches. */
export type AttentionMap = Tensor & generated.AttentionMap;

/** Where the evidence for a class is, 0 to 1, on the network's own grid. */
export type ClassMap = Tensor &
  generated.ClassMap & {
    /** Before negative evidence was cut off; null where a method has none. */
    signed: Tensor | null;
  };

/** What names a class by its index names it by its label too. */
type Labelled<T> = T extends { index: number }
  ? T & { label: string }
  : T extends object
    ? { [Key in keyof T]: Labelled<T[Key]> }
    : T;

/** The classifier applied to each stage that it can be applied to. */
export type LogitLens = Labelled<generated.LogitLens>;

/** Where one query looks, `[heads, height, width]`. */
export type AttentionHeads = Tensor & generated.AttentionHeads;

/** What Swin adds to the scores of one query, `[height, width]`. */
export type RelativeBias = Tensor &
  generated.RelativeBias & {
    /** The learned table of the head, `[2M - 1, 2M - 1]`. */
    table: Tensor;
  };

/** Patches along the three directions in which they differ most, `[3, height, width]`. */
export type PatchColours = Tensor & generated.PatchColours;

/** Answers of a network that drops at random. */
export type DropoutPasses = Labelled<generated.DropoutPasses>;

/** One image of a size, counted and timed. */
export type Cost = generated.Cost & {
  /** Milliseconds, the median of several runs. */
  ms: number;
};

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
  /** Cores that compute on the CPU now. */
  cores: number;
}

export interface Notice {
  /**
   * "cpu-fallback": WebGPU was lost for good; "recovered": a new worker has taken over; "memory-only": not kept on
   * disk; "stalled": a server sends nothing, or asks to wait, and is asked again; "stored-copy": a file is used as it
   * was stored, because the server does not answer or has it no longer.
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
  /**
   * The same network on images of so many pixels a side: `info`, `stages` and every call of it are of that size. It is
   * freed with this one. "bad-input" where the network does not take the size.
   */
  at(size: number, options?: { signal?: AbortSignal }): Promise<Model>;
  classify(image: ImageInput | Tensor, options?: CallOptions & { topK?: number }): Promise<Classification>;
  /** An already normalized tensor, of any size that the network can take; no preprocessing. */
  forward(tensor: Tensor, options?: CallOptions): Promise<Tensor>;
  /** With `ranges` only those parts are read; the values stay on the device for the next part. */
  observe(
    input: ImageInput | Tensor,
    names: string[],
    options?: CallOptions & { ranges?: Record<string, Ranges> },
  ): Promise<Record<string, Tensor>>;
  /** All channels of a stage as small maps. Without a side at most 64 cells, without a head the first. */
  maps(stage: string, options?: ImageOptions & Omit<generated.MapsArgs, "stage">): Promise<SmallMaps>;
  /** Where everything stands in the network's picture, from its stated graph alone. */
  layout(options?: CallOptions): Promise<generated.Layout>;
  /**
   * Tiles of many stages from one forward pass: of each the `count` maps that vary most (all where it is left out), of
   * at most
   * `side` cells (64). Values are NaN where a patch is hidden.
   */
  tiles(stages: generated.TilesArgs["stages"], options?: ImageOptions): Promise<StageTiles[]>;
  /**
   * The number at a place of a map, and the windows that it reads (the four that weigh most). `query`: of attention
   * weights the patch that asks.
   */
  spot(place: generated.SpotArgs, options?: ImageOptions): Promise<generated.Spot>;
  /** Without an index of the first answer's class. */
  contributions(
    stages: string[],
    options?: ImageOptions & Omit<generated.ContributionsArgs, "stages">,
  ): Promise<generated.Contributions>;
  preprocess(image: ImageInput, options?: CallOptions): Promise<Preprocessed>;
  reconstruct(
    input: ImageInput | Tensor,
    options?: CallOptions & { noise?: Float32Array; mask?: Uint8Array | boolean[] | number[] },
  ): Promise<Reconstruction>;
  /**
   * `cell` is an index into the stage's shape, a leading one left out. Without an image: the one last given to this
   * model. `through` names stages between the image and the cell, to be told of each what the cell depends on there.
   */
  receptiveField(
    stage: string,
    cell: number[],
    options?: ImageOptions & { through?: string[] },
  ): Promise<ReceptiveField>;
  /**
   * Without a block the last, without a head their mean, without a query the class token (or, without one, the mean of
   * all).
   */
  attention(options?: ImageOptions & generated.AttentionArgs): Promise<AttentionMap>;
  /** Without a method Grad-CAM, without an index the first answer. */
  explainClass(image: ImageInput | Tensor, options?: CallOptions & generated.ExplainClassArgs): Promise<ClassMap>;
  /**
   * Switches parts off for this handle's later calls, in place of those before; [] restores the network. Other handles
   * of the same network do not change, and a worker that takes over knows it. Answers with how many changes there are.
   */
  ablate(off: generated.Off[], options?: CallOptions): Promise<number>;
  logitLens(image: ImageInput | Tensor, options?: CallOptions & generated.LogitLensArgs): Promise<LogitLens>;
  cell(stage: string, cell: number[], options?: ImageOptions): Promise<generated.Formula>;
  /**
   * What one patch reads within its window, and how the block's windows lie. `query`: row and column, brought onto the
   * grid.
   */
  windowAttention(options: ImageOptions & generated.WindowAttentionArgs): Promise<WindowAttention>;
  /** What the class token reads in the last block, and the fewest patches that hold `mass` (0 to 1) of it. */
  classHeads(options: ImageOptions & generated.ClassHeadsArgs): Promise<ClassHeads>;
  /**
   * How many grey pictures, `[n, 1, height, width]` of 0 to 255, are read rightly when moved to the right in their
   * field.
   */
  rightAfterShift(pictures: Tensor, options: CallOptions & generated.ShiftArgs): Promise<number>;
  /**
   * How many images, given as features `[n, width]`, are named rightly by the vote of the `k` nearest of the others,
   * weighted as in DINO's evaluation; nothing is trained.
   */
  readOut(features: Tensor, options: CallOptions & generated.ReadOutArgs): Promise<generated.ReadOut>;
  /** MAE: a random mask, one byte for each patch, equal for equal arguments. One patch always stays visible. */
  randomMask(options: CallOptions & generated.MaskArgs): Promise<Uint8Array>;
  /** MAE: the work and time of the encoder alone, with a share of the patches hidden. */
  encoderCost(options: CallOptions & generated.MaskArgs): Promise<EncoderCost>;
  /** How the receptive field grows with depth. */
  receptiveCurve(options?: CallOptions): Promise<generated.CurvePoint[]>;
  attentionHeads(options: AttentionHeadsOptions): Promise<AttentionHeads>;
  attentionStats(options?: ImageOptions): Promise<generated.BlockAttention[]>;
  /** Attention rollout of the class token over all blocks, [height, width]. */
  rollout(options?: ImageOptions): Promise<Tensor>;
  relativeBias(options?: RelativeBiasOptions): Promise<RelativeBias>;
  /** A normalization behind its pooling, and before it as in the AlexNet paper. */
  normOrders(options: NormOrdersOptions): Promise<{ taught: Tensor; paper: Tensor }>;
  /** A convolution's kernels, [out, in, height, width]. */
  filters(options?: FilterOptions): Promise<Tensor>;
  dropoutPasses(options?: DropoutOptions): Promise<DropoutPasses>;
  /** A second forward pass, timed step by step. */
  stageTimes(options?: ImageOptions): Promise<generated.StageTime[]>;
  /** Multiply-adds a second of each stage and each kind of step, and of one large product on the same device. */
  throughput(options?: ThroughputOptions): Promise<generated.Throughput>;
  /**
   * Cosines of the first image's patches with all patches, without the mean of them all, [patches, images, height,
   * width].
   */
  similarity(options?: ImageOptions): Promise<Tensor>;
  pca(options?: ImageOptions): Promise<PatchColours>;
  /** Cosines of the patches' position embeddings, [patches, height, width]. */
  positionSimilarity(options?: CallOptions): Promise<Tensor>;
  /** The numbers that describe a photo before any class is named. */
  features(options?: ImageOptions): Promise<number[]>;
  neighbours(options: NeighbourOptions): Promise<generated.Neighbours>;
  dinoLoss(options: DinoLossOptions): Promise<generated.DinoLoss>;
  attentionCost(options: AttentionCostOptions): Promise<generated.AttentionCost[]>;
  costAt(options: CostOptions): Promise<Cost>;
  gradientDepth(options: GradientDepthOptions): Promise<generated.GradientDepth>;
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
  /** At most so many cores compute on the CPU, at least 1; all, up to 8, where it is left out. See `info.cores`. */
  cores?: number;
}

/** A group of photos, given beside the description of a run that learns from them. */
export interface PhotoGroup {
  name: string;
  images: ImageInput[];
}

/**
 * `groups` are of "probe" and "fine-tune"; `model` is whose features the probe reads, in place of a catalogue id as
 * `network`. `resume` is a checkpoint of a run of this description, as `run.export()` gives it. `device` is what the run
 * computes on: the CPU where nothing is said; WebGPU only where the engine runs on it, else "no-webgpu".
 */
export type TrainOptions = Partial<Omit<RunSpec, "groups">> &
  LoadOptions & { groups?: PhotoGroup[]; model?: Model; resume?: Blob; device?: RunDevice };

/** What a run says of a photo. */
export interface Guess {
  top: Prediction[];
  /** Of a probe: how the three nearest of the photos that it learns from vote, without any learning. */
  neighbours: generated.Vote | null;
}

/** What a few steps measured. */
export type Metrics = generated.RunReport & {
  /** Milliseconds for one step. */
  ms: number;
};

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
  /** What it computes on; changes only when a lost GPU makes the engine fall back to the CPU. */
  readonly device: RunDevice;
  /** Steps that the run can go back to. */
  readonly checkpoints: number[];
  /** Of "probe" and "fine-tune": the photos that are tested on, and not learned from. */
  readonly held: { group: number; image: number }[];
  on<K extends keyof RunEvents>(event: K, listener: (value: RunEvents[K]) => void): () => void;
  /**
   * Takes n more steps, all that are left when n is absent, at most `pace` of them a second; resolves when they are done
   * or the run was paused.
   */
  run(steps?: number, options?: { pace?: number }): Promise<void>;
  pause(): Promise<void>;
  /**
   * Takes one step, and tells what it was for one weight of a layer: the one with the largest gradient, in the first
   * layer of the first network where none is named.
   */
  stepThrough(options?: { network?: string; key?: string }): Promise<WeightStep>;
  /** Throws switches after the step that the run is at. */
  set(switches: Switches): Promise<void>;
  /** A network of the run at a checkpoint, or now; without a name the first. */
  at(step: number, options?: { network?: string }): Promise<Model>;
  /** What the run says of a photo: a probe beside its nearest neighbours, or a network (the first) by itself. */
  classify(
    image: ImageInput,
    options?: { step?: number; network?: string; topK?: number; signal?: AbortSignal },
  ): Promise<Guess>;
  /** Another run that goes on from a checkpoint, or from now, with these switches. */
  fork(step: number, switches?: Switches): Promise<Run>;
  /** A network as safetensors that PyTorch loads with strict=True; without a step as it is now. */
  save(options?: { step?: number; network?: string }): Promise<Blob>;
  /** A checkpoint, or now: engine.train({ ...run.spec, resume }) goes on from there. */
  export(options?: { step?: number }): Promise<Blob>;
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
   * A URL, a file, a Hub id ("owner/name" or "owner/name@revision"), or several files: shards with their index.json,
   * weights with their config.json. `config` is timm's or transformers' config.json; a Hub id's own is read.
   */
  open(
    source: string | URL | Blob | Blob[],
    options?: LoadOptions & { config?: Record<string, unknown> },
  ): Promise<Model>;
  /** Arithmetic of layers, without a network. */
  convolutionSize(args: generated.ConvolutionArgs): Promise<generated.ConvolutionSize>;
  stackedConvolutions(args: generated.StackArgs): Promise<generated.Stacked>;
  /** Of a square picture, sizes in pixels on a side. */
  patches(args: generated.PatchesArgs): Promise<generated.Patches>;
  /** Begins a run of training, paused before its first step; what is left out takes the experiment's default. */
  train(description: TrainOptions): Promise<Run>;
  /** Files kept in this browser, partial ones included. */
  stored(): Promise<StoredFile[]>;
  remove(key: string): Promise<void>;
  stats(): Promise<EngineStats>;
  /** Returns a function that stops listening. */
  on<K extends keyof EngineEvents>(event: K, listener: (value: EngineEvents[K]) => void): () => void;
  /** Ends the worker and gives everything back; idempotent. */
  close(): void;
}
