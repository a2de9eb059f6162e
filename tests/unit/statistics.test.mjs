// node --test tests/unit/statistics.test.mjs: what is said of times that were measured, against counts by hand.
import { test } from "node:test";
import assert from "node:assert/strict";
import { exponent, interval, median, quantile, spread } from "../../www/measured/statistics.js";

test("quantiles lie between the values, whatever their order", () => {
  assert.equal(median([5, 1, 3]), 3);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(quantile([10, 20, 30, 40, 50], 0.25), 20);
  assert.equal(quantile([7], 0.9), 7);
  assert.deepEqual(spread([1, 2, 3, 4, 5]), { middle: 3, low: 2, high: 4 });
});

test("a ratio is of the same turn, so that what slows both engines down does not count", () => {
  const busy = [1, 5, 1, 9, 2, 1];
  const { middle, low, high } = interval(
    busy.map((load) => 6 * load),
    busy.map((load) => 10 * load),
  );
  for (const value of [middle, low, high]) assert.ok(Math.abs(value - 0.6) < 1e-12, `${value}`);
});

test("the interval holds the median's ratio in about 95 of 100 measurements", () => {
  // mulberry32: the same measurements every time.
  let state = 7;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  for (const turns of [12, 15, 20, 40]) {
    let held = 0;
    for (let measurement = 0; measurement < 2000; measurement++) {
      // Ratios around 1, skewed: e^u with u from -1 to 1, whose median is 1.
      const times = Array.from({ length: turns }, () => Math.exp(2 * random() - 1));
      const { low, high } = interval(times, Array(turns).fill(1));
      if (low <= 1 && 1 <= high) held += 1;
    }
    assert.ok(held / 2000 > 0.93 && held / 2000 < 0.995, `${turns} turns: ${held / 2000}`);
  }
});

test("the exponent of a power law is found, also where times scatter around it", () => {
  const sizes = [112, 168, 224, 336, 448];
  assert.ok(
    Math.abs(
      exponent(
        sizes,
        sizes.map((size) => 3 * size ** 2),
      ) - 2,
    ) < 1e-12,
  );
  assert.ok(Math.abs(exponent(sizes, Array(5).fill(4))) < 1e-12);
  const scattered = sizes.map((size, i) => size ** 3 * (i % 2 ? 1.1 : 0.9));
  assert.ok(Math.abs(exponent(sizes, scattered) - 3) < 0.2);
});
