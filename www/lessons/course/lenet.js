import { math, sub, sum, frac } from "./math.js";

const model = "lenet5_mnist";

/** @type {import("./lesson-types.d.ts").Lesson} */
export default {
  id: "lenet",
  model,
  steps: [
    {
      id: "draw",
      text: "lenet.draw",
      figure: { view: "digit", state: { models: [model], shift: 0 } },
      terms: [{ term: "softmax", highlight: "answers" }],
      claims: [
        {
          says: "For 200 random scribbles LeNet's first answer has more than half of all probability on average",
          measure: "scribbles",
          of: { model: "lenet5_mnist", count: 200 },
          is: ">=",
          value: 0.5,
        },
      ],
      question: {
        ask: "lenet.draw.ask",
        predict: "lenet.draw.predict",
        until: { report: "drawn", is: ">=", value: 2 },
        answer: "lenet.draw.answer",
      },
    },
    {
      id: "whole",
      text: "lenet.whole",
      claims: [
        {
          says: "The maps shrink to 5 x 5",
          measure: "dimension",
          of: { model: "lenet5_mnist", stage: "pool2", axis: 2 },
          is: "==",
          value: 5,
        },
        {
          says: "… while their number grows to 16",
          measure: "dimension",
          of: { model: "lenet5_mnist", stage: "pool2", axis: 1 },
          is: "==",
          value: 16,
        },
      ],
      figure: { view: "architecture", state: { model } },
      terms: [
        { term: "convolution", highlight: "stage:conv1" },
        { term: "fully-connected-layer", highlight: "stage:fc1" },
      ],
    },
    {
      id: "convolve",
      text: "lenet.convolve",
      figure: { view: "cell", state: { model, stage: "conv1", cell: [10, 10], channel: 0 } },
      terms: [{ term: "kernel", highlight: "window" }, { term: "stride" }],
      formula: {
        mathml: math(sub("y", "i j"), "= b +", sum("u , v"), sub("w", "u v"), sub("x", "i + u , j + v")),
        alt: "lenet.convolve.formula",
      },
    },
    {
      id: "size",
      text: "lenet.size",
      figure: { view: "output-size", state: { input: 32, kernel: 5, stride: 1, padding: 0 } },
      terms: [
        { term: "padding", highlight: "padding" },
        { term: "stride", highlight: "stride" },
      ],
      formula: { mathml: math("m =", "⌊", frac("n + 2 p − k", "s"), "⌋", "+ 1"), alt: "lenet.size.formula" },
      question: {
        ask: "lenet.size.ask",
        predict: "lenet.size.predict",
        until: { report: "output", is: "==", value: 32 },
        answer: "lenet.size.answer",
      },
    },
    {
      id: "pool",
      text: "lenet.pool",
      figure: { view: "cell", state: { model, stage: "pool1", cell: [6, 6], channel: 0 } },
      terms: [
        { term: "subsampling", highlight: "window" },
        { term: "max-pooling", highlight: "formula" },
      ],
    },
    {
      id: "maps",
      text: "lenet.maps",
      claims: [
        {
          says: "More than half of the second convolution’s values are zero after the ReLU",
          measure: "zeros",
          of: { model: "lenet5_mnist", stage: "relu2" },
          is: ">=",
          value: 0.55,
        },
      ],
      figure: { view: "feature-maps", state: { model, stage: "conv2" } },
      terms: [{ term: "feature-map", highlight: "grid" }],
    },
    {
      id: "dense",
      text: "lenet.dense",
      claims: [
        {
          says: "The first dense layer holds 48,120 parameters",
          measure: "parameters",
          of: { model: "lenet5_mnist", stages: ["fc1"] },
          is: "==",
          value: 48120,
        },
        { says: "… of all 61,706", measure: "parameters", of: { model: "lenet5_mnist" }, is: "==", value: 61706 },
        {
          says: "Both convolutions together hold 2,572",
          measure: "parameters",
          of: { model: "lenet5_mnist", stages: ["conv1", "conv2"] },
          is: "==",
          value: 2572,
        },
      ],
      figure: { view: "parameters", state: { models: [model], by: "layer" } },
      terms: [{ term: "fully-connected-layer", highlight: "stage:fc1" }],
    },
    {
      id: "learned",
      text: "lenet.learned",
      figure: { view: "filters", state: { model, stage: "conv1" } },
      terms: [{ term: "backpropagation" }, { term: "kernel", highlight: "grid" }],
    },
    {
      id: "then-and-now",
      text: "lenet.then-and-now",
      figure: { view: "architecture", state: { model, focus: ["conv2", "fc3"] } },
      terms: [
        { term: "radial-basis-function", highlight: "stage:fc3" },
        { term: "softmax", highlight: "stage:fc3" },
      ],
    },
  ],
  readOn: [
    {
      title: "Gradient-Based Learning Applied to Document Recognition",
      authors: "LeCun, Bottou, Bengio, Haffner",
      year: 1998,
      cite: "Proceedings of the IEEE 86(11):2278–2324",
    },
    {
      title:
        "Neocognitron: A Self-Organizing Neural Network Model for a Mechanism of Pattern Recognition Unaffected by Shift in Position",
      authors: "Fukushima",
      year: 1980,
      cite: "Biological Cybernetics 36:193–202",
    },
    {
      title: "A guide to convolution arithmetic for deep learning",
      authors: "Dumoulin, Visin",
      year: 2016,
      cite: "arXiv:1603.07285",
    },
  ],
};
