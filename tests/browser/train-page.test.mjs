/** The place "Train": a run is started, steered, rewound and forked with the page's own controls. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { lessons } from "../../www/lessons/course/course.js";
import { experimentOf } from "../../www/train/experiments.js";
import { BACKEND, LOSABLE_GPU, launch, openPage, startSite } from "./harness.mjs";

let site, browser;
// The engine's own tests train on both backends; software WebGPU takes seconds for a step.
const QUICK = { skip: BACKEND === "webgpu" };

before(async () => {
  [site, browser] = await Promise.all([startSite(), launch()]);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

async function opened(t, query, options = {}) {
  const open = await openPage(browser, `${site.url}#/train?lang=en&${query}`, options);
  t.after(() => open.context.close());
  return open;
}

const button = (page, name) => page.getByRole("button", { name, exact: true });
const steps = async (page) =>
  Number((await page.locator(".train-side [role=status]").innerText()).match(/tep (\d+)/)[1]);

test("digits: a run starts, pauses, steps, goes back and is forked; its link describes it", QUICK, async (t) => {
  const { page, errors } = await opened(t, "experiment=digits");
  await page.getByRole("spinbutton", { name: "Seed" }).fill("7");
  await button(page, "Start").click();
  await page.locator(".train-plot canvas").waitFor();
  await page.waitForFunction(() =>
    /tep (\d{2,})/.test(document.querySelector(".train-side [role=status]")?.textContent ?? ""),
  );
  await page.getByText("1 a second", { exact: true }).click();
  await button(page, "Pause").click();
  await page.getByText("Paused at step").waitFor();
  const paused = await steps(page);
  const begun = performance.now();
  await button(page, "Go on").click();
  await button(page, "Pause").click();
  await page.getByText("Paused at step").waitFor();
  const seconds = (performance.now() - begun) / 1000;
  assert.ok((await steps(page)) <= paused + seconds + 1, "it keeps to its speed");
  await page.getByText("full", { exact: true }).click();
  await button(page, "One step").click();
  await page.waitForFunction(
    (at) => Number(document.querySelector(".train-side [role=status]")?.textContent?.match(/tep (\d+)/)?.[1]) > at,
    paused,
  );
  const parts = page.locator(".train-step > ol > li");
  await parts.nth(3).waitFor();
  assert.deepEqual(await parts.locator("h3").allInnerTexts(), ["Forward", "Loss", "Gradient", "Update"]);
  await parts.nth(2).locator("canvas").waitFor();
  const layer = page.getByRole("combobox", { name: "Layer, from the next step on" });
  await layer.selectOption("fc2.weight");
  await button(page, "One step").click();
  await page.getByText("Weight [").filter({ hasText: "fc2.weight in LeNet-5" }).waitFor();
  const answers = page.locator(".train-answers .figure-block");
  await answers.nth(1).waitFor();
  assert.deepEqual(await answers.locator("h3").allInnerTexts(), ["LeNet-5", "fully connected"]);
  const moment = page.getByRole("slider", { name: "The networks as they were" });
  await moment.fill("0");
  await page.getByText("step 0", { exact: true }).first().waitFor();
  await page.getByRole("heading", { name: "The same digits, shifted" }).waitFor();
  const pad = page.locator(".train-pad canvas");
  const ink = () => pad.evaluate((node) => node.getContext("2d").getImageData(0, 0, 32, 32).data.join());
  const before = await ink();
  await pad.click({ position: { x: 20, y: 20 } });
  assert.notEqual(await ink(), before);
  await button(page, "Open LeNet-5 in the picture").waitFor();
  await button(page, "Go on from here another way").click();
  const named = page.getByRole("textbox", { name: "Name of Run 1, from step 0" });
  await named.fill("Shifted later");
  await named.press("Enter");
  await page.getByRole("slider", { name: "Shift images" }).fill("3");
  await page.getByText("After step 0: Shift images").waitFor();
  const spec = JSON.parse(new URLSearchParams(page.url().split("?").at(-1)).get("spec"));
  assert.deepEqual(spec.set.at(-1), { step: 0, shift: 3 });
  assert.equal(spec.seed, 7);
  await page.getByRole("link", { name: "Lessons", exact: true }).click();
  await page.locator(".lesson-list").waitFor();
  await page.getByRole("link", { name: "Train", exact: true }).click();
  await page.getByRole("textbox", { name: "Name of Shifted later" }).waitFor();
  assert.deepEqual(errors, []);
});

test("where there is WebGPU a run goes on there, when it is lost too, and the speeds on both are told; the link says so", {
  skip: BACKEND !== "webgpu",
}, async (t) => {
  site.before.set("pkg/page/worker.js", LOSABLE_GPU);
  t.after(() => site.before.clear());
  const spec = encodeURIComponent(JSON.stringify({ experiment: "digits", networks: ["fcnn"], batch: 4, images: 20 }));
  const { page, errors } = await opened(t, `backend=webgpu&experiment=digits&spec=${spec}`);
  const device = page.getByRole("radiogroup", { name: "Computes on" });
  const note = page.locator(".train-device p");
  await note.getByText("Which is faster here").waitFor();
  await button(page, "The run of this link").click();
  await note.getByText(/CPU: [\d.,]+ steps a second\. Measured here/).waitFor();
  const before = await steps(page);
  await device.getByText("WebGPU").click();
  await note.getByText(/CPU: [\d.,]+ steps a second · WebGPU: [\d.,]+ steps a second\. Measured here/).waitFor();
  const moved = await steps(page);
  assert.ok(moved > before);
  await page.evaluate(() => new BroadcastChannel("gpu").postMessage("lose"));
  await page.locator(".notice").first().waitFor();
  await page.waitForFunction(
    (at) => Number(document.querySelector(".train-side [role=status]")?.textContent?.match(/tep (\d+)/)?.[1]) > at + 1,
    moved,
  );
  await button(page, "Pause").click();
  await page.getByText("Paused at step").waitFor();
  assert.equal(await device.getByRole("radio", { name: "WebGPU" }).isChecked(), true);
  assert.equal(new URLSearchParams(page.url().split("?").at(-1)).get("device"), "webgpu");
  // One run, not two.
  assert.equal(await page.locator(".train-runs li").count(), 0);
  assert.deepEqual(errors, []);
});

test("a link that asks for WebGPU says that there is none", QUICK, async (t) => {
  const { page } = await opened(t, "experiment=digits&device=webgpu");
  await page.getByText("This link has its runs compute on WebGPU").waitFor();
  assert.equal(await page.getByRole("radiogroup", { name: "Computes on" }).count(), 0);
});

test("DINO's student and teacher at a moment: where their heads look, and the nearest photos", QUICK, async (t) => {
  const spec = JSON.stringify({ experiment: "dino", batch: 4, images: 20, checkpoint: 1 });
  const { page, errors } = await opened(t, `experiment=dino&spec=${encodeURIComponent(spec)}`);
  await button(page, "The run of this link").click();
  await page.locator(".train-plot canvas").waitFor();
  await button(page, "Pause").click();
  const blocks = page.locator(".train-answers .figure-block");
  await blocks.nth(1).waitFor();
  assert.deepEqual(await blocks.locator("h3").allInnerTexts(), ["student", "teacher"]);
  for (const at of [0, 1]) {
    assert.equal(await blocks.nth(at).locator(".train-heads .over").count(), 2);
    assert.equal(await blocks.nth(at).locator(".photo-tile").count(), 4);
  }
  assert.deepEqual(errors, []);
});

for (const [experiment, network, spec] of [
  ["digits", "LeNet-5", { batch: 8, images: 100 }],
  ["residual", "residual, 8 layers", { networks: ["plain-8", "residual-8"], batch: 8, images: 100 }],
  ["residual", "plain, 8 layers", { networks: ["plain-8", "residual-8"], batch: 8, images: 100 }],
  ["activation", "tanh", { networks: ["relu", "tanh"], batch: 8, images: 100 }],
  ["mae", "MAE", { batch: 8, images: 100 }],
  ["dino", "teacher", { batch: 4, images: 20 }],
]) {
  test(`${experiment}: ${network} at a moment opens in the picture`, QUICK, async (t) => {
    const described = encodeURIComponent(JSON.stringify({ experiment, checkpoint: 1, ...spec }));
    const { page, errors } = await opened(t, `experiment=${experiment}&spec=${described}`);
    await button(page, "The run of this link").click();
    await page.locator(".train-plot canvas").waitFor();
    await button(page, "Pause").click();
    await button(page, `Open ${network} in the picture`).click();
    await page.waitForURL(/#\/explore/);
    await page
      .locator(".network-bar")
      .getByText(/-step-\d+\.safetensors/)
      .first()
      .waitFor({ state: "attached" });
    assert.deepEqual(errors, []);
  });
}

test("a tab that was closed goes on with its run, with its curve; or forgets it", QUICK, async (t) => {
  const { page, errors } = await opened(t, "experiment=digits");
  const kept = page.getByText(/Your last run is kept in this browser, as it was at step \d+ of 1,200/);
  await button(page, "Start").click();
  await page.waitForFunction(() =>
    /tep (\d{2,})/.test(document.querySelector(".train-side [role=status]")?.textContent ?? ""),
  );
  await button(page, "Pause").click();
  await page.getByText("Paused at step").waitFor();
  const paused = await steps(page);
  await page.waitForFunction(async (step) => {
    const about = await (await caches.open("vitrine-runs")).match("digits-about");
    return (await about?.json())?.metrics.at(-1)?.step === step;
  }, paused);
  await page.reload();
  await kept.waitFor();
  assert.ok((await kept.innerText()).includes(`step ${paused} of`));
  await button(page, "Go on with it").click();
  await page.waitForFunction(
    (at) => Number(document.querySelector(".train-side [role=status]")?.textContent?.match(/tep (\d+)/)?.[1]) > at,
    paused,
  );
  await button(page, "Pause").click();
  const first = await page.evaluate(() => /** @type {any} */ (document.querySelector(".train-plot canvas")) !== null);
  assert.ok(first);
  await page.getByText("Paused at step").waitFor();
  await page.reload();
  await kept.waitFor();
  await button(page, "Forget it").click();
  await kept.waitFor({ state: "detached" });
  await page.reload();
  await button(page, "Start").waitFor();
  assert.equal(await kept.count(), 0);
  assert.deepEqual(errors, []);
});

