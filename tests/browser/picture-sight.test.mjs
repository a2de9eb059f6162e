/** What must be in sight on the picture: a number's windows beside its card, names in full, before beside after. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATIENCE } from "./harness.mjs";
import { DESK, PHONE, address, drawn, label, opened, openedAt, shoot, skip } from "./picture-harness.mjs";

/** An operation of each family, and whether its numbers read windows that are drawn. */
const OPERATIONS = {
  lenet: { model: "lenet5_mnist", part: "relu2" },
  alexnet: { model: "alexnet_cifar10", part: "features.3" },
  vgg: { model: "vgg_bn_cifar10", part: "features.4" },
  resnet: { model: "resnet20_cifar10", part: "layer2.0.conv2" },
  vit: { model: "vit_cifar10", part: "blocks.2.norm2" },
  swin: { model: "swin_cifar10", part: "layers.1.blocks.1.norm1" },
  mae: { model: "mae_vit_cifar10", part: "decoder.decoder_layers.1.layernorm_before" },
  dino: { model: "dino_vit_cifar10", part: "blocks.4.norm1" },
};

/** Chooses a number of an operation, as far to its right as there is one, and tells which. */
async function chooseRight(page, part) {
  const words = await label(page, part).boundingBox();
  for (const share of [0.9, 0.8, 0.7, 0.6]) {
    const x = words.x + share * words.width;
    for (let y = 200; y < words.y - 12; y += 9) {
      await page.mouse.move(x + (y % 2), y);
      if (!(await page.locator(".picture-readout").isVisible())) continue;
      await page.mouse.click(x, y);
      await page.locator(".cell-card.pinned[data-stands]:not([hidden])").waitFor();
      return;
    }
  }
  assert.fail(`no number of ${part} is read out`);
}

/** What is covered, or beyond the edge: to be run in the page. */
function outOfSight() {
  const box = (node) => {
    const { x, y, width, height } = node.getBoundingClientRect();
    return { x, y, width, height };
  };
  const stage = box(document.querySelector(".explore-stage"));
  const node = document.querySelector(".cell-card");
  const card = box(node);
  const [cell, ...windows] = node.dataset.stands
    .split(",")
    .slice(0, -1)
    .map((text) => text.split(" ").map(Number))
    .map(([x, y, width, height]) => ({ x: x + stage.x, y: y + stage.y, width, height }));
  const photo = box(document.querySelector(".photo-face"));
  const answer = box(document.querySelector(".answer-card"));
  const meet = (a, b) =>
    a.x < b.x + b.width - 1 && b.x < a.x + a.width - 1 && a.y < b.y + b.height - 1 && b.y < a.y + a.height - 1;
  const named = { photo, answer, cell, ...Object.fromEntries(windows.map((window, i) => [`window ${i + 1}`, window])) };
  const wrong = Object.entries(named).flatMap(([name, rect]) => (meet(card, rect) ? [`${name} is covered`] : []));
  for (const [name, { x, width }] of Object.entries(named)) {
    if (name === "photo" || name === "answer") continue;
    if (x < photo.x + photo.width || x + width > answer.x) wrong.push(`${name} is beyond the edge`);
  }
  if (windows.length === 0) wrong.push("no window is drawn");
  return { wrong, windows: windows.length };
}

/** Once the picture has made room nothing is out of sight; how many windows are drawn. */
async function allInSight(page) {
  const until = Date.now() + PATIENCE;
  let found = await page.evaluate(outOfSight);
  while (found.wrong.length > 0 && Date.now() < until) {
    await page.waitForTimeout(300);
    found = await page.evaluate(outOfSight);
  }
  assert.deepEqual(found.wrong, []);
  return found.windows;
}

for (const [family, { model, part }] of Object.entries(OPERATIONS)) {
  test(`${family}: the card of a number right of the middle leaves photo, number, windows and answer in sight`, {
    skip,
  }, async (t) => {
    const { page, errors } = await opened(t, `model=${model}&stage=${part}`, { viewport: DESK });
    await label(page, part).waitFor();
    await chooseRight(page, part);
    await allInSight(page);
    await shoot(page, `${family}-sight`);
    assert.deepEqual(errors, []);
  });
}

