/**
 * Generated from crate/src by `cargo xtask types`; not to be edited. What the wasm module takes and answers as JSON;
 * tensors that it answers beside the facts are in engine.d.ts.
 */

/** The image that a network takes. */
export type InputSize = {
  /** Pixels per side. */
  size: number,
  /** 3 for colour, 1 for grey. */
  channels: number,
};

/** One thing that can be asked. */
export type Capability = "logits" | "features" | "reconstruct" | "convolution" | "receptive-field" | "attention-heads" | "attention-stats" | "windows" | "class-token" | "position-similarity" | "logit-lens";

/** How the evidence for a class is found: the methods of `explainClass`. */
export type ClassMethod = "cam" | "gradcam" | "attention" | "occlusion";

/** Where weights are. */
export type WeightsSource = {
  /** Relative to the page, or absolute. */
  url: string,
  /** Whose it is. */
  kind: SourceKind,
};

/** Whose they are. */
export type SourceKind = "bundled" | "local" | "hub";

/** An entry as JavaScript sees it. */
export type CatalogueEntry = {
  /** What `engine.load` is given. */
  id: string,
  /** The architecture. */
  family: string,
  /** Its name and size. */
  title: string,
  /** Learned values. */
  parameters: number,
  /** Of one forward pass at the default input size. */
  multiply_adds: number,
  /** Bytes to download. */
  bytes: number,
  /** The image that it takes. */
  input: InputSize,
  /** A name for each class; none where it answers with features or pixels. */
  labels: Array<string>,
  /** What can be asked of it, as in ModelInfo. */
  capabilities: Array<Capability>,
  /** Ships with the page: loading it asks no other origin. */
  embedded: boolean,
  /** Where the weights come from when `load` is given no source. */
  source: string,
  /** All places where they are, in the order in which they are asked. */
  sources: Array<WeightsSource>,
  /** Of the file, where it is known. */
  sha256: string | null,
  /** Of the weights. */
  licence: string,
  /** What a visitor should know of it. */
  note: string | null,
  /** Labelled features by which a network without a head names classes; loaded with it. */
  bank: string | null,
};

/** A conversion of official weights, as `cargo xtask site --with` makes it. */
export type Converted = {
  /** The address of the file that it was made of. */
  from: string,
  /** The type of most stored numbers, in safetensors' words: "F16" or "F32". */
  dtype: string,
};

/** What a network is, and what can be asked of it. */
export type ModelInfo = {
  /** The catalogue's id, or the architecture's when the checkpoint was opened by its keys. */
  id: string,
  /** The architecture. */
  family: string,
  /** Its name and size. */
  title: string,
  /** Learned values. */
  parameters: number,
  /** Of one forward pass on an image of `input`. */
  multiply_adds: number,
  /** The image that it takes. */
  input: InputSize,
  /** Usual pixels a side that it can look at, its own among them. */
  sizes: Array<number>,
  /** A name for each class; none where it answers with features or pixels. */
  labels: Array<string>,
  /** What can be asked of it, read from its stages: a page asks for these, never for a network's name. */
  capabilities: Array<Capability>,
  /** The methods of `explainClass` that fit, the usual one first. */
  classMethods: Array<ClassMethod>,
  /** Rows and columns of the patches that the image is cut into; null where it is not cut. */
  grid: [number, number] | null,
  /** What normalizes each channel's values of 0 to 1: `(value - mean) / std`. */
  mean: [number, number, number],
  /** The same, by channel. */
  std: [number, number, number],
  /** What was assumed of an opened checkpoint for want of a configuration, in words; none where nothing was. */
  assumptions: Array<string>,
  /** Where the weights were converted from and how they are stored, of a file that says so; null of any other. */
  converted: Converted | null,
  /** Of the weights; null where they are the visitor's own. */
  licence: string | null,
};

/** What a named stage is, for whoever draws it. */
export type StageKind = "conv" | "norm" | "activation" | "pool" | "linear" | "embedding" | "attention-weights" | "attention" | "mlp" | "add" | "reshape" | "dropout" | "block" | "layer" | "output";

/** How the numbers of a value lie. */
export type Dimensions = "nchw" | "nhwc" | "tokens" | "heads" | "vector";

/** A named intermediate tensor and what computes it. */
export type Stage = {
  /** Module path as in the checkpoint's keys. */
  name: string,
  /** What it is. */
  kind: StageKind,
  /** Its shape for one image. */
  shape: Array<number>,
  /** What the dimensions are. */
  layout: Dimensions,
  /** Rows and columns of the cells that cover the photo, a class token left out; null where they do not cover it. */
  grid: [number, number] | null,
  /** Learned values of this module and its parts. */
  parameters: number,
  /** Multiply-adds of this module and its parts, for one image. */
  multiply_adds: number,
  /** The stages whose values it reads: the drawing's arrows. */
  from: Array<string>,
};

