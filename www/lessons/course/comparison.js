/** Last page: all eight on the same photo. */
const all = [
  "lenet5_mnist",
  "alexnet_cifar10",
  "vgg_bn_cifar10",
  "resnet20_cifar10",
  "vit_cifar10",
  "swin_cifar10",
  "mae_vit_cifar10",
  "dino_vit_cifar10",
];
const classifiers = all.slice(1, 6);
/** All that name things. */
const answering = [...classifiers, "dino_vit_cifar10"];

/** @type {import("./lesson-types.d.ts").Lesson} */
export default {
  id: "compare",
  model: "resnet20_cifar10",
  steps: [
    {
      id: "eight",
      text: "compare.eight",
      claims: [
        {
          says: "At least four of six networks call the dog of the sample photo a dog",
          measure: "agreement",
          of: {
            models: answering,
            photo: "dog_labrador",
            label: "dog",
          },
          is: ">=",
          value: 4,
        },
        {
          says: "Most call the rocket a ship, as the questions and the notes say",
          measure: "agreement",
          of: {
            models: answering,
            photo: "rocket",
            label: "ship",
          },
          is: ">=",
          value: 4,
        },
      ],
      figure: { view: "compare", state: { models: all, show: "answers" } },
      terms: [{ term: "nearest-neighbours", highlight: "model:dino_vit_cifar10" }],
    },
    {
      id: "cost",
      text: "compare.cost",
      figure: { view: "compare", state: { models: all, show: "cost" } },
      terms: [{ term: "multiply-add", highlight: "macs" }, { term: "weight-sharing" }],
    },
    {
      id: "where",
      text: "compare.where",
      figure: { view: "compare", state: { models: classifiers, show: "map" } },
      terms: [{ term: "class-activation-map", highlight: "map" }],
    },
    {
      id: "fair",
      text: "compare.fair",
      claims: [
        {
          says: "ResNet-20 is level with the small VGG, to within one image in a hundred",
          measure: "accuracy-lead",
          of: { model: "resnet20_cifar10", over: "vgg_bn_cifar10" },
          is: ">=",
          value: -0.01,
        },
        {
          says: "… on both sides",
          measure: "accuracy-lead",
          of: { model: "vgg_bn_cifar10", over: "resnet20_cifar10" },
          is: ">=",
          value: -0.01,
        },
        {
          says: "The small Swin comes after VGG",
          measure: "accuracy-lead",
          of: { model: "vgg_bn_cifar10", over: "swin_cifar10" },
          is: ">=",
          value: 0.01,
        },
        {
          says: "… and so does the small ViT",
          measure: "accuracy-lead",
          of: { model: "vgg_bn_cifar10", over: "vit_cifar10" },
          is: ">=",
          value: 0.01,
        },
      ],
      figure: { view: "test-accuracy", state: { models: classifiers } },
      terms: [{ term: "inductive-bias" }, { term: "pre-training" }, { term: "data-augmentation" }],
      question: {
        ask: "compare.fair.ask",
        predict: "compare.fair.predict",
        until: { report: "measured", is: "==", value: true },
        answer: "compare.fair.answer",
      },
    },
    {
      id: "threads",
      text: "compare.threads",
      figure: { view: "timeline", state: {} },
      terms: [
        { term: "inductive-bias", highlight: "line" },
        { term: "residual-connection", highlight: "entry:resnet" },
      ],
    },
  ],
  readOn: [
    {
      title: "A ConvNet for the 2020s",
      authors: "Liu, Mao, Wu, Feichtenhofer, Darrell, Xie",
      year: 2022,
      cite: "arXiv:2201.03545",
    },
    {
      title: "ResNet strikes back: An improved training procedure in timm",
      authors: "Wightman, Touvron, Jégou",
      year: 2021,
      cite: "arXiv:2110.00476",
    },
    {
      title: "Do Better ImageNet Models Transfer Better?",
      authors: "Kornblith, Shlens, Le",
      year: 2019,
      cite: "arXiv:1805.08974",
    },
  ],
};
