/**
 * The contract's explanations, through the page's own engine: shapes, agreement with what is observed, and what they
 * refuse.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage, startEngine, startSite } from "./harness.mjs";

let site, browser;

before(async () => {
  [site, browser] = await Promise.all([startSite(), launch()]);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

/** Runs in the page with an engine, and the cat. */
async function withEngine(t, run, given) {
  const { page, context } = await openPage(browser, site.blank);
  t.after(() => context.close());
  await startEngine(page);
  return page.evaluate(run, given);
}

test("a cell: its formula is its value; its field is a gradient within the theoretical box", async (t) => {
  const found = await withEngine(t, async () => {
    const cat = await fetchBlob("www/samples/cat_chelsea.jpg");
    const model = await engine.load("resnet20_cifar10");
    const unasked = await failure(model.receptiveField("layer2.0", [0, 3, 4]));
    const seen = (await model.observe(cat, ["layer2.0"]))["layer2.0"];
    const value = seen.data[7 * 256 + 3 * 16 + 4];
    const formula = await model.cell("layer2.0", [7, 3, 4]);
    const field = await model.receptiveField("layer2.0", [7, 3, 4], { image: cat });
    const outside = [...field.map.data].filter((v, i) => {
      const [x, y] = [i % 32, Math.floor(i / 32)];
      const { box } = field;
      return v !== 0 && (x < box.x || y < box.y || x >= box.x + box.width || y >= box.y + box.height);
    }).length;
    return {
      unasked,
      value,
      formula,
      shape: field.map.shape,
      gradient: field.gradient.shape,
      inner: field.value,
      pixels: field.pixels,
      outside,
      wrong: await failure(model.cell("layer2.0", [99, 0, 0])),
    };
  });
  assert.equal(found.unasked.code, "bad-input");
  assert.ok(Math.abs(found.value - found.formula.recomputed) <= 1e-3 * Math.max(1, Math.abs(found.value)));
  assert.ok(Math.abs(found.value - found.inner) <= 1e-3 * Math.max(1, Math.abs(found.value)));
  assert.deepEqual(found.shape.slice(-2), [32, 32]);
  assert.deepEqual(found.gradient, [3, 32, 32]);
  assert.equal(found.outside, 0);
  assert.equal(found.wrong.code, "bad-input");
});

test("attention is a map that sums to one with what it leaves out; the lens ends in the answer", async (t) => {
  const found = await withEngine(t, async () => {
    const cat = await fetchBlob("www/samples/cat_chelsea.jpg");
    const model = await engine.load("vit_cifar10");
    const { top } = await model.classify(cat);
    const map = await model.attention({ block: 2, head: 1, query: 9 });
    const lens = await model.logitLens(cat, { k: 2 });
    const why = await model.explainClass(cat, { method: "attention", index: 3 });
    const none = await failure((await engine.load("resnet20_cifar10")).attention({ image: cat }));
    return {
      top,
      sum: map.data.reduce((a, b) => a + b, 0),
      map: { ...map, data: map.data.length },
      last: lens.rows.at(-1),
      why: { ...why, data: [...why.data] },
      none,
    };
  });
  assert.equal(found.map.data, 64);
  assert.equal(found.map.block, 2);
  assert.ok(found.sum > 0 && found.sum <= 1.0001);
  assert.equal(found.last.top.length, 2);
  assert.equal(found.last.top[0].index, found.top[0].index);
  assert.equal(found.why.index, 3);
  assert.ok(found.why.data.every((v) => v >= 0 && v <= 1.0001));
  assert.notEqual(found.none, null);
});

