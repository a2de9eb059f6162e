// @ts-check
// The networks kept in this browser, and the way to open one's own.

import { button, el, fill } from "./dom.js";
import { forgetCheckpoint } from "./kept-checkpoint.js";
import { notify, offerUndo } from "./notices.js";
import { failureOf } from "./failure.js";
import { forgetRemoval, isLeaving, planRemoval } from "./removals.js";
import { size, t } from "./text.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").StoredItem} StoredItem */

/** @param {App} app */
export function modelsDialog(app) {
  const { store, signal } = app;
  const dialog = el("dialog", { class: "dialog", "aria-labelledby": "models-title" });
  const rows = el("ul", { class: "stored" });
  const show = () => {
    const items = store.state.stored.filter((item) => !isLeaving(item.key));
    fill(
      rows,
      items.length === 0 ? el("li", { class: "quiet" }, t("stored.none")) : items.map((item) => storedRow(item)),
    );
  };
  const storedRow = (/** @type {StoredItem} */ item) => {
    const name = item.title || item.key;
    const remove = () => {
      // What is taken away is not to be fetched again by the next visit.
      void forgetCheckpoint();
      planRemoval(item.key);
      show();
      const back = () => {
        forgetRemoval(item.key);
        show();
      };
      offerUndo(store, t("stored.removed", { name, size: size(item.bytes) }), back, () => void forget(app, item, back));
    };
    return el(
      "li",
      null,
      el("span", null, name, !item.complete && el("span", { class: "quiet" }, ` · ${t("stored.partial")}`)),
      el("span", { class: "quiet numbers" }, size(item.bytes)),
      button(t("stored.remove", { name }), remove, { icon: "close", iconOnly: true, class: "plain" }),
    );
  };
  store.show(["stored", "language"], show, signal);
  fill(
    dialog,
    el(
      "div",
      { class: "dialog-head" },
      el("h2", { id: "models-title" }, t("stored.title")),
      button(t("actions.close"), () => dialog.close(), { icon: "close", iconOnly: true, class: "plain" }),
    ),
    el("h3", null, t("stored.kept")),
    el("p", { class: "quiet" }, t("stored.keptWhy")),
    rows,
    el("h3", null, t("own.title")),
    el("p", { class: "quiet" }, t("own.what")),
    ownForm(app, dialog),
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  return dialog;
}

/** @param {App} app @param {StoredItem} item @param {() => void} back */
async function forget({ store, session }, item, back) {
  try {
    await session.engine?.remove(item.key);
  } catch (error) {
    notify(store, { kind: "error", text: t("stored.removeFailed"), detail: failureOf(error).message });
  }
  await session.refreshStored();
  back();
}

/** @param {App} app @param {HTMLDialogElement} dialog */
function ownForm({ session }, dialog) {
  const open = (/** @type {Blob[] | string} */ source) => {
    dialog.close();
    void session.open(source);
  };
  const file = el("input", {
    type: "file",
    accept: ".safetensors,.pth,.pt,.bin,.ckpt,.json",
    multiple: true,
    hidden: true,
    onchange: () => {
      if (file.files?.length) open([...file.files]);
      file.value = "";
    },
  });
  const address = el("input", {
    type: "text",
    id: "own-address",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "timm/resnet34.a1_in1k",
    "aria-describedby": "own-hint",
  });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (address.value.trim()) open(address.value.trim());
    else address.focus();
  };
  return el(
    "form",
    { class: "own", onsubmit: submit },
    el("label", { for: "own-address" }, t("own.address")),
    el("div", { class: "own-line" }, address, button(t("own.open"), submit, { class: "primary" })),
    el("p", { class: "quiet", id: "own-hint" }, t("own.hint")),
    el(
      "div",
      { class: "actions" },
      button(t("own.file"), () => file.click(), { icon: "upload" }),
      button(t("own.forget"), () => void forgetCheckpoint(), { class: "plain" }),
      file,
    ),
  );
}
