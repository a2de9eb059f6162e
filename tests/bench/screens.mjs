/**
 * Screenshots of the picture, to be looked at: each family at 390, 1280 and 1920 pixels, light and dark, at first
 * glance, in a block, with a cell and its window, without something, with the changed answer, and with a number of a
 * late column followed back to the photo.
 *
 *   node tests/bench/screens.mjs [family,...] [width,...] [en|ko] [light,dark] [state,...]
 *
 * They lie in tests/artifacts/screens/LANGUAGE, named FAMILY-WIDTH-SCHEME-STATE.png.
 */

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { ROOT, launch, openPage, startSite } from "../browser/harness.mjs";

/** For each family a network that ships, a block or operation of it, a cell, what is switched off, a late number. */
const FAMILIES = {
  lenet: { model: "lenet5_mnist", block: "conv2+", cell: "conv2:3,4,4", off: "channel:conv1.2", held: "pool2:1,2,2" },
  alexnet: {
    model: "alexnet_cifar10",
    block: "features.4+",
    cell: "features.3:5,3,3",
    off: "zero:features.3",
    held: "features.10+:3,3,3",
  },
  vgg: {
    model: "vgg_bn_cifar10",
    block: "features.4+",
    cell: "features.4:5,6,6",
    off: "zero:features.4",
    held: "features.15+:3,2,2",
  },
  resnet: {
    model: "resnet20_cifar10",
    block: "layer2.0",
    cell: "layer2.0.conv2:4,6,7",
    off: "skip:layer1.1",
    held: "layer3.0:4,3,3",
  },
  vit: {
    model: "vit_cifar10",
    block: "blocks.2",
    cell: "blocks.2.norm2:4,3,3",
    off: "position:pos_embed",
    held: "blocks.4:1,3,3",
  },
  swin: {
    model: "swin_cifar10",
    block: "layers.1.blocks.1",
    cell: "layers.1.blocks.1.norm1:4,3,3",
    off: "skip:layers.1.blocks.1.add1",
    held: "layers.1.blocks.1:1,2,2",
  },
  mae: {
    model: "mae_vit_cifar10",
    block: "decoder.decoder_layers.1",
    cell: "decoder.decoder_layers.1.layernorm_before:4,3,3",
    off: "head:vit.layers.0.attention.dropout.0",
    held: "decoder.decoder_layers.1:1,3,3",
  },
  dino: {
    model: "dino_vit_cifar10",
    block: "blocks.4",
    cell: "blocks.4.norm1:4,3,3",
    off: "skip:blocks.3.add1",
    held: "blocks.4:1,3,3",
  },
};
const SIZES = { 390: 844, 1280: 720, 1920: 1080 };

const [
  families = Object.keys(FAMILIES).join(),
  widths = Object.keys(SIZES).join(),
  lang = "en",
  schemes = "light,dark",
  only = "glance,block,cell,off,held",
] = process.argv.slice(2);
const folder = path.join(ROOT, "tests/artifacts/screens", lang);
const [site, browser] = await Promise.all([startSite(), launch(), mkdir(folder, { recursive: true })]);

/** What each state adds to the address. */
const statesOf = ({ block, cell, off, held }) => ({
  glance: "",
  block: `&stage=${encodeURIComponent(block)}`,
  cell: `&stage=${encodeURIComponent(cell.split(":")[0])}&cell=${encodeURIComponent(cell)}`,
  off: `&off=${encodeURIComponent(off)}`,
  held: `&cell=${encodeURIComponent(held)}`,
});

async function shoot(page, { family, width, colorScheme, state, query }) {
  await page.goto(site.blank);
  await page.goto(`${site.url}#/explore?lang=${lang}&model=${FAMILIES[family].model}${query}`);
  await page.locator('.picture[data-drawn="all"]').waitFor();
  await page.locator('.answer-card[aria-busy="false"]').waitFor();
  if (state === "cell" || state === "held") await page.locator(".cell-card.pinned:not([hidden])").waitFor();
  if (state === "held") await page.locator(".picture[data-traced]").waitFor();
  if (state === "off") await page.locator(".off-list").waitFor();
  await page.waitForTimeout(900);
  await page.screenshot({ path: path.join(folder, `${family}-${width}-${colorScheme}-${state}.png`) });
}

try {
  for (const family of families.split(",")) {
    for (const width of widths.split(",").map(Number)) {
      for (const colorScheme of schemes.split(",")) {
        const { page, context, errors } = await openPage(browser, site.blank, {
          viewport: { width, height: SIZES[width] ?? 800 },
          colorScheme,
          reducedMotion: "reduce",
        });
        for (const [state, query] of Object.entries(statesOf(FAMILIES[family])))
          if (only.split(",").includes(state)) await shoot(page, { family, width, colorScheme, state, query });
        if (errors.length > 0) console.log(`${family} ${width} ${colorScheme}: ${errors.join("; ")}`);
        await context.close();
      }
    }
    console.log(family);
  }
} finally {
  await browser.close();
  await site.close();
}
