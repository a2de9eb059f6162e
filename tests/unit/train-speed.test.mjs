// node --test tests/unit/train-speed.test.mjs: how many steps a second a run takes, of what its reports say.
import { test } from "node:test";
import assert from "node:assert/strict";
import { Recorded } from "../../www/train/history.js";

const report = (step, ms, device) => ({ step, ms, device, networks: {} });

test("a speed is of the last reports from a device, without the first since the run moved there", () => {
  const one = new Recorded({ on: () => {} }, "Run 1");
  one.metrics = [report(1, 900, "cpu"), report(3, 100, "cpu"), report(5, 300, "cpu"), report(6, 5000, "webgpu")];
  assert.equal(one.speedOn("cpu"), 5);
  assert.equal(one.speedOn("webgpu"), null);
  one.metrics.push(report(8, 500, "webgpu"), report(9, 4000, "cpu"));
  assert.equal(one.speedOn("webgpu"), 2);
  assert.equal(one.speedOn("cpu"), 5);
  // A run that a lost worker set back has taken no steps meanwhile.
  one.metrics.push(report(7, 50, "cpu"), report(9, 100, "cpu"));
  assert.equal(one.speedOn("cpu"), 6 / 1.0);
  for (let step = 10; step < 30; step++) one.metrics.push(report(step, 250, "cpu"));
  assert.equal(one.speedOn("cpu"), 4);
});
