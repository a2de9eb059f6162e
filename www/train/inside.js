// @ts-check
// A network of a run, opened in the page as any other: in the picture, the comparison and every question.

/**
 * @param {import("../shell/types.js").App} app @param {import("../engine.js").Run} run @param {number} step
 * @param {string} network
 */
export async function openInside({ session, store }, run, step, network) {
  const model = await run.at(step, { network });
  const { labels, input, mean, std } = model.info;
  model.free();
  const file = new File([await run.save({ step, network })], `${network}-step-${step}.safetensors`);
  // What its weights do not tell, and the run knows.
  const seen = { img_size: input.size, mean, std, interpolation: "bicubic", crop_pct: 1 };
  const config = {
    label_names: labels,
    ...seen,
    act_layer: "relu",
    global_pool: "avg",
    stem_stride: 1,
    stem_pool: false,
  };
  await session.open(file, config);
  store.set({ route: "explore" });
}
