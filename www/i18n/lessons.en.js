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
      body: "Each point is a network that changed how computers see. Its height shows how many {{parameters|parameters}} it has, from sixty thousand to more than six hundred million. Choose a point for its {{idea|idea}} and its {{accuracy|published result}}, then open its lesson and run the network yourself.",
    },
    "convolution-years": {
      title: "1998–2015: convolution, and then depth",
      body: "{{entry:lenet|LeNet-5}} learned [[convolution|convolutions]] end to end. {{entry:alexnet|AlexNet}} made them large, with GPUs and a million photos; {{entry:vgg|VGG}} made them deep and uniform. {{entry:resnet|ResNet}} added one plus sign, the [[residual-connection|residual connection]], and networks of more than a hundred layers became trainable.",
    },
    "attention-years": {
      title: "2020–2021: attention comes to images",
      body: "{{entry:vit|ViT}} cuts the photo into patches and hands them to a transformer, whose [[self-attention|self-attention]] lets every patch look at every other. It needed a great deal of [[pre-training|pre-training]] before it overtook convolution. {{entry:swin|Swin}} brought back what convolution had: local windows and a hierarchy of scales.",
    },
    "label-free-years": {
      title: "2021: learning without labels",
      body: "Labels are expensive; photos are not. In [[self-supervised-learning|self-supervised learning]] the photo itself sets the task: {{entry:dino|DINO}} makes two views of it agree; {{entry:mae|MAE}} hides three quarters of it and fills in the rest.",
    },
    numbers: {
      title: "How to read the numbers",
      body: "These {{accuracy|results}} cannot be ranked: they come from different tests. MNIST has ten digits, ImageNet a thousand kinds of things; [[top-5|top-5]] counts a hit among five guesses; some entries are an [[ensemble|ensemble]] of several networks, and some learned from far more images. That is why each number is shown with its test.",
    },
    here: {
      title: "What runs on this page",
      body: "A small network of each kind, for photos of 32 × 32 pixels and {{top|ten classes}} (for LeNet: ten digits), ships with this page and runs in your browser, on {{photo|your photo}}. Figures are computed while you look, not recorded; the few that were computed beforehand say so. The lessons also say when a number is the paper's and not the small network's, and offer the full-size network where it shows more.",
    },
  },
  convolution: {
    title: "Why convolution",
    idea: "Look locally, and use the same weights everywhere.",
    shift: {
      title: "A digit, moved a little",
      body: "Two networks of nearly the same size read the same digit. {{model:fcnn_mnist|One}} consists of [[fully-connected-layer|fully connected layers]] only; {{model:lenet5_mnist|LeNet}} begins with [[convolution|convolution]]. Both were trained on centred digits.",
      ask: "Move the {{shift|slider}} until one of them changes its mind. Which is it?",
      answer:
        "The fully connected one, after two pixels in either direction. To it a shifted digit is a new picture: every stroke now falls on other weights, which have learned something else. LeNet reads this 4 at every shift. It does not manage that with every digit, as the next step shows.",
      predict: {
        seen: "The fully connected one",
        other: "LeNet",
        third: "Both at the same shift",
      },
    },
    curve: {
      title: "Accuracy against shift",
      body: "The same experiment over the 500 digits that ship with this page, measured now. At two pixels {{model:lenet5_mnist|LeNet}} still reads nearly all; the {{model:fcnn_mnist|fully connected network}} has lost about a fifth. At six pixels both fail: convolution gives [[equivariance|equivariance]], so the features move along with the digit, but the fully connected layers at LeNet's end still care where those features are.",
    },
    "every-pixel": {
      title: "A weight for every pixel",
      body: "Each picture in the {{grid|grid}} is one unit of the first [[fully-connected-layer|fully connected layer]]: 1,024 weights, one for each of the 32 × 32 pixels. A stroke seen by one weight teaches nothing to the weight beside it. So the network has to learn every shape anew at every place.",
    },
    local: {
      title: "First idea: look locally",
      body: "A unit of a convolution sees a small {{window|window}} only, here 5 × 5 pixels: its [[receptive-field|receptive field]]. It multiplies them by the 25 weights of its [[kernel|kernel]] and adds a bias. Choose another {{cell|cell}}: the {{formula|formula}} shows the real numbers.",
      formula: "y at i, j equals b plus the sum over u and v of w at u, v times x at i plus u, j plus v",
    },
    shared: {
      title: "Second idea: share the weights",
      body: "All cells of one {{channel|map}} use the same 25 weights: [[weight-sharing|weight sharing]]. The kernel slides over the image and asks the same question everywhere; the answers form a [[feature-map|feature map]]. {{shift|Move the digit}}, and its features move with it.",
    },
    count: {
      title: "What sharing saves",
      body: "Side by side, layer by layer: the first fully connected layer has 57,400 parameters, LeNet's first convolution {{stage:conv1|156}}. Thanks to [[weight-sharing|sharing]], LeNet gets more out of the same budget: the two have about as many parameters in all. The 1998 network had 340,908 connections, but only 60,000 free parameters.",
    },
    learning: {
      title: "Watch both of them learn",
      body: "LeNet-5 and the [[fully-connected-layer|fully connected network]] begin with random weights and see the same digits in the same order, 32 at a time; {{curves|the curves}} begin when you {{controls|press Start}}. Nobody sets a kernel by hand: [[weight-sharing|shared]] or not, every weight is learned by gradient descent. The images they learn from are shifted at random, at first by up to one pixel; you can change that during the run.",
      ask: "About as many parameters, the same data: after the first 200 steps, which of the two reads more held-out digits correctly?",
      predict: {
        seen: "LeNet-5",
        other: "The fully connected one",
        third: "Both the same",
      },
      answer:
        "LeNet-5: it then reads about 93 of 100 held-out digits, the fully connected network 87. LeNet starts more slowly, and for most of the first hundred steps it is behind. But each of its kernels learns from every place of every digit, a fully connected weight from its one pixel alone, and in the end that pays off.",
    },
    class: {
      title: "One backbone: a class",
      body: "What the convolutions compute is useful for more than one task; the part of the network that computes it is called the [[backbone|backbone]]. Here a small ResNet turns its last features into ten scores, and [[softmax|softmax]] turns these into {{top|probabilities}}. It knows only ten kinds of things, so judge it on photos of those.",
    },
    heat: {
      title: "The same backbone: a heat map",
      body: "The classifier averages each of the last [[feature-map|feature maps]] over the photo and adds them up with weights. Leave the averaging out, and you have a [[class-activation-map|class activation map]]: it shows {{map|where}} the evidence for a {{class|class}} was. Nothing had to be trained for it.",
      formula: "M c at i, j equals the sum over k of w c k times f k at i, j",
    },
    neighbours: {
      title: "The same backbone: a search",
      body: "Now drop the classifier. Each photo becomes one vector of features, and similar photos lie near each other. Sort photos into {{groups|groups}}, add a {{query|new one}}, and its [[nearest-neighbours|nearest neighbours]] say where it belongs. The groups are yours: the network was never trained on them.",
    },
  },
  lenet: {
    title: "LeNet-5 (1998)",
    idea: "Local fields, shared weights and subsampling, trained end to end.",
    draw: {
      title: "Draw a digit",
      body: "LeNet-5 was made to read handwritten digits; the paper also describes a system around it that read bank cheques. The one here has today's form and was trained on MNIST. Its ten scores become probabilities by a [[softmax|softmax]].",
      ask: "Clear the {{pad|pad}} and draw a digit. Then clear it again and scribble something that is no digit. What will the {{answers|answer}} be?",
      predict: {
        seen: "A digit all the same, and far surer than one in ten",
        other: "Each of the ten digits, at a tenth each",
        third: "None of them",
      },
      answer:
        "A digit all the same. Over 200 random scribbles, the first answer had 55% on average; equal shares would be 10%. Softmax shares out a hundred per cent among the ten digits, even when you have drawn none of them.",
    },
    whole: {
      title: "The whole network",
      body: "Conv – pool – conv – pool – FC – FC, and an output layer of ten. Two [[convolution|convolutions]] ({{stage:conv1|first}}, {{stage:conv2|second}}), each followed by pooling, turn pixels into features; [[fully-connected-layer|fully connected layers]] ({{stage:fc1|120}}, {{stage:fc2|84}}, {{stage:fc3|10}} units) turn features into an answer. Read the {{shapes|shapes}}: the maps shrink while their number grows.",
    },
    convolve: {
      title: "Convolution: 5 × 5, stride 1",
      body: "A 5 × 5 [[kernel|kernel]] covers a {{window|window}}: pixels and weights are multiplied, the products are summed, and a bias is added. A ReLU then turns negative values into zero. With [[stride|stride]] 1 the next {{cell|cell}} looks one pixel further. Walk over the map: the {{formula|formula}} lets you check any number.",
      formula: "y at i, j equals b plus the sum over u and v from 0 to 4 of w at u, v times x at i plus u, j plus v",
    },
    size: {
      title: "How large is the output?",
      body: "A kernel of size k fits into n pixels n − k + 1 times, so 32 becomes {{output|28}}. [[padding|Padding]] p adds a border on both sides, and with [[stride|stride]] s the window moves by s pixels at a time.",
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
      body: "[[subsampling|Subsampling]] keeps one number for each {{window|2 × 2 window}}, so 28 × 28 becomes 14 × 14. Here it is [[max-pooling|max pooling]]: the strongest response survives, its exact place does not. This is a first, small tolerance to shifts.",
    },
    maps: {
      title: "Sixteen maps of combinations",
      body: "The second convolution reads all six pooled maps at once and writes sixteen [[feature-map|feature maps]] of 10 × 10. Here strokes can combine into corners, line ends and arcs. Compare a few {{channel|channels}}; the ReLU that follows turns more than half of all their values into zero.",
    },
    dense: {
      title: "From maps to an answer",
      body: "After the last pooling, 16 maps of 5 × 5 are laid out as 400 numbers for the [[fully-connected-layer|fully connected layers]]. Look where the parameters are: {{stage:fc1|the first of them}} holds 48,120 of the 61,706. The two convolutions together have 2,572.",
    },
    learned: {
      title: "What the six filters learned",
      body: "Nobody drew these [[kernel|kernels]]. They began as random numbers, and with every batch [[backpropagation|backpropagation]] told each weight which way to move so that the error falls. A kernel that is positive on one side and negative on the other responds to edges; compare {{grid|all six}}.",
    },
    "then-and-now": {
      title: "1998 and today",
      body: "The original differed. In {{stage:conv2|C3}} each map saw only some of the maps before it, to break symmetry; pooling had a trainable factor and bias; units were squashed by a scaled tanh; and {{stage:fc3|the output}} was ten [[radial-basis-function|radial basis functions]], of which the smallest wins. Today's version has ReLU, max pooling and [[softmax|softmax]], and 61,706 parameters instead of 60,000. The paper reports 0.95% test error on MNIST.",
    },
  },
  alexnet: {
    title: "AlexNet (2012)",
    idea: "A large ReLU network on GPUs, with dropout and augmentation.",
    imagenet: {
      title: "ImageNet, a thousand classes",
      body: "1.2 million labelled photos of 1,000 classes, and two graphics cards to learn from them: in 2012 that was new. Seven such networks together reached a [[top-5|top-5]] error of 15.3%; the runner-up had 26.2%. The small one here keeps the design, but knows {{top|ten classes}} and looks at 32 × 32 pixels.",
    },
    layers: {
      title: "Seven hidden layers",
      body: "Five [[convolution|convolutions]] and two hidden [[fully-connected-layer|fully connected layers]], then the output. The paper counts 650,000 neurons and 60 million parameters, fed by 11 × 11 filters at stride 4. Scaled to 32 pixels, {{stage:features.0|the first filters}} are 5 × 5 and 0.84 million {{parameters|parameters}} remain. {{stage:classifier.1|The first dense layer}} held 38 of the 60 million; here it reads maps of 3 × 3 only and holds about a quarter of all parameters.",
    },
    relu: {
      title: "ReLU: keep it or drop it",
      body: "The [[relu|ReLU]] lets positive values pass and turns the rest into zero; choose a {{cell|cell}} and see. It costs next to nothing and does not saturate. In the paper, a four-layer network on CIFAR-10 reached 25% training error six times faster with it than with tanh.",
      formula: "f of x equals the maximum of 0 and x",
    },
    vanishing: {
      title: "Gradients on their way back",
      body: "At every layer [[backpropagation|backpropagation]] multiplies by the slope of the activation function. A {{sigmoid|sigmoid's}} slope is at most ¼, so over 20 layers hardly anything of the gradient is left: it has [[vanishing-gradient|vanished]]. {{tanh|Tanh}} loses some of it, and more once its units saturate; the slope of {{relu|ReLU}} is exactly 1 wherever it is on. All this is measured on fresh random weights; their {{gain|scale}} matters as much, as you can check.",
    },
    "relu-learns": {
      title: "ReLU against tanh, live",
      body: "Figure 1 of the paper in small: one AlexNet, five convolutions of 16 to 48 channels on photos of 16 × 16 pixels, is trained twice, from the same weights and on the same 2,000 photos of CIFAR-10, once with [[relu|ReLU]] and once with tanh. {{controls|Start it}} and compare the {{curves|losses}}. When you pause, the length of each layer's gradient appears below: does either network show a [[vanishing-gradient|vanishing gradient]]?",
      ask: "Which of the two is ahead after 200 steps?",
      predict: {
        seen: "tanh",
        other: "ReLU",
        third: "Neither",
      },
      answer:
        "Here it is tanh: a training loss of about 1.2 against 1.4 for ReLU, and 0.5 against 1.0 by step 400. That is the reverse of the paper's result, and not because both learn at one rate here. Measured beforehand over ten seeds (the table below the figure), on 1,000 photos and each at its own best rate, tanh reached a training error of 25% after 10.7 passes over them in the mean, ReLU after 14.3; tanh was ahead for all ten. The paper's network had four layers and learned all of CIFAR-10, and there ReLU was six times faster. A claim about speed holds for the setting in which it was measured.",
    },
    dropout: {
      title: "Dropout: a different network each time",
      body: "In training, [[dropout|dropout]] silences each unit of the first two dense layers with probability ½. No unit can then rely on another, which counters [[overfitting|overfitting]]. Here dropout stays on while the same photo passes through {{passes|several times}}. The network has no class for a raccoon, and its answers {{spread|vary}}; of the Labrador it is too sure for that. Their {{average|average}} acts like that of an [[ensemble|ensemble]]; the paper approximates it by using all units, with their outputs halved.",
    },
    "dropout-learns": {
      title: "Dropout while it learns",
      body: "The ReLU network alone, on 2,000 photos. {{curves|Plotted}} is its accuracy on the photos that it learns from and on others. Without dropout the two part after some 200 steps; at 400 the network names about 65% of the photos that it has learned from and 40% of the others. That gap is [[overfitting|overfitting]]. Start again and {{controls|switch}} [[dropout|dropout]] on early: the gap all but closes, yet in so few steps the network also learns far less. Dropout pays off where a network is large and trained for long. Compare the other switch, which mirrors half of the photos.",
    },
    lrn: {
      title: "Local response normalization",
      body: "[[local-response-normalization|LRN]] divides each value by a term that grows with the values of neighbouring {{channels|channels}} at the same place, so that strong responses damp each other. Compare the map {{before|before}} and {{after|after}}: α is so small that in this network nearly all values are divided by the same number, 2 to the power of ¾, or 1.68. The paper credits it with 1.4 points of top-1 error (k = 2, n = 5, α = 10⁻⁴, β = 0.75); PyTorch, and so the network here, also divides α by n.",
      formula: "b i equals a i over k plus alpha times the sum over j of a j squared, to the power beta",
    },
    order: {
      title: "Which comes first, LRN or pooling?",
      body: "The paper (§3.5) orders conv → ReLU → [[local-response-normalization|LRN]] → [[max-pooling|pool]]. Many courses, following CaffeNet, teach conv → pool → LRN, and the network here was trained that way. The figure applies both orders to the same weights: the {{after|results}} differ by less than a thousandth. Later networks dropped LRN altogether.",
    },
    "two-gpus": {
      title: "Two GPUs, two groups",
      body: "AlexNet did not fit into one card of 3 GB, so each held half the channels. The paper observed that the halves specialized: the filters of {{group:0|one}} largely ignored colour, those of {{group:1|the other}} largely looked for it. Our small network keeps the two groups, as [[grouped-convolution|grouped convolution]], but its halves have not divided the work: in both, more than half of the filters' energy (the sum of their squared weights) is colour. The full-size network offered here is a later version for one card: its filters form one group, stripes and colours side by side.",
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
      body: "{{stage:features.0|Convolution}} with a [[kernel|kernel]] of 3 × 3, again and again; now and then 2 × 2 [[max-pooling|max pooling]], and more channels after it; no LRN. VGG-16 has thirteen such convolutions. Ours has six, and with them [[batch-normalization|batch normalization]], which came a year later and makes it easy to train from scratch.",
    },
    small: {
      title: "The smallest kernel that knows its surroundings",
      body: "3 × 3 is the smallest [[kernel|kernel]] with a left, a right, an above, a below and a centre. [[padding|Padding]] by one keeps the size, so layers can be stacked at will. Choose a {{cell|cell}}: its {{window|window}} is small, but it reaches through all channels.",
    },
    stack: {
      title: "Three small against one large",
      body: "Three stacked 3 × 3 layers see as much as one layer of 7 × 7: they have the same [[receptive-field|receptive field]]. But they make do with 27C² {{weights|weights}}, where the large one needs 49C², 81% more, and they have {{nonlinearities|three}} [[relu|ReLUs]] instead of one.",
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
      body: "The {{theory|box}} is the theoretical [[receptive-field|receptive field]] of one cell: nothing outside it can matter. The {{measured|colours}} are measured now, by the gradient: how strongly the cell reacts to each pixel of your photo. The centre usually counts far more than the rim, because more paths lead through it.",
    },
    growth: {
      title: "How the field grows",
      body: "Layer by layer: a 3 × 3 convolution adds a little, and each pooling doubles the step of all that follow. The {{theory|theoretical}} [[receptive-field|field]] soon covers the photo, while the {{measured|measured}} one stays behind.",
    },
    nonlinear: {
      title: "More bends",
      body: "Every convolution is followed by a [[relu|ReLU]], a bend in what would otherwise be a linear map. Without it, three convolutions would be no more than one. Deep in the network each {{channel|channel}} of these [[feature-map|feature maps]] has become choosy: most values are zero, and the rest respond to something specific.",
    },
    weights: {
      title: "Where the weights are",
      body: "VGG-16 has 138 million parameters, and its [[fully-connected-layer|fully connected layers]] hold 89% of them. Our small version ends in maps of 2 × 2, so its {{stage:classifier.0|dense layers}} hold only about an eighth. ResNet will replace most of them by an average.",
    },
    against: {
      title: "Against AlexNet, measured",
      body: "Our small VGG and our small AlexNet were trained on the same photos. Let both of them answer the 500 test images that ship with this page, and see {{accuracy|how many they get right}} and what that costs in {{parameters|parameters}} and [[multiply-add|multiply-adds]].",
      ask: "Depth with 3 × 3 [[kernel|kernels]] against a wide start with 5 × 5: which of the two wins? {{measure|Measure it}}.",
      answer:
        "VGG, by several points, with fewer parameters and about 60% of the multiply-adds. At full size depth has its price: VGG-16 needs 15.5 billion multiply-adds for a photo of 224 pixels, AlexNet 0.7 billion. And with 500 images, a difference of two or three points could be chance.",
      predict: {
        seen: "VGG, with less work",
        other: "VGG, but with more work",
        third: "AlexNet, the larger of the two",
      },
    },
    results: {
      title: "What depth brought",
      body: "A single network reached 7.0% [[top-5|top-5]] test error; with 7.3%, seven networks together had come second in ILSVRC-2014. The authors found that [[local-response-normalization|LRN]] did not help, and that error stopped falling at 19 layers. Deeper than that needs another idea: ResNet. The small network whose {{top|answer}} you see here names about nine in ten of our test images.",
    },
    transfer: {
      title: "Features for other tasks",
      body: "Freeze the network and use its last features as they are, without any [[fine-tuning|fine-tuning]]: the paper showed that they serve other data sets well. Here a photo joins the group of its [[nearest-neighbours|nearest neighbours]].",
      ask: "Choose the flamingo as the {{query|photo}}. Which of the others will be {{nearest|nearest}} to it?",
      predict: {
        seen: "The dahlia, nearly of its colour",
        other: "The pelican, a bird as well",
        third: "The moose, another animal",
      },
      answer:
        "The dahlia: our VGG takes both of them for birds. Only four of the seven animals have an animal for their nearest neighbour. Features learned to tell ten classes apart place everything else by those classes, too. Sort photos into {{groups|groups}} of your own and see which kind holds together.",
    },
    carried: {
      title: "How far do features carry?",
      body: "Now a proper test, over 500 images. The networks have learned from photos only, and here they describe handwritten digits. Each digit is named by its [[nearest-neighbours|nearest neighbours]] among the others, found once by the networks' {{shares|features}} and once by the {{pixels|bare pixels}}. Guessing would get one in ten.",
      ask: "What describes digits best? Say so first, then {{measure|measure}}, and afterwards compare the {{images|photos}}.",
      answer:
        "The bare pixels: they get more than four digits in five right, features learned on photos from a little over four in ten (VGG) to seven in ten (ResNet-20). With photos it is the other way round: pixels get a quarter right, and these networks, trained on photos of just this kind, about nine in ten. [[pre-training|Pre-training]] helps with whatever resembles it, and ImageNet's 1.2 million photos resemble far more than our 50,000.",
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
      body: "Every further layer widens the {{theory|receptive field}} and adds capacity: more bends, more combinations. At the end of our 20-layer network the [[receptive-field|field]] spans 81 pixels, more than twice the width of the photo. So why not stack a hundred layers?",
    },
    signal: {
      title: "Vanishing and exploding",
      body: "A gradient passes every layer on its way back. In plain networks without normalization it [[vanishing-gradient|vanishes]] if the random weights are too small, and [[exploding-gradient|explodes]] if they are too large. The {{curves|curves}} are measured on fresh networks of 8 to 56 layers.",
      ask: "Raise the {{gain|weight scale}} to 3. What happens to the deep ones, and which value keeps all of them level?",
      answer:
        "Their gradients explode. A scale of about 2 keeps all of them level: that is He initialization, made for ReLU: a variance of 2/n for weights that read n values.",
      predict: {
        seen: "Their gradients explode",
        other: "Their gradients vanish",
        third: "Nothing much changes",
      },
    },
    degradation: {
      title: "Degradation: the real surprise",
      body: "With good initialization and [[batch-normalization|batch normalization]], deep networks did start to learn. Yet the paper's plain 56-layer network ended worse than its 20-layer one even on the training data. This was not [[overfitting|overfitting]] but a [[degradation-problem|degradation problem]]. The authors think vanishing gradients an unlikely cause, since normalization keeps the signals alive; in the {{curves|figure}}, too, they do not vanish.",
    },
    degrades: {
      title: "Degradation, before your eyes",
      body: "Now the training itself, in small: plain networks of 8 and 20 layers, with batch normalization, on the same 500 photos of CIFAR-10 at 16 × 16 pixels, 8 channels wide where the paper has 16. {{curves|Plotted}} is the training loss, the error on the very photos that they learn from: a network that is worse here is not [[overfitting|overfitting]]. {{controls|Start}}; a run takes a minute or two.",
      ask: "The deeper network could copy the shallower one and would have twelve layers to spare. Which of the two ends with the lower training loss?",
      predict: {
        seen: "The one of 8 layers",
        other: "The one of 20 layers",
        third: "Both the same",
      },
      answer:
        "The shallower one. That is the [[degradation-problem|degradation problem]]: a good solution exists, but gradient descent does not find it. A single run might be chance, so ten were computed beforehand: with every one of ten seeds, the deeper plain network ends with the higher loss.",
    },
    identity: {
      title: "Add what came in",
      body: "A deeper network could always match a shallower one, if only its extra layers learned to do nothing. A residual block makes “do nothing” the easy case: its layers learn only the change F(x), and a [[residual-connection|residual connection]] adds x back. Choose a {{cell|cell}}: the {{formula|formula}} shows the two summands as numbers, before the last ReLU.",
      formula: "y equals F of x plus x",
    },
    block: {
      title: "The residual block",
      body: "Two 3 × 3 convolutions with batch normalization, and a way {{stage:layer1.0|around them}}: the [[residual-connection|residual connection]]. Where a {{stage:layer2.0|new stage begins}} and the size changes, a 1 × 1 [[projection-shortcut|projection]] brings x to the new size. (The paper's CIFAR networks pad with zeros instead; projections, it found, are not essential.) From 50 layers on, the [[bottleneck-block|bottleneck]] 1 × 1 – 3 × 3 – 1 × 1 saves computation.",
    },
    "skip-off": {
      title: "Switch a skip off",
      body: "This is the trained network at work on your photo. Each {{switches|switch}} cuts one [[residual-connection|residual connection]]: F(x) stays, x is lost.",
      ask: "Cut one in the first stage and watch the {{top|answers}}. Put it back and cut the very last one. Which hurts more?",
      answer:
        "The early one. Over the test images, cutting the skip of layer1.1 leaves about one right answer in seven, hardly better than chance; cutting the very last one costs next to nothing. Early skips carry the photo itself to everything that follows; F(x) has learned only the change and alone keeps little of the photo.",
      predict: {
        seen: "The early one",
        other: "The very last one",
        third: "Both the same",
      },
    },
    "block-off": {
      title: "Switch a block off",
      body: "Now the other way round: x stays, F(x) is dropped. Without layer2.1 four test images in five are still answered correctly; in a plain network this would have cut the only path. One interpretation is that a residual network behaves somewhat like an [[ensemble|ensemble]] of paths of many lengths. Blocks that change the size are the sensitive ones: without layer2.0 most answers are wrong.",
    },
    gradients: {
      title: "Gradients, with and without skips",
      body: "Networks of 8 to 56 layers with batch normalization, on fresh weights. In the {{plain|plain}} ones the gradient [[exploding-gradient|explodes]] on its way back: at 56 layers it is thousands of times as large at the first layer as at the last. With the [[residual-connection|skip]], the {{residual|1 in the formula}} gives it a direct way back, and the curves stay far flatter. This shows the start of training; it is not how the paper explains degradation.",
      formula: "the derivative of L by x equals the derivative of L by y times 1 plus the derivative of F by x",
    },
    learns: {
      title: "Add the skips halfway",
      body: "The same photos again, now with two networks of 20 layers, without and with [[residual-connection|skip connections]]. The plain one falls behind. But the weights of the two have the same shapes, so {{controls|a switch}} can add the skips to it while it trains, and nothing else changes. {{curves|Watch}} what happens next.",
      ask: "After 60 steps or so, switch the skip connections on in the plain network. What will its training loss do?",
      predict: {
        seen: "It begins to fall as the residual one's does",
        other: "It jumps up and stays there",
        third: "It no longer changes",
      },
      answer:
        "It falls, and within a hundred steps the network has caught up most of the way: from 2.2 to under 1.3 with this seed. Its layers have not become any cleverer; each of them now only has to learn a change to what comes in. Below the figure you see how the four networks end with ten seeds.",
    },
    results: {
      title: "What it opened",
      body: "On ImageNet, going from 18 to 34 layers made the plain network worse (27.94 to 28.54% error) and the residual one better (27.88 to 25.03%). An [[ensemble|ensemble]] of six reached 3.57% [[top-5|top-5]] error. Even 1,202 layers could be trained, though on CIFAR-10 they [[overfitting|overfitted]]. And our small networks? Here is {{accuracy|what they get right}}, beside their {{parameters|parameters}} and [[multiply-add|multiply-adds]].",
      ask: "{{model:resnet20_cifar10|ResNet-20}} has the fewest parameters of the three by far. How will it do? {{measure|Measure it}}.",
      predict: {
        seen: "As well as VGG",
        other: "Worst of the three",
        third: "Between AlexNet and VGG",
      },
      answer:
        "As well as VGG, to within one test image in a hundred, with little more than a third of its parameters: instead of large dense layers it has an average, and nearly all of its weights are in 3 × 3 kernels. Fewer weights are not less work, though. Each kernel is applied at every position, and ResNet-20 needs about half as many multiply-adds again as VGG.",
    },
    "fine-tune": {
      title: "Teach it your own classes",
      body: "[[pre-training|Pre-trained]] on 50,000 photos, ResNet-20 needs few more to learn something else: [[fine-tuning|fine-tuning]]. Its last layer is replaced by a new one that names your {{groups|groups}}, and then all weights go on learning (not the means and variances of its batch normalization). The samples are sorted already; sort them another way or add photos of your own (Train has the same groups). {{controls|Start}}; a run takes about a minute. Once it has stopped, let it name any photo, open it in the picture with all its views, or save it as a file that PyTorch loads.",
      ask: "Nine photos teach 0.27 million weights, and four are held out. Once all nine are named correctly, how many of the {{scores|four}} will be?",
      predict: {
        seen: "Some of them",
        other: "All of them, as a trained ResNet knows animals",
        third: "None of them",
      },
      answer:
        "Two of the four; after some twenty steps it was three. The other nine it {{curves|knows by heart}}, and the gap between the two is [[overfitting|overfitting]]. Four photos prove little, though: ten runs, each with other photos held out, named 27 of 40. Add photos of your own and see.",
    },
  },
  ...transformers,
};
