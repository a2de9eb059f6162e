// Notes for instructors, in English. Same shape as notes.ko.js. `says` is what learners tend to believe, `but` what to show instead.
export default {
  history: {
    minutes: 15,
    goals: [
      "Name the one idea that each of the eight networks added.",
      "Read a published number together with the test that it comes from.",
    ],
    see: "A line from 1998 to 2021, sizes on a logarithmic axis, and the small networks that answer in the browser.",
    misconceptions: [
      {
        says: "Newer means better in every respect.",
        but: "Show LeNet-5 beside ViT-H: ten thousand times the parameters, for another task.",
      },
      {
        says: "The numbers can be ranked.",
        but: "Open the tests of three entries: digits, top-5 of a thousand classes, a classifier on frozen features.",
      },
    ],
    exercises: [
      {
        task: "Order the eight by parameters, and then by how many labels they need. Where do the two orders part?",
        solution:
          "DINO and MAE are large and need no labels to learn their features; AlexNet and VGG are as large as DINO and need a million.",
      },
    ],
  },
  convolution: {
    minutes: 25,
    goals: [
      "Explain why a fully connected network does not recognize a shifted digit.",
      "Tell local receptive fields from shared weights.",
      "Tell equivariance from invariance.",
    ],
    see: "A 4 that LeNet reads at every shift and the fully connected network loses after two pixels; then the same over 500 digits.",
    misconceptions: [
      {
        says: "Convolution makes a network invariant to shifts.",
        but: "Show the curve at six pixels: both fail. The features move along, and dense layers behind them care where they are.",
      },
      { says: "Fewer weights mean less computation.", but: "Count: conv1 has 156 weights and uses them 784 times." },
    ],
    exercises: [
      {
        task: "How many weights would a fully connected layer need for what conv1 computes (1,024 pixels to 6 × 28 × 28 cells)?",
        solution: "1,024 × 4,704 + 4,704 = 4,821,600, against 156.",
      },
      {
        task: "Find a digit that LeNet loses before the fully connected network does. What does it show?",
        solution: "Such digits exist (try the 3). A claim about averages is not a claim about each example.",
      },
    ],
  },
  lenet: {
    minutes: 25,
    goals: [
      "Follow the shapes from 32 × 32 pixels to ten scores.",
      "Compute output sizes.",
      "Say where the parameters are, and why.",
    ],
    see: "Every number in the network, for a digit that the class draws.",
    misconceptions: [
      {
        says: "The network knows when it does not know.",
        but: "Draw a face: softmax gives a digit, often with high confidence.",
      },
      {
        says: "LeNet-5 of 1998 used ReLU and max pooling.",
        but: "The last step lists what differed: sparse C3, trainable pooling, scaled tanh, radial basis functions.",
      },
    ],
    exercises: [
      {
        task: "Give all sizes for an input of 28 × 28 without padding.",
        solution: "24, 12, 8, 4: the first dense layer would read 16 × 4 × 4 = 256 numbers.",
      },
      { task: "How many multiply-adds does conv2 need?", solution: "10 × 10 × 16 × (6 × 25) = 240,000." },
    ],
  },
  alexnet: {
    minutes: 30,
    goals: [
      "Explain why ReLU makes deep networks easier to train, and under which conditions it was faster.",
      "Explain dropout as an average over networks.",
      "State the order of LRN and pooling in the paper.",
    ],
    see: "Gradients of fresh networks over depth; eight answers of one network with dropout on; LRN on real maps.",
    misconceptions: [
      {
        says: "ReLU solves vanishing gradients.",
        but: "Move the weight scale: with too small weights ReLU's gradients vanish too.",
      },
      {
        says: "Grouped convolution was an idea about accuracy.",
        but: "It was a way to fit two cards of 3 GB; others kept it to save computation.",
      },
    ],
    exercises: [
      {
        task: "A sigmoid's slope is at most ¼. Bound the factor after 20 layers if the weights keep the scale.",
        solution: "4⁻²⁰, about 10⁻¹². The figure measures 3 · 10⁻¹².",
      },
      {
        task: "How many weights has conv2 of the paper with and without two groups (96 to 256 channels, 5 × 5)?",
        solution: "307,200 and 614,400.",
      },
    ],
  },
  vgg: {
    minutes: 25,
    goals: [
      "Compare stacked small kernels with one large one.",
      "Tell the theoretical from the effective receptive field.",
      "Say where VGG-16's parameters are.",
    ],
    see: "A gradient that measures which pixels move a cell, inside the box that theory allows.",
    misconceptions: [
      {
        says: "A cell uses its whole receptive field equally.",
        but: "The measured field is bright in the middle and dark at the rim.",
      },
      { says: "Convolutions hold most parameters.", but: "89% of VGG-16 are dense layers." },
    ],
    exercises: [
      {
        task: "Weights of three 3 × 3 layers against one 7 × 7 layer at C = 64?",
        solution: "110,592 against 200,704.",
      },
      {
        task: "Receptive field after conv 3 × 3, pool 2, conv 3 × 3?",
        solution: "3, then 4, then 4 + 2 · 2 = 8 pixels.",
      },
    ],
  },
  resnet: {
    minutes: 35,
    goals: [
      "Tell degradation from overfitting.",
      "Write a residual block, and the derivative through it.",
      "Predict what cutting a skip or a block does.",
    ],
    see: "The accuracy of a trained network when one skip is cut; gradients of plain and residual networks of up to 56 layers.",
    misconceptions: [
      {
        says: "Skips were invented against vanishing gradients.",
        but: "The paper calls them an unlikely cause: with batch normalization the signals stay alive. The plain network's error is larger in training already.",
      },
      { says: "Every skip matters alike.", but: "Cut layer1.1, then layer3.2: 14 against 92% of the test images." },
    ],
    exercises: [
      {
        task: "Two learning curves are given: training 7%, test 11% and training 10%, test 13%. Which belongs to the deeper plain network?",
        solution: "The second: it is worse in training already.",
      },
      {
        task: "Why can a block that changes the size hardly be left out?",
        solution:
          "Its skip is a learned projection; without the branch, the next block gets values of a kind that it was never trained on.",
      },
    ],
  },
  vit: {
    minutes: 35,
    goals: [
      "Turn an image into tokens.",
      "Compute the cost of attention from the patch size.",
      "Say what position embeddings and the class token are for.",
    ],
    see: "Attention of any patch in any head; the answer after every block; accuracy without positions.",
    misconceptions: [
      {
        says: "Attention knows where a patch lies.",
        but: "Shuffle patches and embeddings together: nothing changes. Shuffle the embeddings alone: it does.",
      },
      {
        says: "An attention map is an explanation.",
        but: "Compare heads and blocks: they differ widely for one and the same answer.",
      },
    ],
    exercises: [
      {
        task: "ViT-B/32 at 224 pixels: how many tokens, how many pairs, compared with ViT-B/16?",
        solution: "49 + 1 against 196 + 1; about a sixteenth of the pairs.",
      },
      {
        task: "Why did ResNet win on ImageNet alone?",
        solution: "Locality and shared weights are built in; a ViT has to learn them from data.",
      },
    ],
  },
  swin: {
    minutes: 30,
    goals: [
      "Explain windows and their shift.",
      "Show that window attention is linear in the number of tokens.",
      "Say why dense tasks want a hierarchy.",
    ],
    see: "Where a patch may look before and after the shift, the mask, the bias of every offset.",
    misconceptions: [
      {
        says: "Shifted windows overlap.",
        but: "They do not: the same partition lies half a window further, in the next block.",
      },
      { says: "The mask hides patches.", but: "It hides pairs: those that only the rolling brought together." },
    ],
    exercises: [
      {
        task: "Stage 1 of Swin-T has 56 × 56 tokens. How many windows, and how many pairs in all?",
        solution: "64 windows of 49 tokens: 64 · 49² = 153,664, against 3,136² = 9,834,496.",
      },
      {
        task: "After how many blocks has a message from one corner reached the other in a map of four windows?",
        solution:
          "After three: within its own window, across the centre in the shifted windows, and on to the far corner within the opposite one.",
      },
    ],
  },
  mae: {
    minutes: 25,
    goals: [
      "Explain why the encoder sees visible patches alone.",
      "Say why a high mask ratio is needed for images.",
      "Read the loss: where it is taken and in which units.",
    ],
    see: "A photo filled in from a quarter of its patches; a mask that the class paints.",
    misconceptions: [
      { says: "The reconstruction is the goal.", but: "It is the task. What is kept is the encoder." },
      {
        says: "A lower loss at a lower ratio means better learning.",
        but: "It means an easier task: 0.13 at 25%, 0.27 at 75%.",
      },
    ],
    exercises: [
      {
        task: "The encoder gets 49 of 196 patches. By what factor do its attention matrices shrink, by what factor its MLPs?",
        solution: "16 and 4.",
      },
      {
        task: "Paint a mask that is easy at 75%, and one that is hard at 30%.",
        solution:
          "Easy: a fine pattern that leaves a visible neighbour to each gap. Hard: one connected area over the thing itself.",
      },
    ],
  },
  dino: {
    minutes: 30,
    goals: [
      "Explain self-distillation without labels.",
      "Tell the two kinds of collapse apart, and what holds against each.",
      "Use frozen features by their neighbours.",
    ],
    see: "The method in motion; two views, the teacher's output sharpened and centred, attention that keeps to the thing, and a vote of neighbours.",
    misconceptions: [
      {
        says: "The teacher is a better network, trained beforehand.",
        but: "It begins as the student and follows it as a moving average.",
      },
      { says: "Agreement of both views is enough.", but: "A constant answer agrees perfectly: show both collapses." },
    ],
    exercises: [
      {
        task: "What do the entropy of the teacher's output and its agreement between photos look like in each collapse?",
        solution: "Uniform: entropy at its maximum. One output: entropy zero. In both, all photos agree.",
      },
      {
        task: "λ = 0.996: after how many steps has half of the old teacher gone?",
        solution: "ln 2 / 0.004, about 173 steps.",
      },
    ],
  },
  compare: {
    minutes: 20,
    goals: [
      "Compare answers, costs and evidence of all networks on one photo.",
      "Say what such a comparison cannot show.",
    ],
    see: "One photo through all networks, with the places that counted; and what five of them get right of 500 test images.",
    misconceptions: [
      {
        says: "If they agree, they are right.",
        but: "The rocket: most say ship, since all must choose among ten classes.",
      },
      {
        says: "This ranking is the papers' ranking.",
        but: "Small data favour what is built in: the small ResNet is ahead of the small transformers.",
      },
    ],
    exercises: [
      {
        task: "Find a photo on which convolutional networks agree against transformers. Propose a reason, and a test of it.",
        solution: "For example texture against shape. Test: blur the photo, or rotate it, and compare again.",
      },
    ],
  },
};