test("what is switched off changes the answer, and what is restored does not", async (t) => {
  const found = await withEngine(t, async () => {
    const cat = await fetchBlob("www/samples/cat_chelsea.jpg");
    const model = await engine.load("resnet20_cifar10");
    const before = (await model.classify(cat)).logits;
    const count = await model.ablate([
      { stage: "layer1.0.add", what: "shortcut" },
      { stage: "conv1", what: "channel", index: 2 },
    ]);
    const off = (await model.classify(cat)).logits;
    const none = await model.ablate([]);
    const again = (await model.classify(cat)).logits;
    return {
      before: [...before],
      off: [...off],
      again: [...again],
      count,
      none,
      wrong: await failure(model.ablate([{ stage: "nowhere", what: "zero" }])),
      no: await failure(model.ablate("all")),
    };
  });
  assert.equal(found.count, 2);
  assert.equal(found.none, 0);
  assert.deepEqual(found.again, found.before);
  assert.notDeepEqual(found.off, found.before);
  assert.equal(found.wrong.code, "not-found");
  assert.equal(found.no.code, "bad-input");
});

test("what is off belongs to one call, or to one handle", async (t) => {
  const found = await withEngine(t, async () => {
    const cat = await fetchBlob("www/samples/cat_chelsea.jpg");
    const [one, other] = await Promise.all([engine.load("resnet20_cifar10"), engine.load("resnet20_cifar10")]);
    const logits = async (model, options) => [...(await model.classify(cat, options)).logits];
    const off = [{ stage: "layer1.0.add", what: "shortcut" }];
    const silent = [{ stage: "layer1.0", what: "channel", index: 2 }];
    const whole = await logits(one);
    const during = await logits(one, { off });
    const after = await logits(one);
    // A switch holds from its place in the queue on, and not before.
    const [before, , then] = await Promise.all([logits(one), one.ablate(off), logits(one)]);
    const beside = await logits(other);
    const instead = await logits(one, { off: silent });
    const none = await logits(one, { off: [] });
    const tensor = await one.preprocess(cat);
    const forward = [...(await one.forward(tensor)).data];
    const part = async (model, options) => [
      ...(await model.observe(cat, ["layer1.0"], { ranges: { "layer1.0": [null, [2, 3], null, null] }, ...options }))[
        "layer1.0"
      ].data,
    ];
    const cell = { image: cat };
    const explained = {
      maps: (await other.maps("layer1.0", { image: cat, off: silent })).high[2],
      cell: (await other.cell("layer1.0", [2, 0, 0], { ...cell, off: silent })).value,
      field: (await other.receptiveField("layer1.0", [2, 5, 5], { ...cell, off: silent })).map.data.some(
        (v) => v !== 0,
      ),
      curve: (await other.receptiveCurve({ off: silent })).length,
    };
    const why = [...(await one.explainClass(cat, { index: 3 })).data];
    const wholeWhy = [...(await other.explainClass(cat, { index: 3 })).data];
    const lens = (await one.logitLens(cat, { k: 1, off: [] })).rows.at(-1).top[0].index;
    const freed = await engine.load("resnet20_cifar10");
    await freed.ablate(silent);
    freed.free();
    return {
      whole,
      during,
      after,
      before,
      then,
      beside,
      instead,
      none,
      forward,
      explained,
      why,
      wholeWhy,
      lens,
      silent: await part(other, { off: silent }),
      loud: await part(other),
      fresh: await logits(await engine.load("resnet20_cifar10")),
      wrong: [
        await failure(one.classify(cat, { off: "all" })),
        await failure(one.classify(cat, { off: [{ stage: "nowhere", what: "zero" }] })),
      ],
    };
  });
  const { whole, during } = found;
  assert.notDeepEqual(during, whole);
  for (const same of ["after", "before", "beside", "none", "fresh"]) assert.deepEqual(found[same], whole, same);
  assert.deepEqual(found.then, during);
  assert.deepEqual(found.forward, during);
  assert.notDeepEqual(found.instead, whole);
  assert.notDeepEqual(found.instead, during);
  assert.ok(found.silent.every((v) => v === 0) && found.loud.some((v) => v !== 0));
  assert.deepEqual(
    { maps: found.explained.maps, cell: found.explained.cell, field: found.explained.field },
    { maps: 0, cell: 0, field: false },
  );
  assert.ok(found.explained.curve > 0);
  assert.notDeepEqual(found.why, found.wholeWhy);
  assert.equal(found.lens, whole.indexOf(Math.max(...whole)));
  assert.deepEqual(
    found.wrong.map(({ code }) => code),
    ["bad-input", "not-found"],
  );
});