/** One part to switch off. */
export type Off = {
  /** Name of a stage; "" for "mask", which is of the whole network. */
  stage: string,
  /** "zero": its whole value. "channel" `index`. "head" `index` of attention weights. "token" `index` (0: the class
   * token). "shortcut": a residual sum keeps its branch alone. "branch": it keeps its shortcut alone. "position":
   * the embedding is not added. "shuffle": each patch gets the embedding of another place, drawn by seed `index`; a
   * class token keeps its own. "mask": a masked autoencoder hides the patches `hidden`, not those of its fixed mask.
   */
  what: string,
  /** Which channel, head or token; for "shuffle", which order (0 if missing). */
  index?: number | null,
  /** For "mask": the patches that are hidden, counted row by row; the others are seen. */
  hidden?: Array<number> | null,
};

/** What a column's tiles are. */
export type Tiles = "maps" | "heads" | "vector" | "table";

/** Windows that attention stays within. */
export type LayoutWindows = {
  /** Patches on a side. */
  size: number,
  /** By how many patches they are shifted. */
  shift: number,
};

/** A part of the picture: a column or what stands inside one. */
export type LayoutItem = {
  /** Its name among all items: a module path; with a "+" behind it where a column holds several plain operations. */
  id: string,
  /** The module path that names it. */
  name: string,
  /** What it is. */
  kind: StageKind,
  /** The stage that it is the result of. */
  stage: string,
  /** The stage whose numbers stand for it: of a transformer's block its attention weights. */
  shows: string,
  /** How they are drawn. */
  tiles: Tiles,
  /** How many maps, heads or numbers there are. */
  count: number,
  /** Rows and columns of a map. */
  grid: [number, number],
  /** Windows of the attention that is shown. */
  windows: LayoutWindows | null,
  /** Shape of the stage's value. */
  shape: Array<number>,
  /** Learned values. */
  parameters: number,
  /** Multiply-adds for one image. */
  multiply_adds: number,
  /** The group of blocks it is in: its path and its place among all groups, from 1. */
  layer: [string, number] | null,
  /** Which block of its group it is, from 1. */
  block: number | null,
  /** From left to right, as shares of the picture's width. */
  x: [number, number],
  /** From top to bottom, as shares of its height. */
  y: [number, number],
  /** The stages that it reads. */
  from: Array<string>,
  /** What stands inside. */
  parts: Array<LayoutItem>,
};

/** A skip connection: the value of `from` is added at `to`. */
export type LayoutSkip = {
  /** Name of a stage; "" is the photo. */
  from: string,
  /** Name of the sum's stage. */
  to: string,
  /** The stage that projects it on the way, where the shapes differ. */
  via: string | null,
};

/** The whole picture. */
export type Layout = {
  /** Columns from left to right. */
  items: Array<LayoutItem>,
  /** Skip connections. */
  skips: Array<LayoutSkip>,
};

/** Which maps. */
export type MapsArgs = {
  /** Name of a stage. */
  stage: string,
  /** Cells on the longer side that a small map has at most. */
  side?: number,
  /** Which head's, of queries, keys and values. */
  head?: number,
};

/** All channels of a stage. */
export type SmallMaps = {
  /** Rows of the whole map. */
  rows: number,
  /** Columns of the whole map. */
  columns: number,
  /** The smallest value of each whole map. */
  low: Array<number>,
  /** The largest value of each whole map. */
  high: Array<number>,
};

/** Which stages, and how much of each. */
export type TilesArgs = {
  /** One answer for each. */
  stages: Array<TilesOf>,
};

/** Of one stage. */
export type TilesOf = {
  /** Its name. */
  stage: string,
  /** How many maps: those that vary most over the photo. All of them where it is left out. */
  count?: number | null,
  /** Cells on the longer side that a map has at most. */
  side?: number,
  /** Of attention weights, whose: a patch, row by row. The class token's where it is left out, and where there is
   * none the mean over all.
   */
  query?: number | null,
};

/** The tiles of one stage. */
export type StageTiles = {
  /** Its name. */
  stage: string,
  /** Which channel or head each tile is. */
  channels: Array<number>,
  /** All channels or heads there are. */
  count: number,
  /** Rows and columns of a whole map. */
  grid: [number, number],
  /** The smallest value of each whole map. */
  low: Array<number>,
  /** The largest value of each whole map. */
  high: Array<number>,
};

/** Which cell of the picture. */
export type SpotArgs = {
  /** Name of a stage. */
  stage: string,
  /** Which map, head or number. */
  channel: number,
  /** Where on the map. */
  row?: number,
  /** Where on the map. */
  column?: number,
  /** Of attention weights the patch that asks: the class token where it is left out, and where there is none the
   * patch itself.
   */
  query?: number | null,
  /** How many windows are told apart; the others are one sum. */
  windows?: number,
};

