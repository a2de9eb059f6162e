import { frac, math } from "./math.js";

const model = "resnet20_cifar10";
const depths = [8, 20, 32, 44, 56];
/** @param {"plain" | "residual"} kind */
const of = (kind) => depths.map((depth) => ({ kind, depth }));

/** @type {import("./lesson-types.d.ts").Lesson} */
export default {
  id: "resnet",
  model,
  steps: [
    {
      id: "deeper",
      text: "resnet.deeper",
      figure: { view: "receptive-curve", state: { models: [model, "vgg_bn_cifar10"] } },
      terms: [{ term: "receptive-field", highlight: "theory" }],
      offers: "resnet18",
    },
    {
      id: "signal",
      text: "resnet.signal",
      figure: { view: "gradient-depth", state: { networks: of("plain"), activation: "relu", norm: false, gain: 1 } },
      terms: [
        { term: "vanishing-gradient", highlight: "curves" },
        { term: "exploding-gradient", highlight: "curves" },
      ],
      question: {
        ask: "resnet.signal.ask",
        until: { report: "gain", is: ">=", value: 3 },
        answer: "resnet.signal.answer",
      },
    },
    {
      id: "degradation",
      text: "resnet.degradation",
      figure: {
        view: "gradient-depth",
        state: {
          networks: [
            { kind: "plain", depth: 20 },
            { kind: "plain", depth: 56 },
          ],
          activation: "relu",
          norm: true,
          gain: 2,
        },
      },
      terms: [
        { term: "degradation-problem" },
        { term: "overfitting" },
        { term: "batch-normalization", highlight: "curves" },
      ],
    },
    {
      id: "identity",
      text: "resnet.identity",
      figure: { view: "cell", state: { model, stage: "layer1.0.add", cell: [16, 16], channel: 0 } },
      terms: [{ term: "residual-connection", highlight: "formula" }],
      formula: { mathml: math("y = F ( x ) + x"), alt: "resnet.identity.formula" },
    },
    {
      id: "block",
      text: "resnet.block",
      figure: { view: "architecture", state: { model, focus: ["layer1.0", "layer2.0"] } },
      terms: [
        { term: "residual-connection", highlight: "stage:layer1.0" },
        { term: "projection-shortcut", highlight: "stage:layer2.0" },
        { term: "bottleneck-block" },
      ],
    },
    {
      id: "skip-off",
      text: "resnet.skip-off",
      figure: { view: "ablation", state: { model, off: [], kinds: ["skip"] } },
      terms: [{ term: "residual-connection", highlight: "switches" }],
      question: {
        ask: "resnet.skip-off.ask",
        until: { report: "off", is: ">=", value: 1 },
        answer: "resnet.skip-off.answer",
      },
    },
    {
      id: "block-off",
      text: "resnet.block-off",
      figure: { view: "ablation", state: { model, off: ["block:layer2.1"], kinds: ["block"] } },
      terms: [{ term: "ensemble" }],
    },
    {
      id: "gradients",
      text: "resnet.gradients",
      figure: {
        view: "gradient-depth",
        state: { networks: [...of("plain"), ...of("residual")], activation: "relu", norm: true, gain: 2 },
      },
      terms: [
        { term: "residual-connection", highlight: "residual" },
        { term: "exploding-gradient", highlight: "plain" },
      ],
      formula: {
        mathml: math(frac("∂ L", "∂ x"), "=", frac("∂ L", "∂ y"), "( 1 +", frac("∂ F", "∂ x"), ")"),
        alt: "resnet.gradients.formula",
      },
    },
    {
      id: "results",
      text: "resnet.results",
      figure: { view: "parameters", state: { models: [model, "vgg_bn_cifar10", "alexnet_cifar10"], by: "model" } },
      terms: [{ term: "ensemble" }, { term: "top-5" }, { term: "overfitting" }],
    },
  ],
  readOn: [
    {
      title: "Deep Residual Learning for Image Recognition",
      authors: "He, Zhang, Ren, Sun",
      year: 2016,
      cite: "arXiv:1512.03385",
    },
    {
      title: "Residual Networks Behave Like Ensembles of Relatively Shallow Networks",
      authors: "Veit, Wilber, Belongie",
      year: 2016,
      cite: "arXiv:1605.06431",
    },
    {
      title: "A Mean Field Theory of Batch Normalization",
      authors: "Yang, Pennington, Rao, Sohl-Dickstein, Schoenholz",
      year: 2019,
      cite: "arXiv:1902.08129",
    },
  ],
};
