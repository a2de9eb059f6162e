// @ts-check
// What a run computes on, where the engine runs on WebGPU and there is a choice; and how fast each was measured to be.

import { el, fill } from "../shell/dom.js";
import { number, t } from "../shell/text.js";
import { choices } from "../figures/kit/draw.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("../engine.js").RunDevice} RunDevice */

const DEVICES = /** @type {const} */ (["cpu", "webgpu"]);

/** @param {App} app */
const hasChoice = ({ store }) => store.state.engine.info?.backend === "webgpu";

/** What a run that begins now computes on. @param {App} app @returns {{ device?: RunDevice }} */
export const deviceOf = (app) => (hasChoice(app) ? { device: app.store.state.device } : {});

/** @param {import("./history.js").Recorded | null} one */
function speeds(one) {
  const measured = DEVICES.flatMap((device) => {
    const count = one?.speedOn(device) ?? null;
    const values = { device: t(`train.device.${device}`), count: number(count ?? 0, { maximumSignificantDigits: 3 }) };
    return count === null ? [] : [t("train.device.speed", values)];
  });
  return measured.length > 0 ? `${measured.join(" · ")}. ${t("train.device.measured")}` : t("train.device.unknown");
}

/**
 * @param {App} app
 * @param {(device: RunDevice) => Promise<void>} change of the run that is shown, or of the one that will begin
 */
export function deviceChoice(app, change) {
  const { state } = app.store;
  const row = choices({
    label: t("train.device.legend"),
    options: DEVICES.map((value) => ({ value, text: t(`train.device.${value}`) })),
    value: state.device,
    change: (device) => {
      row.inert = true;
      void change(device).finally(() => {
        row.inert = false;
      });
    },
  });
  const note = el("p", { class: "quiet" });
  const node = el("div", { class: "train-device" });
  /** @param {import("./history.js").Recorded | null} one */
  const show = (one) => {
    if (!hasChoice(app)) {
      const asked = app.store.state.device === "webgpu";
      return fill(node, asked && el("p", { class: "quiet", role: "status" }, t("train.device.none")));
    }
    const device = one?.run.device ?? app.store.state.device;
    for (const input of row.querySelectorAll("input")) input.checked = input.value === device;
    note.textContent = speeds(one);
    if (row.parentNode !== node) fill(node, row, note);
  };
  /** What a link says of a run. @param {import("./history.js").Recorded} one */
  const of = ({ run }) => (hasChoice(app) ? { device: run.device } : {});
  return { node, show, of };
}