/** A part of one map that the cell reads, and what each of its numbers is multiplied by. */
export type SpotWindow = {
  /** The stage that it lies in; "input" is the photo. */
  stage: string | null,
  /** Which map; none where the numbers are those of one place over all maps. */
  channel: number | null,
  /** Its first row and column. */
  first: [number, number],
  /** Its rows and columns. */
  size: [number, number],
  /** Row by row; none outside of the map. */
  weights: Array<number | null>,
  /** Row by row; none outside of the map. */
  inputs: Array<number | null>,
  /** The sum of its products. */
  sum: number,
};

/** How a number of the picture comes about. */
export type Spot = {
  /** Its index in the stage's shape. */
  cell: Array<number>,
  /** Its formula. */
  formula: Formula,
  /** What it reads, the windows that weigh most first. */
  windows: Array<SpotWindow>,
  /** All windows there are. */
  count: number,
  /** The sum of those that are not told. */
  rest: number,
};

/** Of which stages, to which class. */
export type ContributionsArgs = {
  /** Names of stages. */
  stages: Array<string>,
  /** The class; the first answer where it is left out. */
  index?: number | null,
};

/** One stage's maps. */
export type StageShares = {
  /** Its name. */
  stage: string,
  /** For each channel, head or number what it adds to the class's score. */
  shares: Array<number>,
};

/** What the maps of stages add to the score of one class. */
export type Contributions = {
  /** The class. */
  index: number,
  /** One row for each stage that was asked for. */
  stages: Array<StageShares>,
};

/** Which cell. */
export type CellArgs = {
  /** Name of a stage. */
  stage: string,
  /** Index into its shape without the leading one. */
  cell: Array<number>,
};

/** A product of the sum. */
export type Term = {
  /** What the input is multiplied by. */
  weight: number,
  /** The input's number. */
  input: number,
  /** Which of `inputs` it is from. */
  from: number,
  /** Where it lies there. */
  index: Array<number>,
};

/** The part of a value that a cell reads. */
export type Region = {
  /** The stage; "input" is the image; null where the value has no name. */
  stage: string | null,
  /** The first index of each dimension. */
  first: Array<number>,
  /** The last index of each dimension. */
  last: Array<number>,
};

/** How a cell's number comes about: `f(sum of weight * input, bias)`. */
export type Formula = {
  /** The operation. */
  op: string,
  /** The formula in words of `sum`, `bias` and `facts`. */
  rule: string,
  /** The number in the cell. */
  value: number,
  /** The same from the terms. */
  recomputed: number,
  /** The sum of all terms. */
  sum: number,
  /** What is added to it. */
  bias: number,
  /** The terms that weigh most. */
  terms: Array<Term>,
  /** How many there are. */
  count: number,
  /** What else the rule names. */
  facts: { [key in string]: number },
  /** What the cell reads. */
  inputs: Array<Region>,
  /** Whether something is switched off here, so that `value` is not what the rule says. */
  changed: boolean,
};

/** A rectangle in pixels of the network's input, or in cells of a stage. */
export type Rect = {
  /** Left edge. */
  x: number,
  /** Upper edge. */
  y: number,
  /** Columns. */
  width: number,
  /** Rows. */
  height: number,
};

/** Which cell. */
export type ReceptiveFieldArgs = {
  /** Name of a stage. */
  stage: string,
  /** Index into its shape without the leading one: `[channel, row, column]`, `[token, channel]`, ... */
  cell: Array<number>,
  /** Names of stages on the way from the image to the cell, to be told what of them the cell depends on. */
  through?: Array<string>,
};

/** What a cell depends on. */
export type ReceptiveField = {
  /** The rectangle around all pixels that the cell can depend on; null when there are none. */
  box: Rect | null,
  /** How many pixels it can depend on. */
  pixels: number,
  /** Side of a square of as many pixels as answer with at least 4.55 % of the strongest's gradient: the effective
   * field (section 3 of the paper, two standard deviations).
   */
  effective: number,
  /** The number in the cell. */
  value: number,
};

/** What of one stage a cell depends on. */
export type StageField = {
  /** Its name. */
  stage: string,
  /** The rectangle, in cells of the stage, around all that the cell can depend on; null where there are none. */
  box: Rect | null,
  /** For each channel the absolute value of the derivative, summed over places. */
  shares: Array<number>,
};

/** How far one stage sees. */
export type CurvePoint = {
  /** The stage. */
  name: string,
  /** What it is. */
  kind: StageKind,
  /** Side of a cell's field in pixels. For convolutions and pools this is the textbook sum of `(kernel - 1) * jump`,
   * which may exceed the image; after attention it is what the central cell sees of the image.
   */
  field: number,
  /** Pixels between neighbouring cells. */
  jump: number,
  /** What the central cell sees of the image. */
  seen: Rect | null,
};

/** Which filters. */
export type FilterArgs = {
  /** A convolution (or patch embedding); the first where none is given. */
  stage?: string | null,
};

/** Which normalization. */
export type NormOrdersArgs = {
  /** A local response normalization that follows a pooling, as in the small network of this project. */
  stage: string,
};