for (const family of ["lenet", "resnet", "vit"]) {
  const { model, part } = OPERATIONS[family];
  test(`${family}: in a small window, 800 by 600, the card leaves photo, number, windows and answer in sight`, {
    skip,
  }, async (t) => {
    const { page } = await opened(t, `model=${model}&stage=${part}`, { viewport: { width: 800, height: 600 } });
    await label(page, part).waitFor();
    await chooseRight(page, part);
    await allInSight(page);
    await shoot(page, `${family}-small-window`);
  });
}

test("a number of the first convolution marks what it reads of the photo, under the cursor already", {
  skip,
}, async (t) => {
  const { page, errors } = await opened(t, "model=resnet20_cifar10&stage=conv1&cell=conv1:3,9,20", {
    viewport: DESK,
  });
  await page.locator(".cell-card.pinned:not([hidden])").waitFor();
  const marked = page.locator(".photo-window");
  await marked.waitFor();
  const within = async () => {
    const [face, window] = [await page.locator(".photo-face").boundingBox(), await marked.boundingBox()];
    return [(window.x - face.x) / face.width, (window.y - face.y) / face.height, window.width / face.width];
  };
  // Three by three pixels of 32, around the number's own.
  for (const [i, expected] of [19 / 32, 8 / 32, 3 / 32].entries())
    assert.ok(Math.abs((await within())[i] - expected) < 0.012, `${await within()}`);
  await page.keyboard.press("Escape");
  await marked.waitFor({ state: "hidden" });
  const words = await label(page, "conv1").boundingBox();
  const readout = page.locator(".picture-readout");
  for (let y = words.y - 14; y > 150 && !(await readout.isVisible()); y -= 9)
    await page.mouse.move(words.x + 0.4 * words.width, y);
  await marked.waitFor();
  assert.ok(Math.abs((await within())[2] - 3 / 32) < 0.04, "at the photo's edge a little less");
  assert.deepEqual(errors, []);
});

test("the small map leads to the end of the network", { skip }, async (t) => {
  const { page, errors } = await opened(t, "model=resnet20_cifar10&stage=layer2.0", { viewport: DESK });
  const { x, y, width, height } = await page.locator(".explore-foot .minimap").boundingBox();
  await page.mouse.click(x + width - 3, y + height / 2);
  await page.waitForFunction(() => /view=0\.\d+-1/.test(location.hash));
  assert.deepEqual(errors, []);
});

/** What of a node's words does not fit into it: of a choice, as wide as it would like to be. */
const lacking = (node) => {
  if (node.localName !== "select") return Math.max(0, node.scrollWidth - node.clientWidth);
  const twin = node.cloneNode();
  twin.append(node.selectedOptions[0].cloneNode(true));
  twin.style.cssText = "position: absolute; flex: none; min-width: 0; max-width: none; width: auto";
  node.parentElement.append(twin);
  const needs = twin.getBoundingClientRect().width;
  twin.remove();
  return Math.max(0, needs - node.getBoundingClientRect().width);
};

/** Of buttons in a row, those that do not stand whole on the screen: to be run in the page. */
const beyond = (nodes) =>
  nodes
    .filter((node) => {
      const { left, right } = node.getBoundingClientRect();
      return left < 0 || right > innerWidth || node.scrollWidth > node.clientWidth + 1;
    })
    .map(({ innerText }) => innerText);

for (const lang of ["en", "ko"]) {
  for (const width of [390, 360]) {
    test(`on a phone of ${width} pixels all places and networks are in sight, the longest names whole (${lang})`, {
      skip,
    }, async (t) => {
      const { page } = await opened(t, "model=vgg_bn_cifar10", { viewport: { width, height: 780 }, lang });
      for (const { model } of ["vgg", "mae", "dino"].map((family) => OPERATIONS[family])) {
        await page.goto(page.url().replace(/model=[^&]*/, `model=${model}`));
        await drawn(page, model);
        for (const row of [".top nav a", ".eras .era"])
          assert.deepEqual(await page.locator(row).evaluateAll(beyond), [], `${model}: ${row}`);
        for (const part of [".network-bar .sizes:not([hidden])", ".crumb > span"])
          for (const node of await page.locator(part).all())
            assert.ok((await node.evaluate(lacking)) <= 1, `${model}: ${await node.innerText()}`);
      }
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    });
  }
}