test("every experiment opens by itself on a phone, and none is wider than it", QUICK, async (t) => {
  const { page, errors } = await opened(t, "experiment=digits", { viewport: { width: 390, height: 844 } });
  for (const id of ["digits", "activation", "residual", "mae", "dino", "probe", "fine-tune"]) {
    await page.goto(`${site.url}#/train?lang=en&experiment=${id}`);
    await page.locator(`.train-experiments [aria-current]`).waitFor();
    await page
      .getByText(/which are fetched with the first start|your own groups of photos/)
      .first()
      .waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), id);
    assert.equal(
      await page.locator(".train-seeds tbody tr").count(),
      ["activation", "residual", "dino"].includes(id) ? 10 : 0,
      id,
    );
  }
  assert.deepEqual(errors, []);
});

test(
  "photos are sorted into groups by tapping, a probe learns them, and says what the photo shown is",
  QUICK,
  async (t) => {
    const { page, errors } = await opened(t, "experiment=probe", { viewport: { width: 360, height: 740 } });
    assert.ok(await button(page, "Start").isDisabled());
    await page.getByText("Still too few photos: Group A, Group B").waitFor();
    const groups = page.locator(".photo-group");
    await page.getByRole("textbox", { name: "Name of group 1" }).fill("Furry");
    const samples = page.locator(".train-groups > .photo-tiles button");
    for (const at of [0, 1]) await samples.nth(at).click();
    await groups.nth(1).getByRole("button", { name: "Samples go here" }).click();
    for (const at of [2, 3, 4]) await samples.nth(at).press("Enter");
    assert.equal(await groups.nth(1).locator("img").count(), 3);
    assert.equal(await samples.nth(0).innerText(), "Furry");
    await groups
      .nth(1)
      .getByRole("button", { name: /^Take .* out$/ })
      .first()
      .click();
    assert.equal(await groups.nth(1).locator("img").count(), 2);
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      groups.nth(1).getByText("Add photos").click(),
    ]);
    await chooser.setFiles("www/samples/coffee.jpg");
    await groups.nth(1).locator("img").nth(2).waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than the screen");
    await button(page, "Start").click();
    await page.getByText("Done: 200 steps").waitFor();
    await page.getByRole("heading", { name: "Photos held out" }).waitFor();
    const answers = page.locator(".train-answers .figure-block");
    await answers.nth(1).waitFor();
    assert.deepEqual(await answers.locator("h3").allInnerTexts(), ["Linear probe", "Nearest neighbours"]);
    assert.match(await answers.nth(0).locator(".headline").innerText(), /^(Furry|Group B)$/);
    await button(page, "Change the groups").click();
    await button(page, "Start").waitFor();
    assert.deepEqual(errors, []);
  },
);