/** One stage's share of a forward pass. */
export type StageTime = {
  /** Its name. */
  stage: string,
  /** Milliseconds of its nodes; on a GPU with the wait for the device after each step. */
  ms: number,
};

/** How often. */
export type ThroughputArgs = {
  /** Passes that are timed, after one that is not; the median of each step counts. */
  passes: number,
};

/** What multiply-adds take. */
export type Work = {
  /** How many there are. */
  multiplyAdds: number,
  /** Milliseconds. */
  ms: number,
  /** Multiply-adds a second; 0 where the clock saw no time pass. */
  rate: number,
};

/** One stage's. */
export type StageWork = {
  /** Its name. */
  stage: string,
  /** Its rate over that of the large product. */
  share: number,
  /** How many there are. */
  multiplyAdds: number,
  /** Milliseconds. */
  ms: number,
  /** Multiply-adds a second; 0 where the clock saw no time pass. */
  rate: number,
};

/** That of all steps of a kind. */
export type KindWork = {
  /** What the steps end in. */
  kind: StageKind,
  /** Their rate over that of the large product. */
  share: number,
  /** How many there are. */
  multiplyAdds: number,
  /** Milliseconds. */
  ms: number,
  /** Multiply-adds a second; 0 where the clock saw no time pass. */
  rate: number,
};

/** A network's work, step by step. */
export type Throughput = {
  /** Rows and columns of both matrices of the large product. */
  side: number,
  /** The large product. */
  product: Work,
  /** The stages that multiply, in order of computation; a module comes after its parts. */
  stages: Array<StageWork>,
  /** All steps by what they end in, from the longest to the shortest. */
  kinds: Array<KindWork>,
};

/** Which attention. */
export type AttentionArgs = {
  /** Number of the block among all that attend, from 0; the last where none is given. */
  block?: number | null,
  /** One head, or the mean over all. */
  head?: number | null,
  /** The patch that looks, row by row in the block's grid; else the class token, or the mean over all patches of a
   * network without one.
   */
  query?: number | null,
};

/** One of Swin's windows. */
export type AttentionWindow = {
  /** Its number, row by row; null where all windows are shown. */
  index: number | null,
  /** Tokens on a side. */
  side: number,
  /** Rows and columns of the cyclic shift. */
  shift: number,
};

/** Where a patch or the class token looks. */
export type AttentionMap = {
  /** The stage that holds the weights. */
  stage: string,
  /** Number of the block. */
  block: number,
  /** Number of blocks. */
  blocks: number,
  /** Number of heads. */
  heads: number,
  /** The query's patch. */
  query: number | null,
  /** The weight of the class token, where there is one. */
  class_token: number | null,
  /** The window that the query lies in, of how many tokens on a side, and by how many rows and columns windows were
   * shifted.
   */
  window: AttentionWindow | null,
  /** The patches that the weights belong to, in the order of the window's tokens. */
  cells: Array<number>,
  /** For each head the entropy of the row in nats, the mean over rows where all patches look. */
  entropy: Array<number>,
};

/** Whose weights. */
export type AttentionHeadsArgs = {
  /** Number of the block, from 0. */
  block: number,
  /** Row and column of the patch that looks; else the class token. */
  query?: [number, number] | null,
};

/** Where one query looks, head by head. */
export type AttentionHeads = {
  /** The weight of the class token in each head; null where there is none. */
  class_token: Array<number> | null,
};

/** How sharply and how far the heads of one block look. */
export type BlockAttention = {
  /** The stage that holds the weights. */
  stage: string,
  /** For each head the entropy of a row in nats, the mean over all rows. */
  entropy: Array<number>,
  /** For each head the mean attention distance in pixels (figure 7, right, of the ViT paper): among patches alone,
   * rows divided by their new sums, the distance between the centres of query and key, weighted by attention.
   */
  distance: Array<number>,
};

/** What Swin adds to the scores of one query, by where a key lies from it. */
export type RelativeBias = {
  /** The patches of the window. */
  cells: Array<number>,
};

/** Whose weights. */
export type WindowAttentionArgs = {
  /** Number of the block among all that attend, from 0. */
  block: number,
  /** Number of the head, from 0. */
  head?: number,
  /** Row and column of the patch that looks; beyond the block's grid, the nearest one on it. */
  query: [number, number],
};

/** A block's windows, laid over the photo, and the weights of one query. */
export type WindowAttention = {
  /** The stage that holds the weights. */
  stage: string,
  /** The patch that looks. */
  query: [number, number],
  /** Number of heads. */
  heads: number,
  /** Patches on a side of a window. */
  window: number,
  /** Rows and columns by which windows were shifted. */
  shift: number,
  /** Rows at which a new window begins, the first of the photo left out. */
  rows: Array<number>,
  /** Columns at which a new window begins. */
  columns: Array<number>,
  /** For each patch, row by row, the number of the group that it attends within: its window, or of a shifted window
   * the part whose patches were neighbours before the shift.
   */
  groups: Array<number>,
  /** Patches that the query may read. */
  reads: number,
  /** The largest of its weights. */
  strongest: number,
};

