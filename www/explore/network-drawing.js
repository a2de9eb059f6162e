// @ts-check
// The network as a picture: the whole, or one block after the other from within, with what each part costs.

import { architecture } from "../figures/kit/architecture.js";
import { frame } from "../figures/kit/figure.js";
import { button, el, fill } from "../shell/dom.js";
import { failureOf, failureText, isAborted } from "../shell/failure.js";
import { connected, drawnStages, enclosing, hasParts } from "./stage-list.js";
import { t } from "../shell/text.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("../shell/types.js").Model} Model */
/** @typedef {import("./stage-list.js").Stage} Stage */

/** @param {App} app @param {Model} model @param {Stage[]} stages */
export function networkDrawing(app, model, stages) {
  const { store, signal } = app;
  /** @type {Map<string, number> | undefined} */
  let ms;
  const line = () => drawnStages(stages, store.state.part);
  const data = () => ({
    stages: connected(line(), stages),
    title: store.state.part || model.info.title,
    chosen: store.state.stage,
    ms,
  });
  const title = () => t("inside.drawing", { network: data().title });
  const drawing = frame({
    view: architecture,
    data: data(),
    title: title(),
    origin: "computed",
    signal,
    onChoose: ({ column }) => choose(line()[column]),
  });
  // A block that is already chosen opens.
  const choose = (/** @type {Stage} */ stage) => {
    const opens = store.state.stage === stage.name && hasParts(stage, stages);
    store.set(opens ? { part: stage.name } : { stage: stage.name, channel: 0, head: 0 });
  };
  const redraw = () => drawing.update(data(), title());
  store.on(["stage", "part"], redraw, signal);
  const measured = (/** @type {Map<string, number>} */ times) => {
    ms = times;
    redraw();
  };
  return el("div", { class: "architecture" }, path(app, model, stages), drawing.node, timing(app, model, measured));
}

/** Where the drawing is: the network, and the blocks that one went into. @param {App} app @param {Model} model @param {Stage[]} stages */
function path({ store, signal }, model, stages) {
  const row = el("nav", { class: "zoom-path", "aria-label": t("inside.zoom") });
  store.show(
    ["part", "stage"],
    ({ part, stage }) => {
      const steps = ["", ...(part ? [...enclosing(part, stages), part] : [])];
      const own = stages.find(({ name }) => name === stage);
      const opens = own && stage !== part && hasParts(own, stages);
      fill(
        row,
        steps.map((name) =>
          button(name || model.info.title, () => store.set({ part: name }), {
            class: "plain",
            "aria-current": name === part ? "location" : null,
          }),
        ),
        opens
          ? button(t("inside.zoomIn", { name: stage }), () => store.set({ part: stage }), { class: "plain zoom-in" })
          : null,
      );
    },
    signal,
  );
  return row;
}

/** Times the stages when asked. @param {App} app @param {Model} model @param {(ms: Map<string, number>) => void} done */
function timing({ store, signal }, model, done) {
  const status = el("span", { class: "quiet", role: "status" });
  const measure = async () => {
    const { picture } = store.state;
    if (!picture) return;
    go.disabled = true;
    status.textContent = t("inside.timing");
    try {
      const rows = /** @type {{ stage: string, ms: number }[]} */ (
        await model.call("stageTimes", {}, picture.blob, { signal })
      );
      if (signal.aborted) return;
      done(new Map(rows.map(({ stage, ms }) => [stage, ms])));
      status.textContent = t("inside.timed", {
        device: store.state.engine.info?.backend === "webgpu" ? "WebGPU" : "CPU",
      });
    } catch (error) {
      if (!signal.aborted && !isAborted(error)) status.textContent = failureText(failureOf(error));
    }
    go.disabled = false;
  };
  const go = button(t("inside.time"), () => void measure(), { class: "plain" });
  return el("div", { class: "actions" }, go, status);
}
