/** Every step of every lesson, in both languages: its text, and a figure that is drawn. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { lessons } from "../../www/lessons/course/course.js";
import enTexts from "../../www/i18n/lessons.en.js";
import koTexts from "../../www/i18n/lessons.ko.js";
import enFigures from "../../www/i18n/figures.en.js";
import koFigures from "../../www/i18n/figures.ko.js";
import { experimentOf } from "../../www/train/experiments.js";
import { BACKEND, ROOT, launch, openPage, startSite } from "./harness.mjs";

const TEXTS = { en: enTexts, ko: koTexts };
const FIGURES = { en: enFigures, ko: koFigures };
let site, browser;

before(async () => {
  [site, browser] = await Promise.all([startSite(), launch()]);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

const address = (query) => `${site.url}#/lessons?backend=${BACKEND === "webgpu" ? "webgpu" : "auto"}&${query}`;
const heading = (language, { text }) => text.split(".").reduce((node, key) => node[key], TEXTS[language]).title;

/** The parts of the figure that a step's text names. */
const named = (language, { text }) => {
  const { body, ask = "", answer = "" } = text.split(".").reduce((node, key) => node[key], TEXTS[language]);
  return new Set([...`${body} ${ask} ${answer}`.matchAll(/\{\{([^|}]+)\|/g)].map(([, part]) => part));
};

async function opened(t, query, options) {
  const open = await openPage(browser, address(query), options);
  t.after(() => open.context.close());
  return open;
}

const learnsPhotos = ({ figure: { view, state } }) =>
  view === "training" && experimentOf(state.experiment).data === "photos";

const settled = (page, step) => page.locator(`.lesson[data-step="${step.id}"]:not([data-figure="waiting"])`).waitFor();

/** What the frame shows: how it ended, its text, and how many of its drawings hold more than one colour. */
const shown = (page) =>
  page.locator(".figure-frame").evaluate((frame) => {
    const drawn = (canvas) => {
      const words = new Uint32Array(
        canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer,
      );
      return words.some((word) => word !== words[0]);
    };
    return {
      outcome: frame.dataset.outcome,
      text: frame.innerText.trim(),
      drawings:
        [...frame.querySelectorAll("canvas")].filter(drawn).length +
        frame.querySelectorAll("svg *, .bar-fill, .block-box, td").length,
    };
  });

/** Runs in the page: whether all of a step is on the screen. */
const whole = () =>
  document.documentElement.scrollHeight <= innerHeight &&
  [...document.querySelectorAll(".step-place")].every((place) => place.scrollHeight <= place.clientHeight);

for (const language of ["en", "ko"]) {
  for (const lesson of lessons) {
    // What is computed is the same in both languages, and the comparison runs what the others ran; software WebGPU takes
    // minutes for it.
    const skip = BACKEND === "webgpu" && (language === "ko" || lesson.id === "compare");
    test(`${lesson.id}, ${language}: every step, by the keyboard`, { skip }, async (t) => {
      // One language in teacher's mode: there no step is larger than the screen of a projector.
      const teaching = language === "ko";
      const { page, errors } = await opened(t, `lang=${language}&lesson=${lesson.id}${teaching ? "&teach=1" : ""}`, {
        viewport: { width: 1280, height: 800 },
      });
      for (const [index, step] of lesson.steps.entries()) {
        await settled(page, step);
        assert.equal(await page.locator(".step-text h2").innerText(), heading(language, step));
        assert.match(page.url(), new RegExp(`lesson=${lesson.id}`));
        const { outcome, text, drawings } = await shown(page);
        assert.equal(outcome, "done", `${lesson.id}/${step.id}: ${text}`);
        assert.ok(!text.includes(FIGURES[language].notBuilt), `${lesson.id}/${step.id}: ${text}`);
        // A training begins when the visitor wants it, and says before what it fetches, or shows its photos:
        // train-page.test.mjs starts each.
        if (learnsPhotos(step))
          assert.equal(await page.locator(".photo-group img").count(), 13, `${lesson.id}/${step.id}`);
        else if (step.figure.view === "training") assert.match(text, /\d MB/, `${lesson.id}/${step.id}: ${text}`);
        else assert.ok(drawings > 0, `${lesson.id}/${step.id} shows an empty figure`);
        assert.equal(
          await page.locator(".step-figure .figure-origin .badge").count(),
          1,
          `${lesson.id}/${step.id} has no badge`,
        );
        assert.equal(await page.locator(".step-figure .free-exploration").count(), 1, `${lesson.id}/${step.id}`);
        for (const part of named(language, step))
          await page.locator(`.lesson [data-part~="${part}"]`).first().waitFor({ state: "attached" });
        if (step.formula) assert.equal(await page.locator(".formula math").count(), 1);
        assert.equal(
          await page.locator(".answer-text p").count(),
          0,
          `${lesson.id}/${step.id} answers before it is asked`,
        );
        if (teaching) await page.waitForFunction(whole, null, { timeout: 10_000 });
        if (index < lesson.steps.length - 1) await page.keyboard.press(index % 2 ? "ArrowRight" : " ");
      }
      assert.equal(await page.locator(".read-on li").count(), lesson.readOn.length);
      await page.keyboard.press("ArrowLeft");
      await settled(page, lesson.steps.at(-2));
      assert.deepEqual(errors, []);
    });
  }
}

/** Runs in the page: parts of stages' names that stand in more than one line. */
const brokenParts = (cells) =>
  cells
    .flatMap((cell) => [...cell.childNodes])
    .filter((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
    })
    .map(({ textContent }) => textContent);

for (const [lesson, step] of [
  ["alexnet", "layers"],
  ["swin", "hierarchy"],
  ["mae", "encoder"],
]) {
  test(`${lesson}/${step}: on a phone a stage's name breaks where its parts meet, and the table is whole`, async (t) => {
    for (const [language, width] of [
      ["en", 390],
      ["en", 360],
      ["ko", 360],
    ]) {
      const { page } = await opened(t, `lang=${language}&lesson=${lesson}&step=${step}`, {
        viewport: { width, height: 844 },
      });
      await settled(page, { id: step });
      const names = page.locator(".stage-table tbody th");
      assert.ok((await names.count()) > 8);
      assert.deepEqual(await names.evaluateAll(brokenParts), [], `${language}, ${width} pixels`);
      const over = await page.locator(".table-scroll").evaluate((node) => node.scrollWidth - node.clientWidth);
      assert.ok(over <= 0, `${language}: the table is ${over} pixels too wide for ${width}`);
    }
  });
}

test("the list of lessons remembers where one was, and a step can be linked", async (t) => {
  const { page, errors } = await opened(t, "lang=en&lesson=lenet&step=size");
  await settled(page, { id: "size" });
  await page.getByRole("link", { name: "All lessons" }).click();
  const card = page.getByRole("link", { name: /LeNet-5 \(1998\)/ });
  await card.getByText("Continue at step 4").waitFor();
  await card.click();
  await settled(page, { id: "size" });
  assert.deepEqual(errors, []);
});

test("a question is answered by doing; words and figure light each other up; the glossary opens", async (t) => {
  const { page, errors } = await opened(t, "lang=en&lesson=lenet&step=size");
  await settled(page, { id: "size" });
  await page.getByRole("button", { name: "28", exact: true }).hover();
  await page.locator('.lit[data-part="output"]').first().waitFor();
  assert.equal(await page.locator(".answer-text p").count(), 0);
  assert.equal(await page.locator(".figure-frame").getAttribute("inert"), "", "the figure waits for a prediction");
  await page.locator('[data-prediction="other"]').click();
  assert.equal(await page.locator(".figure-frame").getAttribute("inert"), null);
  assert.ok(await page.locator(".prediction").evaluate((node) => node === document.activeElement));
  await page.getByRole("slider", { name: "Padding" }).fill("2");
  await page.locator(".answer-text").getByText("Not what you expected.").waitFor();
  await page.getByRole("button", { name: "Padding", exact: true }).click();
  await page.getByRole("dialog").getByText("A border, usually of zeros").waitFor();
  await page.keyboard.press("Escape");
  assert.deepEqual(errors, []);
});

test("a step brings its photo and is one entry in the history; a photo that was chosen stays", async (t) => {
  const { page, errors } = await opened(t, "lang=en&lesson=vit&step=position");
  await settled(page, { id: "position" });
  const photo = () => new URLSearchParams(page.url().split("?").at(-1)).get("photo");
  const entries = await page.evaluate(() => history.length);
  await page.keyboard.press("ArrowRight");
  await settled(page, { id: "shuffle" });
  assert.equal(photo(), "cat_chelsea");
  assert.equal(await page.evaluate(() => history.length), entries + 1);
  await page.locator('[data-prediction="seen"]').click();
  await page.locator("#language").click();
  await page.getByRole("heading", { name: koTexts.vit.shuffle.title }).waitFor();
  assert.match(await page.title(), new RegExp(`^${koTexts.vit.shuffle.title} · `));
  assert.equal(photo(), "cat_chelsea");
  await page.locator(".prediction").getByText(koTexts.vit.shuffle.predict.seen).waitFor();
  assert.equal(await page.locator(".figure-frame").getAttribute("inert"), null, "no prediction is asked for twice");
  await page.goBack();
  await settled(page, { id: "position" });
  assert.equal(photo(), null);
  await page.keyboard.press("ArrowRight");
  await settled(page, { id: "shuffle" });
  await page.locator(".figure-picker select").selectOption("moose");
  await page.keyboard.press("ArrowRight");
  await settled(page, { id: "encoder" });
  assert.equal(photo(), "moose");
  assert.deepEqual(errors, []);
});

test("what was set in a figure stays in another language and on another photo, until it is begun again", async (t) => {
  const { page, errors } = await opened(t, "lang=en&lesson=vit&step=class-token");
  await settled(page, { id: "class-token" });
  const pressed = () => page.locator('.head-button[aria-pressed="true"]').innerText();
  const block = () => page.locator(".choices input:checked").inputValue();
  await page.locator(".head-button").nth(2).click();
  await page.locator('.head-button[aria-pressed="true"]', { hasText: "3" }).waitFor();
  await page.locator(".choices label").nth(1).click();
  await page.locator("#language").click();
  await page.getByRole("heading", { name: koTexts.vit["class-token"].title }).waitFor();
  await settled(page, { id: "class-token" });
  assert.deepEqual([await pressed(), await block()], ["3", "1"]);
  await page.locator(".figure-picker select").selectOption("moose");
  await page.locator('.step-figure[aria-busy="true"]').waitFor();
  await page.locator('.step-figure[aria-busy="false"]').waitFor();
  assert.deepEqual([await pressed(), await block()], ["3", "1"]);
  await page.locator(".figure-tools .actions button").click();
  await page.locator('.head-button[aria-pressed="true"]', { hasText: "1" }).waitFor();
  assert.equal(await block(), "5");
  assert.deepEqual(errors, []);
});

test("switches that are off and a digit that was drawn stay in another language", async (t) => {
  const { page, errors } = await opened(t, "lang=en&lesson=resnet&step=skip-off");
  await settled(page, { id: "skip-off" });
  await page.locator('[data-prediction="seen"]').click();
  await page.locator(".switches input").nth(1).check();
  await page.getByText("With 1 switched off").waitFor();
  await page.locator("#language").click();
  await page.getByRole("heading", { name: koTexts.resnet["skip-off"].title }).waitFor();
  await settled(page, { id: "skip-off" });
  const on = page
    .locator(".switches input")
    .evaluateAll((all) => all.flatMap(({ checked }, i) => (checked ? [i] : [])));
  assert.deepEqual(await on, [1]);
  await page.goto(address("lang=en&lesson=lenet&step=draw"));
  await settled(page, { id: "draw" });
  await page.locator('[data-prediction="seen"]').click();
  await page.getByRole("button", { name: "Clear" }).click();
  const ink = () => page.locator("canvas.pad").evaluate((pad) => pad.toDataURL());
  const empty = await ink();
  await page.locator("canvas.pad").click({ position: { x: 40, y: 60 } });
  const drawn = await ink();
  assert.notEqual(drawn, empty);
  await page.locator("#language").click();
  await page.getByRole("heading", { name: koTexts.lenet.draw.title }).waitFor();
  await settled(page, { id: "draw" });
  assert.equal(await ink(), drawn);
  await page.locator(".figure-picker label").nth(7).click();
  await page.waitForFunction((was) => document.querySelector("canvas.pad")?.toDataURL() !== was, drawn);
  assert.deepEqual(errors, []);
});

test("a handout shows each step on its own photo, as it was left, with its curves", async (t) => {
  const { page, errors } = await opened(t, "lang=en&lesson=vit&step=class-token");
  await settled(page, { id: "class-token" });
  await page.locator(".head-button").nth(2).click();
  await page.locator('.head-button[aria-pressed="true"]', { hasText: "3" }).waitFor();
  await page.evaluate(() => {
    globalThis.print = () => {
      const steps = [...document.querySelectorAll(".handout-step")];
      globalThis.printed = steps.map((step) => ({
        title: step.querySelector("h2").textContent,
        photo: step.querySelector(".figure-picker select")?.value ?? null,
        seen: step.querySelector('canvas[data-part="photo"]')?.toDataURL(),
        outcome: step.querySelector(".figure-frame").dataset.outcome,
        // On the screen, not on paper, what gives an answer away is hidden until it was predicted.
        pressed: step.querySelector('.head-button[aria-pressed="true"]')?.textContent.trim(),
        plots: step.querySelectorAll(".uplot canvas").length,
      }));
    };
  });
  await page.getByRole("button", { name: "Print a handout" }).click();
  const steps = await (await page.waitForFunction(() => globalThis.printed)).jsonValue();
  const lesson = lessons.find(({ id }) => id === "vit");
  assert.deepEqual(
    steps.map(({ outcome }) => outcome),
    lesson.steps.map(() => "done"),
  );
  const at = Object.fromEntries(lesson.steps.map(({ id }, index) => [id, steps[index]]));
  for (const { id, photo } of lesson.steps)
    if (at[id].photo) assert.equal(at[id].photo, photo ?? "dog_labrador", `${id}: ${at[id].title}`);
  assert.notEqual(at["class-token"].seen, at.look.seen, "a cat is no dog");
  assert.deepEqual([at["class-token"].pressed, at.look.pressed], ["3", "1"]);
  assert.equal(at.distance.plots, 1);
  assert.equal(await page.locator(".handout").count(), 0);
  assert.deepEqual(errors, []);
});

test("on paper no figure is cut where a page ends, and none is a grid, whose rows would lie over each other", async (t) => {
  const { page } = await opened(t, "lang=en&lesson=history&step=line");
  await settled(page, { id: "line" });
  await page.evaluate(() => {
    globalThis.print = () => {
      // What is printed stays, to be looked at as the printer sees it.
      document.querySelector(".handout").remove = () => {};
      globalThis.printed = true;
    };
  });
  await page.getByRole("button", { name: "Print a handout" }).click();
  await page.waitForFunction(() => globalThis.printed);
  await page.emulateMedia({ media: "print" });
  const looks = await page.evaluate(() => {
    document.documentElement.classList.add("printing");
    const of = (part, look) =>
      [...document.querySelectorAll(`.handout ${part}`)].map((node) => getComputedStyle(node)[look]);
    return { steps: of(".step-figure", "display"), frames: of(".figure-frame", "breakInside") };
  });
  assert.deepEqual(looks, { steps: Array(6).fill("block"), frames: Array(6).fill("avoid") });
});

test("notes for instructors have their solutions open on paper, and as they were afterwards", async (t) => {
  const { page, errors } = await opened(t, "lang=en&lesson=notes");
  const solutions = page.locator(".notes details");
  await solutions.first().locator("summary").click();
  const open = () => solutions.evaluateAll((all) => all.filter((one) => one.open).length);
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await open(), await solutions.count());
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.equal(await open(), 1);
  assert.deepEqual(errors, []);
});