/** How much of the attention the mask keeps. */
export type ClassHeadsArgs = {
  /** 0 to 1; the paper keeps 0.6. */
  mass: number,
};

/** The class token's attention in the last block, and masks made of it. */
export type ClassHeads = {
  /** Patches kept by each head. */
  kept: Array<number>,
};

/** Which class, by which method. */
export type ExplainClassArgs = {
  /** "cam", "gradcam", "attention" or "occlusion"; "gradcam" where none is given. */
  method?: ClassMethod | null,
  /** The class; the most probable where none is given. */
  index?: number | null,
  /** Grad-CAM: the stage whose map is weighted; the last one with a map where none is given. */
  stage?: string | null,
  /** Occlusion: patches on a side, 8 where none is given. */
  grid?: number | null,
};

/** A map of what speaks for a class. */
export type ClassMap = {
  /** The method that was used: Grad-CAM stands in for "attention" where there is no class token. */
  method: ClassMethod,
  /** The class. */
  index: number,
  /** Its probability on the whole photo. */
  probability: number,
  /** The stage that the map was computed on. */
  stage: string | null,
};

/** One class of an answer. */
export type Answer = {
  /** The class. */
  index: number,
  /** Its probability. */
  probability: number,
};

/** How many classes to name. */
export type LogitLensArgs = {
  /** Classes for each stage, 5 where none is given. */
  k?: number | null,
};

/** What the head says of one stage. */
export type LensRow = {
  /** The stage. */
  stage: string,
  /** The most probable classes. */
  top: Array<Answer>,
};

/** A stage that the head cannot read. */
export type Omitted = {
  /** The stage. */
  stage: string,
  /** Why. */
  reason: string,
};

/** The head's answers along the network. */
export type LogitLens = {
  /** In order of computation. */
  rows: Array<LensRow>,
  /** The stages before, whose width is not the head's. */
  omitted: Array<Omitted>,
};

/** How many passes to make. */
export type DropoutArgs = {
  /** Passes, 1 to 100; 10 where none is given. */
  passes?: number | null,
  /** Classes to name, 5 where none is given. */
  k?: number | null,
};

/** One class over all passes. */
export type Spread = {
  /** The class. */
  index: number,
  /** Mean probability. */
  probability: number,
  /** Standard deviation over passes. */
  deviation: number,
};

/** Answers of a network that drops at random. */
export type DropoutPasses = {
  /** The most probable classes of each pass. */
  passes: Array<Array<Answer>>,
  /** The most probable classes of the mean over passes. */
  mean: Array<Spread>,
};

/** Patches as points in three directions. */
export type PatchColours = {
  /** Each direction's share of the variance among the patches. */
  shares: Array<number>,
};

/** Photos that were sorted into groups, and one that was not. */
export type NeighbourArgs = {
  /** Features of each sorted photo. */
  features: Array<Array<number>>,
  /** The group of each. */
  groups: Array<number>,
  /** Features of the other photo. */
  query: Array<number>,
  /** How many neighbours vote. */
  k: number,
};

/** One photo beside the query. */
export type Neighbour = {
  /** Its place among the sorted photos. */
  photo: number,
  /** The cosine of its features and the query's, both without the mean of the sorted photos' features. */
  similarity: number,
  /** Whether it votes. */
  votes: boolean,
};

/** Where a photo belongs. */
export type Neighbours = {
  /** All photos, the most similar first. */
  nearest: Array<Neighbour>,
  /** Each group's share of the votes. */
  shares: Array<number>,
  /** The group with the most. */
  group: number,
};

/** What the teacher does with its output. */
export type DinoLossArgs = {
  /** Outputs for views: the student's, the teacher's, and others that only the centre is a mean of. */
  outputs: Array<Array<number>>,
  /** The teacher's temperature. */
  temperature: number,
  /** Whether the centre is subtracted from the teacher's output. */
  centering: boolean,
  /** The share of its own weights that the teacher keeps in a step. */
  momentum?: number | null,
};

/** Two distributions and what their difference teaches. */
export type DinoLoss = {
  /** The student's distribution. */
  student: Array<number>,
  /** The teacher's. */
  teacher: Array<number>,
  /** Cross-entropy of the student under the teacher, in nats. */
  cross_entropy: number,
  /** Entropy of the teacher, as a share of its largest possible value. */
  entropy: number,
  /** The cross-entropy's derivative by each of the student's outputs. */
  gradient: Array<number>,
  /** Of how many outputs the centre is the mean. */
  centre_of: number,
  /** After how many steps half of the teacher is newer than now. */
  half_life: number | null,
};

/** Which random mask. */
export type MaskArgs = {
  /** The share of patches to hide, 0 to 1; one patch always stays. */
  ratio: number,
  /** Another number, another choice. */
  seed?: number,
};