for (const family of ["vit", "swin", "mae", "dino"]) {
  const { model, part } = OPERATIONS[family];
  test(`${family}: on a phone the card of a number has its sum above its buttons`, { skip }, async (t) => {
    const query = `model=${model}&stage=${part}&cell=${part}:4,3,3`;
    const { page, errors } = await opened(t, query, { viewport: PHONE, hasTouch: true });
    await page.locator(".cell-card.pinned:not([hidden])").waitFor();
    const [sum, buttons] = [
      await page.locator(".cell-total").boundingBox(),
      await page.locator(".cell-actions").boundingBox(),
    ];
    assert.ok(
      sum.y + sum.height <= buttons.y + 1,
      `the sum ends at ${sum.y + sum.height}, buttons begin at ${buttons.y}`,
    );
    assert.deepEqual(errors, []);
  });
}

for (const viewport of [DESK, { width: 1920, height: 1080 }]) {
  test(`at ${viewport.width} pixels lines below columns are those of their neighbours, and nothing breaks in a name`, {
    skip,
  }, async (t) => {
    const { page } = await opened(t, "model=swin_cifar10", { viewport });
    for (const { model } of Object.values(OPERATIONS)) {
      await page.goto(address(`model=${model}`));
      await drawn(page, model);
      await page.locator('.answer-card[aria-busy="false"]').waitFor();
      const tops = await page
        .locator('.label[aria-level="1"] .label-path')
        .evaluateAll((nodes) => nodes.map((node) => Math.round(node.offsetTop)));
      assert.equal(new Set(tops).size, 1, `${model}: paths stand at ${tops}`);
      const broken = await page
        .locator(".unbroken")
        .evaluateAll((nodes) =>
          nodes.filter((node) => node.getClientRects().length > 1).map(({ innerText }) => innerText),
        );
      assert.deepEqual(broken, [], model);
    }
  });
}

test("the line of years stays where it is when another network is chosen", { skip }, async (t) => {
  const { page } = await opened(t, "model=lenet5_mnist", { viewport: DESK });
  const places = () => page.locator(".era").evaluateAll((nodes) => nodes.map((node) => node.getBoundingClientRect().x));
  const before = await places();
  for (const { model } of Object.values(OPERATIONS)) {
    await page.goto(address(`model=${model}`));
    await drawn(page, model);
    assert.deepEqual(await places(), before, model);
  }
});

