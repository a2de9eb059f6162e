import { math, sub, subsup, sum, sup, frac, group } from "./math.js";

const model = "alexnet_cifar10";
/** Runs that are measured in seconds: of both networks, and of the one that learns a hundred photos by heart. */
const BRIEF = { experiment: "activation", batch: 16, images: 200 };
const BY_HEART = { experiment: "activation", networks: ["relu"], batch: 32, images: 100, rate: 0.005, test: 120 };

/** @type {import("./lesson-types.d.ts").Lesson} */
export default {
  id: "alexnet",
  model,
  steps: [
    {
      id: "imagenet",
      text: "alexnet.imagenet",
      figure: { view: "classify", state: { model, topK: 5 } },
      terms: [{ term: "top-5", highlight: "top" }],
      offers: "alexnet",
    },
    {
      id: "layers",
      text: "alexnet.layers",
      claims: [
        {
          says: "0.84 million parameters remain",
          measure: "parameters",
          of: { model: "alexnet_cifar10" },
          is: "==",
          value: 839114,
        },
        {
          says: "The first dense layer is about a quarter of them",
          measure: "parameters",
          of: { model: "alexnet_cifar10", stages: ["classifier.1"], share: true },
          is: "<=",
          value: 0.28,
        },
        {
          says: "… and not less",
          measure: "parameters",
          of: { model: "alexnet_cifar10", stages: ["classifier.1"], share: true },
          is: ">=",
          value: 0.22,
        },
      ],
      figure: { view: "architecture", state: { model } },
      terms: [
        { term: "convolution", highlight: "stage:features.0" },
        { term: "fully-connected-layer", highlight: "stage:classifier.1" },
      ],
    },
    {
      id: "relu",
      text: "alexnet.relu",
      figure: { view: "cell", state: { model, stage: "features.1", cell: [16, 16], channel: 0 } },
      terms: [{ term: "relu", highlight: "formula" }],
      formula: { mathml: math("f ( x ) = max ( 0 , x )"), alt: "alexnet.relu.formula" },
    },
    {
      id: "vanishing",
      text: "alexnet.vanishing",
      claims: [
        {
          says: "Over 20 layers of sigmoids the gradient all but disappears",
          measure: "gradient-ratio",
          of: { kind: "plain", depth: 20, activation: "sigmoid", gain: 1, norm: false },
          is: "<=",
          value: 1e-9,
        },
        {
          says: "Tanh loses some",
          measure: "gradient-ratio",
          of: { kind: "plain", depth: 20, activation: "tanh", gain: 1, norm: false },
          is: "<=",
          value: 0.5,
        },
        {
          says: "ReLU keeps it level at a suitable scale",
          measure: "gradient-ratio",
          of: { kind: "plain", depth: 20, activation: "relu", gain: 2, norm: false },
          is: ">=",
          value: 0.5,
        },
      ],
      figure: {
        view: "gradient-depth",
        state: {
          activation: "relu",
          norm: false,
          networks: [
            { kind: "plain", depth: 20, activation: "relu", gain: 2 },
            { kind: "plain", depth: 20, activation: "tanh", gain: 1 },
            { kind: "plain", depth: 20, activation: "sigmoid", gain: 1 },
          ],
        },
      },
      terms: [
        { term: "vanishing-gradient", highlight: "sigmoid" },
        { term: "backpropagation", highlight: "axis" },
      ],
    },
    {
      id: "relu-learns",
      text: "alexnet.relu-learns",
      claims: [
        {
          says: "Already after 40 steps on 200 photos, the loss of tanh is lower than that of ReLU",
          measure: "trained",
          of: { spec: BRIEF, steps: 40, network: "tanh", less: "relu", what: "loss", last: 5 },
          is: "<=",
          value: -0.1,
        },
      ],
      figure: { view: "training", state: { experiment: "activation", measure: "loss", switches: [], seeds: true } },
      terms: [{ term: "relu" }, { term: "vanishing-gradient" }],
      question: {
        ask: "alexnet.relu-learns.ask",
        predict: "alexnet.relu-learns.predict",
        until: { report: "step", is: ">=", value: 200 },
        answer: "alexnet.relu-learns.answer",
      },
    },
    {
      id: "dropout",
      text: "alexnet.dropout",
      claims: [
        {
          says: "With dropout on, what it says of the raccoon of the step's photo varies by more than 0.1",
          measure: "dropout-varies",
          of: { model: "alexnet_cifar10", animal: "raccoon", passes: 24, by: 0.1 },
          is: "==",
          value: 1,
        },
        {
          says: "… and of the Labrador by less than 0.02",
          measure: "dropout-varies",
          of: { model: "alexnet_cifar10", animal: "dog_labrador", passes: 24, by: 0.02 },
          is: "==",
          value: 0,
        },
      ],
      photo: "raccoon",
      figure: { view: "dropout", state: { model, passes: 8, rate: 0.5 } },
      terms: [
        { term: "dropout", highlight: "passes" },
        { term: "overfitting" },
        { term: "ensemble", highlight: "average" },
      ],
    },
    {
      id: "dropout-learns",
      text: "alexnet.dropout-learns",
      claims: [
        {
          says: "Without dropout the network knows a hundred photos by heart after 120 steps",
          measure: "trained",
          of: { spec: BY_HEART, steps: 120, network: "relu", what: "accuracy", last: 10 },
          is: ">=",
          value: 0.95,
        },
        {
          says: "… and of other photos not a third",
          measure: "trained",
          of: { spec: BY_HEART, steps: 120, network: "relu", what: "test" },
          is: "<=",
          value: 0.33,
        },
        {
          says: "With dropout it knows far fewer of the hundred",
          measure: "trained",
          of: { spec: { ...BY_HEART, dropout: true }, steps: 120, network: "relu", what: "accuracy" },
          is: "<=",
          value: 0.5,
        },
      ],
      figure: {
        view: "training",
        state: {
          experiment: "activation",
          measure: "both",
          spec: { networks: ["relu"] },
          switches: ["dropout", "flip"],
        },
      },
      terms: [
        { term: "overfitting", highlight: "curves" },
        { term: "dropout", highlight: "controls" },
      ],
    },
    {
      id: "lrn",
      text: "alexnet.lrn",
      claims: [
        {
          says: "Nearly all values are divided by the same number, 2 to the power of 3/4",
          measure: "divided-alike",
          of: { model: "alexnet_cifar10", stage: "features.3", photo: "dog_labrador" },
          is: ">=",
          value: 0.99,
        },
      ],
      figure: { view: "lrn", state: { model, stage: "features.3", order: "taught" } },
      terms: [{ term: "local-response-normalization", highlight: "after" }],
      formula: {
        mathml: math(
          sub("b", "i"),
          "=",
          frac(sub("a", "i"), sup(group("(", "k + α", sum("j"), subsup("a", "j", "2"), ")"), "β")),
        ),
        alt: "alexnet.lrn.formula",
      },
    },
    {
      id: "order",
      text: "alexnet.order",
      claims: [
        {
          says: "The two orders differ by less than a thousandth",
          measure: "order-difference",
          of: { model: "alexnet_cifar10", stage: "features.3", photo: "dog_labrador" },
          is: "<=",
          value: 0.001,
        },
      ],
      figure: { view: "lrn", state: { model, stage: "features.3", order: "paper" } },
      terms: [{ term: "local-response-normalization", highlight: "after" }, { term: "max-pooling" }],
    },
    {
      id: "two-gpus",
      text: "alexnet.two-gpus",
      claims: [
        {
          says: "In the first half more than half of what the filters weigh is colour",
          measure: "colour-share",
          of: { model: "alexnet_cifar10", stage: "features.0", groups: 2, group: 0 },
          is: ">=",
          value: 0.5,
        },
        {
          says: "… and in the second as well: the halves do not divide the work",
          measure: "colour-share",
          of: { model: "alexnet_cifar10", stage: "features.0", groups: 2, group: 1 },
          is: ">=",
          value: 0.5,
        },
      ],
      figure: { view: "filters", state: { model, stage: "features.0", groups: 2 } },
      terms: [{ term: "grouped-convolution", highlight: "grid" }],
      offers: "alexnet",
    },
    {
      id: "groups",
      text: "alexnet.groups",
      figure: { view: "cell", state: { model, stage: "features.4", cell: [7, 7], channel: 0 } },
      terms: [{ term: "grouped-convolution", highlight: "window" }],
    },
  ],
  readOn: [
    {
      title: "ImageNet Classification with Deep Convolutional Neural Networks",
      authors: "Krizhevsky, Sutskever, Hinton",
      year: 2012,
      cite: "NIPS 25",
    },
    {
      title: "Dropout: A Simple Way to Prevent Neural Networks from Overfitting",
      authors: "Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov",
      year: 2014,
      cite: "JMLR 15:1929–1958",
    },
    {
      title: "Understanding the difficulty of training deep feedforward neural networks",
      authors: "Glorot, Bengio",
      year: 2010,
      cite: "AISTATS, PMLR 9:249–256",
    },
  ],
};
