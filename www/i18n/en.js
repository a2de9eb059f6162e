// Every visible text but the lessons', in English, by place. Keys are the same in ko.js; `{name}` is filled in.

import compare from "./compare.en.js";
import explore from "./explore.en.js";
import measured from "./measured.en.js";
import shell from "./shell.en.js";
import train from "./train.en.js";

export { default as figures } from "./figures.en.js";
export default { ...compare, ...explore, ...measured, ...shell, ...train };