test("the tuned network opens in the picture with the groups' names", QUICK, async (t) => {
  const { page, errors } = await opened(t, "experiment=fine-tune");
  await button(page, "Sort the samples for me").click();
  await button(page, "Start").click();
  await page
    .getByText(/tep [1-9]/)
    .first()
    .waitFor();
  await button(page, "Pause").click();
  await button(page, "Open ResNet-20 in the picture").click();
  await page.waitForURL(/#\/explore/);
  await page
    .getByText(/^(Animals|Other things)$/)
    .first()
    .waitFor();
  assert.deepEqual(errors, []);
});

/** Of the lessons' steps that train, one for each experiment that brings its images. */
const LEARNING = new Map(
  lessons.flatMap((lesson) =>
    lesson.steps
      .filter(({ figure: { view, state } }) => view === "training" && experimentOf(state.experiment).data !== "photos")
      .map((step) => {
        const at = `${lesson.id}/${step.id}`;
        return [step.figure.state.experiment, { at, lesson: lesson.id, step: step.id, ...step.figure.state }];
      }),
  ),
);

for (const { at, lesson, step, experiment, spec } of LEARNING.values()) {
  test(`${at}: its run starts, pauses, goes one step on, opens in Train, and begins again`, QUICK, async (t) => {
    const open = await openPage(browser, `${site.url}#/lessons?lang=en&lesson=${lesson}&step=${step}`);
    t.after(() => open.context.close());
    const { page, errors } = open;
    const figure = page.locator(".step-figure");
    await button(figure, "Start").waitFor();
    const skip = button(page, "Just show me");
    if ((await skip.count()) > 0) await skip.click();
    await figure.getByText("which are fetched with the first start").waitFor();
    await button(figure, "Start").click();
    await figure.locator(".train-plot canvas").waitFor();
    await button(figure, "Pause").click();
    const state = figure.locator(".train-controls [role=status]");
    await state.getByText("Paused at step").waitFor();
    const now = async () => Number((await state.innerText()).match(/step (\d+)/)[1]);
    const paused = await now();
    await button(figure, "One step").click();
    await state.getByText(`Paused at step ${paused + 1} `).waitFor();
    if (experiment === "mae") assert.ok((await figure.locator(".held-out canvas").count()) >= 9);
    const href = await figure.getByRole("link", { name: "Open in Train" }).getAttribute("href");
    const address = new URLSearchParams(href.split("?").at(-1));
    assert.equal(address.get("experiment"), experiment);
    const described = JSON.parse(address.get("spec"));
    for (const [name, value] of Object.entries(spec ?? {})) assert.deepEqual(described[name], value);
    await button(figure, "Begin again").click();
    await button(figure, "Start").waitFor();
    assert.equal(await figure.locator(".train-plot canvas").count(), 0);
    assert.deepEqual(errors, []);
  });
}

test("a lesson's run goes on in another language; begun again, it ends", QUICK, async (t) => {
  const open = await openPage(browser, `${site.url}#/lessons?lang=en&lesson=dino&step=collapses`);
  t.after(() => open.context.close());
  const { page, errors } = open;
  await button(page, "Just show me").click();
  const figure = page.locator(".step-figure");
  await button(figure, "Start").click();
  await figure.getByRole("checkbox", { name: "Centering" }).uncheck();
  await figure.locator(".train-thrown li").waitFor();
  await page.locator("#language").click();
  await figure.locator(".train-thrown li", { hasText: "센터링" }).waitFor();
  await figure.locator(".train-plot canvas").waitFor();
  const state = figure.locator(".train-controls [role=status]");
  const before = await state.innerText();
  await page.waitForFunction(([node, before]) => node.innerText !== before, [await state.elementHandle(), before]);
  await button(figure, "일시 정지").click();
  await button(figure, "계속").waitFor();
  await page.locator("#language").click();
  await button(figure, "Go on").waitFor();
  await button(figure, "Reset the figure").click();
  await button(figure, "Start").waitFor();
  assert.deepEqual(errors, []);
});

/** What the page tells its worker, by type. */
const heard = (page) =>
  page.evaluate(() => {
    globalThis.told = [];
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...more) {
      globalThis.told.push(message.request?.type ?? message.type);
      return post.call(this, message, ...more);
    };
  });

