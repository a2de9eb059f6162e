import { frac, math } from "./math.js";

const model = "resnet20_cifar10";
const depths = [8, 20, 32, 44, 56];
/** A run that is measured in seconds. */
const BRIEF = { experiment: "residual", batch: 16, images: 100 };
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
      claims: [
        {
          says: "The last receptive field spans 81 pixels",
          measure: "receptive-field",
          of: { model: "resnet20_cifar10", stage: "layer3" },
          is: "==",
          value: 81,
        },
      ],
      figure: { view: "receptive-curve", state: { models: [model, "vgg_bn_cifar10"] } },
      terms: [{ term: "receptive-field", highlight: "theory" }],
      offers: "resnet18",
    },
    {
      id: "signal",
      text: "resnet.signal",
      claims: [
        {
          says: "Too small a weight scale vanishes at depth 56",
          measure: "gradient-ratio",
          of: { kind: "plain", depth: 56, activation: "relu", gain: 1, norm: false },
          is: "<=",
          value: 1e-6,
        },
        {
          says: "Too large a one explodes",
          measure: "gradient-ratio",
          of: { kind: "plain", depth: 56, activation: "relu", gain: 3, norm: false },
          is: ">=",
          value: 1000,
        },
        {
          says: "About 2 keeps it level",
          measure: "gradient-ratio",
          of: { kind: "plain", depth: 56, activation: "relu", gain: 2, norm: false },
          is: ">=",
          value: 0.1,
        },
        {
          says: "… on both sides",
          measure: "gradient-ratio",
          of: { kind: "plain", depth: 56, activation: "relu", gain: 2, norm: false },
          is: "<=",
          value: 10,
        },
      ],
      figure: { view: "gradient-depth", state: { networks: of("plain"), activation: "relu", norm: false, gain: 1 } },
      terms: [
        { term: "vanishing-gradient", highlight: "curves" },
        { term: "exploding-gradient", highlight: "curves" },
      ],
      question: {
        ask: "resnet.signal.ask",
        predict: "resnet.signal.predict",
        until: { report: "gain", is: ">=", value: 3 },
        answer: "resnet.signal.answer",
      },
    },
    {
      id: "degradation",
      text: "resnet.degradation",
      claims: [
        {
          says: "In the plain network of 56 layers with batch normalization the gradient does not vanish",
          measure: "gradient-ratio",
          of: { kind: "plain", depth: 56, activation: "relu", gain: 2, norm: true },
          is: ">=",
          value: 1,
        },
      ],
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
      id: "degrades",
      text: "resnet.degrades",
      claims: [
        {
          says: "After 50 steps on a hundred photos, the training loss of 20 plain layers is higher than that of 8",
          measure: "trained",
          of: {
            spec: { ...BRIEF, networks: ["plain-8", "plain-20"] },
            steps: 50,
            network: "plain-20",
            less: "plain-8",
            what: "loss",
            last: 5,
          },
          is: ">=",
          value: 0.3,
        },
      ],
      figure: {
        view: "training",
        state: {
          experiment: "residual",
          measure: "loss",
          spec: { networks: ["plain-8", "plain-20"] },
          switches: [],
          seeds: true,
        },
      },
      terms: [{ term: "degradation-problem", highlight: "curves" }, { term: "overfitting" }],
      question: {
        ask: "resnet.degrades.ask",
        predict: "resnet.degrades.predict",
        until: { report: "step", is: ">=", value: 150 },
        answer: "resnet.degrades.answer",
      },
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
      claims: [
        {
          says: "Cutting an early skip ruins the answers",
          measure: "accuracy",
          of: { model: "resnet20_cifar10", off: [{ stage: "layer1.1", what: "shortcut" }] },
          is: "<=",
          value: 0.2,
        },
        {
          says: "Cutting the very last one changes almost nothing",
          measure: "accuracy",
          of: { model: "resnet20_cifar10", off: [{ stage: "layer3.2", what: "shortcut" }] },
          is: ">=",
          value: 0.85,
        },
        {
          says: "Cutting layer1.0's skip, ResNet no longer sees the dog of the sample photo",
          measure: "first",
          of: {
            model: "resnet20_cifar10",
            photo: "dog_labrador",
            label: "dog",
            off: [{ stage: "layer1.0", what: "shortcut" }],
          },
          is: "==",
          value: 0,
        },
        {
          says: "… nor cutting that of layer1.1",
          measure: "first",
          of: {
            model: "resnet20_cifar10",
            photo: "dog_labrador",
            label: "dog",
            off: [{ stage: "layer1.1", what: "shortcut" }],
          },
          is: "==",
          value: 0,
        },
        {
          says: "… nor cutting that of layer1.2",
          measure: "first",
          of: {
            model: "resnet20_cifar10",
            photo: "dog_labrador",
            label: "dog",
            off: [{ stage: "layer1.2", what: "shortcut" }],
          },
          is: "==",
          value: 0,
        },
        {
          says: "Cutting the very last one, it does",
          measure: "first",
          of: {
            model: "resnet20_cifar10",
            photo: "dog_labrador",
            label: "dog",
            off: [{ stage: "layer3.2", what: "shortcut" }],
          },
          is: "==",
          value: 1,
        },
      ],
      figure: { view: "ablation", state: { model, off: [], kinds: ["skip"] } },
      terms: [{ term: "residual-connection", highlight: "switches" }],
      question: {
        ask: "resnet.skip-off.ask",
        predict: "resnet.skip-off.predict",
        until: { report: "switched", is: ">=", value: 1 },
        answer: "resnet.skip-off.answer",
      },
    },
    {
      id: "block-off",
      text: "resnet.block-off",
      claims: [
        {
          says: "Without the branch of layer2.1 most answers stay",
          measure: "accuracy",
          of: { model: "resnet20_cifar10", off: [{ stage: "layer2.1", what: "branch" }] },
          is: ">=",
          value: 0.8,
        },
        {
          says: "Without the branch of layer2.0, which changes the size, they do not",
          measure: "accuracy",
          of: { model: "resnet20_cifar10", off: [{ stage: "layer2.0", what: "branch" }] },
          is: "<=",
          value: 0.3,
        },
        {
          says: "Without the branch of layer2.1 the cat of the step's photo is still named",
          measure: "first",
          of: {
            model: "resnet20_cifar10",
            photo: "cat_chelsea",
            label: "cat",
            off: [{ stage: "layer2.1", what: "branch" }],
          },
          is: "==",
          value: 1,
        },
        {
          says: "… without that of layer2.0 no longer",
          measure: "first",
          of: {
            model: "resnet20_cifar10",
            photo: "cat_chelsea",
            label: "cat",
            off: [{ stage: "layer2.0", what: "branch" }],
          },
          is: "==",
          value: 0,
        },
      ],
      photo: "cat_chelsea",
      figure: { view: "ablation", state: { model, off: ["block:layer2.1"], kinds: ["block"] } },
      terms: [{ term: "ensemble" }],
    },
    {
      id: "gradients",
      text: "resnet.gradients",
      claims: [
        {
          says: "In the plain network of 56 layers the first gradient is thousands of times the last",
          measure: "gradient-ratio",
          of: { kind: "plain", depth: 56, activation: "relu", gain: 2, norm: true },
          is: ">=",
          value: 1000,
        },
        {
          says: "With skips it stays below a hundred",
          measure: "gradient-ratio",
          of: { kind: "residual", depth: 56, activation: "relu", gain: 2, norm: true },
          is: "<=",
          value: 100,
        },
      ],
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
      id: "learns",
      text: "resnet.learns",
      claims: [
        {
          says: "After 100 steps on a hundred photos, the loss of 20 plain layers is still above 1.5",
          measure: "trained",
          of: { spec: { ...BRIEF, networks: ["plain-20"] }, steps: 100, network: "plain-20", what: "loss", last: 10 },
          is: ">=",
          value: 1.5,
        },
        {
          says: "Given skip connections after 20 steps, it is below 1",
          measure: "trained",
          of: {
            spec: { ...BRIEF, networks: ["plain-20"], set: [{ step: 20, shortcuts: true }] },
            steps: 100,
            network: "plain-20",
            what: "loss",
            last: 10,
          },
          is: "<=",
          value: 1,
        },
      ],
      figure: {
        view: "training",
        state: {
          experiment: "residual",
          measure: "loss",
          spec: { networks: ["plain-20", "residual-20"] },
          switches: ["shortcuts"],
          seeds: true,
        },
      },
      terms: [{ term: "residual-connection", highlight: "controls" }],
      question: {
        ask: "resnet.learns.ask",
        predict: "resnet.learns.predict",
        until: { report: "since", is: ">=", value: 60 },
        answer: "resnet.learns.answer",
      },
    },
    {
      id: "results",
      text: "resnet.results",
      claims: [
        {
          says: "ResNet-20 has fewer parameters than the small VGG",
          measure: "parameters",
          of: { model: "resnet20_cifar10" },
          is: "<=",
          value: 300000,
        },
        {
          says: "… and answers most of the test images",
          measure: "accuracy",
          of: { model: "resnet20_cifar10" },
          is: ">=",
          value: 0.88,
        },
        {
          says: "It does as well as the small VGG, to within one image in a hundred",
          measure: "accuracy-lead",
          of: { model: "resnet20_cifar10", over: "vgg_bn_cifar10" },
          is: ">=",
          value: -0.01,
        },
        {
          says: "… with little more than a third of its parameters",
          measure: "ratio",
          of: { models: ["resnet20_cifar10", "vgg_bn_cifar10"], what: "parameters" },
          is: "<=",
          value: 0.38,
        },
        {
          says: "… and about half as many multiply-adds again",
          measure: "ratio",
          of: { models: ["resnet20_cifar10", "vgg_bn_cifar10"], what: "multiply_adds" },
          is: ">=",
          value: 1.45,
        },
        {
          says: "… and not twice as many",
          measure: "ratio",
          of: { models: ["resnet20_cifar10", "vgg_bn_cifar10"], what: "multiply_adds" },
          is: "<=",
          value: 1.6,
        },
      ],
      figure: { view: "test-accuracy", state: { models: [model, "vgg_bn_cifar10", "alexnet_cifar10"] } },
      terms: [
        { term: "ensemble" },
        { term: "top-5" },
        { term: "overfitting" },
        { term: "multiply-add", highlight: "macs" },
      ],
      question: {
        ask: "resnet.results.ask",
        predict: "resnet.results.predict",
        until: { report: "measured", is: "==", value: true },
        answer: "resnet.results.answer",
      },
    },
    {
      id: "fine-tune",
      text: "resnet.fine-tune",
      claims: [
        {
          says: "After 60 steps it names all nine photos that it learns from",
          measure: "trained-on-samples",
          of: { spec: { experiment: "fine-tune" }, network: "resnet20", what: "accuracy" },
          is: "==",
          value: 1,
        },
        {
          says: "… and two of the four that are held out",
          measure: "trained-on-samples",
          of: { spec: { experiment: "fine-tune" }, network: "resnet20", what: "test" },
          is: "==",
          value: 0.5,
        },
      ],
      figure: { view: "training", state: { experiment: "fine-tune", measure: "both", switches: [] } },
      terms: [
        { term: "pre-training" },
        { term: "fine-tuning", highlight: "curves" },
        { term: "overfitting", highlight: "scores" },
      ],
      question: {
        ask: "resnet.fine-tune.ask",
        predict: "resnet.fine-tune.predict",
        until: { report: "step", is: ">=", value: 50 },
        answer: "resnet.fine-tune.answer",
      },
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
