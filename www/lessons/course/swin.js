import { frac, group, lines, math, sqrt, sup } from "./math.js";

const model = "swin_cifar10";

/** @type {import("./lesson-types.d.ts").Lesson} */
export default {
  id: "swin",
  model,
  steps: [
    {
      id: "hierarchy",
      text: "swin.hierarchy",
      claims: [
        {
          says: "48 channels at first",
          measure: "dimension",
          of: { model: "swin_cifar10", stage: "layers.0", axis: 3 },
          is: "==",
          value: 48,
        },
        {
          says: "192 at last",
          measure: "dimension",
          of: { model: "swin_cifar10", stage: "layers.2", axis: 3 },
          is: "==",
          value: 192,
        },
      ],
      figure: { view: "architecture", state: { model, focus: ["layers.0", "layers.1", "layers.2"] } },
      terms: [
        { term: "patch", highlight: "stage:patch_embed" },
        { term: "token", highlight: "shapes" },
      ],
      offers: "swin_tiny_patch4_window7_224",
    },
    {
      id: "merge",
      text: "swin.merge",
      figure: { view: "cell", state: { model, stage: "layers.1.downsample", cell: [3, 3], channel: 0 } },
      terms: [{ term: "patch-merging", highlight: "window" }],
    },
    {
      id: "windows",
      text: "swin.windows",
      figure: { view: "swin-windows", state: { model, block: "layers.0.blocks.0", show: "windows" } },
      terms: [
        { term: "window-attention", highlight: "windows" },
        { term: "self-attention", highlight: "attention" },
      ],
    },
    {
      id: "shift",
      text: "swin.shift",
      figure: { view: "swin-windows", state: { model, block: "layers.0.blocks.1", show: "shift" } },
      terms: [{ term: "shifted-window", highlight: "shift" }],
      question: {
        ask: "swin.shift.ask",
        predict: "swin.shift.predict",
        until: { report: "block", is: "==", value: "layers.0.blocks.0" },
        answer: "swin.shift.answer",
      },
    },
    {
      id: "mask",
      text: "swin.mask",
      figure: { view: "swin-windows", state: { model, block: "layers.0.blocks.1", show: "mask" } },
      terms: [{ term: "cyclic-shift", highlight: "mask" }, { term: "softmax" }],
    },
    {
      id: "bias",
      text: "swin.bias",
      figure: { view: "swin-windows", state: { model, block: "layers.0.blocks.0", show: "bias" } },
      terms: [{ term: "relative-position-bias", highlight: "bias" }],
      formula: {
        mathml: math("A", "=", "softmax", "(", frac(group("Q", sup("K", "⊤")), sqrt("d")), "+ B )", "V"),
        alt: "swin.bias.formula",
      },
    },
    {
      id: "cost",
      text: "swin.cost",
      claims: [
        {
          says: "At 56 x 56 tokens global attention costs 13.8 times as much",
          measure: "attention-saving",
          of: { size: 224, patch: 4, width: 96, window: 7 },
          is: ">=",
          value: 13.7,
        },
      ],
      figure: { view: "attention-cost", state: { resolutions: [32, 64, 96, 128, 160] } },
      terms: [
        { term: "multiply-add", highlight: "macs" },
        { term: "window-attention", highlight: "swin" },
      ],
      formula: {
        mathml: math(
          lines(
            group("Ω ( MSA ) = 4 h w", sup("C", "2"), "+ 2", sup("( h w )", "2"), "C"),
            group("Ω (", "<mi>W-MSA</mi>", ") = 4 h w", sup("C", "2"), "+ 2", sup("M", "2"), "h w C"),
          ),
        ),
        alt: "swin.cost.formula",
      },
    },
    {
      id: "scales",
      text: "swin.scales",
      figure: {
        view: "feature-maps",
        state: { model, stage: "layers.0", stages: ["layers.0", "layers.1", "layers.2"] },
      },
      terms: [{ term: "feature-map", highlight: "grid" }, { term: "backbone" }],
    },
    {
      id: "larger",
      text: "swin.larger",
      claims: [
        {
          says: "At 128 pixels Swin's first stage has a map of 64 x 64",
          measure: "dimension-at",
          of: { model: "swin_cifar10", stage: "layers.0", size: 128, axis: 1 },
          is: "==",
          value: 64,
        },
        {
          says: "… and its last one of 16 x 16",
          measure: "dimension-at",
          of: { model: "swin_cifar10", stage: "layers.2", size: 128, axis: 1 },
          is: "==",
          value: 16,
        },
        {
          says: "From 32 to 128 pixels, sixteen times the pixels, Swin computes sixteen times as much",
          measure: "cost-growth",
          of: { model: "swin_cifar10", sizes: [32, 128] },
          is: "<=",
          value: 16.1,
        },
        {
          says: "… and ViT about forty times",
          measure: "cost-growth",
          of: { model: "vit_cifar10", sizes: [32, 128] },
          is: ">=",
          value: 40,
        },
      ],
      figure: { view: "scale-maps", state: { models: [model, "vit_cifar10"], sizes: [32, 64, 128] } },
      terms: [
        { term: "feature-map", highlight: "grid" },
        { term: "multiply-add", highlight: "macs" },
      ],
    },
    {
      id: "dense-tasks",
      text: "swin.dense-tasks",
      figure: { view: "class-map", state: { model, method: "gradcam" } },
      terms: [
        { term: "backbone", highlight: "map" },
        { term: "class-activation-map", highlight: "map" },
      ],
    },
  ],
  readOn: [
    {
      title: "Swin Transformer: Hierarchical Vision Transformer using Shifted Windows",
      authors: "Liu, Lin, Cao, Hu, Wei, Zhang, Lin, Guo",
      year: 2021,
      cite: "arXiv:2103.14030",
    },
    {
      title: "Feature Pyramid Networks for Object Detection",
      authors: "Lin, Dollár, Girshick, He, Hariharan, Belongie",
      year: 2017,
      cite: "arXiv:1612.03144",
    },
    {
      title: "Swin Transformer V2: Scaling Up Capacity and Resolution",
      authors: "Liu, Hu, Lin, Yao, Xie et al.",
      year: 2022,
      cite: "arXiv:2111.09883",
    },
  ],
};