test(
  "a lesson's probe learns the sorted samples with one press, and is scored beside the neighbours; Train has its groups",
  QUICK,
  async (t) => {
    const open = await openPage(browser, `${site.url}#/lessons?lang=en&lesson=dino&step=probe`);
    t.after(() => open.context.close());
    const { page, errors } = open;
    await page.locator('[data-prediction="seen"]').click();
    const figure = page.locator(".step-figure");
    const groups = figure.locator(".photo-group");
    await groups.locator("img").first().waitFor();
    assert.equal(await groups.locator("img").count(), 13);
    assert.equal(await figure.getByRole("combobox", { name: "Features of" }).inputValue(), "dino_vit_cifar10");
    await button(figure, "Start").click();
    await figure.getByText("Done: 200 steps").waitFor();
    const score = /Linear probe\s*2 of 4\s*Nearest neighbours\s*3 of 4/;
    await figure.locator('[data-part="scores"]', { hasText: score }).waitFor();
    await page.locator(".answer-text").getByText("As you expected.").waitFor();
    const answers = figure.locator(".train-answers .figure-block");
    await answers.nth(1).waitFor();
    assert.match(await answers.nth(0).locator(".headline").innerText(), /^(Animals|Other things)$/);
    assert.ok(await groups.first().isHidden());
    await button(figure, "Begin again").click();
    await groups
      .first()
      .getByRole("button", { name: /^Take .* out$/ })
      .first()
      .click();
    assert.equal(await groups.locator("img").count(), 12);
    await page.locator("#language").click();
    await figure.getByRole("textbox", { name: "1번째 그룹 이름" }).waitFor();
    assert.equal(await figure.getByRole("textbox", { name: "1번째 그룹 이름" }).inputValue(), "동물");
    await page.locator("#language").click();
    await figure.getByRole("link", { name: "Open in Train" }).click();
    await page.locator(".train .photo-group").first().waitFor();
    assert.equal(await page.locator(".photo-group img").count(), 12);
    assert.deepEqual(errors, []);
  },
);

