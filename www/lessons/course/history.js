/** First page: the line from 1998 to 2021. Its data is timeline.js. */
/** @type {import("./lesson-types.d.ts").Lesson} */
export default {
  id: "history",
  model: "resnet20_cifar10",
  steps: [
    { id: "line", text: "history.line", figure: { view: "timeline", state: {} }, terms: [] },
    {
      id: "convolution-years",
      text: "history.convolution-years",
      figure: { view: "timeline", state: { focus: ["lenet", "alexnet", "vgg", "resnet"] } },
      terms: [
        { term: "convolution", highlight: "entry:lenet" },
        { term: "residual-connection", highlight: "entry:resnet" },
      ],
    },
    {
      id: "attention-years",
      text: "history.attention-years",
      figure: { view: "timeline", state: { focus: ["vit", "swin"] } },
      terms: [
        { term: "self-attention", highlight: "entry:vit" },
        { term: "pre-training", highlight: "accuracy" },
      ],
    },
    {
      id: "label-free-years",
      text: "history.label-free-years",
      figure: { view: "timeline", state: { focus: ["mae", "dino"] } },
      terms: [{ term: "self-supervised-learning", highlight: "idea" }],
    },
    {
      id: "numbers",
      text: "history.numbers",
      figure: { view: "timeline", state: { results: true } },
      terms: [
        { term: "top-5", highlight: "accuracy" },
        { term: "ensemble", highlight: "accuracy" },
      ],
    },
    {
      id: "here",
      text: "history.here",
      figure: { view: "classify", state: { model: "resnet20_cifar10", topK: 5 } },
      terms: [],
    },
  ],
  readOn: [
    { title: "Deep learning", authors: "LeCun, Bengio, Hinton", year: 2015, cite: "Nature 521:436–444" },
    {
      title: "ImageNet Large Scale Visual Recognition Challenge",
      authors: "Russakovsky et al.",
      year: 2015,
      cite: "arXiv:1409.0575",
    },
    {
      title: "Transformers in Vision: A Survey",
      authors: "Khan, Naseer, Hayat, Zamir, Khan, Shah",
      year: 2021,
      cite: "arXiv:2101.01169",
    },
  ],
};
