// Notes for instructors on the steps in which networks are trained, in English: lesson, step. Same shape as notes-runs.ko.js.
export default {
  convolution: {
    learning: {
      minutes: 10,
      goals: [
        "Read two learning curves: which network is ahead, and from when on.",
        "Say why a shared weight learns from more examples than one that is not shared.",
      ],
      see: "Both networks start near 10%. For about a hundred steps the fully connected one leads; at step 200 LeNet reads about 93 of 100 held-out digits, the other 87.",
      misconceptions: [
        {
          says: "The network that is ahead early will be ahead in the end.",
          but: "Stop at step 80 and let the class predict, then go on: the curves cross.",
        },
        {
          says: "Shifted training images make the fully connected network as good as LeNet.",
          but: "Raise the shift during the run: both get a harder task, and the fully connected one falls further behind.",
        },
      ],
      exercises: [
        {
          task: "Start again with a shift of 0, and once more with 4. Compare the held-out accuracy of both networks after 200 steps.",
          solution:
            "Without shifts about 90 (LeNet) and 86 of 100, with shifts of up to four pixels about 84 and 62. The fully connected network loses more: it has to see every stroke at every place, while a kernel is applied at every place anyway.",
        },
      ],
    },
  },
  alexnet: {
    "relu-learns": {
      minutes: 12,
      goals: [
        "Reproduce an experiment of a paper in small, and say what was changed.",
        "Tell a result from the conditions under which it holds.",
      ],
      see: "Both losses start at 2.3, the logarithm of ten. Here tanh is ahead: about 1.2 against 1.4 after 200 steps. On pausing, the gradient's length in each layer.",
      misconceptions: [
        {
          says: "ReLU always learns faster than tanh.",
          but: "Run it: here tanh is ahead, and it stays ahead where each has its own best rate. The paper's factor of six is for four layers, all of CIFAR-10 and 25% training error.",
        },
        {
          says: "Tanh must suffer from vanishing gradients here.",
          but: "Pause and look at the layers: in five layers with suitable weights the gradient survives either way.",
        },
      ],
      exercises: [
        {
          task: "Name three differences between this experiment and Figure 1 of the paper, and design a fairer one.",
          solution:
            "Fewer and smaller photos, one learning rate for both, far fewer steps. Fairer: try several rates for each network, and compare each at its best over several seeds. Train has that study, made beforehand: 25% training error after 10.7 passes with tanh and 14.3 with ReLU, tanh ahead for all ten seeds.",
        },
      ],
    },
    "dropout-learns": {
      minutes: 10,
      goals: ["See overfitting as the gap between two curves.", "Say what dropout costs and when it pays."],
      see: "The curves for learned and held-out photos part after some 200 steps. With dropout they stay together, but both lower.",
      misconceptions: [
        {
          says: "A smaller gap means a better network.",
          but: "With dropout the gap closes because the accuracy on learned photos falls. What counts is the held-out curve.",
        },
        {
          says: "Dropout adds noise to the photos.",
          but: "It silences units of the dense layers. The other switch, which mirrors photos, changes the data.",
        },
      ],
      exercises: [
        {
          task: "Run it three times: plain, with dropout, with mirrored photos. Which has the best held-out accuracy at step 400, and which the smallest gap?",
          solution:
            "Dropout has the smallest gap; in so short a run it is not the best on held-out photos. Mirroring closes some of the gap without taking away units. Report both numbers, not the gap alone.",
        },
      ],
    },
  },
  resnet: {
    degrades: {
      minutes: 10,
      goals: [
        "Recognize degradation by the training loss alone.",
        "Say why one run is not enough, and what ten seeds add.",
      ],
      see: "The loss of 8 layers falls steadily; that of 20 layers stays near 2.2 for a long time and ends higher. Below, the table of ten seeds: ten of ten agree.",
      misconceptions: [
        {
          says: "The deeper network overfits.",
          but: "The curve is the loss on the photos that it learns from. An overfitted network would be better there, not worse.",
        },
        {
          says: "The deeper network cannot represent the solution.",
          but: "It could copy the shallower one and pass the rest through. It is the optimization that fails.",
        },
      ],
      exercises: [
        {
          task: "Construct by hand a 20-layer plain network that computes what the 8-layer one does.",
          solution:
            "Copy the 8 layers; let each of the other twelve, which keep the size, be the identity: a kernel with a 1 in its middle for its own channel and zeros elsewhere, and a batch normalization whose learned numbers undo its scaling. ReLU changes nothing, since what comes in is not negative.",
        },
      ],
    },
    learns: {
      minutes: 10,
      goals: [
        "Predict what adding x to F(x) does to a network in training.",
        "Separate the effect of the skips from that of the weights.",
      ],
      see: "The plain network stays near 2.2. Within a hundred steps of the switch its loss falls below 1.3, with the weights that it had.",
      misconceptions: [
        {
          says: "Skips help because they add weights.",
          but: "These have none: both networks have weights of the same shapes, and the switch adds none.",
        },
        {
          says: "The plain network is stuck for good.",
          but: "Its weights are usable as soon as each layer only has to learn a change.",
        },
      ],
      exercises: [
        {
          task: "Switch the skips on after 20, 60 and 120 steps. Does it matter when?",
          solution:
            "In each case the loss begins to fall soon after the switch; late switching only leaves fewer steps. Weights learned without skips are hardly a better start than random ones.",
        },
        {
          task: "Switch the skips off again once the loss is low. What happens, and why?",
          solution:
            "The loss jumps up: F(x) has learned only the change, and without x the next layer gets inputs that it was never trained on.",
        },
      ],
    },
    "fine-tune": {
      minutes: 12,
      goals: [
        "Say what fine-tuning keeps of a network, what it replaces and what it changes.",
        "Read from two curves that a network knows its photos by heart.",
      ],
      see: "After some twenty of sixty steps all nine learned photos are named correctly, and three of the four held out; in the end two of them. Then the network names any photo by the groups' names.",
      misconceptions: [
        {
          says: "Fine-tuning trains only the new layer.",
          but: "All weights move: in Train the length of the gradient is plotted for every layer, and none is zero. One layer alone is what DINO's lesson trains, in “One layer that learns”.",
        },
        {
          says: "The longer it trains, the better.",
          but: "Show both curves: the one for held-out photos is highest half-way.",
        },
      ],
      exercises: [
        {
          task: "The held-out photos are named best after thirty steps. May one save the network of that moment and report its score on them?",
          solution:
            "One may save it, but not report that score: the held-out photos have then helped to choose, and other photos, which took no part in anything, are needed to test the choice.",
        },
      ],
    },
  },
  mae: {
    learns: {
      minutes: 10,
      goals: [
        "Tell a harder task from a worse network.",
        "Watch what is learned first: brightness, then colour, then shape.",
      ],
      see: "Three held-out images filled in as the run goes on: flat grey, then about as bright or dark as the photo. The loss moves at once with the slider.",
      misconceptions: [
        {
          says: "The loss jumped, so the network forgot something.",
          but: "Move the slider back: the loss returns at once. Only the task had changed.",
        },
        {
          says: "Grey fillings mean that the network is broken.",
          but: "The mean is the best guess for one who knows nothing, when errors are squared.",
        },
      ],
      exercises: [
        {
          task: "Show that the mean minimizes the mean squared error of a constant guess.",
          solution:
            "The derivative of the mean of (c − x)² with respect to c is 2 (c − mean of x), which is zero at the mean.",
        },
        {
          task: "Train for 60 steps at 25% and for 60 at 75%, then set both to 75%. Which loss is lower, and why may one not compare the losses before?",
          solution:
            "Before, the tasks differ: at 25% each gap has visible neighbours. At the same ratio the losses can be compared; in runs this short expect a small difference, and repeat with another seed before believing it.",
        },
      ],
    },
  },
  dino: {
    trails: {
      minutes: 8,
      goals: ["Explain a moving average by what happens at λ = 0 and λ = 1.", "Say what a slow teacher is good for."],
      see: "The distance between teacher and student, a few per cent of the weights' length. At λ = 0 it is zero at once; at λ = 1 it grows.",
      misconceptions: [
        {
          says: "The teacher is trained by the loss as well.",
          but: "It gets no gradient. Set λ = 1: it does not move at all, however long the student learns.",
        },
        {
          says: "A larger λ is always better.",
          but: "At λ = 1 the student learns from a random network for ever.",
        },
      ],
      exercises: [
        {
          task: "At λ = 0.98, after how many steps does a change of the student count for half in the teacher? And at the paper's 0.996?",
          solution: "ln 2 / 0.02, about 34 steps; ln 2 / 0.004, about 173.",
        },
      ],
    },
    collapses: {
      minutes: 12,
      goals: [
        "Tell the two kinds of collapse apart by the entropy of the teacher's answer.",
        "Say which of centering and sharpening prevents which.",
      ],
      see: "The entropy as a share of its largest value. Without centering it drops to some 10% within ten steps, without sharpening it jumps to 100%; either comes back.",
      misconceptions: [
        {
          says: "A falling loss means that something is learned.",
          but: "Plot the divergence while the sharpening is off: it dwindles, because both say nothing.",
        },
        {
          says: "Centering and sharpening do the same thing twice.",
          but: "They push in opposite directions: take away one at a time and read the entropy.",
        },
      ],
      exercises: [
        {
          task: "Switch both off together. Which collapse do you expect, and what does the run show?",
          solution:
            "Collapse to uniform: the entropy is at 100% from the start. Without sharpening the teacher's temperature is 1, at which its answers are nearly uniform anyway, and the student has only to agree.",
        },
        {
          task: "Why is the entropy of one photo's answer not enough to recognize a healthy network?",
          solution:
            "Sharp answers are wanted, but different ones for different photos. Plot the agreement as well: in a collapse onto one output all photos name the same one.",
        },
      ],
    },
    probe: {
      minutes: 8,
      goals: [
        "Say what a linear probe learns, and what it leaves as it is.",
        "Say why a score on four photos proves little, and what one can do about it.",
      ],
      see: "Within seconds the layer knows its nine photos by heart. Of the four held out it names two, the neighbours three. Below that, what both say of the photo shown.",
      misconceptions: [
        {
          says: "The probe changes the network.",
          but: "Only the layer on top learns: for two groups, two weights for each of the 128 features, and two biases.",
        },
        {
          says: "100% on the training images means that the features tell the groups apart.",
          but: "Sort the samples at random: the curve for the training images still climbs to 100%.",
        },
      ],
      exercises: [
        {
          task: "Sort the samples into two groups at random and train. Explain both curves.",
          solution:
            "The training images are all named correctly: nine points in 128 dimensions can nearly always be separated by a plane. The held-out ones are guessed, about half of them correctly, and more or fewer with each sorting.",
        },
      ],
    },
  },
};