/** What the encoder does for a share of patches hidden. */
export type EncoderCost = {
  /** Patches hidden. */
  hidden: number,
  /** Patches of the image. */
  patches: number,
  /** Of the encoder for one image; patches are embedded before they are hidden, as in the reference implementation. */
  multiplyAdds: number,
};

/** Which size. */
export type CostArgs = {
  /** Pixels per side. */
  size: number,
};

/** The work that one image of a size takes. */
export type Cost = {
  /** Pixels per side. */
  size: number,
  /** Tokens of the first block, the class token counted; 0 for a network without attention. */
  tokens: number,
  /** Of the whole network. */
  multiplyAdds: number,
  /** Of comparing queries with keys, and of summing values. */
  attention: number,
};

/** Which images and windows. */
export type AttentionCostArgs = {
  /** Pixels per side of each image. */
  sizes: Array<number>,
  /** Pixels per side of a patch. */
  patch: number,
  /** Channels of a token (C). */
  width: number,
  /** Tokens per side of a window (M). */
  window: number,
};

/** What one layer of attention costs by the formulas of the Swin paper, section 3.2, in multiply-adds. */
export type AttentionCost = {
  /** Pixels per side. */
  size: number,
  /** h w of the formulas. */
  tokens: number,
  /** Equation 1: 4 h w C^2 + 2 (h w)^2 C. */
  global: number,
  /** Equation 2: 4 h w C^2 + 2 M^2 h w C. */
  windowed: number,
};

/** Which pictures, and how far. */
export type ShiftArgs = {
  /** The class of each picture. */
  labels: Array<number>,
  /** Pixels to the right; below 0 to the left. */
  shift: number,
};

/** Labels of the images, and how many neighbours vote. */
export type ReadOutArgs = {
  /** The class of each image. */
  labels: Array<number>,
  /** How many neighbours vote; 20 in DINO's evaluation. */
  k: number,
};

/** What the votes came to. */
export type ReadOut = {
  /** Images that were given their own class. */
  right: number,
  /** All images. */
  of: number,
};

/** What follows what from layer to layer. */
export type DepthKind = "plain" | "residual";

/** What follows every convolution. */
export type DepthActivation = "relu" | "tanh" | "sigmoid";

/** One fresh network. */
export type GradientDepthArgs = {
  /** Plain or residual. */
  kind: DepthKind,
  /** Layers with weights: all convolutions and the linear layer at the end. */
  depth: number,
  /** What follows every convolution. */
  activation: DepthActivation,
  /** Variance of the weights times their fan-in: 2 is He's, 1 LeCun's. */
  gain: number,
  /** Whether each convolution is followed by batch normalization, with the statistics of the batch. */
  norm: boolean,
};

/** What came back. */
export type GradientDepth = {
  /** Root mean square of the loss's gradient with respect to each convolution's output (after its activation), from
   * the first to the last.
   */
  gradients: Array<number>,
  /** The first of them over the last. */
  ratio: number,
  /** The loss, cross-entropy of ten classes drawn at random. */
  loss: number,
};

/** A convolution along one side of a map. */
export type ConvolutionArgs = {
  /** Cells on the side. */
  input: number,
  /** Cells that a window covers. */
  kernel: number,
  /** Cells from one window to the next. */
  stride: number,
  /** Cells added on each end. */
  padding: number,
};

/** Where a convolution's windows lie along one side. */
export type ConvolutionSize = {
  /** Cells of the output, `floor((input + 2 padding - kernel) / stride) + 1`; 0 where the kernel does not fit. */
  output: number,
  /** The first cell that each window covers; below 0 in the padding before the map. */
  starts: Array<number>,
};

/** Several convolutions of stride 1, one after the other, beside one with the same field. */
export type StackArgs = {
  /** How many. */
  count: number,
  /** Cells on a side of each kernel. */
  kernel: number,
  /** Channels going in and coming out of each. */
  channels: number,
};

/** What both cost (section 2.3 of the VGG paper). */
export type Stacked = {
  /** Cells on a side of the field after no layer, one, two, and so on. */
  fields: Array<number>,
  /** Weights of the stack, biases left out. */
  stack: number,
  /** Weights of the one convolution. */
  single: number,
  /** The first divided by the second. */
  share: number,
};

/** A square picture cut into square patches. */
export type PatchesArgs = {
  /** Pixels on a side of the picture. */
  size: number,
  /** Pixels on a side of a patch. */
  patch: number,
};

/** How many patches that makes. */
export type Patches = {
  /** On a side. */
  side: number,
  /** In all. */
  count: number,
  /** Numbers in the vector that one patch becomes: three colours a pixel. */
  values: number,
};

/** What is learned, and to see what. */
export type Experiment = "digits" | "activation" | "residual" | "mae" | "dino" | "probe" | "fine-tune" | "shipped";

/** How gradients move weights. */
export type Optimizer = "sgd" | "adamw";

/** A group of the visitor's photos. */
export type Group = {
  /** Its name, by which the network then names photos. */
  name: string,
  /** How many photos it has. */
  images: number,
};

