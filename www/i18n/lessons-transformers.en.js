// The lessons' texts, in English. Same keys as lessons.ko.js. [[term|words]] links to the glossary, {{part|words}} to the figure.
export default {
  vit: {
    title: "Vision Transformer (2020)",
    idea: "An image is a sentence of patches.",
    look: {
      title: "From words to patches",
      body: "The transformer was made for sentences: by [[self-attention|self-attention]] each [[token|token]] decides which others to read. Here the tokens are patches of the photo. This is the very first block, and already the {{query|chosen patch}} can read from {{map|anywhere}}.",
      formula: "attention equals softmax of Q times K transposed over the square root of d, times V",
      ask: "Tap another {{query|patch}}. How far does this head look?",
      predict: {
        seen: "Across the whole photo",
        other: "At the neighbouring patches only",
        third: "At the patch itself only",
      },
      answer:
        "Across the whole photo: on average what it reads is four patches away, half the width. Nothing in the design forces this. Attention weights follow from the content of the tokens, and a patch at the far end is as easy to reach as a neighbour.",
    },
    distance: {
      title: "Far from the first layer",
      body: "How far does each {{heads|head}} look on average? In [[multi-head-attention|multi-head attention]] the paper found heads that look across the whole photo even in the lowest layers, beside others that stay local; the distance grows with depth. A CNN's [[receptive-field|receptive field]] ({{against|the line}}) has to grow step by step. In our small network, trained briefly on small photos, nearly all heads look far.",
    },
    patches: {
      title: "Cut the photo",
      body: "The photo, H × W pixels with C channels, becomes a list of N [[patch|patches]], each laid out as P²·C numbers. ViT-B/16 makes {{count|196}} of a 224-pixel photo; our small one cuts 32 pixels into 64 patches of 4 × 4.",
      formula: "x in R to the H by W by C becomes x p in R to the N by P squared C, with N equal to H W over P squared",
      ask: "Choose {{slider|patch size}} 8. What happens to N, and to the number of pairs that attention compares?",
      answer:
        "Compared with 4 × 4, a quarter of the patches and a sixteenth of the pairs remain. Read the other way: half the patch size means sixteen times the pairs. That is the price of detail.",
      predict: {
        seen: "N falls to a quarter of 4 × 4’s, the pairs to a sixteenth",
        other: "Both fall to a half",
        third: "Both stay the same",
      },
    },
    projection: {
      title: "A patch becomes a token",
      body: "All patches go through one and the same linear map, the [[patch-embedding|patch embedding]]: 4 × 4 × 3 = 48 numbers become a [[token|token]] of 128. The {{formula|formula}} shows one {{cell|entry}}. In code this is a convolution whose stride equals its kernel size.",
    },
    position: {
      title: "Where was I?",
      body: "Attention knows nothing of order, so a learned [[position-embedding|position embedding]] is added to every token. The embeddings are a plain list, numbered 1 to 64: ViT has little [[inductive-bias|inductive bias]], and nobody told it about rows and columns. Each {{maps|small map}} shows how similar the vector of one position is to all the others; look for neighbours, rows and columns.",
    },
    shuffle: {
      title: "Shuffle the positions",
      body: "Now give the tokens wrong [[position-embedding|positions]], or none, and keep the photo as it is.",
      ask: "Use the {{switches|switches}}. How much does the {{top|answer}} suffer?",
      answer:
        "Without positions, or with wrong ones, the cat is still a cat. One photo proves little, so here is the count over all 500 test images: with everything in place about 78% are answered correctly, without positions 60%, with shuffled ones about 54%. The arrangement clearly matters, and yet most of what gives the class away is in the patches themselves: guessing would give 10%. Emptying the learned class token at the entrance costs little, because its place in the sequence still collects from the patches.",
      predict: {
        seen: "Clearly, but far from guessing",
        other: "Hardly at all",
        third: "It becomes a mere guess",
      },
    },
    encoder: {
      title: "Inside one encoder block",
      body: "Your photo on its way through the first [[encoder-block|encoder block]], with the actual numbers. Patches become a sequence of 65 [[token|tokens]]; in [[self-attention|self-attention]] every token asks (Q), is compared (K) and is read (V); then an MLP works on each token by itself. {{play|Play it}} or go {{step|scene by scene}}; choose another {{query|patch}} or another {{heads|head}}.",
    },
    blocks: {
      title: "The encoder, block by block",
      body: "In each [[encoder-block|encoder block]] the tokens first exchange information (attention), and then each is processed on its own (MLP). [[layer-normalization|Layer normalization]] comes before either, and a [[residual-connection|residual connection]] leads around either. Since every block only adds to the same stream, the final classifier can be asked {{stages|after every block}}: watch the {{top|answer}} take shape.",
      formula:
        "z prime equals multi-head self-attention of the layer norm of z, plus z; z double prime equals MLP of the layer norm of z prime, plus z prime",
    },
    "class-token": {
      title: "The token that answers",
      body: "One extra token belongs to no patch: the learned [[class-token|class token]]. Through attention it collects what it needs, and the classifier reads {{query|this token}} alone: empty it after the last block, and the answers are no better than chance. The {{map|map}} shows what it reads in the last block; compare the {{heads|heads}} of this [[multi-head-attention|multi-head attention]].",
    },
    data: {
      title: "Hungry for data",
      body: "Convolution knows beforehand that neighbours matter and that the place does not: an [[inductive-bias|inductive bias]] that saves examples. In the paper, ResNets win as long as [[pre-training|pre-training]] uses ImageNet only; with more images ViT overtakes them, and ViT-H/14 reached 88.55% after 300 million. On the 50,000 small photos of CIFAR-10, {{model:vit_cifar10|our ViT}} stays behind {{model:resnet20_cifar10|our ResNet}}, even though ResNets were its teachers in [[knowledge-distillation|distillation]]; it does not even recognize the Labrador as a dog.",
    },
  },
  swin: {
    title: "Swin Transformer (2021)",
    idea: "Attention in shifted local windows, in a hierarchy of scales.",
    hierarchy: {
      title: "A pyramid again",
      body: "Swin begins with small [[patch|patches]] (4 × 4 pixels in the paper, 2 × 2 here) and merges them as it goes. Follow the {{shapes|shapes}}: {{stage:layers.0|16 × 16}}, {{stage:layers.1|8 × 8}}, {{stage:layers.2|4 × 4}} [[token|tokens]], with 48, 96, 192 channels. This is the pyramid of a CNN, with attention inside.",
    },
    merge: {
      title: "Merging patches",
      body: "[[patch-merging|Patch merging]] takes {{window|2 × 2 neighbouring tokens}}, puts their 4C numbers one after another, normalizes them, and maps them linearly to 2C. A quarter of the tokens is left, each twice as wide. Check the {{formula|formula}} for one {{cell|cell}}.",
    },
    windows: {
      title: "Attention within windows",
      body: "The tokens are divided into {{windows|windows}}, and [[self-attention|self-attention]] takes place only within each of them: [[window-attention|window attention]]. In the paper a window is 7 × 7 tokens, here 4 × 4. Tap a patch: its {{attention|attention}} ends at the window's border.",
    },
    shift: {
      title: "Shift the windows",
      body: "If the windows stayed where they are, no message would ever cross a border within a stage. So every second block uses a [[shifted-window|shifted window]] grid, {{shift|displaced}} by half a window. In the paper this raises the accuracy of Swin-T from 80.2 to 81.3%.",
      ask: "Go back to block 1 of the same stage and compare: which patches can now meet that could not?",
      answer:
        "Those on either side of a border. Two blocks in a row carry a message into the next window; a few blocks and merges later it has crossed the photo.",
      predict: {
        seen: "Those on either side of a window's border",
        other: "Any two patches of the photo",
        third: "Those in the same place of different windows",
      },
    },
    mask: {
      title: "Roll the map, mask the strangers",
      body: "A shifted grid would leave smaller windows at the rim, and more windows in all. Swin rolls the map around instead, by a [[cyclic-shift|cyclic shift]], and their number stays the same. Now strangers from opposite rims share a window: the {{mask|mask}} adds a large negative number to their scores, and after the [[softmax|softmax]] they see nothing of each other. In the last stage one window covers the whole map, so nothing is shifted.",
    },
    bias: {
      title: "A bias for every offset",
      body: "Swin adds to each score a learned [[relative-position-bias|relative position bias]], which depends only on the offset between two tokens. A window of M × M has (2M − 1)² offsets: here 7 × 7 = 49 numbers per head. The {{bias|map}} shows what each head has learned to favour: the token itself, a row, one side.",
      formula: "attention equals softmax of Q times K transposed over the square root of d, plus B, times V",
    },
    cost: {
      title: "Linear, not quadratic",
      body: "Global attention compares all pairs, so its [[multiply-add|multiply-adds]] grow with the square of the number of tokens; [[window-attention|window attention]] grows linearly. For 56 × 56 tokens (C = 96, M = 7) the paper's formulas give 2.00 against 0.145 billion. The {{macs|lines}} are the formulas, the {{measured|points}} are times measured on your machine, after a warm-up.",
      formula:
        "omega of M S A equals 4 h w C squared plus 2 times h w squared times C; omega of window M S A equals 4 h w C squared plus 2 M squared h w C",
    },
    scales: {
      title: "Features at several scales",
      body: "Three stages, three sizes of [[feature-map|feature map]]: the fine ones know where, the coarse ones know what. A ViT keeps one size throughout. Systems that need both take the maps of all stages of such a [[backbone|backbone]].",
    },
    larger: {
      title: "On a larger photo",
      body: "Two trained networks, and your photo at 128 pixels. Swin hands on {{grid|maps of three sizes}}, 64 × 64, 32 × 32 and 16 × 16 (full-size Swin has four), so small things keep cells of their own; ViT has one [[feature-map|size]], 32 × 32. Choose another {{size|size}} and read the [[multiply-add|multiply-adds]]: from 32 to 128 pixels Swin's grow with the pixels, sixteen times, ViT's more than forty times.",
    },
    "dense-tasks": {
      title: "Why detection and segmentation want this",
      body: "To find a small bird one needs fine maps, and for large photos a cost that does not explode. With Swin as [[backbone|backbone]] the paper reports 58.7 box AP on COCO and 53.5 mIoU on ADE20K; on ImageNet, Swin-L reaches 87.3%. The [[class-activation-map|activation map]] here shows roughly {{map|where}} the small network found its evidence; a segmenter would sharpen it with the finer stages.",
    },
  },
  mae: {
    title: "Masked Autoencoder (2021)",
    idea: "Hide three quarters of a photo, rebuild the pixels, and learn to see by it.",
    hide: {
      title: "Fill the gap",
      body: "The network gets {{visible|a quarter of the patches}} of your photo, chosen at random. A [[masked-autoencoder|masked autoencoder]] has to guess the {{reconstruction|pixels}} of the rest. No label is needed: the hidden [[patch|patches]] are the solution. The small one here works on 32 × 32 pixels, so expect rough shapes and colours.",
    },
    encoder: {
      title: "Compute on the visible only",
      body: "The {{stage:vit|encoder}} is a ViT, with the usual [[encoder-block|encoder blocks]], but it is given visible patches alone: 49 of 196 in the paper, 16 of 64 here. No [[mask-token|mask token]] goes in. The paper tried it: with mask tokens, pre-training needed 3.3 times the computation, and the features got worse (from 73.5 to 59.6% by linear probing).",
    },
    decoder: {
      title: "Mask tokens come afterwards",
      body: "Now the gaps are filled with copies of one learned vector, the [[mask-token|mask token]]; only a [[position-embedding|position embedding]] tells each copy which place it stands for. A light decoder (8 blocks of width 512 in the paper, 3 of width 96 here) predicts each patch's pixels. {{play|Watch}} the 48 copies {{step|go in}}. After training the decoder is thrown away: it was the encoder that one wanted.",
    },
    loss: {
      title: "Where it is wrong",
      body: "The [[reconstruction-loss|reconstruction loss]] is the mean squared {{error|error}} over the set M of hidden patches; nothing is gained by copying what is visible. In the paper it helps to normalize the pixels of each patch first (84.9 to 85.4%). Here plain pixels are predicted, because they are easier to look at.",
      formula:
        "L equals one over the size of M, times the sum over i in M of the squared difference between predicted x i and x i",
    },
    paint: {
      title: "Paint your own mask",
      body: "The network was trained on random masks only, and you can be meaner than chance: a [[masked-autoencoder|masked autoencoder]] has nothing but the surroundings to fill a hole from.",
      ask: "Paint over the most important thing in the {{visible|photo}}. Does it {{reconstruction|come back}}?",
      answer:
        "If a part of it still shows, a rough form of it may. If all of it is hidden, the background grows over it: what has left no trace cannot be known.",
      predict: {
        seen: "No, the background grows over it",
        other: "Yes, quite exactly",
        third: "Yes, but somewhere else",
      },
    },
    ratios: {
      title: "25, 50, 75, 90%",
      body: "With a low [[mask-ratio|mask ratio]] the gaps are small and nearby {{visible|pixels}} nearly fill them: over the test images the loss at 25% is half of that at 75%, and at 90% it is far higher again. BERT hides 15% of words; photos are so redundant that 75% worked best in the paper.",
      ask: "Raise the ratio from 25 up to 90%. When does the {{reconstruction|thing}} stop being recognizable?",
      answer:
        "Late: the picture blurs little by little, and one can tell for a long time what it shows. An easy task teaches little. At 75% the gaps can no longer be filled by copying what lies nearby, and the network has to know what things look like.",
      predict: {
        seen: "Late: even at 75% it can often be guessed",
        other: "At 25% already",
        third: "Never",
      },
    },
    saving: {
      title: "What hiding saves",
      body: "Fewer tokens, less work: the encoder's [[multiply-add|multiply-adds]] fall a little faster than the visible share, since attention is quadratic. The {{macs|line}} is counted; the {{measured|points}} are times measured now, one for each [[mask-ratio|mask ratio]]. In the paper pre-training became 2.8 times as fast for ViT-L, and up to 4.1 times for ViT-H with a decoder of one block.",
    },
    learns: {
      title: "Watch it learn to see",
      body: "A small MAE starts from random weights and learns from 5,000 photos of CIFAR-10, each time with other patches hidden. The {{curves|curve}} is its [[reconstruction-loss|reconstruction loss]]. {{held-out|Below}}, it fills in three images that it never learns from, always with the same three quarters hidden: flat grey at first, after some eighty steps about as bright or dark as the photo. Shapes take far longer, as in the training of this lesson's own network. Move the [[mask-ratio|mask ratio]] with {{controls|the slider}} during the run: the loss moves at once, because the task has changed, not the network.",
    },
    learned: {
      title: "What it learned without labels",
      body: "Here the encoder sees the whole photo. Tap a {{query|patch}} and see which others it {{map|reads}}: to fill gaps, one has to know what belongs together. Nobody labelled anything for this, which is what [[self-supervised-learning|self-supervised learning]] means. The network is small, so do not read too much into its [[self-attention|attention]].",
    },
    use: {
      title: "And what it is good for",
      body: "One keeps the encoder and trains it further with labels, which is [[fine-tuning|fine-tuning]]: this is how ViT-H reached 87.8%, with ImageNet-1K images only. Frozen, the features are weaker ([[linear-probing|linear probing]] gives clearly less), and it shows: by them the flamingo's [[nearest-neighbours|nearest neighbour]] is the pelican, but the Labrador's is the flamingo. Sort photos into {{groups|groups}}, try others, and compare with DINO. Under Train you can try both ways on photos of your own.",
    },
  },
  dino: {
    title: "DINO (2021)",
    idea: "A student learns from a teacher that is its own moving average.",
    views: {
      title: "Two views of one photo",
      body: "Crop at random, flip, change the colours: [[data-augmentation|augmentation]] makes two {{view1|views}} x₁ and {{view2|x₂}} of one photo. They look different but show the same thing, and that is all the supervision there is: [[self-supervised-learning|self-supervised learning]]. In the paper's [[multi-crop|multi-crop]], several small {{local|local views}} join in; the student sees all of them, the teacher only the two large ones.",
      ask: "Draw {{photo|new views}} a few times. How much of the photo do x₁ and x₂ have in common, on average?",
      predict: {
        seen: "About half of it",
        other: "Nearly all of it",
        third: "Hardly anything",
      },
      answer:
        "About half, at times less than a quarter; and what they share lies in a different place in each, larger or smaller, in other colours. To give one answer for both, a network has to describe the thing and not its pixels.",
    },
    "two-networks": {
      title: "Student and teacher",
      body: "All of DINO {{scene|in one picture}}: two networks of the same architecture, a ViT, with different weights, each ending in a projection head on the [[class-token|class token]] (with 65,536 outputs in the paper). It is like [[knowledge-distillation|knowledge distillation]], except that there is no trained teacher: both start from random weights. {{play|Play it}} or go {{step|scene by scene}}; the next steps look at each part.",
    },
    loss: {
      title: "Agree with the other view",
      body: "Each output goes through a [[softmax|softmax]]. The {{student|student's}} answer for one view should match the {{teacher|teacher's}} for the other; the {{cross-entropy|number}} is their [[cross-entropy|cross-entropy]], computed now from the two views. The outputs have no names; they are classes that the network makes up for itself. Only the teacher's backbone is kept after training, so here it plays both parts, and its features stand in for the outputs of the head.",
      formula: "H of P t and P s equals minus the sum over k of P t of k times the logarithm of P s of k",
    },
    teacher: {
      title: "Only the student is taught",
      body: "The {{gradient|gradient}} goes to the student only; at the teacher it is stopped. The {{teacher|teacher}} follows as an [[exponential-moving-average|exponential moving average]] of the student's weights, with λ rising from 0.996 to 1 in the paper. It moves slowly, and in training it is the better of the two. Copying the student at every step fails, the paper reports.",
      formula: "theta t becomes lambda theta t plus 1 minus lambda times theta s",
    },
    trails: {
      title: "How far behind the teacher is",
      body: "DINO in training: a small student and its teacher, from random weights, on 2,000 photos. {{curves|Plotted}} is how far the teacher's weights are from the student's, as a share of their length. Being an [[exponential-moving-average|exponential moving average]], the teacher is always behind, but never far: here by a few per cent. (So short a run needs a teacher that follows faster than the paper's: λ = 0.98.)",
      ask: "{{controls|Start}}, and after twenty steps or so set the teacher's momentum λ to 0. What will the distance do?",
      predict: {
        seen: "It falls to zero at once",
        other: "It grows",
        third: "It falls slowly",
      },
      answer:
        "With λ = 0 the teacher is copied from the student in every step, and there is no distance left. With λ = 1 it stands still while the student walks away. In between it is a mean over many past students, so what it asks for does not jump from step to step.",
    },
    collapse: {
      title: "Centering against sharpening",
      body: "So far nothing forbids giving the same answer for every photo: [[collapse|collapse]]. [[centering|Centering]] subtracts the running mean c, so that no single output always wins; alone it pushes towards the uniform answer. [[sharpening|Sharpening]], by a low [[temperature|temperature]], does the reverse; together they balance. Here you see how each moves the outputs for two views; the next step makes a network collapse.",
      formula: "P t equals softmax of g t minus c, over tau t",
      ask: "Switch {{centering|centering}} on and off, then raise the {{temperature|temperature}} to 0.5. What does the {{entropy|entropy}} do?",
      answer:
        "It climbs to within 2% of its largest value: all outputs become nearly equally likely, and the teacher says nothing. In the paper the student's temperature is 0.1, the teacher's even lower, from 0.04 to 0.07.",
      predict: {
        seen: "It climbs towards its largest value",
        other: "It falls to zero",
        third: "It stays where it is",
      },
    },
    collapses: {
      title: "Make it collapse, and cure it",
      body: "The same training, now with the {{curves|entropy}} of the teacher's answer for one photo, as a share of the largest possible: at 100% all outputs are equally likely, at 0% one takes everything. Either is a [[collapse|collapse]]: the two networks agree, and nothing is learned. Take away [[centering|centering]] or [[sharpening|sharpening]] with {{controls|the switches}}, watch, and give it back.",
      ask: "{{controls|Start}}, and after some 30 steps switch centering off. Where does the entropy go? Switch it on again 30 steps later, and then try sharpening.",
      predict: {
        seen: "Towards 0%",
        other: "Towards 100%",
        third: "It stays in the middle",
      },
      answer:
        "Without centering it drops to some 10% within ten steps, and on to 3%: one output outgrows all the others. Given back, centering lifts it at once. Without sharpening the entropy jumps to 100%, and the divergence between student and teacher dwindles, for there is nothing left to disagree about; given back, sharpening brings it down again. Each cures what the other would do alone.",
    },
    attention: {
      title: "Attention finds the thing",
      body: "What the [[class-token|class token]] of the last block reads, {{heads|head by head}}. Keep only the patches that hold {{mass|60%}} of the [[self-attention|attention]], and a {{mask|mask}} appears, although nobody ever taught it outlines. On VOC12 the paper's S/16 reached a Jaccard index of 45.9, a supervised ViT 27.3. Our small one has only 8 × 8 patches; the official one shows this much more clearly.",
    },
    colours: {
      title: "Features as colours",
      body: "Every [[patch|patch]] has a feature vector. [[principal-component-analysis|Principal component analysis]] finds the three directions in which these vectors vary most; they are shown as red, green and blue. Where {{colours|colours}} are alike, the network describes the patches alike.",
    },
    patches: {
      title: "Show me more of this",
      body: "Similar parts have similar vectors, as measured by [[cosine-similarity|cosine similarity]], within one photo and across to a {{second|second}} one.",
      ask: "Tap other {{query|patches}}. What do the five {{matches|best matches}} have in common with each?",
      predict: {
        seen: "Above all the colour",
        other: "The part of the body: an ear for an ear",
        third: "The place: they lie right beside it",
      },
      answer:
        "Above all, colour: the best matches differ from it in colour about half as much as the other patches do, although most of them do not lie beside the patch you tapped. With full-size networks it is often the same part, an ear for an ear; 8 × 8 patches are too coarse for that.",
    },
    frozen: {
      title: "A classifier with no training",
      body: "Frozen features and a vote of the 20 [[nearest-neighbours|nearest neighbours]] give the paper's ViT-S/8 78.3% on ImageNet; [[linear-probing|linear probing]] on B/8 gives 80.1%. Our small one never saw a label either: compared with the 2,000 labelled features that ship with it, it names nearly half of the test images, where guessing names one in ten. (After training its features were whitened: directions in which crops of one photo differ count for less. That takes no label either.) Of the seven animals among the sample photos, six have another animal for their nearest neighbour; by VGG's features it was four. Sort photos into {{groups|groups}} and try it.",
    },
    probe: {
      title: "One layer that learns",
      body: "Now [[linear-probing|linear probing]]: the features stay frozen, and one layer on top of them learns which {{groups|group}} a photo belongs to. The samples are sorted already; sort them another way or add photos of your own (Train has the same groups). A quarter of each group is held out: the layer never learns from these photos, and is {{scores|scored}} on them, beside a vote of their three [[nearest-neighbours|nearest neighbours]], which learns nothing.",
      ask: "Nine of the thirteen samples are for learning, four for testing. {{controls|Start}}: which names more of the four correctly?",
      predict: {
        seen: "The nearest neighbours",
        other: "The layer",
        third: "Both the same number",
      },
      answer:
        "The neighbours name three of the four, the layer two. It soon {{curves|knows the other nine}} by heart: with 258 numbers to set, nine photos are too few. Four photos prove little. Over ten choices of the four, the neighbours get seven in ten right and the layer six; with the features of ResNet-20 both get six. With all of ImageNet to learn from it is the other way round: for the paper's ViT-S/16 the layer reaches 77.0%, the neighbours 74.5%.",
    },
    many: {
      title: "Five hundred photos instead of thirteen",
      body: "A handful of photos convinces nobody. Here each of the 500 test images is named by its 20 [[nearest-neighbours|nearest neighbours]] among the other 499, with frozen features: no [[fine-tuning|fine-tuning]], and no label until the vote. {{model:dino_vit_cifar10|DINO}} and {{model:mae_vit_cifar10|MAE}} compete with the {{pixels|bare pixels}}.",
      ask: "Both networks learned without labels. In what order will the three come? {{measure|Measure it}}.",
      answer:
        "DINO comes first, with more than a third named correctly; MAE is hardly above the pixels, which get a quarter. This is what the papers found, on a small scale: DINO's features can be used as they are, MAE's need fine-tuning to show what they are worth.",
      predict: {
        seen: "DINO, MAE, pixels",
        other: "MAE, DINO, pixels",
        third: "Pixels, DINO, MAE",
      },
    },
  },
  compare: {
    title: "All eight on one photo",
    idea: "The same photo, eight ways to see it.",
    eight: {
      title: "Eight answers",
      body: "One photo through every network. Five of them classify into ten kinds of things. {{model:lenet5_mnist|LeNet}} knows digits only and will find one in anything; {{model:mae_vit_cifar10|MAE}} fills gaps instead of naming; {{model:dino_vit_cifar10|DINO}} never saw a label and answers by its [[nearest-neighbours|nearest neighbours]]. Where do they {{agreement|agree}}, and which of them are right? Change the photo and see how the agreement moves.",
    },
    cost: {
      title: "What an answer costs",
      body: "{{parameters|Parameters}} are what must be stored; [[multiply-add|multiply-adds]] are what must be {{macs|computed}}; {{time|time}} is how long you wait, and depends on your machine. The three need not go together: thanks to [[weight-sharing|shared weights]], ResNet computes a great deal with few parameters.",
    },
    where: {
      title: "Where each one looked",
      body: "Here is the evidence for each network's first answer: [[class-activation-map|activation maps]] for the convolutional networks and Swin, gradient-weighted attention for ViT. Two networks can agree for {{map|different reasons}}. The methods differ, too, so compare places rather than strengths.",
    },
    fair: {
      title: "Is that a fair race?",
      body: "One photo settles nothing, so let the five classifiers answer {{accuracy|all 500 test images}}. By the order of their papers, each should beat the one before it. But these are small networks, trained on 50,000 photos of 32 × 32 pixels: how far a network gets depends as much on [[pre-training|pre-training]], [[data-augmentation|augmentation]] and patience as on its design.",
      ask: "AlexNet, VGG, ResNet, ViT, Swin: which of them gets the most right here? {{measure|Measure it}}; it takes about a minute.",
      predict: {
        seen: "VGG or ResNet, from the middle of the line",
        other: "Swin, the newest",
        third: "ViT, the largest in its paper",
      },
      answer:
        "VGG and ResNet-20, less than one image in a hundred apart; the two transformers come after both. Their papers' best results rest on 14 million images (Swin) and 300 million (ViT). On 50,000, what convolution takes for granted, its [[inductive-bias|inductive bias]], is worth more than the freedom to learn it. The race is fair only for this amount of data.",
    },
    threads: {
      title: "What stayed",
      body: "Three ideas run along this {{line|line}}. [[inductive-bias|Inductive bias]] was built in, taken out, and partly put back. The [[residual-connection|residual connection]] made depth possible, and every later network here uses it. Labels are needed less and less. Which ideas would you combine next?",
    },
  },
};
