// node --test tests/unit/picture.test.mjs: where tiles and cards of the picture stand.
import { test } from "node:test";
import assert from "node:assert/strict";
import { lossText } from "../../www/explore/made.js";
import { eachItsOwn, orderOf } from "../../www/explore/order.js";
import { pathsFor } from "../../www/explore/paths.js";
import { keptInSight, seenArea } from "../../www/explore/place.js";
import { placeFor } from "../../www/explore/placing.js";
import { opensAt } from "../../www/explore/scene.js";
import { stations } from "../../www/explore/trace.js";

const frame = { upright: false, strip: { x: 100, y: 0, width: 800, height: 500 } };
const item = (kind, more = {}) => ({ kind, parts: [], count: 4, tiles: "maps", id: kind, shows: kind, ...more });
const tiles = (channels) => ({ channels });
const places = Array.from({ length: 3 }, (_, i) => ({ x: 200, y: 60 * i, width: 50, height: 50 }));
const order = (channels, source) => orderOf(item("norm"), tiles(channels), places, null, frame.strip, source);

test("a map stands beside the one that it is made of, and no map twice", () => {
  assert.deepEqual(order([7, 5, 9, 2], []), [0, 1, 2]);
  assert.deepEqual(order([7, 5, 9, 2], [9, 7, 5]), [2, 0, 1]);
  // Map 2 is known and has no place yet; map 8 is not known.
  assert.deepEqual(order([7, 5, 9, 2], [2, 8, 7]), [3, 1, 0]);
});

test("a normalization makes each map of one, a convolution and a change of width of many", () => {
  assert.ok(eachItsOwn(item("conv"), item("norm")));
  assert.ok(!eachItsOwn(item("norm"), item("conv")));
  assert.ok(!eachItsOwn(item("conv"), item("reshape", { count: 16 })));
  assert.ok(!eachItsOwn(item("conv"), item("block", { parts: [item("add")] })));
});

test("of a column that begins before the screen, what is seen has the tiles; what is hardly seen keeps its room", () => {
  assert.deepEqual(seenArea(frame, { x: -500, y: 0, width: 800, height: 400 }), {
    x: 108,
    y: 0,
    width: 192,
    height: 400,
  });
  const little = { x: -500, y: 0, width: 650, height: 400 };
  assert.equal(seenArea(frame, little), little);
  const inside = { x: 200, y: 0, width: 300, height: 400 };
  assert.equal(seenArea(frame, inside), inside);
});

test("tiles go along with the edge, and never out of their column", () => {
  const at = (area) => keptInSight(frame, area, [{ x: 60, y: 0, width: 50, height: 50 }])[0].x;
  assert.equal(at({ x: 0, y: 0, width: 300, height: 50 }), 108);
  assert.equal(at({ x: 0, y: 0, width: 130, height: 50 }), 80);
  const right = { ...frame, sight: { ...frame.strip, width: 300 } };
  const wide = { x: 200, y: 0, width: 600, height: 50 };
  assert.equal(keptInSight(right, wide, [{ x: 450, y: 0, width: 100, height: 50 }])[0].x, 292);
});

test("a card covers neither number, windows, photo nor answer where there is room", () => {
  const stage = { width: 1280, height: 560 };
  const ends = [
    { x: 28, y: 180, width: 205, height: 205 },
    { x: 1047, y: 100, width: 205, height: 320 },
  ];
  const windows = [
    { x: 300, y: 100, width: 40, height: 40 },
    { x: 300, y: 380, width: 40, height: 40 },
  ];
  const card = { width: 390, height: 420 };
  const meets = ({ x, y }, rect) =>
    x < rect.x + rect.width && rect.x < x + card.width && y < rect.y + rect.height && rect.y < y + card.height;
  for (const x of [480, 520, 600, 620, 790, 860, 950]) {
    for (const y of [20, 250, 500]) {
      const cell = { x, y, width: 8, height: 8 };
      const place = placeFor(card, stage, {
        cell,
        tile: { x: x - 20, y: y - 20, width: 80, height: 80 },
        windows,
        ends,
      });
      assert.ok(
        place.x >= 0 && place.y >= 0 && place.x <= 890 && place.y <= 140,
        `${x}, ${y}: ${JSON.stringify(place)}`,
      );
      for (const rect of [cell, ...windows, ...ends])
        assert.ok(!meets(place, rect), `${x}, ${y}: ${JSON.stringify(place)} covers ${JSON.stringify(rect)}`);
    }
  }
});

