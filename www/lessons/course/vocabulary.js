/**
 * The figures that lessons may use. For each view: `state`, what a step must set; `optional`, what it may set; `parts`,
 * what text can light up (a trailing * stands for any name, as in "model:lenet5_mnist"); `reports`, the values that the
 * view tells the lesson when the visitor changes something, for questions.
 *
 * Stages and blocks are named by module path ("conv1", "layer1.0", "blocks.0", "layers.0.blocks.1"). `cell` is [row,
 * column] of a map or [index] of a vector; `query` is [row, column] of a patch or "class". A view without `model` uses
 * the lesson's.
 */
/** @type {Record<string, { state: string[], optional?: string[], parts: string[], reports?: string[] }>} */
export const views = {
  classify: { state: ["model"], optional: ["topK"], parts: ["photo", "crop", "top"], reports: ["top", "probability"] },
  // changed: how many of the networks now answer otherwise than for the unshifted digit
  digit: {
    state: ["models", "shift"],
    parts: ["pad", "shift", "answers", "curves", "model:*"],
    reports: ["shift", "changed", "drawn"],
  },
  "shift-accuracy": { state: ["models", "shifts"], parts: ["curves", "axis", "model:*"] },
  // stages: several stages next to each other, at their true relative sizes
  // moves: whether the digit can be moved
  "feature-maps": {
    state: ["model", "stage"],
    optional: ["channel", "stages", "moves"],
    parts: ["grid", "channel", "legend", "shift"],
  },
  filters: { state: ["model", "stage"], optional: ["groups"], parts: ["grid", "group:*"] },
  // focus: stages drawn large, the rest small
  architecture: { state: ["model"], optional: ["focus"], parts: ["stage:*", "shapes", "parameters", "macs"] },
  cell: { state: ["model", "stage", "cell"], optional: ["channel"], parts: ["window", "cell", "formula"] },
  "output-size": {
    state: ["input", "kernel", "stride", "padding"],
    parts: ["input", "kernel", "stride", "padding", "output"],
    reports: ["input", "kernel", "stride", "padding", "output"],
  },
  // by: "model" (one bar each) or "layer" (each bar cut into layers)
  parameters: { state: ["models"], optional: ["by"], parts: ["bars", "model:*", "stage:*"] },
  "receptive-field": { state: ["model", "stage", "cell"], parts: ["theory", "measured", "photo"] },
  "receptive-curve": { state: ["models"], parts: ["theory", "measured", "model:*"] },
  "stacked-kernels": {
    state: [],
    optional: ["count", "channels"],
    parts: ["stack", "single", "field", "weights", "nonlinearities"],
    reports: ["count", "field"],
  },
  // Fresh random networks of 3x3 convolutions. networks:
  // [{ kind: "plain" | "residual", depth, activation?, gain?, norm? }]. gain: weight variance times fan-in (2 is He's,
  // 1 LeCun's); norm: batch normalization. What is drawn is the size (root mean square) of the loss gradient with
  // respect to each layer's output, logarithmic, from first layer to last: gradients with respect to weights hide the
  // effect, since there shrinking activations and growing gradients cancel.
  "gradient-depth": {
    state: ["networks", "activation"],
    optional: ["gain", "norm"],
    parts: ["curves", "axis", "gain", "plain", "residual", "relu", "tanh", "sigmoid"],
    reports: ["gain", "depth", "ratio"],
  },
  // An experiment of the place Train, begun by the visitor. spec: what differs from its usual description; measure: what
  // is plotted first; seeds: whether to tell of ten seeds. One that learns from photos begins with the samples in two
  // groups, or with the visitor's, which Train has too. Reported: the steps taken, those since a switch was thrown, and
  // the teacher's measures.
  training: {
    state: ["experiment", "measure"],
    optional: ["spec", "switches", "seeds"],
    parts: ["curves", "controls", "held-out", "groups", "scores"],
    reports: ["step", "since", "entropy", "agreement", "distance"],
  },
  dropout: {
    state: ["model", "passes"],
    optional: ["rate"],
    parts: ["passes", "spread", "average"],
    reports: ["passes", "rate"],
  },
  // order: "taught" (conv, ReLU, pool, LRN: as trained) or "paper" (conv, ReLU, LRN, pool, on the same weights)
  lrn: { state: ["model", "stage"], optional: ["order", "channel"], parts: ["before", "after", "channels"] },
  // off: ["skip:layer1.0", "block:layer2.1", "head:blocks.0.1", "channel:conv1.3", "position", "position-shuffle",
  // "class-token"] kinds: which switches are offered. changed: whether the first answer differs from the whole
  // network's; switched: how many are off
  ablation: {
    state: ["model", "off"],
    optional: ["kinds"],
    parts: ["switches", "top", "photo"],
    reports: ["off", "switched", "changed"],
  },
  // nearest: which photo comes first; asked: of which sample
  neighbours: {
    state: ["model"],
    parts: ["groups", "query", "nearest"],
    reports: ["groups", "photos", "nearest", "asked"],
  },
  "class-map": { state: ["model", "method"], parts: ["photo", "map", "class", "legend"] },
  patchify: { state: ["patch"], parts: ["patches", "slider", "count"], reports: ["patch", "count"] },
  attention: {
    state: ["model", "block", "head", "query"],
    parts: ["photo", "query", "map", "heads"],
    reports: ["query", "block", "head"],
  },
  // In motion. patch: the one that asks, row by row from 0. scene: counted from 0
  "encoder-block": {
    state: ["model", "block", "patch"],
    optional: ["head", "scene"],
    parts: ["scene", "play", "step", "query", "heads"],
    reports: ["scene", "patch"],
  },
  // sizes: sides of the photo in pixels, each of which all of the networks can look at; the last is shown first, or size
  "scale-maps": {
    state: ["models", "sizes"],
    optional: ["size"],
    parts: ["grid", "macs", "size", "model:*"],
    reports: ["size"],
  },
  // against: a CNN whose theoretical receptive field is drawn beside the heads
  "attention-distance": { state: ["model"], optional: ["against"], parts: ["heads", "against", "axis"] },
  // for free exploration; no lesson uses it
  rollout: { state: ["model"], parts: ["photo", "map"] },
  "position-similarity": { state: ["model"], parts: ["maps", "patch"] },
  "logit-lens": { state: ["model"], parts: ["stages", "top"] },
  // show: "windows" | "shift" | "mask" | "bias"
  "swin-windows": {
    state: ["model", "block"],
    optional: ["show", "head", "query"],
    parts: ["windows", "shift", "mask", "bias", "attention"],
    reports: ["block", "show", "head", "query"],
  },
  "attention-cost": { state: ["resolutions"], parts: ["macs", "measured", "vit", "swin"] },
  mae: {
    state: ["ratio", "seed", "paint"],
    parts: ["visible", "reconstruction", "error"],
    reports: ["ratio", "painted", "seed"],
  },
  // In motion. scene: counted from 0
  "mae-decoder": { state: [], optional: ["scene"], parts: ["scene", "play", "step"], reports: ["scene"] },
  "mae-cost": { state: ["ratios"], parts: ["macs", "measured"] },
  "dino-views": {
    state: [],
    optional: ["seed", "local"],
    parts: ["photo", "view1", "view2", "local"],
    reports: ["draws"],
  },
  // In motion. scene: counted from 0
  "dino-flow": { state: [], optional: ["scene"], parts: ["scene", "play", "step"], reports: ["scene"] },
  // temperature: the teacher's. show: "loss" | "gradient" (of the cross-entropy with respect to both outputs).
  // entropy: of the teacher's distribution, as a share of its largest possible value
  "dino-loss": {
    state: ["temperature", "centering"],
    optional: ["show", "momentum"],
    parts: ["student", "teacher", "entropy", "cross-entropy", "temperature", "centering", "gradient"],
    reports: ["temperature", "centering", "entropy"],
  },
  "dino-attention": {
    state: ["mass"],
    optional: ["head"],
    parts: ["heads", "mask", "mass"],
    reports: ["mass", "head"],
  },
  "dino-pca": { state: [], optional: ["cover"], parts: ["photo", "colours"] },
  "dino-patches": { state: [], optional: ["query"], parts: ["query", "matches", "second"], reports: ["query"] },
  // focus: entries of timeline.js to bring forward. results: all published results as a table, in place of the line
  timeline: {
    state: [],
    optional: ["focus", "entry", "results"],
    parts: ["line", "parameters", "accuracy", "idea", "entry:*"],
  },
  // Begun by the visitor. measured: that it was measured to its end
  "test-accuracy": {
    state: ["models"],
    parts: ["accuracy", "parameters", "macs", "measure", "model:*"],
    reports: ["measured"],
  },
  // images: "things" (CIFAR-10) or "digits" (MNIST)
  "read-out": {
    state: ["models", "images"],
    parts: ["shares", "pixels", "measure", "images", "model:*"],
    reports: ["measured", "images"],
  },
  // show: "answers" | "cost" | "map"
  compare: {
    state: ["models"],
    optional: ["show"],
    parts: ["top", "agreement", "time", "parameters", "macs", "map", "model:*"],
  },
};