/** A trained network from which another learns besides the labels (Hinton et al. 2015); its answers are given beside
 * the description.
 */
export type Teacher = {
  /** Which. */
  name: string,
  /** How much of the loss it gives. */
  share: number,
  /** By which both answers are divided before they are compared. */
  temperature: number,
};

/** What can be changed while a run is under way; an experiment has those that its defaults name. */
export type Switches = {
  /** The highest rate of the schedule. */
  rate?: number,
  /** Images are shifted by up to this many pixels. */
  shift?: number,
  /** Half of the images are mirrored. */
  flip?: boolean,
  /** Plain networks have skip connections from now on. */
  shortcuts?: boolean,
  /** Half of the hidden units of the fully connected layers are dropped in each step. */
  dropout?: boolean,
  /** The share of patches that the network "mae" hides. */
  mask?: number,
  /** The teacher's temperature, where it is sharpened. */
  temperature?: number,
  /** The share of itself that the teacher keeps in a step. */
  momentum?: number,
  /** The centre is subtracted from the teacher's output. */
  centering?: boolean,
  /** The teacher's temperature is below the student's. */
  sharpening?: boolean,
};

/** A switch thrown: from this step on, what `switches` names is so. */
export type Thrown = {
  /** After this many steps. */
  step: number,
  /** The highest rate of the schedule. */
  rate?: number,
  /** Images are shifted by up to this many pixels. */
  shift?: number,
  /** Half of the images are mirrored. */
  flip?: boolean,
  /** Plain networks have skip connections from now on. */
  shortcuts?: boolean,
  /** Half of the hidden units of the fully connected layers are dropped in each step. */
  dropout?: boolean,
  /** The share of patches that the network "mae" hides. */
  mask?: number,
  /** The teacher's temperature, where it is sharpened. */
  temperature?: number,
  /** The share of itself that the teacher keeps in a step. */
  momentum?: number,
  /** The centre is subtracted from the teacher's output. */
  centering?: boolean,
  /** The teacher's temperature is below the student's. */
  sharpening?: boolean,
};

/** A run, described. */
export type RunSpec = {
  /** Which experiment. */
  experiment: Experiment,
  /** Of everything that is drawn: the first weights, the order of images, their changes. */
  seed: number,
  /** Steps over which the rate falls to zero. */
  steps: number,
  /** Images in a step. */
  batch: number,
  /** The networks, all of which see the same images. */
  networks: Array<string>,
  /** Images to learn from, as many of each class as of the others. */
  images?: number,
  /** The visitor's photos, which are given beside the description. */
  groups?: Array<Group>,
  /** SHA-256 of these photos as they are learned from; known once they were given. */
  photos?: string,
  /** A catalogue id, or a family: whose features a probe reads, whose weights are tuned, as which an MAE or DINO is
   * built.
   */
  network?: string,
  /** Numbers that describe each photo to a probe; known once they were given. */
  features?: number,
  /** Pixels per side to which images are reduced. */
  side?: number,
  /** Channels of the first layer. */
  width?: number,
  /** How gradients move weights. */
  optimizer: Optimizer,
  /** Weight decay of matrices and kernels. */
  decay: number,
  /** Share of the steps over which the rate rises. */
  warmup: number,
  /** Share of a uniform distribution in each target. */
  smoothing?: number,
  /** From whom it learns besides the labels. */
  teacher?: Teacher,
  /** Share of the fully connected layers' inputs that training drops, in place of the network's own. */
  dropped?: number,
  /** Share of a ViT's patches that a step leaves out, in the first three quarters of the run (timm's `patch_drop_rate`). */
  patchDrop?: number,
  /** Length to which longer gradients are cut. */
  clip?: number,
  /** Steps between checkpoints, at first: where 64 MB do not hold them, every other is dropped. */
  checkpoint: number,
  /** Steps between tests on images that are not learned from. */
  test: number,
  /** What was changed when. */
  set: Array<Thrown>,
  /** The highest rate of the schedule. */
  rate?: number,
  /** Images are shifted by up to this many pixels. */
  shift?: number,
  /** Half of the images are mirrored. */
  flip?: boolean,
  /** Plain networks have skip connections from now on. */
  shortcuts?: boolean,
  /** Half of the hidden units of the fully connected layers are dropped in each step. */
  dropout?: boolean,
  /** The share of patches that the network "mae" hides. */
  mask?: number,
  /** The teacher's temperature, where it is sharpened. */
  temperature?: number,
  /** The share of itself that the teacher keeps in a step. */
  momentum?: number,
  /** The centre is subtracted from the teacher's output. */
  centering?: boolean,
  /** The teacher's temperature is below the student's. */
  sharpening?: boolean,
};

/** What a run learns from the visitor's photos. */
export type Taken = "features" | "pixels";