test("words of a text are pressed by keyboard as buttons are, and break where lines end", async (t) => {
  const { page } = await opened(t, "lang=ko&lesson=dino&step=frozen", { viewport: { width: 390, height: 844 } });
  await settled(page, { id: "frozen" });
  const words = page.locator(".step-body .word");
  const lines = await words.evaluateAll((all) => all.map((word) => word.getClientRects().length));
  assert.ok(Math.max(...lines) > 1, "a term of several words fills the line before it goes on");
  const overlong = await page.locator(".step-body").evaluate((body) => body.scrollWidth > body.clientWidth);
  assert.equal(overlong, false);
  await words.first().focus();
  await page.keyboard.press(" ");
  await page.getByRole("dialog").waitFor();
  assert.match(page.url(), /step=frozen/, "Space opens the glossary, not the next step");
});

test("on a phone the years run from top to bottom, and no table or drawing of them is cut", async (t) => {
  const { page } = await opened(t, "lang=en&lesson=history&step=line", { viewport: { width: 360, height: 740 } });
  await settled(page, { id: "line" });
  const boxes = await page.locator(".timeline-point").evaluateAll((all) =>
    all.map((one) => {
      const { top, left, right } = one.getBoundingClientRect();
      const frame = one.closest(".figure-frame").getBoundingClientRect();
      return { top, inside: left >= frame.left && right <= frame.right };
    }),
  );
  assert.equal(boxes.length, 8);
  assert.ok(boxes.every(({ inside }) => inside));
  assert.ok(boxes.every(({ top }, i) => i === 0 || top > boxes[i - 1].top + 20));
  for (const [lesson, step] of [
    ["lenet", "whole"],
    ["swin", "hierarchy"],
  ]) {
    await page.goto(address(`lang=en&lesson=${lesson}&step=${step}`));
    await settled(page, { id: step });
    const lacks = await page.locator(".table-scroll").evaluate((table) => table.scrollWidth - table.clientWidth);
    assert.equal(lacks, 0, `${lesson}/${step}: ${lacks} pixels of the table are out of sight`);
  }
});

