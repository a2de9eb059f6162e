// Every visible text but the lessons', in Korean, by place. Keys are the same in en.js; `{name}` is filled in.

import compare from "./compare.ko.js";
import explore from "./explore.ko.js";
import measured from "./measured.ko.js";
import shell from "./shell.ko.js";
import train from "./train.ko.js";

export { default as figures } from "./figures.ko.js";
export default { ...compare, ...explore, ...measured, ...shell, ...train };
