import { math, sup, sum, frac } from "./math.js";

const model = "mae_vit_cifar10";
/** A run that is measured in seconds. */
const BRIEF = { experiment: "mae", rate: 0.001, batch: 8 };

/** @type {import("./lesson-types.d.ts").Lesson} */
export default {
  id: "mae",
  model,
  steps: [
    {
      id: "hide",
      text: "mae.hide",
      figure: { view: "mae", state: { ratio: 0.75, seed: 1, paint: false } },
      terms: [
        { term: "masked-autoencoder", highlight: "reconstruction" },
        { term: "patch", highlight: "visible" },
      ],
      offers: "mae_vit_base",
    },
    {
      id: "encoder",
      text: "mae.encoder",
      figure: { view: "architecture", state: { model, focus: ["vit"] } },
      terms: [{ term: "encoder-block", highlight: "stage:vit" }, { term: "mask-token" }],
    },
    {
      id: "decoder",
      text: "mae.decoder",
      claims: [
        {
          says: "48 of the decoder's 65 tokens are copies of one vector",
          measure: "copies",
          of: { model: "mae_vit_cifar10", stage: "decoder.mask_token", photo: "dog_labrador" },
          is: "==",
          value: 48,
        },
        {
          says: "… until positions are added: then none is like another",
          measure: "copies",
          of: { model: "mae_vit_cifar10", stage: "decoder.decoder_pos_embed", photo: "dog_labrador" },
          is: "==",
          value: 1,
        },
        {
          says: "Its tokens are 96 numbers wide",
          measure: "dimension",
          of: { model: "mae_vit_cifar10", stage: "decoder.mask_token", axis: 2 },
          is: "==",
          value: 96,
        },
      ],
      figure: { view: "mae-decoder", state: {} },
      terms: [{ term: "mask-token", highlight: "scene" }, { term: "position-embedding" }],
      offers: "mae_vit_base",
    },
    {
      id: "loss",
      text: "mae.loss",
      figure: { view: "mae", state: { ratio: 0.75, seed: 2, paint: false } },
      terms: [{ term: "reconstruction-loss", highlight: "error" }],
      formula: {
        mathml: math(
          "L",
          "=",
          frac("1", "| M |"),
          sum("i ∈ M"),
          sup(
            "<mrow><mo>‖</mo><msub><mover><mi>x</mi><mo>^</mo></mover><mi>i</mi></msub><mo>−</mo><msub><mi>x</mi><mi>i</mi></msub><mo>‖</mo></mrow>",
            "2",
          ),
        ),
        alt: "mae.loss.formula",
      },
    },
    {
      id: "paint",
      text: "mae.paint",
      figure: { view: "mae", state: { ratio: 0.75, seed: 1, paint: true } },
      terms: [{ term: "masked-autoencoder", highlight: "reconstruction" }],
      question: {
        ask: "mae.paint.ask",
        predict: "mae.paint.predict",
        until: { report: "painted", is: ">=", value: 4 },
        answer: "mae.paint.answer",
      },
    },
    {
      id: "ratios",
      text: "mae.ratios",
      claims: [
        {
          says: "A quarter hidden is easy",
          measure: "mae-loss",
          of: { model: "mae_vit_cifar10", ratio: 0.25 },
          is: "<=",
          value: 0.16,
        },
        {
          says: "Three quarters hidden is twice as hard",
          measure: "mae-loss",
          of: { model: "mae_vit_cifar10", ratio: 0.75 },
          is: ">=",
          value: 0.24,
        },
        {
          says: "Nine tenths hidden is far harder",
          measure: "mae-loss",
          of: { model: "mae_vit_cifar10", ratio: 0.9 },
          is: ">=",
          value: 0.4,
        },
      ],
      figure: { view: "mae", state: { ratio: 0.25, seed: 1, paint: false } },
      terms: [{ term: "mask-ratio", highlight: "visible" }],
      question: {
        ask: "mae.ratios.ask",
        predict: "mae.ratios.predict",
        until: { report: "ratio", is: ">=", value: 0.9 },
        answer: "mae.ratios.answer",
      },
    },
    {
      id: "saving",
      text: "mae.saving",
      claims: [
        {
          says: "With three quarters hidden the encoder needs less than a quarter of the multiply-adds",
          measure: "mask-cost",
          of: { model: "mae_vit_cifar10", ratio: 0.75 },
          is: "<=",
          value: 0.25,
        },
      ],
      figure: { view: "mae-cost", state: { ratios: [0, 0.25, 0.5, 0.75, 0.9] } },
      terms: [{ term: "multiply-add", highlight: "macs" }, { term: "mask-ratio" }],
    },
    {
      id: "learns",
      text: "mae.learns",
      claims: [
        {
          says: "At first the loss is that of flat grey, the variance of the pixels: about 1",
          measure: "trained",
          of: { spec: BRIEF, steps: 1, network: "mae", what: "loss" },
          is: ">=",
          value: 0.9,
        },
        {
          says: "After 80 steps some of it is explained",
          measure: "trained",
          of: { spec: BRIEF, steps: 80, network: "mae", what: "loss", last: 20 },
          is: "<=",
          value: 0.9,
        },
      ],
      figure: { view: "training", state: { experiment: "mae", measure: "loss", switches: ["mask"] } },
      terms: [
        { term: "reconstruction-loss", highlight: "curves" },
        { term: "mask-ratio", highlight: "controls" },
      ],
    },
    {
      id: "learned",
      text: "mae.learned",
      figure: { view: "attention", state: { model, block: "vit.layers.5", head: 0, query: [3, 3] } },
      terms: [{ term: "self-supervised-learning" }, { term: "self-attention", highlight: "map" }],
    },
    {
      id: "use",
      text: "mae.use",
      claims: [
        {
          says: "Nearest to the flamingo of the step's photo is the pelican",
          measure: "nearest-among",
          of: { model: "mae_vit_cifar10", of: ["flamingo"], among: ["pelican"] },
          is: "==",
          value: 1,
        },
        {
          says: "… but to the Labrador it is the flamingo",
          measure: "nearest-among",
          of: { model: "mae_vit_cifar10", of: ["dog_labrador"], among: ["flamingo"] },
          is: "==",
          value: 1,
        },
      ],
      photo: "flamingo",
      figure: { view: "neighbours", state: { model } },
      terms: [
        { term: "fine-tuning" },
        { term: "linear-probing" },
        { term: "nearest-neighbours", highlight: "nearest" },
      ],
    },
  ],
  readOn: [
    {
      title: "Masked Autoencoders Are Scalable Vision Learners",
      authors: "He, Chen, Xie, Li, Dollár, Girshick",
      year: 2022,
      cite: "arXiv:2111.06377",
    },
    {
      title: "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
      authors: "Devlin, Chang, Lee, Toutanova",
      year: 2019,
      cite: "arXiv:1810.04805",
    },
    {
      title: "BEiT: BERT Pre-Training of Image Transformers",
      authors: "Bao, Dong, Piao, Wei",
      year: 2022,
      cite: "arXiv:2106.08254",
    },
  ],
};