for (const [size, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
  test(`on a ${size}, every window that a number reads in a column twice as wide as its own is in sight`, {
    skip,
  }, async (t) => {
    const query = "model=lenet5_mnist&stage=conv2&cell=conv2:3,4,4";
    const { page, errors } = await opened(t, query, { viewport, hasTouch: size === "phone" });
    await page.locator(".cell-card.pinned:not([hidden])").waitFor();
    const told = await page.locator(".cell-window").count();
    assert.ok(told >= 3);
    if (size === "desk") assert.equal(await allInSight(page), told);
    // On a phone the card has no place to choose: the windows are read off the canvas, as outlines of one colour.
    else assert.ok((await outlined(page)) >= told, "outlines above the number's row");
    assert.deepEqual(errors, []);
  });
}

/** How many outlines of windows stand in the picture of a phone, counted as upper edges: long runs of their colour. */
const outlined = (page) =>
  page.locator(".picture-canvas").evaluate(async (canvas) => {
    await new Promise((done) => setTimeout(done, 1200));
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const warm = (at) => data[4 * at] > 180 && data[4 * at + 1] > 90 && data[4 * at + 1] < 150 && data[4 * at + 2] < 60;
    const found = [];
    for (let y = 0; y < height; y++) {
      for (let x = 0, run = 0; x <= width; x++) {
        if (x < width && warm(y * width + x)) run++;
        else {
          // Both edges of an outline are two pixels thick, and as long as a window of five cells is wide.
          if (run > 8 && run < 60 && !found.some((other) => Math.abs(other.x - x) < 4 && y - other.y < 60))
            found.push({ x, y });
          run = 0;
        }
      }
    }
    return found.length;
  });

for (const [model, block] of [
  ["resnet20_cifar10", "layer2.0"],
  ["vit_cifar10", "blocks.2"],
  ["swin_cifar10", "layers.1.blocks.1"],
]) {
  test(`${model}: inside a block lines are by what maps add to the answer`, { skip }, async (t) => {
    const { page, errors } = await opened(t, `model=${model}&stage=${block}`, { viewport: DESK });
    await page.locator('.picture[data-weighed="all"]').waitFor();
    const { warm, plain } = await between(page);
    assert.ok(warm > 40, `${warm} pixels of evidence between columns, ${plain} of other lines`);
    assert.ok(warm > plain, `${plain} pixels of lines without a weight, ${warm} with one`);
    await shoot(page, `${model}-weighed`);
    assert.deepEqual(errors, []);
  });
}

/** Pixels of lines in the gaps between the columns of an open block, by whether they have the colours of evidence. */
const between = (page) =>
  page.evaluate(() => {
    const canvas = document.querySelector(".picture-canvas");
    const { left, top } = canvas.getBoundingClientRect();
    const context = canvas.getContext("2d");
    const labels = [...document.querySelectorAll('.label[aria-level="2"]')].map((node) => node.getBoundingClientRect());
    const bottom = Math.max(...labels.map(({ top }) => top));
    const count = { warm: 0, plain: 0 };
    for (const { right, top: words } of labels) {
      // Words of parallel branches stand higher.
      if (words < bottom - 5 || right > 1000) continue;
      const { data } = context.getImageData(right - left - 3, 150 - top, 6, bottom - 170);
      for (let at = 0; at < data.length; at += 4) {
        const [red, green, blue, alpha] = data.slice(at, at + 4);
        if (alpha < 12) continue;
        count[red - blue > 40 || blue - green > 30 ? "warm" : "plain"]++;
      }
    }
    return count;
  });

test("without a part, a masked autoencoder's image and loss stand beside those of the whole network", {
  skip,
}, async (t) => {
  const query = "model=mae_vit_cifar10&stage=vit.layers.1.mlp";
  const { page, errors } = await opened(t, query, { viewport: DESK });
  const pixels = (at) =>
    page
      .locator(".answer-figure canvas")
      .nth(at)
      .evaluate((canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.reduce((sum, value, i) => (sum * 31 + value * (i % 7)) % 1_000_003, 0);
      });
  await page.locator(".answer-made", { hasText: /Mean squared error/ }).waitFor();
  const loss = /error on them: ([\d.]+)/.exec(await page.locator(".answer-made").innerText())[1];
  const whole = await pixels(0);
  const { width: alone } = await page.locator(".answer-image").boundingBox();
  assert.ok(alone > 150, `alone the image is ${alone} pixels wide`);
  await page.getByRole("button", { name: "all of vit.layers.1.mlp" }).click();
  await page.locator(".answer-figure figcaption", { hasText: "whole network" }).waitFor();
  const captions = await page.locator(".answer-figure figcaption").allInnerTexts();
  assert.equal(captions[0], `whole network: ${loss}`);
  assert.match(captions[1], /^with parts off: [\d.]+$/);
  assert.notEqual(captions[1].split(": ")[1], loss);
  assert.equal(await pixels(0), whole, "the first image is that of before");
  assert.notEqual(await pixels(1), whole, "the second is another");
  await page.getByRole("button", { name: "All back on" }).click();
  await page.locator(".answer-figure figcaption", { hasText: "whole network" }).waitFor({ state: "detached" });
  await page.waitForFunction(
    (loss) => document.querySelector(".answer-made").innerText.includes(`error on them: ${loss},`),
    loss,
  );
  assert.deepEqual(errors, []);
});

test("compared with itself, a masked autoencoder without a part shows both images", { skip }, async (t) => {
  const query = "models=mae_vit_cifar10,mae_vit_cifar10&apart=zero:vit.layers.1.mlp";
  const { page } = await openedAt(t, query, { route: "compare", viewport: DESK });
  const second = page.locator('[data-lane="1"]');
  await second.locator("figcaption", { hasText: "with parts off" }).waitFor();
  assert.match(await second.locator("figcaption").first().innerText(), /^whole network: [\d.]+$/);
  assert.equal(await second.locator(".answer-image").count(), 2);
  assert.equal(await page.locator('[data-lane="0"] .answer-image').count(), 1);
});

/** Words that end in an ellipsis or beyond what holds them. */
const cutNames = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll(".label")]
      .filter(({ style }) => style.visibility === "visible" && Number(style.opacity) > 0.9)
      .flatMap((label) => {
        const name = label.querySelector(".label-name");
        const [wide, tall] = [name.scrollWidth - name.clientWidth, name.offsetTop + name.offsetHeight];
        return wide > 1 || tall > label.clientHeight + 1 ? [`${label.dataset.item}: ${name.innerText}`] : [];
      }),
  );

