/**
 * What the lessons' claims are measured with. `prepare` runs once in a page that has an engine; `measure` evaluates one
 * claim there. Every number comes from the engine's public contract, on the bundled test images or on a named sample
 * photo.
 */

/** Runs in the page. */
export async function prepare() {
  const sheet = async (name) => {
    const facts = await (await fetch(`www/samples/${name}.json`)).json();
    const picture = await createImageBitmap(await fetchBlob(`www/samples/${name}.png`), {
      colorSpaceConversion: "none",
    });
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(picture, 0, 0);
    const { labels, tile, columns } = facts;
    const at = (i) => context.getImageData((i % columns) * tile, Math.floor(i / columns) * tile, tile, tile);
    return { labels, tile, at };
  };
  const digits = await sheet("mnist_test500");
  const things = await sheet("cifar10_test500");
  const SIDE = 32;

  /** Test images as a normalized batch; digits lie in the middle of a 32 x 32 field, `shift` pixels to the right. */
  const batch = (model, indices, shift = 0) => {
    const { mean, std, input } = model.info;
    const { channels } = input;
    const { tile, at } = channels === 1 ? digits : things;
    const edge = (SIDE - tile) / 2;
    const size = channels * SIDE * SIDE;
    const data = new Float32Array(indices.length * size);
    for (const [n, index] of indices.entries()) {
      const pixels = at(index).data;
      for (let c = 0; c < channels; c++) {
        data.fill(-mean[c] / std[c], n * size + c * SIDE * SIDE, n * size + (c + 1) * SIDE * SIDE);
        for (let y = 0; y < tile; y++)
          for (let x = 0; x < tile; x++) {
            const to = x + edge + shift;
            if (to < 0 || to >= SIDE) continue;
            const value = pixels[4 * (y * tile + x) + c] / 255;
            data[n * size + c * SIDE * SIDE + (y + edge) * SIDE + to] = (value - mean[c]) / std[c];
          }
      }
    }
    return { data, shape: [indices.length, channels, SIDE, SIDE] };
  };
  const answers = ({ data, shape: [rows, classes] }) =>
    Array.from({ length: rows }, (_, i) => {
      const row = data.subarray(i * classes, (i + 1) * classes);
      return row.indexOf(Math.max(...row));
    });
  const loaded = new Map();
  const load = (id) => {
    if (!loaded.has(id)) loaded.set(id, engine.load(id));
    return loaded.get(id);
  };
  const ask = (model, method, args, image) => model[method](image ? { ...args, image } : args);
  const photo = (name) => fetchBlob(`www/samples/${name}.jpg`);
  const count = (n) => [...Array(n).keys()];
  const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const under = (model, name) =>
    model.stages.find((stage) => stage.name === name) ??
    (() => {
      throw new Error(`${model.info.id} has no stage ${name}`);
    })();

  /** Animals, and other things, as the page sorts the samples. */
  const sortedSamples = async () => {
    const { ANIMALS } = await import(new URL("www/samples/animals.js", document.baseURI));
    const names = (await (await fetch("www/samples/photos.json")).json()).map(({ file }) => file.replace(".jpg", ""));
    const group = async (name, of) => ({ name, images: await Promise.all(names.filter(of).map(photo)) });
    return [await group("animals", (id) => ANIMALS.includes(id)), await group("others", (id) => !ANIMALS.includes(id))];
  };
  /** Of whole runs on them, all that the last step tells: by description, since several claims are about one run. */
  const ends = new Map();
  const endOf = (spec) => {
    const key = JSON.stringify(spec);
    if (!ends.has(key)) ends.set(key, trainOnSamples(spec));
    return ends.get(key);
  };
  const trainOnSamples = async (spec) => {
    const run = await engine.train({ ...spec, groups: await sortedSamples() });
    let end = {};
    run.on("metrics", ({ networks }) => {
      end = networks;
    });
    try {
      await run.run();
      return end;
    } finally {
      run.free();
    }
  };

  const measures = {
    /** The share of the 500 bundled test images that are answered right. */
    async accuracy({ model: id, shift = 0, off = [] }) {
      const model = await load(id);
      const { labels } = model.info.input.channels === 1 ? digits : things;
      await model.ablate(off);
      try {
        if (model.info.family === "dino") {
          const hits = [];
          for (const i of count(labels.length)) {
            const { top } = await model.classify(things.at(i), { topK: 1 });
            hits.push(top[0].index === labels[i] ? 1 : 0);
          }
          return mean(hits);
        }
        const found = answers(await model.forward(batch(model, count(labels.length), shift)));
        return mean(found.map((answer, i) => (answer === labels[i] ? 1 : 0)));
      } finally {
        await model.ablate([]);
      }
    },
    /** By how many pixels a test digit must move before the answer changes; 9 where it does not within 8. */
    async "first-change"({ model: id, digit, direction = 1 }) {
      const model = await load(id);
      const at = async (shift) => answers(await model.forward(batch(model, [digit], shift)))[0];
      const unmoved = await at(0);
      for (let shift = 1; shift <= 8; shift++) if ((await at(direction * shift)) !== unmoved) return shift;
      return 9;
    },
    /** The probability of a class for a sample photo. */
    async probability({ model: id, photo: name, label, off = [] }) {
      const model = await load(id);
      await model.ablate(off);
      try {
        const { top } = await model.classify(await photo(name), { topK: 10 });
        return top.find((guess) => guess.label === label).probability;
      } finally {
        await model.ablate([]);
      }
    },
    /** 1 where a network puts a label first for a sample photo, 0 where it does not. */
    async first({ model: id, photo: name, label, off = [] }) {
      const model = await load(id);
      await model.ablate(off);
      try {
        const { top } = await model.classify(await photo(name), { topK: 1 });
        return top[0].label === label ? 1 : 0;
      } finally {
        await model.ablate([]);
      }
    },
    /** The mean probability of the first answer for so many zigzags of six random strokes. */
    async scribbles({ model: id, count: many }) {
      const model = await load(id);
      let state = 1;
      const random = () => {
        state = (state * 1664525 + 1013904223) >>> 0;
        return state / 2 ** 32;
      };
      const point = () => [6 + 20 * random(), 6 + 20 * random()];
      const found = [];
      for (const _ of count(many)) {
        const context = new OffscreenCanvas(SIDE, SIDE).getContext("2d");
        context.fillRect(0, 0, SIDE, SIDE);
        Object.assign(context, { strokeStyle: "#fff", lineWidth: 2.6, lineCap: "round", lineJoin: "round" });
        context.moveTo(...point());
        for (const _stroke of count(6)) context.lineTo(...point());
        context.stroke();
        const { top } = await model.classify(context.getImageData(0, 0, SIDE, SIDE), { topK: 1 });
        found.push(top[0].probability);
      }
      return mean(found);
    },
    /** How many of some sample photos have their nearest neighbour, of all the others, among certain ones. */
    async "nearest-among"({ model: id, of, among }) {
      const model = await load(id);
      const names = (await (await fetch("www/samples/photos.json")).json()).map(({ file }) => file.replace(".jpg", ""));
      const features = new Map();
      for (const name of names) features.set(name, await model.features({ image: await photo(name) }));
      let found = 0;
      for (const name of of) {
        const others = names.filter((other) => other !== name);
        const { nearest } = await model.neighbours({
          features: others.map((other) => features.get(other)),
          groups: others.map(() => 0),
          query: features.get(name),
          k: 1,
        });
        if (among.includes(others[nearest[0].photo])) found++;
      }
      return found;
    },
    /** The part of a photo that DINO's two large views share, over many draws. */
    async "view-overlap"({ photo: name, draws, of }) {
      const { LARGE, crop, generator, sharedPart } = await import(
        new URL("www/figures/dino/crops.js", document.baseURI)
      );
      const bitmap = await createImageBitmap(await photo(name));
      const parts = count(draws).map((seed) => {
        const random = generator(seed);
        return sharedPart(bitmap, crop(bitmap, random, LARGE).box, crop(bitmap, random, LARGE).box);
      });
      return of === "mean" ? mean(parts) : Math.min(...parts);
    },
    /**
     * How far the five patches most like a patch lie from it, over all patches: in `colour`, the mean of a patch's
     * pixels, or in `place`, in patches; as a share of the same for all other patches where `share` is set.
     */
    async "match-distance"({ model: id, photo: name, in: where, share = false }) {
      const model = await load(id);
      const { data, shape } = await model.preprocess(await photo(name));
      const found = await model.similarity({ image: { data, shape } });
      const [, , rows, columns] = found.shape;
      const patches = count(rows * columns);
      const [, channels, height, width] = shape;
      const cells = patches.map(() => Array(channels).fill(0));
      for (const [i, value] of data.entries()) {
        const row = Math.floor((Math.floor(i / width) % height) / (height / rows));
        const column = Math.floor((i % width) / (width / columns));
        cells[row * columns + column][Math.floor(i / (height * width))] += value;
      }
      const at = where === "colour" ? cells : patches.map((patch) => [Math.floor(patch / columns), patch % columns]);
      const apart = (one, two) => Math.hypot(...at[one].map((value, i) => value - at[two][i]));
      const far = (pick) => mean(patches.flatMap((patch) => pick(patch).map((other) => apart(patch, other))));
      const others = (patch) => patches.filter((other) => other !== patch);
      const best = (patch) => {
        const like = (other) => found.data[patch * patches.length + other];
        return others(patch)
          .sort((a, b) => like(b) - like(a))
          .slice(0, 5);
      };
      return share ? far(best) / far(others) : far(best);
    },
    /** How far the accuracy of a network lies above another's. */
    async "accuracy-lead"({ model: id, over }) {
      return (await measures.accuracy({ model: id })) - (await measures.accuracy({ model: over }));
    },
    /** What one network has of parameters or multiply-adds over what another has. */
    async ratio({ models: [first, second], what }) {
      const entries = await engine.models();
      const of = (id) => entries.find((entry) => entry.id === id)[what];
      return of(first) / of(second);
    },
    /**
     * The share of the 500 test images that 20 neighbours among the others name right, by frozen features or bare
     * pixels.
     */
    async "read-out"({ model: id, images, pixels = false }) {
      const { labels, at } = images === "digits" ? digits : things;
      const model = await load(id);
      const rows = [];
      for (const i of count(labels.length))
        rows.push(pixels ? at(i).data.filter((_, place) => place % 4 < 3) : await model.features({ image: at(i) }));
      const data = new Float32Array(rows.flatMap((row) => Array.from(row)));
      const found = await model.readOut({ data, shape: [rows.length, rows[0].length] }, { labels, k: 20 });
      return found.right / found.of;
    },
    /** How many tokens of a stage, the first left out, are copies of the one that is there most often. */
    async copies({ model: id, stage, photo: name }) {
      const { data, shape } = (await (await load(id)).observe(await photo(name), [stage]))[stage];
      const width = shape.at(-1);
      const tokens = count(shape.at(-2)).slice(1);
      const rows = tokens.map((i) => data.subarray(i * width, (i + 1) * width).join());
      return Math.max(...rows.map((row) => rows.filter((other) => other === row).length));
    },
    /** How far the weights of any query are from a sum of one. */
    async "attention-sum"({ model: id, stage, photo: name }) {
      const { data, shape } = (await (await load(id)).observe(await photo(name), [stage]))[stage];
      const keys = shape.at(-1);
      const sums = count(data.length / keys).map((row) =>
        data.subarray(row * keys, (row + 1) * keys).reduce((sum, weight) => sum + weight, 0),
      );
      return Math.max(...sums.map((sum) => Math.abs(sum - 1)));
    },
    /** One dimension of a stage's value for a photo of another size. */
    async "dimension-at"({ model: id, stage, size, axis }) {
      const model = await load(id);
      const { data, shape } = await model.preprocess(await photo("dog_labrador"), { size });
      return (await model.observe({ data, shape }, [stage]))[stage].shape[axis];
    },
    /** The multiply-adds at the second size over those at the first. */
    async "cost-growth"({ model: id, sizes: [small, large] }) {
      const model = await load(id);
      const of = async (size) => (await model.costAt({ size })).multiplyAdds;
      return (await of(large)) / (await of(small));
    },
    /**
     * Of the squared weights of one group's filters the part that is not grey: what differs between red, green and
     * blue.
     */
    async "colour-share"({ model: id, stage, groups, group }) {
      const { data, shape } = await (await load(id)).filters({ stage });
      const area = shape[2] * shape[3];
      const each = shape[0] / groups;
      let [colour, all] = [0, 0];
      for (const filter of count(each))
        for (const place of count(area)) {
          const rgb = count(3).map((c) => data[((group * each + filter) * 3 + c) * area + place]);
          const grey = mean(rgb);
          colour += rgb.reduce((sum, v) => sum + (v - grey) ** 2, 0);
          all += rgb.reduce((sum, v) => sum + v * v, 0);
        }
      return colour / all;
    },
    /** How many of the networks put a label first for a sample photo. */
    async agreement({ models, photo: name, label }) {
      const image = await photo(name);
      const found = [];
      for (const id of models) found.push((await (await load(id)).classify(image, { topK: 1 })).top[0].label);
      return found.filter((one) => one === label).length;
    },
    /** Learned values of a network, or of some of its stages; as a share of all where `share` is set. */
    async parameters({ model: id, stages, share = false }) {
      const model = await load(id);
      const all = model.info.parameters;
      const some = stages ? stages.reduce((sum, name) => sum + under(model, name).parameters, 0) : all;
      return share ? some / all : some;
    },
    /** One dimension of a stage's shape. */
    async dimension({ model: id, stage, axis }) {
      return under(await load(id), stage).shape[axis];
    },
    /** The share of zeros in a stage, over a hundred test images. */
    async zeros({ model: id, stage }) {
      const model = await load(id);
      const values = (await model.observe(batch(model, count(100)), [stage]))[stage].data;
      return values.reduce((sum, v) => sum + (v === 0 ? 1 : 0), 0) / values.length;
    },
    /** The mean loss of a masked autoencoder over sixty test images at a mask ratio, the same noise for every ratio. */
    async "mae-loss"({ model: id, ratio }) {
      const model = await load(id);
      const losses = [];
      for (const i of count(60)) {
        const noise = Float32Array.from({ length: 64 }, (_, n) => ((n * 37 + i * 17) % 64) / 64);
        const order = [...noise.keys()].sort((a, b) => noise[a] - noise[b]);
        const visible = Math.round(64 * (1 - ratio));
        const mask = new Uint8Array(64).fill(1);
        for (const patch of order.slice(0, visible)) mask[patch] = 0;
        losses.push((await model.reconstruct(batch(model, [i]), { mask })).loss);
      }
      return mean(losses);
    },
    /** The gradient at the first layer over that at the last, of a fresh network. */
    async "gradient-ratio"(args) {
      const found = await ask(await load("resnet20_cifar10"), "gradientDepth", args);
      return found.ratio;
    },
    /** A stage's theoretical receptive field in pixels. */
    async "receptive-field"({ model: id, stage }) {
      const model = await load(id);
      return (await ask(model, "receptiveCurve", {})).find((point) => point.name === stage).field;
    },
    /**
     * 1 where the probability of the first answer deviates so far over passes with dropout on, 0 where it does not: no
     * two runs silence the same units.
     */
    async "dropout-varies"({ model: id, animal, passes, by }) {
      const { mean } = await ask(await load(id), "dropoutPasses", { passes, k: 3 }, await photo(animal));
      return mean[0].deviation >= by ? 1 : 0;
    },
    /**
     * Of the side of a middle cell's theoretical field, the part that its gradient measures: the cell of the channel
     * that answers most.
     */
    async "field-share"({ model: id, stage, photo: name }) {
      const model = await load(id);
      const image = await photo(name);
      const { data, shape } = (await model.observe(image, [stage]))[stage];
      const [rows, columns] = shape.slice(-2);
      const [row, column] = [Math.floor(rows / 2), Math.floor(columns / 2)];
      const answers = count(shape.at(-3)).map((channel) => data[(channel * rows + row) * columns + column]);
      const cell = [...shape.slice(0, -3).map(() => 0), answers.indexOf(Math.max(...answers)), row, column];
      const { effective } = await model.receptiveField(stage, cell, { image });
      return effective / (await measures["receptive-field"]({ model: id, stage }));
    },
    /** Of the values that a normalization divides, the part that is divided by 2 to the power of 3/4, to a hundredth. */
    async "divided-alike"({ model: id, stage, photo: name }) {
      const model = await load(id);
      const [from] = under(model, stage).from;
      const found = await model.observe(await photo(name), [from, stage]);
      const ratios = [...found[from].data].flatMap((value, i) => (value > 0 ? [value / found[stage].data[i]] : []));
      return mean(ratios.map((ratio) => (Math.abs(ratio / 2 ** 0.75 - 1) < 0.01 ? 1 : 0)));
    },
    /** Of a masked autoencoder's multiply-adds, what its encoder needs at a mask ratio. */
    async "mask-cost"({ model: id, ratio }) {
      const model = await load(id);
      const of = async (hidden) => (await model.encoderCost({ ratio: hidden })).multiplyAdds;
      return (await of(ratio)) / (await of(0));
    },
    /** How much more alike the learned positions of neighbours are than those of any two: a difference of cosines. */
    async "neighbours-alike"({ model: id }) {
      const { data, shape } = await (await load(id)).positionSimilarity({});
      const [, rows, columns] = shape;
      const all = rows * columns;
      const pairs = count(all * all).filter((pair) => Math.floor(pair / all) !== pair % all);
      const apart = (one, two) =>
        Math.abs(Math.floor(one / columns) - Math.floor(two / columns)) + Math.abs((one % columns) - (two % columns));
      const near = pairs.filter((pair) => apart(Math.floor(pair / all), pair % all) === 1);
      return mean(near.map((pair) => data[pair])) - mean(pairs.map((pair) => data[pair]));
    },
    /** The mean distance, in patches, at which the heads of a block look. */
    async "attention-distance"({ model: id, block, photo: name, of = "mean" }) {
      const model = await load(id);
      const { distance } = (await ask(model, "attentionStats", {}, await photo(name)))[block];
      return of === "mean" ? mean(distance) : Math[of](...distance);
    },
    /**
     * How far pooling before and after the normalization lie apart: mean absolute difference over mean absolute value.
     */
    async "order-difference"({ model: id, stage, photo: name }) {
      const { taught, paper } = await ask(await load(id), "normOrders", { stage }, await photo(name));
      const apart = mean(Array.from(taught.data, (v, i) => Math.abs(v - paper.data[i])));
      return apart / mean(Array.from(paper.data, Math.abs));
    },
    /** Multiply-adds of global over windowed attention, by equations 1 and 2 of Swin's paper. */
    async "attention-saving"({ size, patch, width, window }) {
      const [cost] = await ask(await load("swin_cifar10"), "attentionCost", { sizes: [size], patch, width, window });
      return cost.global / cost.windowed;
    },
    /** What a run measures in the last of so many steps, or the mean of the `last` ones: of one network, or of one less another. */
    async trained({ spec, steps, network, less, what, last = 1 }) {
      const run = await engine.train(spec);
      const found = [];
      run.on("metrics", ({ networks }) => {
        if (networks[network][what] !== undefined)
          found.push(networks[network][what] - (less ? networks[less][what] : 0));
      });
      try {
        // What is told of the last steps is then of each alone.
        await run.run(steps - last);
        for (const _ of count(last)) await run.run(1);
        return mean(found.slice(-last));
      } finally {
        run.free();
      }
    },
    /** What a whole run on the sample photos measures in its last step: the mean over so many seeds, from 0 on. */
    async "trained-on-samples"({ spec, network, what, seeds = 1 }) {
      const found = [];
      for (const seed of count(seeds))
        found.push((await endOf({ ...spec, seed: (spec.seed ?? 0) + seed }))[network][what]);
      return mean(found);
    },
    /** The entropy of DINO's teacher for the class tokens of sample photos. */
    async "teacher-entropy"({ temperature, centering, photos }) {
      const model = await load("dino_vit_cifar10");
      const outputs = [];
      for (const name of photos)
        outputs.push(Array.from((await model.forward(await model.preprocess(await photo(name)))).data));
      const found = await ask(model, "dinoLoss", { outputs, temperature, centering, momentum: 0.9 });
      return Array.isArray(found.entropy) ? mean(found.entropy) : found.entropy;
    },
  };
  // Two claims often hold one number from both sides, and one measure asks another: each is measured once.
  const known = new Map();
  for (const [name, measured] of Object.entries(measures))
    measures[name] = (of) => {
      const key = `${name} ${JSON.stringify(of)}`;
      if (!known.has(key)) known.set(key, measured(of));
      return known.get(key);
    };
  globalThis.measure = async ({ measure, of }) => measures[measure](of);
}

/** Whether a measured number is as a claim says. */
export const holds = (found, { is, value }) =>
  ({ ">=": found >= value, "<=": found <= value, "==": Math.abs(found - value) < 1e-9 })[is];
