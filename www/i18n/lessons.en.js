// The lessons' texts, in English. Same keys as lessons.ko.js. [[term|words]] links to the glossary, {{part|words}} to the figure.
import transformers from "./lessons-transformers.en.js";

export default {
  history: {
    title: "1998–2021: eight networks",
    idea: "From reading cheques to learning without labels.",
    test: {
      lenet: "MNIST test error, one network",
      alexnet: "ILSVRC-2012 top-5 test error, seven networks",
      vgg: "ILSVRC-2014 top-5 test error, one network",
      resnet: "ILSVRC top-5 test error, six networks",
      vit: "ImageNet top-1 accuracy, after pre-training on 300 million images",
      swin: "ImageNet top-1 accuracy, after pre-training on ImageNet-22K",
      mae: "ImageNet top-1 accuracy, ImageNet-1K images only, 448 px",
      dino: "ImageNet top-1 accuracy, a linear classifier on frozen features learned without labels",
    },
    line: {
      title: "Twenty-three years on one line",
      body: "Each point is a network that changed how computers see. Its height is the number of {{parameters|parameters}}: from sixty thousand to six hundred million. Choose a point for its {{idea|idea}} and its {{accuracy|published result}}, then open its lesson and run it yourself.",
    },
    "convolution-years": {
      title: "1998–2015: convolution, and then depth",
      body: "{{entry:lenet|LeNet-5}} learned [[convolution|convolutions]] end to end. {{entry:alexnet|AlexNet}} made them large, with GPUs and a million photos; {{entry:vgg|VGG}} made them deep and uniform. {{entry:resnet|ResNet}} added one plus sign, the [[residual-connection|residual connection]], and a hundred layers and more became trainable.",
    },
    "attention-years": {
      title: "2020–2021: attention comes to images",
      body: "{{entry:vit|ViT}} cuts the photo into patches and gives them to a transformer, whose [[self-attention|self-attention]] lets every patch look at every other. It took a great deal of [[pre-training|pre-training]] to win. {{entry:swin|Swin}} brought back what convolution had: local windows and a hierarchy of scales.",
    },
    "label-free-years": {
      title: "2021: learning without labels",
      body: "Labels are expensive; photos are not. In [[self-supervised-learning|self-supervised learning]] the photo itself sets the task: {{entry:dino|DINO}} makes two views of it agree; {{entry:mae|MAE}} hides three quarters of it and fills in the rest.",
    },
    numbers: {
      title: "How to read the numbers",
      body: "The {{accuracy|results}} are not one race: they come from different tests. MNIST is ten digits and ImageNet a thousand kinds of things; [[top-5|top-5]] counts a hit among five guesses; some entries are an [[ensemble|ensemble]] of several networks, and some learned from far more images. Each number is therefore shown with its test.",
    },
    here: {
      title: "What runs on this page",
      body: "Nothing here is a recording. A small network of each kind, for photos of 32 × 32 pixels and {{top|ten classes}} (for LeNet: ten digits), ships with the page and runs in your browser, on {{photo|your photo}}. Lessons say when a claim is the paper's rather than the small network's, and offer the full-size network where it shows more.",
    },
  },
  convolution: {
    title: "Why convolution",
    idea: "Look locally, and use the same weights everywhere.",
    shift: {
      title: "A digit, moved a little",
      body: "Two networks of almost the same size read the same digit: a {{model:fcnn_mnist|fully connected one}}, made of [[fully-connected-layer|fully connected layers]] only, and {{model:lenet5_mnist|LeNet}}, which begins with [[convolution|convolution]]. Both were trained on centred digits.",
      ask: "Move the {{shift|slider}} until one of them changes its mind. Which is it?",
      answer:
        "The fully connected one, after two pixels in either direction. For it a shifted digit is a new picture: every stroke now falls on other weights, which learned something else. LeNet reads this 4 all the way; not every digit is so kind, as the next step shows.",
      predict: {
        seen: "The fully connected one",
        other: "LeNet",
        third: "Both at the same shift",
      },
    },
    curve: {
      title: "Accuracy against shift",
      body: "The same over all the digits that ship with this page, measured now. At two pixels {{model:lenet5_mnist|LeNet}} still reads nearly all; the {{model:fcnn_mnist|fully connected network}} has lost about a fifth. At six pixels both fail: convolution gives [[equivariance|equivariance]] (the features move along), and the dense layers at LeNet's end still care where they are.",
    },
    "every-pixel": {
      title: "A weight for every pixel",
      body: "Each picture in the {{grid|grid}} is one unit of the first [[fully-connected-layer|fully connected layer]]: 1,024 weights, one for each of the 32 × 32 pixels. A stroke seen by one weight teaches nothing to the weight beside it. So the network would have to learn every shape again at every place.",
    },
    local: {
      title: "First idea: look locally",
      body: "A unit of a convolution sees a small {{window|window}} only, here 5 × 5 pixels: its [[receptive-field|receptive field]]. It multiplies them by the 25 weights of its [[kernel|kernel]] and adds a bias. Choose another {{cell|cell}}: the {{formula|formula}} shows the real numbers.",
      formula: "y at i, j equals b plus the sum over u and v of w at u, v times x at i plus u, j plus v",
    },
    shared: {
      title: "Second idea: share the weights",
      body: "All cells of one {{channel|map}} use the same 25 weights: [[weight-sharing|weight sharing]]. The kernel slides over the photo and asks the same question everywhere; the answers form a [[feature-map|feature map]]. {{shift|Move the digit}}, and its features move with it.",
    },
    count: {
      title: "What sharing saves",
      body: "Side by side, layer by layer: the first fully connected layer has 57,400 parameters, LeNet's first convolution {{stage:conv1|156}}. [[weight-sharing|Sharing]] is why LeNet spends its equal budget better. The 1998 network had 340,908 connections, but only 60,000 free parameters.",
    },
    learning: {
      title: "Watch both of them learn",
      body: "LeNet-5 and the [[fully-connected-layer|fully connected network]] begin at random and see the same digits in the same order, 32 at a time; {{curves|the curves}} begin when you {{controls|press Start}}. Nobody sets a kernel by hand: [[weight-sharing|shared]] or not, every weight is learned by going down the gradient. Train images may be shifted, by one pixel at first; change that while it runs.",
      ask: "About equal budgets, the same data: which of the two reads more held-out digits rightly after the first 200 steps?",
      predict: {
        seen: "LeNet-5",
        other: "The fully connected one",
        third: "Both the same",
      },
      answer:
        "LeNet-5: of the digits held out it then reads about 93 in 100, the fully connected network 87. It begins more slowly; for the first hundred steps the other is ahead. Then each kernel gains from every place of every digit, while a fully connected weight learns from its one pixel alone.",
    },
    class: {
      title: "One backbone: a class",
      body: "What the convolutions compute is useful beyond one task; such a body is called a [[backbone|backbone]]. Here a small ResNet turns its last features into ten scores, and [[softmax|softmax]] turns these into {{top|probabilities}}. It knows ten kinds of things, so judge it by photos of those.",
    },
    heat: {
      title: "The same backbone: a heat map",
      body: "The classifier weighs the last [[feature-map|feature maps]] and averages them over the photo. Leave the average out, and you have a [[class-activation-map|class activation map]]: {{map|where}} the evidence for a {{class|class}} was. No new training was needed.",
      formula: "M c at i, j equals the sum over k of w c k times f k at i, j",
    },
    neighbours: {
      title: "The same backbone: a search",
      body: "Now drop the classifier. Each photo becomes one vector of features, and similar photos lie near each other. Sort photos into {{groups|groups}}, add a {{query|new one}}, and its [[nearest-neighbours|nearest neighbours]] say where it belongs: classes that the network was never trained on.",
    },
  },
  lenet: {
    title: "LeNet-5 (1998)",
    idea: "Local fields, shared weights and subsampling, trained end to end.",
    draw: {
      title: "Draw a digit",
      body: "LeNet-5 was made to read handwritten digits; the paper also describes a system around it that read bank cheques. The one here has today's form and was trained on MNIST. Its ten scores become probabilities by a [[softmax|softmax]].",
      ask: "Draw a digit on the {{pad|pad}}. Then spoil it: how little ink changes the {{answers|answer}}?",
      answer:
        "The answer can flip at one stroke, and often with high confidence. Softmax shares out a hundred per cent among ten digits, even when you drew none of them.",
    },
    whole: {
      title: "The whole network",
      body: "Conv – pool – conv – pool – FC – FC, and an output layer of ten. Two [[convolution|convolutions]] ({{stage:conv1|first}}, {{stage:conv2|second}}), each followed by pooling, turn pixels into features; [[fully-connected-layer|fully connected layers]] ({{stage:fc1|120}}, {{stage:fc2|84}}, {{stage:fc3|10}} units) turn features into an answer. Read the {{shapes|shapes}}: the maps shrink while their number grows.",
    },
    convolve: {
      title: "Convolution: 5 × 5, stride 1",
      body: "A 5 × 5 [[kernel|kernel]] covers a {{window|window}}; the products are summed and a bias is added; a ReLU then turns negatives into zero. With [[stride|stride]] 1 the next {{cell|cell}} looks one pixel further. Walk over the map and check any number in the {{formula|formula}}.",
      formula: "y at i, j equals b plus the sum over u and v from 0 to 4 of w at u, v times x at i plus u, j plus v",
    },
    size: {
      title: "How large is the output?",
      body: "A kernel of size k fits into n pixels n − k + 1 times, so 32 becomes {{output|28}}. [[padding|Padding]] p adds a border on both sides, and [[stride|stride]] s keeps every s-th position only.",
      formula: "m equals the floor of n plus 2 p minus k, over s, plus 1",
      ask: "Keep the kernel at 5. Can you choose the {{padding|padding}} so that the output is 32 again?",
      answer:
        "Padding 2 does it. For an odd kernel at stride 1, p = (k − 1) / 2 keeps the size; VGG and ResNet do so all the time with k = 3 and p = 1.",
      predict: {
        seen: "2",
        other: "1",
        third: "4",
      },
    },
    pool: {
      title: "Pooling: 2 × 2, stride 2",
      body: "[[subsampling|Subsampling]] keeps one number for each {{window|2 × 2 window}}, so 28 × 28 becomes 14 × 14. Here it is [[max-pooling|max pooling]]: the strongest answer survives, its exact place does not. That is a first small tolerance to shifts.",
    },
    maps: {
      title: "Sixteen maps of combinations",
      body: "The second convolution reads all six pooled maps at once and writes sixteen [[feature-map|feature maps]] of 10 × 10. Strokes combine into corners, ends and arcs. Compare a few {{channel|channels}}: after the ReLU more than half of all their values are zero.",
    },
    dense: {
      title: "From maps to an answer",
      body: "After the last pooling, 16 maps of 5 × 5 are laid out as 400 numbers for the [[fully-connected-layer|fully connected layers]]. Look where the parameters are: {{stage:fc1|the first of them}} holds 48,120 of all 61,706. The two convolutions together have 2,572.",
    },
    learned: {
      title: "What the six filters learned",
      body: "Nobody drew these [[kernel|kernels]]. They began as random numbers, and [[backpropagation|backpropagation]] moved each weight a little at every batch, wherever the error fell. Bright and dark sides mean an edge; compare them with the {{grid|others}}.",
    },
    "then-and-now": {
      title: "1998 and today",
      body: "The original differed. {{stage:conv2|C3}} saw only selected maps, to break symmetry; pooling had a trainable factor and bias; units were squashed by a scaled tanh; and {{stage:fc3|the output}} was ten [[radial-basis-function|radial basis functions]], where the smallest wins. Today one writes ReLU, max pooling and [[softmax|softmax]]: 61,706 parameters in place of 60,000. The paper reports 0.95 % test error on MNIST.",
    },
  },
  alexnet: {
    title: "AlexNet (2012)",
    idea: "A large ReLU network on GPUs, with dropout and augmentation.",
    imagenet: {
      title: "ImageNet, a thousand classes",
      body: "In 2012, 1.2 million labelled photos of 1,000 classes met two graphics cards. Seven such networks together made a [[top-5|top-5]] error of 15.3 %; the runner-up had 26.2 %. The small one here keeps the design, but knows {{top|ten classes}} and looks at 32 × 32 pixels.",
    },
    layers: {
      title: "Seven hidden layers",
      body: "Five [[convolution|convolutions]] and two hidden [[fully-connected-layer|fully connected layers]], then the output. The paper counts 650,000 neurons and 60 million parameters, fed by 11 × 11 filters at stride 4. Scaled to 32 pixels, {{stage:features.0|the first filters}} are 5 × 5 and 0.84 million {{parameters|parameters}} remain. {{stage:classifier.1|The first dense layer}}, with 38 of the 60 million the largest by far, shrinks to a quarter, for it reads maps of 3 × 3.",
    },
    relu: {
      title: "ReLU: keep it or drop it",
      body: "The [[relu|ReLU]] passes what is positive and turns the rest to zero; choose a {{cell|cell}} and see. It costs nothing to compute and does not saturate. In the paper, a four-layer network on CIFAR-10 reached 25 % training error six times faster with it than with tanh.",
      formula: "f of x equals the maximum of 0 and x",
    },
    vanishing: {
      title: "Gradients on their way back",
      body: "[[backpropagation|Backpropagation]] multiplies by each layer's slope. A {{sigmoid|sigmoid's}} slope is at most ¼, so over 20 layers the signal all but disappears: a [[vanishing-gradient|vanishing gradient]]. {{tanh|Tanh}} loses some, and more once its units saturate; {{relu|ReLU's}} slope is exactly 1 wherever it is on. Measured on fresh random weights; their {{gain|scale}} matters as much, as you can check.",
    },
    "relu-learns": {
      title: "ReLU against tanh, live",
      body: "Figure 1 of the paper in small: one AlexNet, five convolutions of 16 to 48 channels on photos of 16 × 16 pixels, learns twice from the same weights and the same 2,000 photos of CIFAR-10, once with [[relu|ReLU]] and once with tanh. {{controls|Start it}} and compare the {{curves|losses}}. Pause, and the gradient's length in each layer stands below: look there for a [[vanishing-gradient|vanishing gradient]].",
      ask: "Which of the two is ahead after 200 steps?",
      predict: {
        seen: "tanh",
        other: "ReLU",
        third: "Neither",
      },
      answer:
        "Here tanh: a training loss of about 1.2 against 1.5 for ReLU, and by step 400 it is 0.5 against 1.0. That is not the paper's order, and worth knowing. Its curves were of a four-layer network on all of CIFAR-10, trained down to 25 % error, each with the learning rate that suited it; a few hundred steps of a network this small, at one rate for both, do not show what ReLU is good for. A claim about speed holds for its setting.",
    },
    dropout: {
      title: "Dropout: a different network each time",
      body: "In training, [[dropout|dropout]] silences each unit of the first two dense layers with probability ½, so none can rely on another; it fights [[overfitting|overfitting]]. Here it stays on for {{passes|several passes}} over one photo: the answers {{spread|spread}}. Their {{average|average}} acts like an [[ensemble|ensemble]]; the paper approximates it by using all units, halved.",
    },
    "dropout-learns": {
      title: "Dropout while it learns",
      body: "The ReLU network alone, on 2,000 photos; {{curves|plotted}} is its accuracy on what it learns from and on other images. Without dropout the two part after some 200 steps: at 400 it names about 65 % of what it learned from and 40 % of the rest. That gap is [[overfitting|overfitting]]. {{controls|Switch}} [[dropout|dropout]] on early in a second run: the gap all but closes, yet with so few steps it also learns far less. Dropout pays where a network is large and trained for long. Compare the other switch, which mirrors half of the photos.",
    },
    lrn: {
      title: "Local response normalization",
      body: "[[local-response-normalization|LRN]] divides each value by a term that grows with its neighbours in nearby {{channels|channels}}, so that loud ones quiet each other. Compare the map {{before|before}} and {{after|after}}: with α so small, the values of this small network are nearly all divided by the same 2^0.75 = 1.68. The paper credits it with 1.4 points of top-1 error (k = 2, n = 5, α = 10⁻⁴, β = 0.75); PyTorch, and so the network here, also divides α by n.",
      formula: "b i equals a i over k plus alpha times the sum over j of a j squared, to the power beta",
    },
    order: {
      title: "Which comes first, LRN or pooling?",
      body: "The paper (§3.5) orders conv → ReLU → [[local-response-normalization|LRN]] → [[max-pooling|pool]]. Many courses, following CaffeNet, teach conv → pool → LRN, and the network here was trained so. The figure applies both orders to the same weights: the {{after|results}} differ by less than a thousandth. Later networks dropped LRN altogether.",
    },
    "two-gpus": {
      title: "Two GPUs, two groups",
      body: "AlexNet did not fit into one card of 3 GB, so each held half the channels. The paper observed that the halves specialized: {{group:0|one}} largely without colour, {{group:1|the other}} largely with. Our small network keeps the two groups by [[grouped-convolution|grouped convolution]], but its halves have not divided the work: in both, more than half of what the filters weigh is colour. The full-size network on offer is a later version for one card: its filters stand in one group, stripes and colours side by side.",
    },
    groups: {
      title: "What a group cannot see",
      body: "A [[grouped-convolution|grouped convolution]] connects each output to the {{window|channels of its own half}} only, which halves its weights. In the paper, layers 2, 4 and 5 were so divided and layer 3 saw everything. The idea outlived the small cards: later networks group channels to save computation.",
    },
  },
  vgg: {
    title: "VGGNet (2014)",
    idea: "Depth, from nothing but 3 × 3 filters.",
    uniform: {
      title: "One recipe, repeated",
      body: "{{stage:features.0|3 × 3 convolution}} with a small [[kernel|kernel]], again and again; 2 × 2 [[max-pooling|max pooling]] now and then, with more channels afterwards; no LRN. VGG-16 has thirteen such convolutions. Ours has six, and [[batch-normalization|batch normalization]], which was invented a year later and makes training from scratch easy.",
    },
    small: {
      title: "The smallest kernel that knows its surroundings",
      body: "3 × 3 is the smallest [[kernel|kernel]] with a left, a right, an above, a below and a centre. [[padding|Padding]] by one keeps the size, so layers can be stacked at will. Choose a {{cell|cell}}: its {{window|window}} is small, but reaches through all channels.",
    },
    stack: {
      title: "Three small against one large",
      body: "Three stacked 3 × 3 layers see as much as one 7 × 7, the same [[receptive-field|receptive field]]. They have 27C² {{weights|weights}} against 49C², which is 81 % more for the large one, and {{nonlinearities|three}} [[relu|ReLUs]] in place of one.",
      formula: "3 times 3 squared C squared equals 27 C squared, less than 49 C squared, which is 7 squared C squared",
      ask: "How many 3 × 3 layers replace an 11 × 11 filter like AlexNet's? Add {{stack|layers}} until the field matches.",
      answer: "Five: each layer adds 2 to the field. Weights: 45C² against 121C².",
      predict: {
        seen: "5",
        other: "3",
        third: "7",
      },
    },
    field: {
      title: "The field, measured",
      body: "The {{theory|box}} is the theoretical [[receptive-field|receptive field]] of one cell. The {{measured|colours}} are measured now: how much each pixel of your photo moves that cell, by the gradient. The centre usually counts far more than the rim, because more paths lead through it.",
    },
    growth: {
      title: "How the field grows",
      body: "Layer by layer: a 3 × 3 convolution adds a little, and each pooling doubles the step of all that follow. The {{theory|theoretical}} [[receptive-field|field]] soon covers the photo, while the {{measured|measured}} one stays behind.",
    },
    nonlinear: {
      title: "More bends",
      body: "After every convolution stands a [[relu|ReLU]], a bend in an otherwise straight map. Without it, three convolutions would collapse into one. Deep in the network each {{channel|channel}} of these [[feature-map|feature maps]] has become choosy: much is zero, and what is left is specific.",
    },
    weights: {
      title: "Where the weights are",
      body: "VGG-16 has 138 million parameters, and its [[fully-connected-layer|fully connected layers]] hold 89 % of them. Our small version ends in a 2 × 2 map, so its {{stage:classifier.0|dense layers}} are only an eighth. ResNet will replace them by one average.",
    },
    against: {
      title: "Against AlexNet, measured",
      body: "Our small VGG and our small AlexNet saw the same photos in training. Let both answer the 500 test images that ship with this page: what decides is {{accuracy|how many they get right}}, and what that costs in {{parameters|parameters}} and [[multiply-add|multiply-adds]].",
      ask: "Depth with 3 × 3 [[kernel|kernels]] against a wide start with 5 × 5: which of the two wins? {{measure|Measure it}}.",
      answer:
        "VGG, by several points, with fewer parameters and about 60 % of the multiply-adds. At full size depth is dearer: VGG-16 needs 15.5 billion multiply-adds for a photo of 224 pixels, AlexNet 0.7. With 500 images, two or three points more or less may be chance.",
      predict: {
        seen: "VGG, with less work",
        other: "VGG, but with more work",
        third: "AlexNet, the larger of the two",
      },
    },
    results: {
      title: "What depth brought",
      body: "One network reached 7.0 % [[top-5|top-5]] test error; a team entry of seven networks came second in ILSVRC-2014 with 7.3 %. The authors found that [[local-response-normalization|LRN]] did not help, and that error stopped falling at 19 layers. Deeper than that needs another idea: ResNet.",
    },
    transfer: {
      title: "Features for other tasks",
      body: "Freeze the network and use its last features as they are, without any [[fine-tuning|fine-tuning]]: the paper showed that they work on other data sets. A photo takes the group of its [[nearest-neighbours|nearest neighbours]].",
      ask: "Drag photos into at least two {{groups|groups}} of your own choice, and then try a new photo.",
      answer:
        "Groups that look alike come out well; groups by meaning alone do not. Features trained on ten classes carry over to things that resemble them.",
    },
    carried: {
      title: "How far do features carry?",
      body: "A real test, over 500 images: the networks learned from photos only and now describe handwritten digits. Each digit is named by its [[nearest-neighbours|nearest neighbours]] among the others, once by the networks' {{shares|features}} and once by the {{pixels|bare pixels}}. Guessing would name one in ten.",
      ask: "Which describes digits best? Say it first, then {{measure|measure}}, and afterwards compare the {{images|photos}}.",
      answer:
        "The bare pixels: more than four digits in five, where the features of photos get about half. With the photos it is the other way round: pixels name a quarter, these networks, which were trained on just such photos, nearly nine in ten. [[pre-training|Pre-training]] carries over to what resembles it; ImageNet's 1.2 million photos resemble far more than our 50,000.",
      predict: {
        seen: "The bare pixels",
        other: "The features of VGG",
        third: "The features of ResNet",
      },
    },
  },
  resnet: {
    title: "ResNet (2015)",
    idea: "Learn the change: output = F(x) + x.",
    deeper: {
      title: "Depth should help",
      body: "Each further layer widens the {{theory|receptive field}} and adds capacity: more bends, more combinations. The last [[receptive-field|field]] of our 20-layer network spans 81 pixels, more than twice the photo's width. So why not stack a hundred layers?",
    },
    signal: {
      title: "Vanishing and exploding",
      body: "A gradient passes every layer on its way back. In plain networks without normalization it shrinks if the random weights are too small, a [[vanishing-gradient|vanishing gradient]], and grows without bound if they are too large, an [[exploding-gradient|exploding gradient]]. The {{curves|curves}} are measured on fresh networks of 8 to 56 layers.",
      ask: "Raise the {{gain|weight scale}} to 3. What happens to the deep ones, and which value keeps all of them level?",
      answer:
        "Too large explodes, too small vanishes. About 2 keeps them level: He initialization, the variance 2/n, which is made for ReLU.",
      predict: {
        seen: "Their gradients explode",
        other: "Their gradients vanish",
        third: "Nothing much changes",
      },
    },
    degradation: {
      title: "Degradation: the real surprise",
      body: "Good initialization and [[batch-normalization|batch normalization]] had cured the start. Yet the paper's plain 56-layer network was worse than its 20-layer one even on the training data, so this was not [[overfitting|overfitting]] but a [[degradation-problem|degradation problem]]. The authors consider vanishing gradients an unlikely cause, as normalization keeps the signals alive: in the {{curves|figure}}, too, they do not vanish.",
    },
    degrades: {
      title: "Degradation, before your eyes",
      body: "Now the training itself, in small: plain networks of 8 and 20 layers, with batch normalization, on the same 500 photos of CIFAR-10 at 16 × 16 pixels, 8 channels wide where the paper has 16. {{curves|Plotted}} is the error on what is learned from, the training loss: whoever is worse here is not suffering from [[overfitting|overfitting]]. {{controls|Start}}; a run takes a minute or two.",
      ask: "The deeper network could copy the shallower one and have twelve layers to spare. Which one ends with the lower training loss?",
      predict: {
        seen: "The one of 8 layers",
        other: "The one of 20 layers",
        third: "Both the same",
      },
      answer:
        "The shallower one. That is the [[degradation-problem|degradation problem]]: the solution exists, gradient descent does not find it. One run might be chance, so ten were computed beforehand: the deeper plain network ends above the shallower one for all ten seeds.",
    },
    identity: {
      title: "Add what came in",
      body: "A deeper network could always copy a shallower one, if its extra layers learned to do nothing. A residual block makes “doing nothing” the easy case: its layers learn only the change F(x), and a [[residual-connection|residual connection]] adds x back. Choose a {{cell|cell}}: the {{formula|formula}} shows the two summands in numbers, before the last ReLU.",
      formula: "y equals F of x plus x",
    },
    block: {
      title: "The residual block",
      body: "Two 3 × 3 convolutions with batch normalization, and a way {{stage:layer1.0|around them}}, the [[residual-connection|residual connection]]. Where a {{stage:layer2.0|stage begins}} and the size changes, a [[projection-shortcut|projection]] by 1 × 1 fits x to it (the paper's CIFAR networks pad with zeros instead, and find projections not essential). From 50 layers on, the [[bottleneck-block|bottleneck]] 1 × 1 – 3 × 3 – 1 × 1 saves computation.",
    },
    "skip-off": {
      title: "Switch a skip off",
      body: "This is the real trained network on your photo, and each {{switches|switch}} cuts one [[residual-connection|residual connection]]: F(x) stays, x is lost.",
      ask: "Cut one in the first stage and watch the {{top|answers}}. Put it back and cut the very last one. Which hurts more?",
      answer:
        "The early ones. Over the test images, cutting the skip of layer1.1 leaves about one right answer in ten, which is chance; cutting the last one costs next to nothing. Early skips carry the photo itself to all that follows, and F(x) alone keeps little of it, because it learned only the change.",
      predict: {
        seen: "The early one",
        other: "The very last one",
        third: "Both the same",
      },
    },
    "block-off": {
      title: "Switch a block off",
      body: "Now the other way round: x stays, F(x) is dropped. Without layer2.1 four test images in five are still answered right, whereas in a plain network that would cut the only path. One reading is that a residual network works somewhat like an [[ensemble|ensemble]] of paths of many lengths. Blocks that change the size are the sensitive ones: without layer2.0 most answers are wrong.",
    },
    gradients: {
      title: "Gradients, with and without skips",
      body: "Both with batch normalization, depths 8 to 56, fresh weights. In the {{plain|plain}} ones the gradient at the first layer grows with depth, thousands of times at 56: an [[exploding-gradient|exploding gradient]]. With the [[residual-connection|skip]], the {{residual|1 in the formula}} gives it a direct way back and the curve stays far flatter. This is the start of training, not the paper's explanation of degradation.",
      formula: "the derivative of L by x equals the derivative of L by y times 1 plus the derivative of F by x",
    },
    learns: {
      title: "Give it its skips half-way",
      body: "The same photos again, 20 layers each, without and with [[residual-connection|skip connections]]. The plain one falls behind. But its weights are of the same shapes: {{controls|a switch}} adds the skips to it while it trains, and changes nothing else. {{curves|Watch}} what it does from there.",
      ask: "After 60 steps or so, switch the skip connections on in the plain network. What will its training loss do?",
      predict: {
        seen: "It begins to fall as the residual one's does",
        other: "It jumps up and stays there",
        third: "Nothing changes any more",
      },
      answer:
        "It falls, and within a hundred steps it has caught up most of the way: from 2.2 to under 1.3 in the run of this seed. Its layers have not become wiser; each now only has to learn a change to what comes in. How the four networks end over ten seeds stands below.",
    },
    results: {
      title: "What it opened",
      body: "On ImageNet the plain network got worse from 18 to 34 layers (27.94 to 28.54 % error), the residual one better (27.88 to 25.03 %). Six networks as an [[ensemble|ensemble]] reached 3.57 % [[top-5|top-5]] error. Even 1,202 layers trained, but [[overfitting|overfitted]] on CIFAR-10. Compare the bars: without large dense layers, {{model:resnet20_cifar10|ResNet-20}} is the smallest here.",
    },
  },
  ...transformers,
};
