// node --test tests/unit/promises.test.mjs: failures that are heard elsewhere, and signals in browsers without
// AbortSignal.any.
import { test } from "node:test";
import assert from "node:assert/strict";
import { indifferent, observed, orNull } from "../../www/engine/promises.js";
import { anyOf } from "../../www/engine/signals.js";

test("a failure that is observed still reaches whoever awaits it, and nobody else", async () => {
  const unheard = [];
  const hear = (reason) => unheard.push(reason);
  process.on("unhandledRejection", hear);
  const failure = new Error("it failed");
  const promise = observed(Promise.reject(failure));
  indifferent(Promise.reject(failure));
  indifferent(undefined);
  assert.equal(await orNull(Promise.reject(failure)), null);
  assert.equal(await orNull(undefined), null);
  assert.equal(await orNull(Promise.resolve(3)), 3);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await assert.rejects(promise, failure);
  process.off("unhandledRejection", hear);
  assert.deepEqual(unheard, []);
});

for (const [how, without] of [
  ["with AbortSignal.any", false],
  ["without it", true],
]) {
  test(`a signal of several aborts with the first, and for its reason, ${how}`, (t) => {
    const { any } = AbortSignal;
    if (without) {
      delete AbortSignal.any;
      t.after(() => Object.assign(AbortSignal, { any }));
    }
    const [one, other] = [new AbortController(), new AbortController()];
    const signal = anyOf([one.signal, other.signal]);
    assert.equal(signal.aborted, false);
    other.abort("other");
    one.abort("one");
    assert.deepEqual([signal.aborted, signal.reason], [true, "other"]);
    assert.equal(anyOf([new AbortController().signal, one.signal]).reason, "one");
  });
}
