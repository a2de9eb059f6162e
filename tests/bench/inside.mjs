/** Our engine alone: multiply-adds a second, growth with the image's size, training. The page's button does the same. */

import { openPage } from "../browser/harness.mjs";
import { median } from "../../www/measured/statistics.js";
import { giga, ms, progress, section, table } from "./report.mjs";
import { FOLDER } from "./turns.mjs";

/** Pixels a side. Swin-T's window of 7 patches does not fit into the last map of smaller images. */
const SIZES = { vit_tiny_patch16_224: [112, 224, 336, 448], swin_tiny_patch4_window7_224: [224, 320, 384, 448] };
const TRAINING = { digits: 200, residual: 40, mae: 40, dino: 40 };

/** What www/measured/own.js makes of a plan, in a fresh page. */
async function measured(browser, site, options, plan) {
  const { page, context } = await openPage(browser, `${site.url}tests/bench/page.html`);
  page.setDefaultTimeout(0);
  const found = await page.evaluate(
    async ([options, plan, folder]) => {
      const { measureOwn, nothingYet } = await import(new URL("../../www/measured/own.js", location.href).href);
      const at = ({ id, ...rest }) => ({ id, source: new URL(`${folder}/${id}.safetensors`, location.href), ...rest });
      const here = { ...plan, networks: [], inside: plan.inside.map(at), growth: plan.growth.map(at) };
      const result = nothingYet();
      for await (const _ of measureOwn(options, here, result, new AbortController().signal));
      return result;
    },
    [options, plan, FOLDER],
  );
  await context.close();
  return found;
}

const nothing = { answers: 0, patience: 0, inside: [], growth: [], training: null };

/** Each kind of step against a large product, by network. */
export async function throughput(browser, site, options, ids, passes) {
  progress(`multiply-adds a second: ${ids.join(", ")}`);
  const plan = { ...nothing, inside: ids.map((id) => ({ id, passes })) };
  const { inside } = await measured(browser, site, options, plan);
  for (const { title, side, product, kinds, stages } of inside) {
    const share = (value) => `${Math.round(100 * value)} %`;
    const rows = kinds
      .filter((kind) => kind.ms > 0)
      .map((kind) => [kind.kind, ms(kind.ms), giga(kind.rate), kind.multiplyAdds > 0 ? share(kind.share) : ""]);
    const whole = stages
      .filter(({ stage }) => stage.split(".").length <= 2)
      .map((stage) => [stage.stage, ms(stage.ms), giga(stage.rate), share(stage.share)]);
    section(
      `Multiply-adds a second: ${title}`,
      `A product of ${side} x ${side} matrices in the same engine: ${giga(product.rate)} G a second.`,
      table(["steps of a kind", "ms", "G a second", "of the product's"], rows),
      table(["stage", "ms", "G a second", "of the product's"], whole),
    );
  }
}

/** Times and multiply-adds over the side of the image, as powers of the number of pixels. */
export async function growth(browser, site, options, ids) {
  const growing = ids.filter((id) => SIZES[id]);
  if (growing.length === 0) return;
  progress(`larger images: ${growing.join(", ")}`);
  const plan = { ...nothing, growth: growing.map((id) => ({ id, sizes: SIZES[id] })) };
  for (const { title, points, exponents } of (await measured(browser, site, options, plan)).growth) {
    section(
      `Growth with the image: ${title}`,
      "The exponent is of the number of pixels, by least squares on the logarithms.",
      table(
        ["", ...points.map(({ size }) => `${size} px`), "exponent"],
        [
          ["ms", ...points.map((point) => ms(point.ms)), exponents.ms.toFixed(2)],
          ["G multiply-adds", ...points.map((point) => giga(point.multiplyAdds)), exponents.multiplyAdds.toFixed(2)],
        ],
      ),
    );
  }
}

/** Steps a second, of each report's mean the median. */
export async function training(browser, site, options, share) {
  const rows = [];
  for (const [experiment, steps] of Object.entries(TRAINING)) {
    progress(`training: ${experiment}`);
    const plan = { ...nothing, training: { experiment, steps: Math.ceil(steps * share) } };
    const { training } = await measured(browser, site, options, plan);
    const step = median(training.times);
    rows.push([experiment, ms(step), (1000 / step).toFixed(1)]);
  }
  section("Training", table(["experiment, at its defaults", "ms a step", "steps a second"], rows));
}