/** What a described run is given before it begins. */
export type RunNeeds = {
  /** Colour channels of its images. */
  channels: number,
  /** The sheets of its training and its test images, files of `www/samples`. */
  sheets: [string, string] | null,
  /** What it takes of the visitor's photos in their place. */
  photos: Taken | null,
  /** The catalogue id of the network that goes on learning. */
  weights: string | null,
  /** Its whole description. */
  spec: RunSpec,
};

/** What a run computes on. */
export type RunDevice = "cpu" | "webgpu";

/** What a run is at the moment. */
export type RunState = {
  /** Its whole description. */
  spec: RunSpec,
  /** Names of its networks. */
  networks: Array<string>,
  /** Steps taken in all. */
  step: number,
  /** Steps at which there is a checkpoint. */
  checkpoints: Array<number>,
  /** Which of the visitor's photos, counted as they were given, are tested on and not learned from. */
  held: Array<number>,
  /** What it computes on. */
  device: RunDevice,
};

/** What is measured of a network: the mean over the steps since the report before. */
export type Measure = "loss" | "accuracy" | "neighbours" | "divergence" | "entropy" | "agreement" | "distance";

/** The size of a gradient, by the checkpoint's key. */
export type GradientNorm = {
  /** Of which parameter. */
  key: string,
  /** Euclidean length; null where it is no finite number. */
  norm: number | null,
};

/** What is known of one network. */
export type NetworkMetrics = {
  /** Accuracy on images that are not learned from (an MAE's loss), where it was tested since the report before. */
  test?: number,
  /** Sizes of the last step's gradient, matrices and kernels alone, in the order of computation. */
  gradients: Array<GradientNorm>,
} & ({ [key in "loss" | "accuracy" | "neighbours" | "divergence" | "entropy" | "agreement" | "distance"]?: number | null });

/** What the steps since the report before measured. */
export type RunReport = {
  /** Steps taken in all. */
  step: number,
  /** The mean loss over all networks that have one; null where it is no finite number. */
  loss: number | null,
  /** The rate of the last step. */
  rate: number,
  /** Each network's numbers. */
  networks: { [key in string]: NetworkMetrics },
  /** Steps at which there is a checkpoint. */
  checkpoints: Array<number>,
  /** What computed these steps. */
  device: RunDevice,
  /** Why the run cannot go on. */
  failed?: string,
};

/** Where the weight is one factor of many: one term of one number of its layer, for the first image of the batch. */
export type WeightForward = {
  /** What the weight is multiplied by. */
  input: number,
  /** Their product. */
  product: number,
  /** How many such products are added. */
  terms: number,
  /** What the layer then gives there, its bias included. */
  sum: number,
  /** Of a convolution: row and column in its output. */
  cell: [number, number] | null,
};

/** One step, seen on one weight. */
export type WeightStep = {
  /** Of which network. */
  network: string,
  /** The checkpoint's key of the layer's weights. */
  key: string,
  /** Keys of all layers that can be looked at. */
  layers: Array<string>,
  /** Which of the layer's weights, an index for each dimension: the one with the largest gradient. */
  at: Array<number>,
  /** How many weights the layer has. */
  weights: number,
  /** Images in the batch. */
  images: number,
  /** The weight before the step. */
  before: number,
  /** What it did in the network's answer; null where its layer is no part of the network (the head of a loss). */
  forward: WeightForward | null,
  /** The loss of the batch, the mean over its images. */
  loss: number,
  /** The loss of the same batch with other values of this weight, `[value, loss]`, from left to right. */
  curve: Array<[number, number]>,
  /** The loss's derivative by the weight, by autodiff. */
  gradient: number,
  /** The slope of the loss beside the weight as it is measured, a central difference. */
  slope: number,
  /** Ends of the line through the loss with the gradient as its slope. */
  tangent: [[number, number], [number, number]],
  /** How gradients move weights. */
  optimizer: Optimizer,
  /** What weight decay adds to the gradient (SGD), or takes of the weight for each unit of the rate (AdamW). */
  decay: number,
  /** What the optimizer remembered of the weight: its velocity, or the means of gradients and of their squares. */
  remembered: Array<number>,
  /** What it remembers now. */
  remembers: Array<number>,
  /** The rate of the step. */
  rate: number,
  /** What the rate is multiplied by: the weight moves against it. */
  direction: number,
  /** The weight after the step. */
  after: number,
  /** The loss of the same batch after all weights have moved. */
  lossAfter: number,
};

/** A step that was taken, and what it was for one weight. */
export type SteppedThrough = {
  /** What the step measured. */
  report: RunReport,
  /** The same step, seen on one weight. */
  weight: WeightStep,
};

/** A photo that votes. */
export type NearPhoto = {
  /** Its place among all photos, as they were given. */
  photo: number,
  /** The cosine of its features and those that are asked about, both without the mean. */
  similarity: number,
};

/** How the nearest photos vote. */
export type Vote = {
  /** Each group's share. */
  shares: Array<number>,
  /** The group with the most. */
  group: number,
  /** The photos that vote, the nearest first. */
  nearest: Array<NearPhoto>,
};
