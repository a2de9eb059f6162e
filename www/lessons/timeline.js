/**
 * What the papers report. `error` and `accuracy` are percentages; they come from different tests, so `test` (a key) goes with
 * each number wherever it is shown. `idea` is the lesson's own one-line idea. `small` is the network on this page.
 */
export const timeline = [
  { id: "lenet", year: 1998, variant: "LeNet-5", parameters: 60_000, error: 0.95, test: "history.test.lenet", idea: "lenet.idea", small: "lenet5_mnist" },
  { id: "alexnet", year: 2012, variant: "AlexNet", parameters: 60_000_000, error: 15.3, test: "history.test.alexnet", idea: "alexnet.idea", small: "alexnet_cifar10" },
  { id: "vgg", year: 2014, variant: "VGG-16", parameters: 138_000_000, error: 7.0, test: "history.test.vgg", idea: "vgg.idea", small: "vgg_bn_cifar10" },
  { id: "resnet", year: 2015, variant: "ResNet-152", parameters: 60_200_000, error: 3.57, test: "history.test.resnet", idea: "resnet.idea", small: "resnet20_cifar10" },
  { id: "vit", year: 2020, variant: "ViT-H/14", parameters: 632_000_000, accuracy: 88.55, test: "history.test.vit", idea: "vit.idea", small: "vit_cifar10" },
  { id: "swin", year: 2021, variant: "Swin-L", parameters: 197_000_000, accuracy: 87.3, test: "history.test.swin", idea: "swin.idea", small: "swin_cifar10" },
  { id: "mae", year: 2021, variant: "ViT-H, MAE", parameters: 632_000_000, accuracy: 87.8, test: "history.test.mae", idea: "mae.idea", small: "mae_vit_cifar10" },
  { id: "dino", year: 2021, variant: "ViT-B/8, DINO", parameters: 85_000_000, accuracy: 80.1, test: "history.test.dino", idea: "dino.idea", small: "dino_vit_cifar10" },
];