test(
  "a lesson tunes ResNet-20 to the sorted samples, names a photo by them, and ends the run when it is left",
  QUICK,
  async (t) => {
    const open = await openPage(browser, `${site.url}#/lessons?lang=en&lesson=resnet&step=fine-tune`);
    t.after(() => open.context.close());
    const { page, errors } = open;
    await heard(page);
    await button(page, "Just show me").click();
    const figure = page.locator(".step-figure");
    await button(figure, "Start").click();
    await figure
      .locator('[data-part="scores"]')
      .getByText(/ of 4$/)
      .waitFor();
    await button(figure, "Pause").click();
    const answer = figure.locator(".train-answers .figure-block");
    await answer.waitFor();
    assert.match(await answer.locator(".headline").innerText(), /^(Animals|Other things)$/);
    await button(figure, "Open ResNet-20 in the picture").waitFor();
    assert.equal(await button(figure, "Go on from here another way").count(), 0);
    await figure.getByRole("combobox", { name: "Photo" }).selectOption("coffee");
    await figure.locator(".train-answers .figure-block").waitFor();
    assert.ok(!(await page.evaluate(() => globalThis.told.includes("free-run"))));
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction(() => globalThis.told.includes("free-run"));
    assert.deepEqual(errors, []);
  },
);

test("the last step of the axis is written out", QUICK, async (t) => {
  const { page } = await opened(t, "experiment=digits", { viewport: { width: 1280, height: 800 } });
  await button(page, "Start").click();
  const plot = page.locator(".train-plot canvas");
  await plot.waitFor();
  // The label of the last step, "1,200", ends before the canvas does.
  const inked = await plot.evaluate((canvas) => {
    const { width, height } = canvas;
    const edge = canvas.getContext("2d").getImageData(width - 2, height - 60, 2, 60).data;
    return edge.filter((value, at) => at % 4 === 3 && value > 0).length;
  });
  assert.equal(inked, 0);
});

test("leaving a lesson's step ends its run; its link gives the same run in Train", QUICK, async (t) => {
  const open = await openPage(browser, `${site.url}#/lessons?lang=en&lesson=convolution&step=learning`);
  t.after(() => open.context.close());
  const { page, errors } = open;
  await heard(page);
  await button(page, "Just show me").click();
  await button(page.locator(".step-figure"), "Start").click();
  await page.locator(".train-plot canvas").waitFor();
  await page.getByRole("slider", { name: "Shift images" }).fill("3");
  await page.locator(".train-thrown li").waitFor();
  await page.getByRole("link", { name: "Open in Train" }).click();
  await page.waitForFunction(() => globalThis.told.includes("free-run"));
  const before = await page.evaluate(() => globalThis.told.filter((type) => type === "advance").length);
  await button(page, "The run of this link").click();
  await page.locator(".train-plot canvas").waitFor();
  await page.getByText(/After step \d+: Shift images/).waitFor();
  const after = await page.evaluate(() => globalThis.told.filter((type) => type === "advance").length);
  assert.ok(after > before);
  assert.deepEqual(errors, []);
});
