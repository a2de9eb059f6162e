import { math, sup } from "./math.js";

const model = "vgg_bn_cifar10";
/** Those of the sample photos that show one. */
const ANIMALS = ["cat_chelsea", "dog_labrador", "flamingo", "moose", "panda", "pelican", "raccoon"];

/** @type {import("./lesson-types.d.ts").Lesson} */
export default {
  id: "vgg",
  model,
  steps: [
    {
      id: "uniform",
      text: "vgg.uniform",
      figure: { view: "architecture", state: { model } },
      terms: [
        { term: "kernel", highlight: "stage:features.0" },
        { term: "max-pooling", highlight: "stage:features.3" },
        { term: "batch-normalization", highlight: "stage:features.1" },
      ],
    },
    {
      id: "small",
      text: "vgg.small",
      figure: { view: "cell", state: { model, stage: "features.8", cell: [4, 4], channel: 0 } },
      terms: [{ term: "kernel", highlight: "window" }, { term: "padding" }],
    },
    {
      id: "stack",
      text: "vgg.stack",
      figure: { view: "stacked-kernels", state: { count: 3, channels: 64 } },
      terms: [
        { term: "receptive-field", highlight: "field" },
        { term: "relu", highlight: "nonlinearities" },
      ],
      formula: {
        mathml: math(
          "3 ·",
          sup("3", "2"),
          sup("C", "2"),
          "= 27",
          sup("C", "2"),
          "<",
          "49",
          sup("C", "2"),
          "=",
          sup("7", "2"),
          sup("C", "2"),
        ),
        alt: "vgg.stack.formula",
      },
      question: {
        ask: "vgg.stack.ask",
        predict: "vgg.stack.predict",
        until: { report: "field", is: "==", value: 11 },
        answer: "vgg.stack.answer",
      },
    },
    {
      id: "field",
      text: "vgg.field",
      figure: { view: "receptive-field", state: { model, stage: "features.13", cell: [4, 4] } },
      terms: [{ term: "receptive-field", highlight: "theory" }],
    },
    {
      id: "growth",
      text: "vgg.growth",
      claims: [
        {
          says: "At the fifth convolution the measured field spans less than three quarters of the theoretical one",
          measure: "field-share",
          of: { model: "vgg_bn_cifar10", stage: "features.14", photo: "dog_labrador" },
          is: "<=",
          value: 0.75,
        },
      ],
      figure: { view: "receptive-curve", state: { models: [model, "alexnet_cifar10"] } },
      terms: [{ term: "receptive-field", highlight: "theory" }],
    },
    {
      id: "nonlinear",
      text: "vgg.nonlinear",
      claims: [
        {
          says: "More than half of the deepest maps is zero",
          measure: "zeros",
          of: { model: "vgg_bn_cifar10", stage: "features.20" },
          is: ">=",
          value: 0.5,
        },
      ],
      figure: { view: "feature-maps", state: { model, stage: "features.20" } },
      terms: [
        { term: "relu", highlight: "grid" },
        { term: "feature-map", highlight: "channel" },
      ],
    },
    {
      id: "weights",
      text: "vgg.weights",
      claims: [
        {
          says: "The dense layers are about an eighth of the small version",
          measure: "parameters",
          of: { model: "vgg_bn_cifar10", stages: ["classifier"], share: true },
          is: "<=",
          value: 0.14,
        },
        {
          says: "… and not less",
          measure: "parameters",
          of: { model: "vgg_bn_cifar10", stages: ["classifier"], share: true },
          is: ">=",
          value: 0.11,
        },
      ],
      figure: { view: "parameters", state: { models: [model], by: "layer" } },
      terms: [{ term: "fully-connected-layer", highlight: "stage:classifier.0" }],
    },
    {
      id: "against",
      text: "vgg.against",
      claims: [
        {
          says: "The small VGG answers at least three points more of the test images than the small AlexNet",
          measure: "accuracy-lead",
          of: { model: "vgg_bn_cifar10", over: "alexnet_cifar10" },
          is: ">=",
          value: 0.03,
        },
        {
          says: "… with fewer parameters",
          measure: "ratio",
          of: { models: ["vgg_bn_cifar10", "alexnet_cifar10"], what: "parameters" },
          is: "<=",
          value: 0.95,
        },
        {
          says: "… and about 60 % of the multiply-adds",
          measure: "ratio",
          of: { models: ["vgg_bn_cifar10", "alexnet_cifar10"], what: "multiply_adds" },
          is: "<=",
          value: 0.62,
        },
      ],
      figure: { view: "test-accuracy", state: { models: [model, "alexnet_cifar10"] } },
      terms: [{ term: "multiply-add", highlight: "macs" }, { term: "kernel" }],
      question: {
        ask: "vgg.against.ask",
        predict: "vgg.against.predict",
        until: { report: "measured", is: "==", value: true },
        answer: "vgg.against.answer",
      },
    },
    {
      id: "results",
      text: "vgg.results",
      claims: [
        {
          says: "The small version names about nine in ten of the test images",
          measure: "accuracy",
          of: { model: "vgg_bn_cifar10" },
          is: ">=",
          value: 0.86,
        },
        {
          says: "… and not many more",
          measure: "accuracy",
          of: { model: "vgg_bn_cifar10" },
          is: "<=",
          value: 0.94,
        },
      ],
      figure: { view: "classify", state: { model, topK: 5 } },
      terms: [{ term: "local-response-normalization" }, { term: "top-5", highlight: "top" }],
      offers: "vgg16",
    },
    {
      id: "transfer",
      text: "vgg.transfer",
      figure: { view: "neighbours", state: { model } },
      claims: [
        {
          says: "Nearest to the flamingo is the dahlia",
          measure: "nearest-among",
          of: { model: "vgg_bn_cifar10", of: ["flamingo"], among: ["dahlia"] },
          is: "==",
          value: 1,
        },
        {
          says: "VGG takes the flamingo for a bird",
          measure: "first",
          of: { model: "vgg_bn_cifar10", photo: "flamingo", label: "bird" },
          is: "==",
          value: 1,
        },
        {
          says: "… and the dahlia",
          measure: "first",
          of: { model: "vgg_bn_cifar10", photo: "dahlia", label: "bird" },
          is: "==",
          value: 1,
        },
        {
          says: "Four of the seven animals have an animal for their nearest neighbour",
          measure: "nearest-among",
          of: { model: "vgg_bn_cifar10", of: ANIMALS, among: ANIMALS },
          is: "==",
          value: 4,
        },
      ],
      terms: [{ term: "nearest-neighbours", highlight: "nearest" }, { term: "fine-tuning" }],
      question: {
        ask: "vgg.transfer.ask",
        predict: "vgg.transfer.predict",
        until: { report: "asked", is: "==", value: "flamingo" },
        answer: "vgg.transfer.answer",
      },
    },
    {
      id: "carried",
      text: "vgg.carried",
      claims: [
        {
          says: "By features learned on photos, neighbours name a little over four in ten of 500 digits",
          measure: "read-out",
          of: { model: "vgg_bn_cifar10", images: "digits" },
          is: ">=",
          value: 0.4,
        },
        {
          says: "… and not half",
          measure: "read-out",
          of: { model: "vgg_bn_cifar10", images: "digits" },
          is: "<=",
          value: 0.5,
        },
        {
          says: "By the features of ResNet-20 about seven in ten",
          measure: "read-out",
          of: { model: "resnet20_cifar10", images: "digits" },
          is: ">=",
          value: 0.65,
        },
        {
          says: "… and not eight",
          measure: "read-out",
          of: { model: "resnet20_cifar10", images: "digits" },
          is: "<=",
          value: 0.76,
        },
        {
          says: "Of the photos about nine in ten, by the features of VGG",
          measure: "read-out",
          of: { model: "vgg_bn_cifar10", images: "things" },
          is: ">=",
          value: 0.86,
        },
        {
          says: "… and of ResNet-20",
          measure: "read-out",
          of: { model: "resnet20_cifar10", images: "things" },
          is: ">=",
          value: 0.86,
        },
        {
          says: "By the bare pixels they name far more",
          measure: "read-out",
          of: { model: "vgg_bn_cifar10", images: "digits", pixels: true },
          is: ">=",
          value: 0.8,
        },
        {
          says: "Of the photos the same pixels name a quarter",
          measure: "read-out",
          of: { model: "vgg_bn_cifar10", images: "things", pixels: true },
          is: "<=",
          value: 0.28,
        },
      ],
      figure: { view: "read-out", state: { models: [model, "resnet20_cifar10"], images: "digits" } },
      terms: [{ term: "nearest-neighbours", highlight: "shares" }, { term: "pre-training" }],
      question: {
        ask: "vgg.carried.ask",
        predict: "vgg.carried.predict",
        until: { report: "measured", is: "==", value: true },
        answer: "vgg.carried.answer",
      },
    },
  ],
  readOn: [
    {
      title: "Very Deep Convolutional Networks for Large-Scale Image Recognition",
      authors: "Simonyan, Zisserman",
      year: 2015,
      cite: "arXiv:1409.1556",
    },
    {
      title: "Computing Receptive Fields of Convolutional Neural Networks",
      authors: "Araujo, Norris, Sim",
      year: 2019,
      cite: "Distill, doi:10.23915/distill.00021",
    },
    {
      title: "Understanding the Effective Receptive Field in Deep Convolutional Neural Networks",
      authors: "Luo, Li, Urtasun, Zemel",
      year: 2016,
      cite: "arXiv:1701.04128",
    },
  ],
};
