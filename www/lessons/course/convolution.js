import { math, sub, sum } from "./math.js";

const both = ["fcnn_mnist", "lenet5_mnist"];

/** @type {import("./lesson-types.d.ts").Lesson} */
export default {
  id: "convolution",
  model: "lenet5_mnist",
  steps: [
    {
      id: "shift",
      text: "convolution.shift",
      claims: [
        {
          says: "The two networks are of nearly the same size",
          measure: "ratio",
          of: { models: both, what: "parameters" },
          is: ">=",
          value: 0.95,
        },
        {
          says: "… on both sides",
          measure: "ratio",
          of: { models: both, what: "parameters" },
          is: "<=",
          value: 1.05,
        },
        {
          says: "The fully connected network changes its mind about this 4 within two pixels",
          measure: "first-change",
          of: { model: "fcnn_mnist", digit: 374 },
          is: "<=",
          value: 2,
        },
        {
          says: "… and to the left as well",
          measure: "first-change",
          of: { model: "fcnn_mnist", digit: 374, direction: -1 },
          is: "<=",
          value: 2,
        },
        {
          says: "LeNet reads it at every shift up to eight pixels",
          measure: "first-change",
          of: { model: "lenet5_mnist", digit: 374 },
          is: ">=",
          value: 9,
        },
      ],
      figure: { view: "digit", state: { models: both, shift: 0 } },
      terms: [
        { term: "fully-connected-layer", highlight: "model:fcnn_mnist" },
        { term: "convolution", highlight: "model:lenet5_mnist" },
      ],
      question: {
        ask: "convolution.shift.ask",
        predict: "convolution.shift.predict",
        until: { report: "changed", is: ">=", value: 1 },
        answer: "convolution.shift.answer",
      },
    },
    {
      id: "curve",
      text: "convolution.curve",
      claims: [
        {
          says: "At two pixels LeNet still reads nearly all",
          measure: "accuracy",
          of: { model: "lenet5_mnist", shift: 2 },
          is: ">=",
          value: 0.95,
        },
        {
          says: "At two pixels the fully connected network has lost about a fifth",
          measure: "accuracy",
          of: { model: "fcnn_mnist", shift: 2 },
          is: "<=",
          value: 0.82,
        },
        {
          says: "… and not much more",
          measure: "accuracy",
          of: { model: "fcnn_mnist", shift: 2 },
          is: ">=",
          value: 0.76,
        },
        {
          says: "At six pixels LeNet fails",
          measure: "accuracy",
          of: { model: "lenet5_mnist", shift: 6 },
          is: "<=",
          value: 0.4,
        },
        {
          says: "At six pixels the fully connected network fails",
          measure: "accuracy",
          of: { model: "fcnn_mnist", shift: 6 },
          is: "<=",
          value: 0.2,
        },
      ],
      figure: {
        view: "shift-accuracy",
        state: { models: both, shifts: [-6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6] },
      },
      terms: [{ term: "equivariance", highlight: "model:lenet5_mnist" }],
    },
    {
      id: "every-pixel",
      text: "convolution.every-pixel",
      figure: { view: "filters", state: { model: "fcnn_mnist", stage: "fc1" } },
      terms: [{ term: "fully-connected-layer", highlight: "grid" }],
    },
    {
      id: "local",
      text: "convolution.local",
      figure: { view: "cell", state: { model: "lenet5_mnist", stage: "conv1", cell: [12, 12], channel: 0 } },
      terms: [
        { term: "receptive-field", highlight: "window" },
        { term: "kernel", highlight: "formula" },
      ],
      formula: {
        mathml: math(sub("y", "i j"), "=", "b", "+", sum("u , v"), sub("w", "u v"), sub("x", "i + u , j + v")),
        alt: "convolution.local.formula",
      },
    },
    {
      id: "shared",
      text: "convolution.shared",
      figure: { view: "feature-maps", state: { model: "lenet5_mnist", stage: "conv1", moves: true } },
      terms: [
        { term: "weight-sharing", highlight: "channel" },
        { term: "feature-map", highlight: "grid" },
      ],
    },
    {
      id: "count",
      text: "convolution.count",
      claims: [
        {
          says: "The first fully connected layer has 57,400 parameters",
          measure: "parameters",
          of: { model: "fcnn_mnist", stages: ["fc1"] },
          is: "==",
          value: 57400,
        },
        {
          says: "LeNet's first convolution has 156",
          measure: "parameters",
          of: { model: "lenet5_mnist", stages: ["conv1"] },
          is: "==",
          value: 156,
        },
      ],
      figure: { view: "parameters", state: { models: both, by: "layer" } },
      terms: [{ term: "weight-sharing", highlight: "model:lenet5_mnist" }],
    },
    {
      id: "learning",
      text: "convolution.learning",
      claims: [
        {
          says: "After 200 steps LeNet reads at least three more in a hundred digits that are held out",
          measure: "trained",
          of: { spec: { experiment: "digits" }, steps: 200, network: "lenet5", less: "fcnn", what: "test" },
          is: ">=",
          value: 0.03,
        },
        {
          says: "It then reads about 93 of 100",
          measure: "trained",
          of: { spec: { experiment: "digits" }, steps: 200, network: "lenet5", what: "test" },
          is: ">=",
          value: 0.91,
        },
        {
          says: "… where around step 60 it is far behind, on the digits that they learn from",
          measure: "trained",
          of: { spec: { experiment: "digits" }, steps: 60, last: 9, network: "lenet5", less: "fcnn", what: "accuracy" },
          is: "<=",
          value: -0.1,
        },
      ],
      figure: { view: "training", state: { experiment: "digits", measure: "accuracy", switches: ["shift"] } },
      terms: [{ term: "weight-sharing" }, { term: "fully-connected-layer" }],
      question: {
        ask: "convolution.learning.ask",
        predict: "convolution.learning.predict",
        until: { report: "step", is: ">=", value: 200 },
        answer: "convolution.learning.answer",
      },
    },
    {
      id: "class",
      text: "convolution.class",
      claims: [
        {
          says: "The small ResNet names the dog of the sample photo",
          measure: "probability",
          of: { model: "resnet20_cifar10", photo: "dog_labrador", label: "dog" },
          is: ">=",
          value: 0.8,
        },
      ],
      figure: { view: "classify", state: { model: "resnet20_cifar10", topK: 5 } },
      terms: [{ term: "backbone" }, { term: "softmax", highlight: "top" }],
    },
    {
      id: "heat",
      text: "convolution.heat",
      figure: { view: "class-map", state: { model: "resnet20_cifar10", method: "cam" } },
      terms: [{ term: "class-activation-map", highlight: "map" }, { term: "feature-map" }],
      formula: {
        mathml: math(sub("M", "c"), "( i , j )", "=", sum("k"), sub("w", "c k"), sub("f", "k"), "( i , j )"),
        alt: "convolution.heat.formula",
      },
    },
    {
      id: "neighbours",
      text: "convolution.neighbours",
      figure: { view: "neighbours", state: { model: "resnet20_cifar10" } },
      terms: [{ term: "nearest-neighbours", highlight: "nearest" }],
    },
  ],
  readOn: [
    {
      title: "Backpropagation Applied to Handwritten Zip Code Recognition",
      authors: "LeCun, Boser, Denker, Henderson, Howard, Hubbard, Jackel",
      year: 1989,
      cite: "Neural Computation 1(4):541–551",
    },
    {
      title: "Making Convolutional Networks Shift-Invariant Again",
      authors: "Zhang",
      year: 2019,
      cite: "arXiv:1904.11486",
    },
    {
      title: "Learning Deep Features for Discriminative Localization",
      authors: "Zhou, Khosla, Lapedriza, Oliva, Torralba",
      year: 2016,
      cite: "arXiv:1512.04150",
    },
  ],
};
