import { ANIMALS } from "../../samples/animals.js";
import { frac, group, math, sub, sum } from "./math.js";

const model = "dino_vit_cifar10";
/** A run that is measured in seconds. */
const SMALL = { experiment: "dino", batch: 8, images: 100, warmup: 0 };
/** Of which photos the probe's step holds out: layer and neighbours come near what they do over ten seeds. */
const SEED = 9;
/** A probe's whole run. */
const PROBED = { spec: { experiment: "probe", network: model }, network: "probe" };
const TOLD = { ...PROBED, spec: { ...PROBED.spec, seed: SEED } };
const PROBED_RESNET = { ...PROBED, spec: { experiment: "probe", network: "resnet20_cifar10" } };

/** @type {import("./lesson-types.d.ts").Lesson} */
export default {
  id: "dino",
  model,
  steps: [
    {
      id: "views",
      text: "dino.views",
      figure: { view: "dino-views", state: { seed: 1, local: true } },
      terms: [
        { term: "data-augmentation", highlight: "view1" },
        { term: "multi-crop", highlight: "local" },
        { term: "self-supervised-learning" },
      ],
      claims: [
        {
          says: "On average the two large views share about half of the photo",
          measure: "view-overlap",
          of: { photo: "dog_labrador", draws: 500, of: "mean" },
          is: ">=",
          value: 0.48,
        },
        {
          says: "… and not two thirds",
          measure: "view-overlap",
          of: { photo: "dog_labrador", draws: 500, of: "mean" },
          is: "<=",
          value: 0.6,
        },
        {
          says: "At times they share less than a quarter",
          measure: "view-overlap",
          of: { photo: "dog_labrador", draws: 500, of: "min" },
          is: "<=",
          value: 0.25,
        },
      ],
      question: {
        ask: "dino.views.ask",
        predict: "dino.views.predict",
        until: { report: "draws", is: ">=", value: 3 },
        answer: "dino.views.answer",
      },
    },
    {
      id: "two-networks",
      text: "dino.two-networks",
      figure: { view: "dino-flow", state: {} },
      terms: [{ term: "knowledge-distillation", highlight: "scene" }, { term: "class-token" }],
    },
    {
      id: "loss",
      text: "dino.loss",
      figure: { view: "dino-loss", state: { temperature: 0.04, centering: true, show: "loss" } },
      terms: [
        { term: "cross-entropy", highlight: "cross-entropy" },
        { term: "softmax", highlight: "student" },
      ],
      formula: {
        mathml: math(
          "H (",
          sub("P", "t"),
          ",",
          sub("P", "s"),
          ") = −",
          sum("k"),
          sub("P", "t"),
          "( k )",
          `<mspace width="0.17em"/>`,
          "log",
          `<mspace width="0.17em"/>`,
          sub("P", "s"),
          "( k )",
        ),
        alt: "dino.loss.formula",
      },
    },
    {
      id: "teacher",
      text: "dino.teacher",
      figure: { view: "dino-loss", state: { temperature: 0.04, centering: true, show: "gradient", momentum: 0.996 } },
      terms: [{ term: "exponential-moving-average", highlight: "teacher" }],
      formula: {
        mathml: math(sub("θ", "t"), "←", "λ", sub("θ", "t"), "+ ( 1 − λ )", sub("θ", "s")),
        alt: "dino.teacher.formula",
      },
    },
    {
      id: "trails",
      text: "dino.trails",
      claims: [
        {
          says: "With λ = 0 the teacher is the student",
          measure: "trained",
          of: { spec: { ...SMALL, momentum: 0 }, steps: 4, network: "teacher", what: "distance" },
          is: "==",
          value: 0,
        },
        {
          says: "With λ = 0.98 it is behind",
          measure: "trained",
          of: { spec: SMALL, steps: 4, network: "teacher", what: "distance" },
          is: ">=",
          value: 0.001,
        },
      ],
      figure: { view: "training", state: { experiment: "dino", measure: "distance", switches: ["momentum"] } },
      terms: [{ term: "exponential-moving-average", highlight: "curves" }],
      question: {
        ask: "dino.trails.ask",
        predict: "dino.trails.predict",
        until: { report: "since", is: ">=", value: 5 },
        answer: "dino.trails.answer",
      },
    },
    {
      id: "collapse",
      text: "dino.collapse",
      claims: [
        {
          says: "At the teacher’s low temperature the output is sharp",
          measure: "teacher-entropy",
          of: { temperature: 0.04, centering: true, photos: ["dog_labrador", "cat_chelsea"] },
          is: "<=",
          value: 0.8,
        },
        {
          says: "At 0.5 its entropy climbs to its largest value",
          measure: "teacher-entropy",
          of: { temperature: 0.5, centering: true, photos: ["dog_labrador", "cat_chelsea"] },
          is: ">=",
          value: 0.98,
        },
        {
          says: "Without centering it is lower still",
          measure: "teacher-entropy",
          of: { temperature: 0.04, centering: false, photos: ["dog_labrador", "cat_chelsea"] },
          is: "<=",
          value: 0.65,
        },
      ],
      figure: { view: "dino-loss", state: { temperature: 0.04, centering: false, show: "loss" } },
      terms: [
        { term: "collapse", highlight: "entropy" },
        { term: "centering", highlight: "centering" },
        { term: "sharpening", highlight: "temperature" },
        { term: "temperature", highlight: "temperature" },
      ],
      formula: {
        mathml: math(sub("P", "t"), "=", "softmax", "(", frac(group(sub("g", "t"), "− c"), sub("τ", "t")), ")"),
        alt: "dino.collapse.formula",
      },
      question: {
        ask: "dino.collapse.ask",
        predict: "dino.collapse.predict",
        until: { report: "temperature", is: ">=", value: 0.5 },
        answer: "dino.collapse.answer",
      },
    },
    {
      id: "collapses",
      text: "dino.collapses",
      claims: [
        {
          says: "Without sharpening the teacher's answers are uniform",
          measure: "trained",
          of: { spec: { ...SMALL, sharpening: false }, steps: 4, network: "teacher", what: "entropy" },
          is: ">=",
          value: 0.99,
        },
        {
          says: "Without centering one output takes all",
          measure: "trained",
          of: { spec: { ...SMALL, centering: false }, steps: 40, network: "teacher", what: "entropy" },
          is: "<=",
          value: 0.1,
        },
      ],
      figure: {
        view: "training",
        state: { experiment: "dino", measure: "entropy", switches: ["centering", "sharpening"], seeds: true },
      },
      terms: [
        { term: "collapse", highlight: "curves" },
        { term: "centering", highlight: "controls" },
        { term: "sharpening", highlight: "controls" },
      ],
      question: {
        ask: "dino.collapses.ask",
        predict: "dino.collapses.predict",
        until: { report: "since", is: ">=", value: 30 },
        answer: "dino.collapses.answer",
      },
    },
    {
      id: "attention",
      text: "dino.attention",
      figure: { view: "dino-attention", state: { mass: 0.6 } },
      terms: [
        { term: "class-token", highlight: "heads" },
        { term: "self-attention", highlight: "mask" },
      ],
      offers: "dino_vit_small_patch16_224",
    },
    {
      id: "colours",
      text: "dino.colours",
      figure: { view: "dino-pca", state: {} },
      terms: [
        { term: "principal-component-analysis", highlight: "colours" },
        { term: "patch", highlight: "photo" },
      ],
    },
    {
      id: "patches",
      text: "dino.patches",
      figure: { view: "dino-patches", state: { query: [3, 3] } },
      claims: [
        {
          says: "In colour a patch is about half as far from its five best matches as from the others",
          measure: "match-distance",
          of: { model: "dino_vit_cifar10", photo: "dog_labrador", in: "colour", share: true },
          is: "<=",
          value: 0.55,
        },
        {
          says: "They lie more than two patches away on average",
          measure: "match-distance",
          of: { model: "dino_vit_cifar10", photo: "dog_labrador", in: "place" },
          is: ">=",
          value: 2.2,
        },
      ],
      terms: [{ term: "cosine-similarity", highlight: "matches" }],
      question: {
        ask: "dino.patches.ask",
        predict: "dino.patches.predict",
        until: { report: "query", is: "!=", value: "3,3" },
        answer: "dino.patches.answer",
      },
    },
    {
      id: "frozen",
      text: "dino.frozen",
      claims: [
        {
          says: "Twenty neighbours among the 2,000 features that ship name nearly half of the test images, where chance is a tenth",
          measure: "accuracy",
          of: { model: "dino_vit_cifar10" },
          is: ">=",
          value: 0.46,
        },
        {
          says: "Six of the seven animals among the sample photos have an animal for their nearest neighbour",
          measure: "nearest-among",
          of: { model: "dino_vit_cifar10", of: ANIMALS, among: ANIMALS },
          is: "==",
          value: 6,
        },
      ],
      figure: { view: "neighbours", state: { model } },
      terms: [{ term: "nearest-neighbours", highlight: "nearest" }, { term: "linear-probing" }],
    },
    {
      id: "probe",
      text: "dino.probe",
      claims: [
        {
          says: "After 200 steps the layer names all nine photos that it learns from",
          measure: "trained-on-samples",
          of: { ...TOLD, what: "accuracy" },
          is: "==",
          value: 1,
        },
        {
          says: "… and two of the four that are held out",
          measure: "trained-on-samples",
          of: { ...TOLD, what: "test" },
          is: "==",
          value: 0.5,
        },
        {
          says: "… where the neighbours name three",
          measure: "trained-on-samples",
          of: { ...TOLD, what: "neighbours" },
          is: "==",
          value: 0.75,
        },
        {
          says: "For ten seeds, which hold out other photos, the layer names six in ten",
          measure: "trained-on-samples",
          of: { ...PROBED, what: "test", seeds: 10 },
          is: "<=",
          value: 0.65,
        },
        {
          says: "… and the neighbours seven",
          measure: "trained-on-samples",
          of: { ...PROBED, what: "neighbours", seeds: 10 },
          is: ">=",
          value: 0.7,
        },
        {
          says: "By the features of ResNet-20 the layer names six in ten",
          measure: "trained-on-samples",
          of: { ...PROBED_RESNET, what: "test", seeds: 10 },
          is: "<=",
          value: 0.65,
        },
        {
          says: "… and the neighbours as many",
          measure: "trained-on-samples",
          of: { ...PROBED_RESNET, what: "neighbours", seeds: 10 },
          is: ">=",
          value: 0.55,
        },
      ],
      figure: { view: "training", state: { experiment: "probe", measure: "both", spec: { seed: SEED } } },
      terms: [
        { term: "linear-probing", highlight: "curves" },
        { term: "nearest-neighbours", highlight: "scores" },
      ],
      question: {
        ask: "dino.probe.ask",
        predict: "dino.probe.predict",
        until: { report: "step", is: ">=", value: 200 },
        answer: "dino.probe.answer",
      },
    },
    {
      id: "many",
      text: "dino.many",
      claims: [
        {
          says: "By DINO's features neighbours name a third of 500 photos and more",
          measure: "read-out",
          of: { model: "dino_vit_cifar10", images: "things" },
          is: ">=",
          value: 0.33,
        },
        {
          says: "By the pixels alone a quarter",
          measure: "read-out",
          of: { model: "dino_vit_cifar10", images: "things", pixels: true },
          is: "<=",
          value: 0.28,
        },
        {
          says: "By the features of the MAE fewer than by DINO's",
          measure: "read-out",
          of: { model: "mae_vit_cifar10", images: "things" },
          is: "<=",
          value: 0.33,
        },
      ],
      figure: { view: "read-out", state: { models: [model, "mae_vit_cifar10"], images: "things" } },
      terms: [{ term: "nearest-neighbours", highlight: "shares" }, { term: "fine-tuning" }],
      question: {
        ask: "dino.many.ask",
        predict: "dino.many.predict",
        until: { report: "measured", is: "==", value: true },
        answer: "dino.many.answer",
      },
    },
  ],
  readOn: [
    {
      title: "Emerging Properties in Self-Supervised Vision Transformers",
      authors: "Caron, Touvron, Misra, Jégou, Mairal, Bojanowski, Joulin",
      year: 2021,
      cite: "arXiv:2104.14294",
    },
    {
      title: "Mean teachers are better role models",
      authors: "Tarvainen, Valpola",
      year: 2017,
      cite: "arXiv:1703.01780",
    },
    {
      title: "DINOv2: Learning Robust Visual Features without Supervision",
      authors: "Oquab, Darcet, Moutakanni, Vo et al.",
      year: 2023,
      cite: "arXiv:2304.07193",
    },
  ],
};