test("a worker that takes over knows what a handle has switched off", async (t) => {
  const { page, context } = await openPage(browser, site.blank);
  t.after(() => context.close());
  await page.evaluate(() => {
    const Real = window.Worker;
    window.workers = [];
    window.Worker = class extends Real {
      constructor(...given) {
        super(...given);
        window.workers.push(this);
      }
    };
  });
  await startEngine(page);
  const found = await page.evaluate(async () => {
    const cat = await fetchBlob("www/samples/cat_chelsea.jpg");
    const [one, other] = await Promise.all([engine.load("resnet20_cifar10"), engine.load("resnet20_cifar10")]);
    const logits = async (model) => [...(await model.classify(cat)).logits];
    const whole = await logits(other);
    await one.ablate([{ stage: "layer1.0.add", what: "shortcut" }]);
    const off = await logits(one);
    const crash = { type: "crash", code: "internal", message: "as after a trap" };
    window.workers[0].dispatchEvent(new MessageEvent("message", { data: crash }));
    const again = await logits(one);
    return {
      whole,
      off,
      again,
      beside: await logits(other),
      restarts: (await engine.stats()).restarts,
      workers: window.workers.length,
    };
  });
  assert.ok(found.workers > 1 && found.restarts === 1, "no worker took over");
  assert.notDeepEqual(found.off, found.whole);
  assert.deepEqual(found.again, found.off);
  assert.deepEqual(found.beside, found.whole);
});

test("parts of a stage are those of the whole, and so are its small maps", async (t) => {
  const found = await withEngine(t, async () => {
    const cat = await fetchBlob("www/samples/cat_chelsea.jpg");
    const out = {};
    for (const [id, stage, part] of [
      ["resnet20_cifar10", "layer2", [null, [5, 6], null, null]],
      ["swin_cifar10", "layers.1", [null, null, null, [5, 6]]],
      ["vit_cifar10", "blocks.2", [null, [1, 65], [5, 6]]],
    ]) {
      const model = await engine.load(id);
      const whole = (await model.observe(cat, [stage]))[stage];
      const ranged = (await model.observe(cat, [stage], { ranges: { [stage]: part } }))[stage];
      const maps = await model.maps(stage, { side: 4 });
      const wrong = await failure(model.observe(cat, [stage], { ranges: { [stage]: [[0, 99]] } }));
      out[id] = {
        whole: [...whole.data],
        ranged: [...ranged.data],
        shape: ranged.shape,
        maps: { ...maps, data: [...maps.data], high: [...maps.high] },
        wrong: wrong.code,
      };
    }
    return out;
  });
  const at = {
    resnet20_cifar10: (r, c) => (5 * 16 + r) * 16 + c,
    swin_cifar10: (r, c) => (r * 8 + c) * 96 + 5,
    vit_cifar10: (r, c) => (1 + r * 8 + c) * 128 + 5,
  };
  for (const [id, { whole, ranged, maps, wrong }] of Object.entries(found)) {
    const { rows, columns } = maps;
    const channel = Array.from(
      { length: rows * columns },
      (_, i) => whole[at[id](Math.floor(i / columns), i % columns)],
    );
    assert.deepEqual(ranged, channel, id);
    assert.equal(Math.fround(maps.high[5]), Math.max(...channel), id);
    assert.deepEqual(maps.shape.slice(1), [4, 4], id);
    const step = rows / 4;
    const first = channel.filter((_, i) => i < step * columns && i % columns < step);
    assert.ok(Math.abs(maps.data[5 * 16] - first.reduce((a, b) => a + b) / first.length) < 1e-5, id);
    assert.equal(wrong, "bad-input", id);
  }
});
