/** All panels in the order of the page. */
import history from "./history.js";
import convolution from "./convolution.js";
import lenet from "./lenet.js";
import alexnet from "./alexnet.js";
import vgg from "./vgg.js";
import resnet from "./resnet.js";
import vit from "./vit.js";
import swin from "./swin.js";
import mae from "./mae.js";
import dino from "./dino.js";
import compare from "./comparison.js";

/** @type {import("./lesson-types.d.ts").Lesson[]} */
export const lessons = [history, convolution, lenet, alexnet, vgg, resnet, vit, swin, mae, dino, compare];
