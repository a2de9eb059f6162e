// @ts-check
// DINO in motion, on the visitor's photo: two views, two networks, two answers, and who learns from whom.

import { number, percent } from "../../shell/text.js";
import { f } from "../../lessons/words.js";
import { note } from "../kit/draw.js";
import { motion } from "../kit/motion.js";
import { generator, globalViews, sharedPart } from "./crops.js";
import { paintings } from "./flow-scenes.js";

/** Of the views. */
const SEED = 1;
/** As the paper begins. */
const TEACHER = { temperature: 0.04, centering: true, momentum: 0.996 };

/** @param {import("../kit/mount.js").Stage} stage */
export async function figure(stage) {
  const { signal, state } = stage;
  const model = await stage.load();
  const photo = await createImageBitmap(await stage.photo());
  const views = globalViews(photo, generator(SEED));
  const outputs = [];
  for (const { canvas } of views) {
    const { data, shape } = await model.preprocess(canvas, { signal });
    outputs.push(Array.from((await model.forward({ data, shape }, { signal })).data));
  }
  const loss = await model.dinoLoss({ outputs, ...TEACHER, signal });
  const most = (/** @type {number[]} */ shares) => percent(Math.max(...shares));
  const facts = {
    shared: percent(sharedPart(photo, views[0].box, views[1].box)),
    count: number(loss.student.length),
    student: most(loss.student),
    teacher: most(loss.teacher),
    loss: number(loss.cross_entropy, { maximumSignificantDigits: 3 }),
    momentum: number(TEACHER.momentum, { maximumFractionDigits: 3 }),
    steps: number(Math.round(loss.half_life ?? 0)),
  };
  const words = Object.fromEntries(
    ["photo", "student", "teacher", "loss", "gradient", "stopped", "average"].map((name) => [
      name,
      f(`flow.label.${name}`, facts),
    ]),
  );
  const paints = paintings({ photo, views, student: loss.student, teacher: loss.teacher }, words);
  const film = motion({
    label: f("flow.picture"),
    signal,
    scenes: Object.keys(paints).map((name) => ({
      name: f(`flow.${name}`),
      text: () => f(`flow.${name}.text`, facts),
      paint: paints[name],
      table: () => ({
        head: ["output", "student", "teacher"],
        rows: loss.student.map((share, output) => [output, share, loss.teacher[output]]),
      }),
    })),
    first: state.scene,
    changed: (scene) => stage.chose("scene", scene),
  });
  stage.show(film.node, note(f("flow.note")));
}