test("a column opens where its parts have room, and none does at first glance however wide the screen is", () => {
  assert.equal(opensAt(8, 800, false), 8 * 62);
  // Six columns of equal width, each of two operations, as LeNet's.
  for (const length of [700, 1200, 2000]) assert.ok(opensAt(2, length, false) > length / 6, `${length} pixels`);
  assert.ok(opensAt(2, 2000, false) < 0.5 * 2000);
});

test("two losses are told in as few digits as tell them apart", () => {
  assert.equal(lossText(0.51234), "0.512");
  assert.equal(lossText(0.51234, 0.6), "0.512");
  assert.equal(lossText(0.51234, 0.51239), "0.5123");
  assert.equal(lossText(0.51239, 0.51234), "0.5124");
  assert.equal(lossText(0.5, 0.5), "0.5");
});

test("a window stands on the same share of every tile before a cell, and lines lead through the map that weighs most", () => {
  const column = (id, from, more = {}) => ({
    item: item("conv", { id, shows: id, stage: id, x: [from, from + 0.1], grid: [8, 8], ...more }),
    tiles: tiles([4, 6, 5]),
    places,
    order: [0, 2, 1],
  });
  const field = (stage, shares) => ({ stage, data: [], shape: [8, 16], box: null, shares });
  const window = { x: 4, y: 2, width: 8, height: 4 };
  const found = (stage, shares) => [stage, { field: field(stage, shares), window }];
  const columns = [column("a", 0), column("b", 0.1), column("c", 0.2), column("d", 0.3)];
  const lit = {
    cell: { item: columns[2].item, channel: 0, row: 0, column: 0 },
    windows: [{ stage: "b", channel: 6 }],
  };
  const trace = { stages: new Map([found("a", { 4: 1, 5: 3, 6: 2 }), found("b", { 4: 9 }), found("d", {})]) };
  const [a, b, ...more] = stations(columns, lit, trace);
  assert.equal(more.length, 0, "what comes after the cell has none");
  assert.deepEqual(a.windows[1], { x: 212.5, y: 72.5, width: 25, height: 25 });
  // Of the first the map with the largest share, in the second place; of the second the one that the number reads.
  assert.deepEqual([a.main, a.direct, b.main, b.direct], [1, false, 2, true]);
});

test("columns of one parent are told by as many parts of their paths, in letters that are read with ease", () => {
  const paths = (width, ...names) => pathsFor(names.map((name) => ({ name, width, seen: width })));
  assert.deepEqual(paths(90, "features.8", "features.11"), ["features.8", "features.11"]);
  // The first alone would fit.
  assert.deepEqual(paths(70, "features.8", "features.11"), [".8", ".11"]);
  assert.deepEqual(paths(70, "features.8", "classifier.11"), ["features.8", ".11"]);
  const long = "decoder.decoder_layers.1.layernorm_before";
  assert.deepEqual(paths(300, long), [long]);
  assert.deepEqual(paths(120, long), ["layernorm_before"]);
  // In the smallest letters; what has no room in them either is left out, never cut.
  assert.deepEqual(paths(86, long), ["layernorm_before"]);
  assert.deepEqual(paths(60, long), [""]);
});

test("a column that goes on beyond the screen leaves the paths of the others as they are", () => {
  const columns = [
    { name: "features.3", width: 200, seen: 40 },
    { name: "features.4", width: 200, seen: 200 },
  ];
  assert.deepEqual(pathsFor(columns), [".3", "features.4"]);
});