for (const [width, height] of [
  [720, 1024],
  [768, 1024],
  [834, 1112],
  [860, 1180],
  [740, 600],
  [844, 390],
]) {
  test(`at ${width} by ${height} pixels header, sizes and the names of twelve columns are whole`, {
    skip,
  }, async (t) => {
    const { page, errors } = await opened(t, "model=resnet20_cifar10", { viewport: { width, height } });
    assert.equal(await page.locator(".label").count(), 12);
    assert.deepEqual(await cutNames(page), []);
    const { height: header } = await page.locator("header.top").boundingBox();
    assert.ok(header < 64, `the header is ${header} pixels high`);
    const selects = page.locator(".network-bar .sizes");
    for (const select of await selects.all()) {
      const { has, needs } = await select.evaluate((node) => {
        const twin = node.cloneNode();
        twin.append(node.selectedOptions[0].cloneNode(true));
        twin.style.cssText = "position: absolute; min-width: 0; max-width: none; width: auto";
        node.parentElement.append(twin);
        const needs = twin.getBoundingClientRect().width;
        twin.remove();
        return { has: node.getBoundingClientRect().width, needs };
      });
      assert.ok(has >= needs - 1, `${await select.getAttribute("aria-label")}: ${has} of ${needs} pixels`);
    }
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    await shoot(page, `at-${width}-${height}`);
    assert.deepEqual(errors, []);
  });
}

for (const lang of ["en", "ko"]) {
  for (const [model, stage] of [
    ["lenet5_mnist", "conv2+"],
    ["resnet20_cifar10", "layer2.0"],
    ["vit_cifar10", "blocks.2.attn"],
    ["swin_cifar10", "layers.1.blocks.1"],
    ["swin_cifar10", "layers.0.downsample"],
    ["mae_vit_cifar10", "vit.embeddings"],
    ["mae_vit_cifar10", "decoder"],
    ["dino_vit_cifar10", "blocks.4"],
  ]) {
    test(`${model} ${stage}: no name of a part is cut on a phone (${lang})`, { skip }, async (t) => {
      const { page } = await opened(t, `model=${model}&stage=${encodeURIComponent(stage)}`, { viewport: PHONE, lang });
      assert.ok((await page.locator(".label").count()) >= 3);
      assert.deepEqual(await cutNames(page), []);
      await shoot(page, `names-${model}-${stage}-${lang}`);
    });
  }
}

test("compared in strips, no name is cut or told twice, on a phone and on the largest screens", { skip }, async (t) => {
  const models = "vgg_bn_cifar10,resnet20_cifar10,swin_cifar10,mae_vit_cifar10,dino_vit_cifar10";
  for (const lang of ["en", "ko"]) {
    const where = { route: "compare", lang, viewport: PHONE, reducedMotion: "reduce" };
    const { page } = await openedAt(t, `models=${models}`, where);
    await page.locator(".lanes[data-done]").waitFor();
    for (const [width, height] of [
      [390, 844],
      [360, 740],
      [1600, 900],
      [1920, 1080],
    ]) {
      await page.setViewportSize({ width, height });
      await page.waitForFunction(
        () =>
          document.querySelectorAll(".lane .label").length > 40 &&
          [...document.querySelectorAll(".lane .picture")].every(({ dataset }) => dataset.drawn === "all"),
      );
      await page.waitForTimeout(500);
      assert.deepEqual(await cutNames(page), [], `${width} pixels, ${lang}`);
      await shoot(page, `strips-${width}-${lang}`);
    }
  }
});

test("the answer of before is dimmed while the next is computed, and is not afterwards", { skip }, async (t) => {
  const { page, errors } = await opened(t, "model=resnet20_cifar10", { viewport: DESK });
  const dimmed = () => page.locator(".answer-rows").evaluate((node) => Number(getComputedStyle(node).opacity) < 1);
  await page.locator('.answer-card[aria-busy="false"]').waitFor();
  assert.equal(await dimmed(), false);
  // Held back, as on a slow device: the card says that it is busy until the answer is there.
  await page.locator(".answer-card").evaluate((node) => node.setAttribute("aria-busy", "true"));
  await page.waitForFunction(() => Number(getComputedStyle(document.querySelector(".answer-rows")).opacity) < 0.6);
  await page.locator(".answer-card").evaluate((node) => node.setAttribute("aria-busy", "false"));
  await page.waitForFunction(() => getComputedStyle(document.querySelector(".answer-rows")).opacity === "1");
  assert.deepEqual(errors, []);
});
