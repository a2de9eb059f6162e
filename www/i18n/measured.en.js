// The words of the place that shows what was measured, in English. Same keys as measured.ko.js.
export default {
  numbers: {
    title: "Measured",
    lede: "How close this engine comes to PyTorch, and what the small networks are worth.",
    loading: "The figures are on their way…",
    parity: "Relative error against PyTorch",
    parityWhat:
      "The largest difference of an answer from PyTorch's, over the largest number in it. Each full-size network has the same seeded weights and input on both sides, so every layer is compared, and nothing was downloaded. The project allows 10⁻³.",
    network: "Network",
    notMeasured: "not measured",
    when: "Measured on {dates} in {browser}; WebGPU there is SwiftShader, in software.",
    small: "The small networks",
    smallWhat:
      "Trained from scratch for this page. Recompute a score: 500 images of the test set, each through the engine in this browser.",
    data: "Data",
    weights: "Weights",
    weightsOf: "{size}, {count} numbers",
    time: "Training",
    trained: "{time}; epochs: {epochs}",
    trainedShort: "{time}; epochs: {epochs}, stopped before the end",
    whole: "{metric}, whole test set, PyTorch",
    pytorch: "500 images, PyTorch",
    engine: "500 images, this engine",
    recipe: "Recipe",
    licence: "Licence",
    idle: "Not yet computed in this browser.",
    recompute: "Recompute",
    again: "Recompute again",
    preparing: "Getting the network and the images…",
    progress: "Images answered",
    running: "{read} of {count} images, {score} right so far",
    done: "{right} of {count} right: {score}",
    beside: "PyTorch, on the same images: {score}",
    cancelled: "Stopped after {read} images, so there is no score.",
    noRecompute:
      "Not recomputed here: which patches are hidden comes from the training code's seeded noise, which the page does not have. The command cargo xtask accuracy computes this score.",
  },
  metrics: {
    "test accuracy": "Test accuracy",
    "20-NN accuracy": "Accuracy by 20 neighbours",
    "masked MSE": "Squared error on hidden patches",
  },
};
