/** Figures on pages of others: the element, the frame whose address has its attributes, and the gallery. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BACKEND, launch, openPage, startSite } from "./harness.mjs";

// What is drawn does not depend on the backend.
const options = { skip: BACKEND === "webgpu" };
let site, browser;

before(async () => {
  if (!options.skip) [site, browser] = await Promise.all([startSite(), launch()]);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

const address = (attributes) => `${site.url}embed.html?${new URLSearchParams({ backend: "cpu", ...attributes })}`;
const cat = "www/samples/cat_chelsea.jpg";

async function opened(t, url, more) {
  const { page, context, errors } = await openPage(browser, url, more);
  t.after(() => context.close());
  return { page, errors };
}

test("an address makes a figure: classes, which add up, under the strict policy", options, async (t) => {
  const { page, errors } = await opened(t, address({ model: "resnet20_cifar10", src: cat, classes: "10" }));
  const figure = page.locator("vitrine-figure[data-drawn]");
  await figure.waitFor();
  const rows = await figure.locator("li").allInnerTexts();
  assert.equal(rows.length, 10);
  assert.match(rows[0], /^cat/);
  const shares = await figure.locator("meter").evaluateAll((bars) => bars.map((bar) => bar.value));
  assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-4, `${shares}`);
  assert.match(await page.locator("a").getAttribute("href"), /#\/explore\?model=resnet20_cifar10/);
  assert.deepEqual(errors, []);
});

test("a frame on another page shows attention, and another head when its attribute changes", options, async (t) => {
  const frame = address({ model: "vit_cifar10", view: "attention", src: cat }).replaceAll("&", "&amp;");
  site.changed.set(
    "host.html",
    `<!doctype html><link rel="icon" href="data:,"><iframe src="${frame}" title="A"></iframe>`,
  );
  const { page, errors } = await opened(t, `${site.url}host.html`);
  const inside = page.frameLocator("iframe");
  const figure = inside.locator("vitrine-figure[data-drawn]");
  await figure.waitFor();
  assert.match(await figure.locator("figcaption").innerText(), /^ViT-small\/4, .*mean of 4 heads$/);
  const drawing = () =>
    figure
      .locator("canvas")
      .last()
      .evaluate((canvas) => canvas.toDataURL());
  const mean = await drawing();
  await inside.locator("vitrine-figure").evaluate((node) => node.setAttribute("head", "2"));
  await figure.locator("figcaption", { hasText: "head 3" }).waitFor();
  assert.notEqual(await drawing(), mean);
  assert.deepEqual(errors, []);
});

test("what cannot be shown is said", options, async (t) => {
  const said = async (attributes) => {
    const { page } = await opened(t, address(attributes));
    return page.locator("vitrine-figure [role=alert]").innerText();
  };
  assert.match(
    await said({ model: "resnet20_cifar10", src: cat, view: "taste" }),
    /no view "taste".*classes, attention/,
  );
  assert.match(await said({ model: "resnet20_cifar10", src: "www/no.jpg" }), /www\/no\.jpg.*HTTP 404/);
  assert.match(await said({ model: "nothing", src: cat }), /no network "nothing"/);
  assert.match(await said({ model: "resnet20_cifar10", src: cat, view: "maps", stage: "x" }), /"x".*layer1/);
  const { page } = await opened(t, address({ model: "resnet20_cifar10", src: cat, view: "attention", lang: "ko" }));
  assert.match(await page.locator("figcaption").innerText(), /어텐션이 없어 대신 "cat"/);
  const { page: swin } = await opened(t, address({ model: "swin_cifar10", src: cat, view: "attention" }));
  assert.match(await swin.locator("figcaption").innerText(), /Swin-small, .*where attention goes, mean of/);
});

test("a large network waits for the visitor's word", options, async (t) => {
  const { page } = await opened(t, address({ model: "resnet50", src: cat }));
  await page.locator("vitrine-figure button", { hasText: /Download ResNet-50 \(10\d MB\)/ }).waitFor();
});

test("a figure of the page gives its code as it stands: the frame shows the same", options, async (t) => {
  const asked = "attention.head:2;attention.query:1.3";
  const place = `?backend=cpu#/explore?model=vit_cifar10&photo=cat_chelsea&tab=attention&asked=${asked}`;
  const { page } = await opened(t, `${site.url}${place}`);
  const figure = page.locator('[data-figure="attention"]');
  await figure.locator('.figure-frame[data-outcome="done"]').waitFor();
  await figure.locator(".embed-box summary").click();
  const [frame, element] = await figure.locator(".embed-box pre").allInnerTexts();
  assert.match(
    element,
    /<vitrine-figure model="vit_cifar10" src="http.*cat_chelsea.jpg".*view="attention".*query="1,3"/,
  );
  const inside = new URL(frame.match(/src="([^"]*)"/)[1].replaceAll("&amp;", "&"));
  assert.equal(inside.searchParams.get("head"), "2");
  const { page: other } = await opened(t, inside.href);
  await other.locator("vitrine-figure[data-drawn]").waitFor();
  assert.match(await other.locator("figcaption").innerText(), /blocks\.5.*head 3$/);
  // A choice that the visitor makes is in the code too.
  await figure.locator(".map-button").first().click();
  await figure.locator(".embed-box summary").click();
  await figure.locator(".embed-box summary").click();
  // The browser tells of the box that was opened a moment after it shows it.
  await figure.locator(".embed-box pre", { hasText: "head=0" }).waitFor();
});

test("the figure of a step gives its code as it was left: frame and element show it alone", options, async (t) => {
  const { page, errors } = await opened(t, `${site.url}#/lessons?backend=cpu&lang=en&lesson=vit&step=class-token`);
  await page.locator('.lesson[data-figure="done"]').waitFor();
  await page.locator(".head-button").nth(2).click();
  await page.locator('.head-button[aria-pressed="true"]', { hasText: "3" }).waitFor();
  await page.locator(".embed-box summary").click();
  const [frame, element] = await page.locator(".embed-box pre").allInnerTexts();
  const left = async (shown) => {
    await shown.locator('.lesson[data-figure="done"]').waitFor();
    assert.equal(await shown.locator('.head-button[aria-pressed="true"]').innerText(), "3");
    assert.equal(await shown.locator(".figure-picker select").inputValue(), "cat_chelsea");
    assert.equal(await shown.locator(".step-text, .steps").count(), 0);
    assert.equal(await shown.locator("header.top").isVisible(), false);
  };
  const { page: alone } = await opened(t, frame.match(/src="([^"]*)"/)[1].replaceAll("&amp;", "&"));
  await left(alone);
  const [whole] = await Promise.all([
    alone.context().waitForEvent("page"),
    alone.getByRole("link", { name: "Open the lesson" }).click(),
  ]);
  await whole.locator(".step-text").waitFor();
  site.changed.set("host.html", `<!doctype html><link rel="icon" href="data:,"><title>A</title>${element}`);
  const { page: host } = await opened(t, `${site.url}host.html`);
  await left(host.frameLocator("iframe"));
  // The frame is as high as what it shows.
  await host.waitForFunction(() => {
    const inside = document.querySelector("vitrine-figure").shadowRoot.querySelector("iframe");
    const { scrollHeight, clientHeight } = inside.contentDocument.documentElement;
    return inside.style.height !== "" && scrollHeight <= clientHeight;
  });
  assert.deepEqual(errors, []);
});

test("a figure that the element does not draw stands alone on the site, without what is off", options, async (t) => {
  const place = "model=vit_cifar10&photo=moose&tab=why&off=skip:blocks.2.add1";
  const { page, errors } = await opened(t, `${site.url}#/explore?backend=cpu&lang=en&${place}`);
  const figure = page.locator('[data-figure="logit-lens"]');
  await figure.locator('.figure-frame[data-outcome="done"]').waitFor();
  await page.locator('.answer-card[aria-busy="false"] .off-list').waitFor();
  await figure.locator('.figure-frame[data-outcome="done"]').waitFor();
  const lens = (shown) => shown.locator('.figure-frame[data-view="logit-lens"][data-outcome="done"]').innerText();
  const here = await lens(page);
  await figure.locator(".embed-box summary").click();
  const [frame, element] = await figure.locator(".embed-box pre").allInnerTexts();
  assert.match(element, /figure="logit-lens" model="vit_cifar10" off="skip:blocks\.2\.add1" photo="moose" lang="en"/);
  const { page: alone } = await opened(t, frame.match(/src="([^"]*)"/)[1].replaceAll("&amp;", "&"));
  assert.equal(await lens(alone), here, "it is the same on the same photo, and the same is off");
  assert.equal(await alone.locator("header.top").isVisible(), false);
  assert.equal(await alone.locator(".explore, .embed-box:visible").count(), 0);
  const [whole] = await Promise.all([
    alone.context().waitForEvent("page"),
    alone.getByRole("link", { name: "Look inside the network" }).click(),
  ]);
  await whole.locator(".off-list").waitFor();
  site.changed.set("host.html", `<!doctype html><link rel="icon" href="data:,"><title>A</title>${element}`);
  const { page: host } = await opened(t, `${site.url}host.html`);
  assert.equal(await lens(host.frameLocator("iframe")), here);
  assert.deepEqual(errors, []);
});

test("a figure of several networks stands alone too", options, async (t) => {
  const networks = "models=lenet5_mnist,fcnn_mnist&tab=tables";
  const { page } = await opened(t, `${site.url}#/compare?backend=cpu&lang=en&${networks}`);
  const cost = page.locator('[data-figure="cost"]');
  await cost.locator(".embed-box summary").click();
  const code = await cost.locator(".embed-box pre").first().innerText();
  const { page: alone, errors } = await opened(t, code.match(/src="([^"]*)"/)[1].replaceAll("&amp;", "&"));
  await alone.locator('.figure-frame[data-outcome="done"]').waitFor();
  assert.equal(await alone.locator(".inside-figure").count(), 1);
  assert.match(await alone.locator(".figure-frame").innerText(), /LeNet-5/);
  assert.deepEqual(errors, []);
});

for (const [model, tabs] of Object.entries({
  resnet20_cifar10: ["why", "whatif", "field", "filters"],
  swin_cifar10: ["attention"],
  mae_vit_cifar10: ["hidden"],
  dino_vit_cifar10: ["objects"],
  lenet5_mnist: ["why", "field"],
})) {
  test(`${model}: every figure beside the picture has its code`, options, async (t) => {
    const { page } = await opened(t, `${site.url}#/explore?backend=cpu&lang=en&model=${model}`);
    await page.locator('.picture[data-drawn="all"]').waitFor();
    for (const tab of tabs) {
      await page.evaluate((tab) => {
        location.hash = location.hash.replace(/&tab=\w+|$/, `&tab=${tab}`);
      }, tab);
      await page.locator(`#tab-${tab}[aria-selected="true"]`).waitFor();
      const figures = page.locator(".inside-figure");
      for (const figure of await figures.all()) {
        await figure.locator('.figure-frame[data-outcome="done"]').waitFor();
        assert.equal(await figure.locator(".embed-box").count(), 1, await figure.getAttribute("data-figure"));
      }
      assert.ok((await figures.count()) > 0, tab);
    }
  });
}

test("a link carries a photo by its address; one that cannot be had gives way to a sample", options, async (t) => {
  const link = (photo) => `${site.url}#/lessons?backend=cpu&lang=en&lesson=vit&step=look&photo=${photo}`;
  const { page, errors } = await opened(t, link(encodeURIComponent("www/samples/moose.jpg")));
  await page.locator('.lesson[data-figure="done"]').waitFor();
  const chosen = page.locator(".figure-picker select option:checked");
  assert.equal(await chosen.innerText(), "moose.jpg");
  const drawn = () => page.locator('canvas[data-part="photo"]').evaluate((canvas) => canvas.toDataURL());
  const fromAddress = await drawn();
  await page.locator(".figure-picker select").selectOption("moose");
  await page.locator('.step-figure[aria-busy="false"]').waitFor();
  assert.equal(await drawn(), fromAddress, "the sample is the same photo");
  assert.deepEqual(errors, []);
  const { page: other } = await opened(t, link("www/samples/nothing.jpg"));
  await other.getByText("The photo nothing.jpg, which the link names, could not be fetched.").waitFor();
  await other.locator('.lesson[data-figure="done"]').waitFor();
  assert.equal(await other.locator(".figure-picker select").inputValue(), "dog_labrador");
});

for (const width of [1280, 390]) {
  test(`the gallery draws every view at ${width} pixels, each with its code`, options, async (t) => {
    const { page, errors } = await opened(t, `${site.url}gallery.html`, { viewport: { width, height: 900 } });
    const figures = page.locator("vitrine-figure[data-drawn]");
    await page.waitForFunction(() => document.querySelectorAll("vitrine-figure[data-drawn]").length === 6);
    assert.equal(await figures.count(), 6);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false, "nothing is wider than the window");
    await page.locator("summary", { hasText: "As a frame" }).first().click();
    const code = await page.locator("section pre").nth(1).innerText();
    assert.match(code, /<iframe src="http.*embed\.html\?model=resnet20_cifar10&amp;view=classes/);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/gallery-${width}.png`, fullPage: true });
    assert.deepEqual(errors, []);
  });
}
