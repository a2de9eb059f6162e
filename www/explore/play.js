// @ts-check
// The computation, watched: light goes through the columns one after the other; inside an operation its window slides
// over the map and fills it, each step with its real numbers.

import { button, el, fill } from "../shell/dom.js";
import { isAborted } from "../shell/failure.js";
import { t } from "../shell/text.js";

/** Milliseconds of a step, from slow to fast. */
const SPEEDS = [900, 320, 90];
/** Seconds that the light takes through all that is on the screen, from slow to fast. */
const SWEEPS = [14, 7, 3];

/**
 * @param {import("./picture.js").Picture} view
 * @param {ReturnType<typeof import("./cell-card.js").cellCard>} card
 * @param {() => void} begin what was chosen before is let go
 * @param {AbortSignal} signal
 */
export function player(view, card, begin, signal) {
  let playing = false;
  let speed = 1;
  let timer = 0;
  /** @type {{ item: import("./scene.js").Item, channel: number, cell: number } | null} */
  let at = null;

  /** The single operation under the camera, with the map that is filled. */
  const subject = () => {
    const item = view.path().at(-1);
    const column = view.columns.find((one) => one.item === item);
    if (!item || item.parts.length > 0 || !column?.tiles || item.tiles === "table") return null;
    return { item, channel: column.tiles.channels[0] };
  };
  const stop = () => {
    playing = false;
    clearTimeout(timer);
    show();
  };
  const end = () => {
    stop();
    at = null;
    view.reveal(null);
  };
  const cells = () => (at ? (at.item.tiles === "vector" ? at.item.count : at.item.grid[0] * at.item.grid[1]) : 0);
  const step = async () => {
    const now = subject();
    if (!now) return;
    if (!at || at.item !== now.item || at.cell + 1 >= cells()) at = { ...now, cell: -1 };
    at.cell++;
    const columns = at.item.tiles === "vector" ? 1 : at.item.grid[1];
    const vector = at.item.tiles === "vector";
    begin();
    view.reveal({ item: at.item, channel: at.channel, cells: at.cell + 1 });
    await card.follow({
      item: at.item,
      channel: vector ? at.cell : at.channel,
      row: vector ? 0 : Math.floor(at.cell / columns),
      column: vector ? 0 : at.cell % columns,
      value: Number.NaN,
    });
  };
  const run = async () => {
    const begun = performance.now();
    try {
      await step();
    } catch (error) {
      if (!isAborted(error)) return end();
    }
    if (!playing || signal.aborted) return;
    if (!at || at.cell + 1 >= cells()) return stop();
    timer = setTimeout(() => void run(), Math.max(0, SPEEDS[speed] - (performance.now() - begun)));
  };
  const toggle = () => {
    if (playing) return stop();
    if (!subject()) return view.sweep(SWEEPS[speed]);
    playing = true;
    show();
    void run();
  };
  const row = el("div", { class: "player-tools", role: "group", "aria-label": t("play.title") });
  const rate = el(
    "select",
    { "aria-label": t("play.speed"), onchange: () => take() },
    SPEEDS.map((_, i) => el("option", { value: i, selected: i === speed }, t(`play.speeds.${i}`))),
  );
  const take = () => {
    speed = Number(rate.value);
  };
  const show = () => {
    const label = playing ? t("play.pause") : t("play.play");
    fill(
      row,
      button(label, toggle, { icon: playing ? "pause" : "play", iconOnly: true, class: "plain play" }),
      button(t("play.step"), () => void step().catch((error) => isAborted(error) || end()), {
        icon: "chevron",
        iconOnly: true,
        class: "plain",
      }),
      rate,
    );
  };
  show();
  let shown = "";
  view.watch(() => {
    const key = view.path().at(-1)?.id ?? "";
    if (key === shown) return;
    shown = key;
    if (at) end();
  });
  signal.addEventListener("abort", () => clearTimeout(timer));
  return row;
}