test("a redraw that fails is told of below the figure, until one succeeds", async (t) => {
  const { page } = await opened(t, "lang=en&lesson=dino&step=attention");
  await settled(page, { id: "attention" });
  const figure = page.locator(".step-figure");
  const kept = figure.locator("figcaption").first();
  await page.evaluate(() => {
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...more) {
      if (globalThis.refusing && message.request?.method === "classHeads") throw new Error("refused by the test");
      return post.call(this, message, ...more);
    };
    globalThis.refusing = true;
  });
  const before = await kept.innerText();
  await figure.getByRole("slider").fill("0.9");
  await figure.getByRole("alert").getByText("refused by the test").waitFor();
  assert.equal(await kept.innerText(), before, "what was drawn stays");
  await page.evaluate(() => (globalThis.refusing = false));
  await figure.getByRole("slider").fill("0.95");
  await page.waitForFunction((text) => document.querySelector(".step-figure figcaption")?.innerText !== text, before);
  assert.equal(await figure.getByRole("alert").innerText(), "");
});

test("curves are read off by the arrow keys", async (t) => {
  const { page, errors } = await opened(t, "lang=en&lesson=vgg&step=growth");
  await settled(page, { id: "growth" });
  const plot = page.locator(".plot");
  await plot.locator("canvas").waitFor();
  await plot.focus();
  await page.keyboard.press("ArrowRight");
  await plot
    .getByRole("status")
    .getByText(/^layer 1: VGG-9 with batch norm: in theory 3\b/)
    .waitFor();
  await page.keyboard.press("ArrowRight");
  await plot.locator(".plot-tip").getByText("layer: 2").waitFor();
  assert.match(page.url(), /step=growth/);
  assert.deepEqual(errors, []);
});

