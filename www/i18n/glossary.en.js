// The glossary, in English. Same keys as glossary.ko.js; [[key|words]] in a lesson links here.
export default {
  backbone: {
    term: "backbone",
    text: "The part of a network that turns a photo into features; different tasks put different heads on it.",
  },
  backpropagation: {
    term: "backpropagation",
    text: "Computing the gradient of the error for every weight, from the last layer to the first, by the chain rule.",
  },
  "batch-normalization": {
    term: "batch normalization",
    text: "Shifts and scales each channel to mean 0 and variance 1 over a batch, then by two learned numbers; in use, with fixed averages.",
  },
  "bottleneck-block": {
    term: "bottleneck block",
    text: "A residual block that reduces channels (1 × 1), works on few (3 × 3) and restores them (1 × 1).",
  },
  centering: {
    term: "centering",
    text: "Subtracting the running mean of the teacher's outputs, so that no single output always wins.",
  },
  "class-activation-map": {
    term: "class activation map",
    text: "A map of how much each place of the photo speaks for a class.",
  },
  "class-token": {
    term: "class token",
    text: "A learned extra token that gathers information by attention; the classifier reads it.",
  },
  collapse: {
    term: "collapse",
    text: "When a network comes to give the same output for every input: all views agree, and nothing is said.",
  },
  convolution: {
    term: "convolution",
    text: "A weighted sum over a small window, with the same weights at every position.",
  },
  "cosine-similarity": {
    term: "cosine similarity",
    text: "The cosine of the angle between two vectors: 1 when they point the same way, 0 when they have nothing in common.",
  },
  "cross-entropy": {
    term: "cross-entropy",
    text: "How badly one probability distribution predicts another; smallest when they are equal.",
  },
  "cyclic-shift": {
    term: "cyclic shift",
    text: "Rolling a map around, so that what leaves on one side comes back on the other.",
  },
  "data-augmentation": {
    term: "data augmentation",
    text: "Changing images in ways that keep their meaning, such as flips, crops and colours, so as to learn more from the same data.",
  },
  "degradation-problem": {
    term: "degradation problem",
    text: "Deeper plain networks reaching a higher error even on their training data.",
  },
  dropout: { term: "dropout", text: "Silencing random units during training, so that none can rely on another unit." },
  "encoder-block": {
    term: "encoder block",
    text: "A transformer's unit: attention between tokens, then a small network on each, each with normalization and a residual connection.",
  },
  ensemble: { term: "ensemble", text: "Several networks whose answers are averaged." },
  equivariance: {
    term: "equivariance",
    text: "When the input moves, the output moves with it. Invariance is more: the output stays the same.",
  },
  "exploding-gradient": {
    term: "exploding gradient",
    text: "A gradient that grows from layer to layer on its way back.",
  },
  "exponential-moving-average": {
    term: "exponential moving average",
    text: "A running mean in which older values count less and less.",
  },
  "feature-map": { term: "feature map", text: "The grid of one filter's outputs over the image." },
  "fine-tuning": { term: "fine-tuning", text: "Training a pre-trained network further on the task at hand." },
  "fully-connected-layer": {
    term: "fully connected layer",
    text: "A layer with a weight from every input to every output.",
  },
  "grouped-convolution": {
    term: "grouped convolution",
    text: "A convolution whose channels are divided into groups; each output sees its own group only.",
  },
  "inductive-bias": {
    term: "inductive bias",
    text: "What a design assumes before it has seen any data, such as that neighbouring pixels belong together.",
  },
  kernel: { term: "kernel, filter", text: "The small block of weights that a convolution slides over its input." },
  "knowledge-distillation": {
    term: "knowledge distillation",
    text: "Training a student network to give the answers of a teacher network.",
  },
  "layer-normalization": {
    term: "layer normalization",
    text: "Shifts and scales the features of each token to mean 0 and variance 1, then by learned numbers.",
  },
  "linear-probing": {
    term: "linear probing",
    text: "Judging frozen features by training only a linear classifier on them.",
  },
  "local-response-normalization": {
    term: "local response normalization (LRN)",
    text: "Divides each value by a term that grows with the values of neighbouring channels at the same place.",
  },
  "mask-ratio": { term: "mask ratio", text: "The share of patches that is hidden." },
  "mask-token": { term: "mask token", text: "One learned vector that stands in for every hidden patch." },
  "masked-autoencoder": {
    term: "masked autoencoder",
    text: "A network that reconstructs the hidden part of its input from the visible part.",
  },
  "max-pooling": { term: "max pooling", text: "Keeping the largest value of each window." },
  "multi-crop": { term: "multi-crop", text: "Two large views and several small ones of the same image." },
  "multi-head-attention": {
    term: "multi-head attention",
    text: "Several attentions side by side, each with its own queries, keys and values.",
  },
  "multiply-add": {
    term: "multiply-add (MAC)",
    text: "One multiplication and one addition, counted as one step of computation.",
  },
  "nearest-neighbours": {
    term: "nearest neighbours",
    text: "The stored examples whose features are most like a new one's; they vote on its class.",
  },
  overfitting: { term: "overfitting", text: "Doing well on the training data and worse on new data." },
  padding: { term: "padding", text: "A border, usually of zeros, added around the input." },
  patch: { term: "patch", text: "A square piece of the image that becomes one token." },
  "patch-embedding": { term: "patch embedding", text: "The linear map from a patch's pixels to a vector." },
  "patch-merging": {
    term: "patch merging",
    text: "Joining 2 × 2 neighbouring tokens into one, with twice the channels.",
  },
  "position-embedding": { term: "position embedding", text: "A vector added to a token to say where it stands." },
  "pre-training": { term: "pre-training", text: "Training on a large general data set before the task at hand." },
  "principal-component-analysis": {
    term: "principal component analysis (PCA)",
    text: "Finding the few directions in which the data vary most.",
  },
  "projection-shortcut": {
    term: "projection shortcut",
    text: "A 1 × 1 convolution on a skip connection, used where the shape changes.",
  },
  "radial-basis-function": {
    term: "radial basis function (RBF)",
    text: "A unit that measures the distance of its input from a stored pattern.",
  },
  "receptive-field": { term: "receptive field", text: "The region of the input that a unit can see." },
  "reconstruction-loss": {
    term: "reconstruction loss",
    text: "The error between what was predicted and the original.",
  },
  "relative-position-bias": {
    term: "relative position bias",
    text: "A learned number added to an attention score, by the offset between two tokens.",
  },
  relu: { term: "ReLU", text: "Rectified linear unit: keeps positive values and turns negative ones into zero." },
  "residual-connection": {
    term: "residual connection, skip connection",
    text: "A way around some layers whose input is added to their output.",
  },
  "self-attention": {
    term: "self-attention",
    text: "Each token takes a weighted mean of all tokens, with weights computed from the tokens themselves.",
  },
  "self-supervised-learning": {
    term: "self-supervised learning",
    text: "Learning from a task that the data themselves provide, without labels.",
  },
  sharpening: { term: "sharpening", text: "Making a distribution more peaked, by a low temperature." },
  "shifted-window": {
    term: "shifted window",
    text: "A window grid displaced by half a window, so that information crosses the borders.",
  },
  softmax: { term: "softmax", text: "Turns scores into positive numbers that add up to 1." },
  stride: { term: "stride", text: "The step between two neighbouring positions of a window." },
  subsampling: { term: "subsampling, pooling", text: "Lowering the resolution by keeping one number for each window." },
  temperature: {
    term: "temperature",
    text: "The number by which scores are divided before softmax: low makes it peaked, high makes it flat.",
  },
  token: { term: "token", text: "One vector in a transformer's list; here it stands for a patch." },
  "top-5": { term: "top-5", text: "Counted as right when the true class is among the five most probable." },
  "vanishing-gradient": {
    term: "vanishing gradient",
    text: "A gradient that shrinks from layer to layer on its way back, so that early layers hardly learn.",
  },
  "weight-sharing": { term: "weight sharing", text: "Using the same weights at all positions." },
  "window-attention": { term: "window attention", text: "Self-attention among the tokens of one window only." },
};
