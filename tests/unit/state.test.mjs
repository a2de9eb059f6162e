// node --test tests/unit/state.test.mjs: who listens to the page's state, and for how long.
import { test } from "node:test";
import assert from "node:assert/strict";
import { Store } from "../../www/shell/state.js";

test("a listener hears of its keys until its signal aborts", () => {
  const store = new Store({ photo: "cat", model: "resnet" });
  const control = new AbortController();
  const heard = [];
  store.on(["photo"], ({ photo }) => heard.push(photo), control.signal);
  store.set({ model: "vit" });
  store.set({ photo: "dog" });
  control.abort();
  store.set({ photo: "moose" });
  assert.deepEqual(heard, ["dog"]);
  assert.equal(store.listeners.size, 0);
});

test("what is built for a place that has been left does not listen for ever", () => {
  const store = new Store({ photo: "cat" });
  store.on(["photo"], () => assert.fail("it hears"), AbortSignal.abort());
  store.set({ photo: "dog" });
  assert.equal(store.listeners.size, 0);
});