test("teacher's mode hides the navigation and offers no download", async (t) => {
  const { page, errors } = await opened(t, "lang=en&lesson=alexnet&step=imagenet&teach=1");
  await settled(page, { id: "imagenet" });
  assert.equal(await page.locator("header.top").isVisible(), false);
  await page.getByText("Not available in teacher's mode").waitFor();
  await page.getByRole("button", { name: "Leave teacher's mode" }).click();
  await page.locator("header.top").waitFor();
  assert.deepEqual(errors, []);
});

// Layout and what axe looks at are the same with either backend, and software WebGPU takes minutes for them.
const SAME = { skip: BACKEND === "webgpu" };

test("no lesson is wider than a phone", SAME, async (t) => {
  const { page } = await opened(t, "lang=ko", { viewport: { width: 360, height: 740 } });
  for (const lesson of lessons) {
    for (const step of lesson.steps) {
      await page.goto(address(`lang=ko&lesson=${lesson.id}&step=${step.id}`));
      await settled(page, step);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${lesson.id}/${step.id} is ${over} px too wide`);
    }
  }
});

/** One step for each view and what it shows of it. */
const kinds = new Map(
  lessons.flatMap((lesson) =>
    lesson.steps.map((step) => {
      const { show, paint, by, experiment } = step.figure.state;
      return [JSON.stringify([step.figure.view, show, paint, by, experiment]), { lesson, step }];
    }),
  ),
);

for (const [width, colorScheme] of [
  [1280, "light"],
  [390, "dark"],
  [1280, "dark"],
  [390, "light"],
]) {
  test(`axe finds nothing at ${width} px, ${colorScheme}`, SAME, async (t) => {
    const axe = await readFile(path.join(ROOT, "node_modules/axe-core/axe.min.js"), "utf8");
    const { page } = await opened(t, "lang=en", {
      viewport: { width, height: 800 },
      colorScheme,
      bypassCSP: true,
      reducedMotion: "reduce",
    });
    await page.locator(".lesson-list").waitFor();
    await page.evaluate(axe);
    // The bar lies over text that is scrolled beneath it, which axe takes for a target cut short.
    await page.addStyleTag({ content: ".steps { position: static !important; }" });
    const check = async (at) => {
      const found = await page.evaluate(async () => {
        const { violations } = await axe.run(document, {
          resultTypes: ["violations"],
          rules: { "target-size": { enabled: true } },
        });
        return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
      });
      assert.deepEqual(found, [], at);
    };
    await check("the list");
    for (const { lesson, step } of kinds.values()) {
      await page.goto(address(`lang=en&lesson=${lesson.id}&step=${step.id}`));
      await settled(page, step);
      await check(`${lesson.id}/${step.id}`);
    }
  });
}
