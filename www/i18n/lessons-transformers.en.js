// The lessons' texts, in English. Same keys as lessons.ko.js. [[term|words]] links to the glossary, {{part|words}} to the figure.
export default {
  vit: {
    title: "Vision Transformer (2020)",
    idea: "An image is a sentence of patches.",
    look: {
      title: "From words to patches",
      body: "A transformer was made for sentences: each [[token|token]] decides by [[self-attention|self-attention]] which others to read. Here the tokens are patches of the photo. This is the very first block, and the {{query|chosen patch}} may already read from {{map|any place}}.",
      formula: "attention equals softmax of Q times K transposed over the square root of d, times V",
      ask: "Tap another {{query|patch}}. Does it look nearby, or far away?",
      answer:
        "Whatever you found, nothing in the design forces it: attention weights come from the content, and far patches are as near as neighbours.",
    },
    distance: {
      title: "Far from the first layer",
      body: "How far does each {{heads|head}} look on average? The paper found heads of [[multi-head-attention|multi-head attention]] that are global already in the lowest layers, beside others that stay local; distance grows with depth. A CNN's [[receptive-field|receptive field]] ({{against|line}}) must grow step by step. Our small network, trained briefly on small photos, has mostly far-looking heads.",
    },
    patches: {
      title: "Cut the photo",
      body: "The photo, H × W pixels with C channels, becomes a list of N [[patch|patches]], each laid out as P²·C numbers. ViT-B/16 makes {{count|196}} of a 224-pixel photo; our small one cuts 32 pixels into 64 patches of 4 × 4.",
      formula: "x in R to the H by W by C becomes x p in R to the N by P squared C, with N equal to H W over P squared",
      ask: "Choose {{slider|patch size}} 8. What happens to N, and to the number of pairs that attention compares?",
      answer:
        "Half the patch size gives four times the patches and sixteen times the pairs. That is the price of detail.",
      predict: {
        seen: "N falls to a quarter of 4 × 4’s, the pairs to a sixteenth",
        other: "Both fall to a half",
        third: "Both stay the same",
      },
    },
    projection: {
      title: "A patch becomes a token",
      body: "All patches go through one and the same linear map, the [[patch-embedding|patch embedding]]: 4 × 4 × 3 = 48 numbers become a [[token|token]] of 128. The {{formula|formula}} shows one {{cell|entry}}. In code this is a convolution whose stride equals its kernel.",
    },
    position: {
      title: "Where was I?",
      body: "Attention does not know order, so a learned [[position-embedding|position embedding]] is added to every token. It is a plain list, numbered 1 to 64: no one told it about rows and columns, for ViT has little [[inductive-bias|inductive bias]]. Each {{maps|small map}} shows how similar one position's vector is to all the others; look for neighbours, rows and columns.",
    },
    shuffle: {
      title: "Shuffle the positions",
      body: "Now give the tokens wrong [[position-embedding|positions]], or none, and keep the photo as it is.",
      ask: "Use the {{switches|switches}}. How much does the {{top|answer}} suffer?",
      answer:
        "One photo proves little, so here are all 500 test images: with everything in place about 68 % are answered right, without positions 53 %, with shuffled ones about 50 %. The arrangement clearly matters, and yet most of the class is in what the patches show: guessing would give 10 %. Removing the learned class token at the entrance costs little, because its place in the sequence still collects from the patches.",
      predict: {
        seen: "Clearly, but far from guessing",
        other: "Hardly at all",
        third: "It becomes a mere guess",
      },
    },
    encoder: {
      title: "Inside one encoder block",
      body: "Your photo on its way through the first [[encoder-block|encoder block]], with the numbers as they are: patches become a sequence of 65 [[token|tokens]], every token asks (Q), is compared (K) and is read (V) in [[self-attention|self-attention]], and an MLP works on each by itself. {{play|Play it}} or take it {{step|scene by scene}}, for another {{query|patch}} or another {{heads|head}}.",
    },
    blocks: {
      title: "The encoder, block by block",
      body: "Each [[encoder-block|encoder block]] lets tokens exchange (attention), then processes each on its own (MLP). [[layer-normalization|Layer normalization]] comes before both, a [[residual-connection|residual connection]] goes around both. Because all blocks write into the same stream, the final classifier can be asked {{stages|after every block}}: watch the {{top|answer}} form.",
      formula:
        "z prime equals multi-head self-attention of the layer norm of z, plus z; z double prime equals MLP of the layer norm of z prime, plus z prime",
    },
    "class-token": {
      title: "The token that answers",
      body: "One extra token belongs to no patch: the learned [[class-token|class token]]. It collects through attention what it needs, and the head reads {{query|it}} alone: emptied after the last block, it leaves nothing but chance. The {{map|map}} shows what it reads in the last block; compare the {{heads|heads}} of this [[multi-head-attention|multi-head attention]].",
    },
    data: {
      title: "Hungry for data",
      body: "Convolution knows beforehand that neighbours matter and that place does not: an [[inductive-bias|inductive bias]] that saves examples. In the paper, ResNets win when [[pre-training|pre-training]] uses ImageNet only, and ViT overtakes with more; ViT-H/14 reached 88.55 % after 300 million images. On CIFAR-10's 50,000 small photos {{model:vit_cifar10|our ViT}} stays behind {{model:resnet20_cifar10|our ResNet}}, even with it as its teacher in [[knowledge-distillation|distillation]].",
    },
  },
  swin: {
    title: "Swin Transformer (2021)",
    idea: "Attention in shifted local windows, in a hierarchy of scales.",
    hierarchy: {
      title: "A pyramid again",
      body: "Swin begins with small [[patch|patches]] (4 × 4 in the paper, 2 × 2 here) and merges them on the way. Follow the {{shapes|shapes}}: {{stage:layers.0|16 × 16}}, {{stage:layers.1|8 × 8}}, {{stage:layers.2|4 × 4}} [[token|tokens]], with 48, 96, 192 channels. That is a CNN's pyramid, with attention inside.",
    },
    merge: {
      title: "Merging patches",
      body: "[[patch-merging|Patch merging]] takes {{window|2 × 2 neighbouring tokens}}, puts their 4C numbers one after another, normalizes them, and maps them linearly to 2C. A quarter of the tokens remain, each twice as wide. Check the {{formula|formula}} for one {{cell|cell}}.",
    },
    windows: {
      title: "Attention within windows",
      body: "The tokens are divided into {{windows|windows}}, and [[self-attention|self-attention]] happens inside each only: [[window-attention|window attention]]. In the paper a window is 7 × 7 tokens, here 4 × 4. Tap a patch: its {{attention|attention}} ends at the window's border.",
    },
    shift: {
      title: "Shift the windows",
      body: "If windows stayed where they are, no message would ever cross a border. So every second block uses a [[shifted-window|shifted window]] grid, {{shift|displaced}} by half a window. In the paper this raises accuracy from 80.2 to 81.3 % (Swin-T).",
      ask: "Go back to block 1 of the same stage and compare: which patches can now meet that could not?",
      answer:
        "Those on both sides of a border. Two blocks in a row let a message travel across windows; a few stages later it has crossed the photo.",
    },
    mask: {
      title: "Roll and mask",
      body: "Shifted windows at the rim would be smaller, and more of them. Swin rolls the map around instead, a [[cyclic-shift|cyclic shift]], so that the number of windows stays. Now strangers from opposite rims share a window: the {{mask|mask}} adds a large negative number to their scores, and after the [[softmax|softmax]] they see nothing of each other. In the last stage one window covers everything, so there is no shift.",
    },
    bias: {
      title: "A bias for every offset",
      body: "Swin adds to each score a learned [[relative-position-bias|relative position bias]], which depends only on the offset between two tokens. A window of M × M has (2M − 1)² offsets: here 7 × 7 = 49 numbers per head. The {{bias|map}} shows what each head learned to favour: itself, a row, a side.",
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
      body: "Three stages, three sizes of [[feature-map|feature map]]: fine ones that know where, coarse ones that know what. A ViT keeps one size throughout. Systems that need both attach to all stages of such a [[backbone|backbone]].",
    },
    larger: {
      title: "On a larger photo",
      body: "The same two trained networks on your photo at 128 pixels. Swin hands on {{grid|maps of three sizes}}, 64 × 64, 32 × 32 and 16 × 16 (full-size Swin has four), so small things keep cells of their own; ViT has one [[feature-map|size]], 32 × 32. Choose another {{size|size}} and read the [[multiply-add|multiply-adds]]: from 32 to 128 pixels Swin's grow with the pixels, sixteen times, ViT's more than forty times.",
    },
    "dense-tasks": {
      title: "Why detection and segmentation want this",
      body: "Finding a small bird needs fine maps, and large photos need a cost that does not explode. With Swin as [[backbone|backbone]] the paper reports 58.7 box AP on COCO and 53.5 mIoU on ADE20K; on ImageNet, Swin-L reaches 87.3 %. The [[class-activation-map|activation map]] here shows roughly {{map|where}} the small network found its evidence; a segmenter would sharpen it with the finer stages.",
    },
  },
  mae: {
    title: "Masked Autoencoder (2021)",
    idea: "Hide three quarters, rebuild the pixels, and so learn to see.",
    hide: {
      title: "Fill the gap",
      body: "Of your photo the network gets {{visible|a quarter of the patches}}, chosen at random. A [[masked-autoencoder|masked autoencoder]] has to guess the rest in {{reconstruction|pixels}}. No label is needed: the hidden [[patch|patches]] are the answer. The small one here works on 32 × 32 pixels, so expect rough shapes and colours.",
    },
    encoder: {
      title: "Compute on the visible only",
      body: "The {{stage:vit|encoder}} is a ViT, with the usual [[encoder-block|encoder blocks]], but it is given visible patches alone: 49 of 196 in the paper, 16 of 64 here. No [[mask-token|mask token]] goes in. Tried in the paper, they made it 3.3 times as expensive and the features worse (73.5 to 59.6 % by linear probing).",
    },
    decoder: {
      title: "Mask tokens come afterwards",
      body: "Now the gaps are filled with one learned [[mask-token|mask token]], copied everywhere; only its [[position-embedding|position embedding]] says which place it stands for. A light decoder (8 blocks of width 512 in the paper, 3 of width 96 here) predicts each patch's pixels. {{play|Watch}} the 48 copies {{step|go in}}. After training the decoder is thrown away; the encoder is what one wanted.",
    },
    loss: {
      title: "Where it is wrong",
      body: "The [[reconstruction-loss|reconstruction loss]] is the mean squared {{error|error}} over hidden patches M only; copying what is visible earns nothing. The paper finds that normalizing each patch's pixels first helps (84.9 to 85.4 %). Here plain pixels are predicted, which are easier to look at.",
      formula:
        "L equals one over the size of M, times the sum over i in M of the squared difference between predicted x i and x i",
    },
    paint: {
      title: "Paint your own mask",
      body: "The network was trained on random masks only. You can be meaner than chance: a [[masked-autoencoder|masked autoencoder]] fills a hole from its surroundings.",
      ask: "Paint over the most important thing in the {{visible|photo}}. Does it {{reconstruction|come back}}?",
      answer:
        "If a part peeks out, a rough form of it may. If all of it is hidden, the background grows over it: what left no trace cannot be known.",
      predict: {
        seen: "No, the background grows over it",
        other: "Yes, quite exactly",
        third: "Yes, but somewhere else",
      },
    },
    ratios: {
      title: "25, 50, 75, 90 %",
      body: "With a low [[mask-ratio|mask ratio]] the gaps are small and nearby {{visible|pixels}} nearly fill them: over the test images the loss at 25 % is half of that at 75 %, and at 90 % it is far higher again. BERT hides 15 % of words; photos are so redundant that 75 % worked best in the paper.",
      ask: "Raise the ratio from 25 up to 90 %. When does the {{reconstruction|thing}} stop being recognizable?",
      answer:
        "The picture blurs gradually, and what it shows is lost late. An easy task teaches little: at 75 % copying no longer fills the gaps, and the network has to know what things look like.",
      predict: {
        seen: "Late: even at 75 % it can often be guessed",
        other: "At 25 % already",
        third: "Never",
      },
    },
    saving: {
      title: "What hiding saves",
      body: "Fewer tokens, less work: the encoder's [[multiply-add|multiply-adds]] fall a little faster than the visible share, since attention is quadratic. The {{macs|line}} is counted, the {{measured|points}} measured now at each [[mask-ratio|mask ratio]]. The paper measured a 2.8 times faster pre-training for ViT-L, up to 4.1 for ViT-H with a one-block decoder.",
    },
    learns: {
      title: "See it learn to see",
      body: "A small MAE begins at random and learns from 5,000 photos of CIFAR-10, each time with other patches hidden. The {{curves|curve}} is its [[reconstruction-loss|reconstruction loss]]; {{held-out|below}} it fills in three images that it never learns from, with the same three quarters hidden each time: flat grey at first, and after some eighty steps as bright or as dark as the photo; shapes take longer training, such as this lesson's own network has had. Change the [[mask-ratio|mask ratio]] with {{controls|the slider}} while it runs: the loss moves at once, for the task has changed and not the network.",
    },
    learned: {
      title: "What it learned without labels",
      body: "Here the encoder looks at the whole photo. Tap a {{query|patch}} and see which others it {{map|reads}}: whoever has to fill gaps must know what belongs together. This is [[self-supervised-learning|self-supervised learning]]; in this small network judge the [[self-attention|attention]] with care.",
    },
    use: {
      title: "And what it is good for",
      body: "One keeps the encoder and trains on with labels, which is [[fine-tuning|fine-tuning]]: ViT-H reached 87.8 % with ImageNet-1K images only. Frozen, the features are weaker ([[linear-probing|linear probing]] gives clearly less). Try it: sort photos into {{groups|groups}} and look at the [[nearest-neighbours|nearest neighbours]], then compare with DINO. Both ways can be tried on photos of yours in the place Train.",
    },
  },
  dino: {
    title: "DINO (2021)",
    idea: "A student learns from a teacher that is its own moving average.",
    views: {
      title: "Two views of one photo",
      body: "Cut out at random, flip, change the colours: two {{view1|views}} x₁ and {{view2|x₂}} by [[data-augmentation|augmentation]]. They look different, yet show the same thing, and that is all the supervision there is: [[self-supervised-learning|self-supervised learning]]. In the paper's [[multi-crop|multi-crop]], several small {{local|local views}} join in; the student sees all, the teacher only the two large ones.",
      ask: "Draw {{photo|new views}} a few times. Would you always say that both show the same?",
      answer:
        "Mostly, though at times they share hardly a pixel. To agree even then, a network must describe the thing and not its pixels.",
    },
    "two-networks": {
      title: "Student and teacher",
      body: "Two networks of the same architecture, a ViT, with different parameters; both end in a projection head on the [[class-token|class token]] (65,536 outputs in the paper). It is like [[knowledge-distillation|knowledge distillation]], except that no trained teacher exists: both begin at random. The network shown here is the teacher, which is the one to keep.",
    },
    loss: {
      title: "Agree with the other view",
      body: "Each output goes through a [[softmax|softmax]]. The {{student|student's}} answer for one view should match the {{teacher|teacher's}} for the other; the {{cross-entropy|number}} is their [[cross-entropy|cross-entropy]], computed now from the two views. The outputs have no names: classes of its own making. Only the teacher's body is kept after training, so here it plays both parts, and its features stand in for the head's outputs.",
      formula: "H of P t and P s equals minus the sum over k of P t of k times the logarithm of P s of k",
    },
    teacher: {
      title: "Only the student is taught",
      body: "The {{gradient|gradient}} goes to the student; at the teacher it is stopped. The {{teacher|teacher}} follows as an [[exponential-moving-average|exponential moving average]] of the student's weights, with λ from 0.996 up to 1 in the paper: it moves slowly and is the better of the two. Copying the student in every step fails.",
      formula: "theta t becomes lambda theta t plus 1 minus lambda times theta s",
    },
    trails: {
      title: "How far behind the teacher is",
      body: "DINO in training: a student and a teacher of two blocks, from random weights, on 2,000 photos. {{curves|Plotted}} is how far the teacher's weights lie from the student's, as a share of their length. As an [[exponential-moving-average|exponential moving average]] it is always behind, but never far: here by a few per cent. So short a run needs a teacher that follows faster than the paper's, with λ = 0.98. Other measures, such as the accuracy of both by nearest neighbours, can be plotted once they are there.",
      ask: "{{controls|Start}}, and after twenty steps or so set the teacher's momentum λ to 0. What will the distance do?",
      predict: {
        seen: "It falls to zero at once",
        other: "It grows",
        third: "It falls slowly",
      },
      answer:
        "With λ = 0 the teacher is copied from the student in every step, and there is no distance left. With λ = 1 it stands still while the student walks away. In between it is a mean of many past students, and what it asks for does not jump from step to step.",
    },
    collapse: {
      title: "Centering against sharpening",
      body: "Nothing yet forbids the same answer for every photo: [[collapse|collapse]]. [[centering|Centering]] subtracts the running mean c, so that no single output wins always, but alone it pushes towards uniform. [[sharpening|Sharpening]], a low [[temperature|temperature]], does the reverse; together they balance. Collapse itself takes training; here you see how each control moves what the two views give.",
      formula: "P t equals softmax of g t minus c, over tau t",
      ask: "Switch {{centering|centering}} on and off, then raise the {{temperature|temperature}} to 0.5. What does the {{entropy|entropy}} do?",
      answer:
        "It climbs to within 2 % of its largest value: nearly the same probability for everything, and a teacher that says nothing. The student uses 0.1, the teacher an even lower 0.04 to 0.07.",
      predict: {
        seen: "It climbs towards its largest value",
        other: "It falls to zero",
        third: "It stays where it is",
      },
    },
    collapses: {
      title: "Make it collapse, and cure it",
      body: "The same training, now with the {{curves|entropy}} of the teacher's answer for one photo, as a share of the largest possible: at 100 % all outputs are equally likely, at 0 % one takes everything. Both are [[collapse|collapse]]: the loss falls, and nothing is learned. Take away [[centering|centering]] or [[sharpening|sharpening]] with {{controls|the switches}}, watch, and give it back.",
      ask: "{{controls|Start}}, and after some 30 steps switch centering off. Where does the entropy go? Switch it on again 30 steps later, and then try sharpening.",
      predict: {
        seen: "Towards 0 %",
        other: "Towards 100 %",
        third: "It stays in the middle",
      },
      answer:
        "Without centering to some 10 % within ten steps, and on to 3 %: one output outgrows the rest. Given back, centering lifts it at once. Without sharpening it jumps to 100 % and the divergence of student and teacher dwindles, for there is nothing left to disagree about; given back, sharpening brings it down again. Each is the cure for what the other does alone.",
    },
    attention: {
      title: "Attention finds the thing",
      body: "What the [[class-token|class token]] of the last block reads, {{heads|head by head}}. Keep the patches that hold {{mass|60 %}} of the [[self-attention|attention]] and a {{mask|mask}} appears, though no outline was ever taught. On VOC12 the paper's S/16 reached 45.9 Jaccard, a supervised ViT 27.3. Our small one has 8 × 8 patches; the official one shows it much more clearly.",
    },
    colours: {
      title: "Features as colours",
      body: "Every [[patch|patch]] has a feature vector. [[principal-component-analysis|Principal component analysis]] finds the three directions in which these vary most, and shows them as red, green and blue. Equal {{colours|colours}} mean that the network describes those patches alike.",
    },
    patches: {
      title: "Show me more of this",
      body: "Similar parts have similar vectors, measured by [[cosine-similarity|cosine similarity]]: within one photo, and also in a {{second|second}}.",
      ask: "Tap another {{query|patch}}. Are the {{matches|best matches}} parts of the same thing?",
      answer:
        "With full-size networks it is often the same part, an ear for an ear. At 8 × 8 patches, colour and texture have a large say.",
    },
    frozen: {
      title: "A classifier with no training",
      body: "Frozen features and a vote of the 20 [[nearest-neighbours|nearest neighbours]] give the paper's ViT-S/8 78.3 % on ImageNet; [[linear-probing|linear probing]] on B/8 gives 80.1 %. The small one never saw a label either: against the 2,000 labelled features that ship with it, it names about two test images in five, where guessing names one in ten. Sort photos into {{groups|groups}} and try it; with the same groups the place Train fits a linear probe to these features, or tunes a whole ResNet-20.",
    },
    many: {
      title: "Not thirteen photos but five hundred",
      body: "A few sorted photos persuade nobody. Here each of 500 test images is named by its 20 [[nearest-neighbours|nearest neighbours]] among the other 499, by features as they are: no [[fine-tuning|fine-tuning]], and no label until the vote. {{model:dino_vit_cifar10|DINO}} and {{model:mae_vit_cifar10|MAE}} compete with the {{pixels|bare pixels}}.",
      ask: "Both networks learned without labels. In what order will the three come? {{measure|Measure it}}.",
      answer:
        "DINO first, with more than a third named right; MAE hardly above the pixels, which manage a quarter. That is the papers' finding in small: DINO's features can be used as they are, MAE's unfold with fine-tuning.",
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
      body: "One photo through every network. Five classify into ten kinds of things. {{model:lenet5_mnist|LeNet}} knows digits only and will find one in anything; {{model:mae_vit_cifar10|MAE}} fills gaps instead of naming; {{model:dino_vit_cifar10|DINO}} never saw a label and answers by its [[nearest-neighbours|nearest neighbours]]. Where do they {{agreement|agree}}, and which of them are right?",
    },
    cost: {
      title: "What an answer costs",
      body: "{{parameters|Parameters}} are what must be stored; [[multiply-add|multiply-adds]] are what must be {{macs|computed}}; {{time|time}} is what you wait, and depends on your machine. They need not go together: through [[weight-sharing|shared weights]], ResNet computes much with few parameters.",
    },
    where: {
      title: "Where each one looked",
      body: "The evidence for the first answer: [[class-activation-map|activation maps]] for convolutional networks, gradient-weighted attention for transformers. Two networks can agree for {{map|different reasons}}. The methods differ too, so compare places rather than strengths.",
    },
    fair: {
      title: "Is that a fair race?",
      body: "No. These are small networks, trained briefly on 50,000 photos of 32 × 32 pixels, and the order of their accuracy is not that of the papers. What a network reaches depends as much on [[pre-training|pre-training]], [[data-augmentation|augmentation]] and patience as on its design. Change the photo and see how the {{agreement|agreement}} moves.",
    },
    threads: {
      title: "What stayed",
      body: "Three ideas return along the {{line|line}}: [[inductive-bias|inductive bias]], built in, taken out and partly put back; depth made possible by the [[residual-connection|residual connection]], which every later network here uses; labels needed less and less. Which idea would you combine next?",
    },
  },
};
