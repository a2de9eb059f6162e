import { frac, group, lines, math, sqrt, sub, sup } from "./math.js";

const model = "vit_cifar10";

/** @type {import("./lesson-types.d.ts").Lesson} */
export default {
  id: "vit",
  model,
  steps: [
    {
      id: "look",
      text: "vit.look",
      figure: { view: "attention", state: { model, block: "blocks.0", head: 0, query: [3, 3] } },
      terms: [
        { term: "self-attention", highlight: "map" },
        { term: "token", highlight: "query" },
      ],
      formula: {
        mathml: math("A", "=", "softmax", "(", frac(group("Q", sup("K", "⊤")), sqrt("d")), ")", "V"),
        alt: "vit.look.formula",
      },
      claims: [
        {
          says: "On average every head of the first block looks about half the photo's width away",
          measure: "attention-distance",
          of: { model: "vit_cifar10", block: 0, photo: "dog_labrador", of: "min" },
          is: ">=",
          value: 14,
        },
      ],
      question: {
        ask: "vit.look.ask",
        predict: "vit.look.predict",
        until: { report: "query", is: "!=", value: "3,3" },
        answer: "vit.look.answer",
      },
    },
    {
      id: "distance",
      text: "vit.distance",
      claims: [
        {
          says: "Already in the first block the nearest-looking head looks eight pixels far and more",
          measure: "attention-distance",
          of: { model: "vit_cifar10", block: 0, photo: "dog_labrador", of: "min" },
          is: ">=",
          value: 8,
        },
      ],
      figure: { view: "attention-distance", state: { model, against: "resnet20_cifar10" } },
      terms: [
        { term: "multi-head-attention", highlight: "heads" },
        { term: "receptive-field", highlight: "against" },
      ],
    },
    {
      id: "patches",
      text: "vit.patches",
      figure: { view: "patchify", state: { patch: 16 } },
      terms: [{ term: "patch", highlight: "patches" }],
      formula: {
        mathml: math(
          lines(
            group(
              "x ∈",
              sup("ℝ", "H × W × C"),
              "→",
              sub("x", "p"),
              "∈",
              sup("ℝ", group("N × (", sup("P", "2"), "C )")),
            ),
            group("N =", frac("H W", sup("P", "2"))),
          ),
        ),
        alt: "vit.patches.formula",
      },
      question: {
        ask: "vit.patches.ask",
        predict: "vit.patches.predict",
        until: { report: "patch", is: "==", value: 8 },
        answer: "vit.patches.answer",
      },
    },
    {
      id: "projection",
      text: "vit.projection",
      figure: { view: "cell", state: { model, stage: "patch_embed", cell: [3, 3], channel: 0 } },
      terms: [
        { term: "patch-embedding", highlight: "formula" },
        { term: "token", highlight: "cell" },
      ],
    },
    {
      id: "position",
      text: "vit.position",
      claims: [
        {
          says: "The learned positions of neighbours are more alike than those of any two patches",
          measure: "neighbours-alike",
          of: { model: "vit_cifar10" },
          is: ">=",
          value: 0.1,
        },
      ],
      figure: { view: "position-similarity", state: { model } },
      terms: [{ term: "position-embedding", highlight: "maps" }, { term: "inductive-bias" }],
    },
    {
      id: "shuffle",
      text: "vit.shuffle",
      claims: [
        {
          says: "Over the test images, without positions about 60% of the answers are right",
          measure: "accuracy",
          of: { model: "vit_cifar10", off: [{ stage: "pos_embed", what: "position" }] },
          is: "<=",
          value: 0.63,
        },
        {
          says: "… which is still far above chance",
          measure: "accuracy",
          of: { model: "vit_cifar10", off: [{ stage: "pos_embed", what: "position" }] },
          is: ">=",
          value: 0.57,
        },
        {
          says: "… and with shuffled positions about 54%",
          measure: "accuracy",
          of: { model: "vit_cifar10", off: [{ stage: "pos_embed", what: "shuffle", index: 0 }] },
          is: "<=",
          value: 0.57,
        },
        { says: "With everything in place", measure: "accuracy", of: { model: "vit_cifar10" }, is: ">=", value: 0.76 },
        {
          says: "Without the learned class token at the entrance hardly less",
          measure: "accuracy",
          of: { model: "vit_cifar10", off: [{ stage: "pos_embed", what: "token", index: 0 }] },
          is: ">=",
          value: 0.72,
        },
        {
          says: "With everything in place the cat of the step's photo comes first",
          measure: "first",
          of: { model: "vit_cifar10", photo: "cat_chelsea", label: "cat" },
          is: "==",
          value: 1,
        },
        {
          says: "… without positions too",
          measure: "first",
          of: {
            model: "vit_cifar10",
            photo: "cat_chelsea",
            label: "cat",
            off: [{ stage: "pos_embed", what: "position" }],
          },
          is: "==",
          value: 1,
        },
        {
          says: "… with shuffled ones too",
          measure: "first",
          of: {
            model: "vit_cifar10",
            photo: "cat_chelsea",
            label: "cat",
            off: [{ stage: "pos_embed", what: "shuffle", index: 0 }],
          },
          is: "==",
          value: 1,
        },
        {
          says: "… without the class token at the entrance still",
          measure: "first",
          of: {
            model: "vit_cifar10",
            photo: "cat_chelsea",
            label: "cat",
            off: [{ stage: "pos_embed", what: "token", index: 0 }],
          },
          is: "==",
          value: 1,
        },
      ],
      photo: "cat_chelsea",
      figure: { view: "ablation", state: { model, off: [], kinds: ["position", "position-shuffle", "class-token"] } },
      terms: [{ term: "position-embedding", highlight: "switches" }],
      question: {
        ask: "vit.shuffle.ask",
        predict: "vit.shuffle.predict",
        until: { report: "switched", is: ">=", value: 1 },
        answer: "vit.shuffle.answer",
      },
    },
    {
      id: "encoder",
      text: "vit.encoder",
      claims: [
        {
          says: "A block takes in 65 tokens and gives back 65",
          measure: "dimension",
          of: { model: "vit_cifar10", stage: "blocks.0", axis: 1 },
          is: "==",
          value: 65,
        },
        {
          says: "… of 128 numbers each",
          measure: "dimension",
          of: { model: "vit_cifar10", stage: "blocks.0", axis: 2 },
          is: "==",
          value: 128,
        },
        {
          says: "In between, the MLP has twice as many",
          measure: "dimension",
          of: { model: "vit_cifar10", stage: "blocks.0.mlp.act", axis: 2 },
          is: "==",
          value: 256,
        },
        {
          says: "Every token's attention weights sum to one",
          measure: "attention-sum",
          of: { model: "vit_cifar10", stage: "blocks.0.attn.attn_drop", photo: "dog_labrador" },
          is: "<=",
          value: 0.0001,
        },
      ],
      figure: { view: "encoder-block", state: { model, block: "blocks.0", patch: 27 } },
      terms: [
        { term: "encoder-block", highlight: "scene" },
        { term: "self-attention", highlight: "heads" },
        { term: "token", highlight: "query" },
      ],
    },
    {
      id: "blocks",
      text: "vit.blocks",
      claims: [
        {
          says: "After the last block the answer for the step's photo is right",
          measure: "first",
          of: { model: "vit_cifar10", photo: "cat_chelsea", label: "cat" },
          is: "==",
          value: 1,
        },
      ],
      photo: "cat_chelsea",
      figure: { view: "logit-lens", state: { model } },
      terms: [
        { term: "encoder-block", highlight: "stages" },
        { term: "layer-normalization" },
        { term: "residual-connection" },
      ],
      formula: {
        mathml: math(
          lines(
            group(sup("z", "′"), "= MSA ( LN ( z ) ) + z"),
            group(sup("z", "″"), "= MLP ( LN (", sup("z", "′"), ") ) +", sup("z", "′")),
          ),
        ),
        alt: "vit.blocks.formula",
      },
    },
    {
      id: "class-token",
      text: "vit.class-token",
      claims: [
        {
          says: "Emptied after the last block, the class token leaves nothing but chance",
          measure: "accuracy",
          of: { model: "vit_cifar10", off: [{ stage: "blocks.5", what: "token", index: 0 }] },
          is: "<=",
          value: 0.15,
        },
      ],
      photo: "cat_chelsea",
      figure: { view: "attention", state: { model, block: "blocks.5", head: 0, query: "class" } },
      terms: [
        { term: "class-token", highlight: "query" },
        { term: "multi-head-attention", highlight: "heads" },
      ],
    },
    {
      id: "data",
      text: "vit.data",
      claims: [
        {
          says: "The small ViT stays behind the small ResNet",
          measure: "accuracy",
          of: { model: "vit_cifar10" },
          is: "<=",
          value: 0.8,
        },
        {
          says: "The dog of the sample photo ResNet names",
          measure: "first",
          of: { model: "resnet20_cifar10", photo: "dog_labrador", label: "dog" },
          is: "==",
          value: 1,
        },
        {
          says: "… and ViT does not",
          measure: "first",
          of: { model: "vit_cifar10", photo: "dog_labrador", label: "dog" },
          is: "==",
          value: 0,
        },
      ],
      figure: { view: "compare", state: { models: [model, "resnet20_cifar10"], show: "answers" } },
      terms: [
        { term: "inductive-bias", highlight: "model:resnet20_cifar10" },
        { term: "pre-training" },
        { term: "knowledge-distillation", highlight: "model:vit_cifar10" },
      ],
      offers: "vit_tiny_patch16_224",
    },
  ],
  readOn: [
    {
      title: "An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale",
      authors: "Dosovitskiy, Beyer, Kolesnikov, Weissenborn, Zhai et al.",
      year: 2021,
      cite: "arXiv:2010.11929",
    },
    {
      title: "Attention Is All You Need",
      authors: "Vaswani, Shazeer, Parmar, Uszkoreit, Jones, Gomez, Kaiser, Polosukhin",
      year: 2017,
      cite: "arXiv:1706.03762",
    },
    {
      title: "Do Vision Transformers See Like Convolutional Neural Networks?",
      authors: "Raghu, Unterthiner, Kornblith, Zhang, Dosovitskiy",
      year: 2021,
      cite: "arXiv:2108.08810",
    },
  ],
};
