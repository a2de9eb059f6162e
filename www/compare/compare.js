// @ts-check
// One photo through several networks: the same living picture of each, with one camera for all of them. Of two, the
// second may be without something, and may be the same network.

import { quiet, weigh } from "../explore/answering.js";
import { copyLink, tools } from "../explore/foot.js";
import { photoCard } from "../explore/photo-card.js";
import { clamped } from "../explore/camera.js";
import { itemSwitches, labelOf, tileSwitch } from "../explore/switches.js";
import { offOf } from "../shell/off.js";
import { followUpright, isNarrow } from "../explore/upright.js";
import { agreement } from "../figures/answer/agreement.js";
import { button, el, fill } from "../shell/dom.js";
import { OWN } from "../shell/networks.js";
import { t } from "../shell/text.js";
import { NOTHING_OF_IT, writeUrl } from "../shell/url.js";
import { lane } from "./lane.js";
import { tables } from "./tables.js";

/** @typedef {import("../shell/types.js").App} App */
/** @typedef {import("./lane.js").Lane} Lane */
/** @typedef {import("../explore/scene.js").Camera} Camera */
/** @typedef {Pick<import("../engine.js").CatalogueEntry, "id" | "title" | "labels" | "capabilities"> & { channels: number }} Network */

/** @param {App} app */
export function compareRoute(app) {
  const { store, session, photos, signal } = app;
  const rows = el("div", { class: "lanes" });
  const picker = el("fieldset", { class: "compare-networks" });
  const says = el("p", { class: "compare-agreement", "aria-live": "polite" });
  /** @type {Map<string, Lane>} by place and network */
  let lanes = new Map();
  /** @type {Camera} */
  let camera = cameraOf(store.state.view);
  const all = () => [...lanes.values()];
  const last = () => all().at(-1) ?? null;

  /** Networks that can be compared: those that ship, and the visitor's own once it is open. @returns {Network[]} */
  const offered = () => {
    const own = session.models?.own;
    const shipped = store.state.engine.entries.filter(({ embedded }) => embedded);
    return [
      ...shipped.map(({ id, title, labels, capabilities, input }) => ({
        id,
        title,
        labels,
        capabilities,
        channels: input.channels,
      })),
      ...(own ? [{ ...own.info, id: OWN, channels: own.info.input.channels }] : []),
    ];
  };
  /** The networks of the address; where it names none, all that read colours. */
  const chosen = () => {
    const known = offered();
    const asked = store.state.models.split(",").flatMap((id) => known.find((one) => one.id === id) ?? []);
    return asked.length > 0 ? asked : known.filter(({ channels }) => channels === 3);
  };
  const choose = (/** @type {string[]} */ ids) => store.set({ models: ids.join(","), apart: "", cell: "" });

  /** What is off of the last of two networks, of that which it has. */
  const apart = () => {
    const own = lanes.size === 2 ? last() : null;
    const stages = new Set(own?.view.model?.stages.map(({ name }) => name));
    return store.state.apart.split(",").filter((name) => name && stages.has(offOf(name).stage));
  };
  const toggle = (/** @type {string} */ name) => {
    const now = apart();
    const next = now.includes(name) ? now.filter((other) => other !== name) : [...now, name];
    store.set({ apart: next.join(",") });
  };
  const back = () => store.set({ apart: "" });

  const parts = partTools(() => (lanes.size === 2 ? last() : null), apart, toggle);

  const follow = (/** @type {Lane | null} */ from) => {
    for (const one of all()) if (one !== from) one.view.follow(camera);
  };
  const link = (/** @type {Lane} */ one) => {
    const { view } = one;
    view.moves((now) => {
      camera = now;
      follow(one);
    });
    view.watch(() => one === last() && parts.show());
    view.settles(() => {
      store.set({ view: viewOf(camera) });
      for (const other of all()) void weigh(other.view, signal).catch(quiet);
    });
    view.depths((share) => {
      for (const other of all()) if (other !== one) other.view.mark(share);
    });
    view.switches((item, channel) => {
      const off = one === last() ? apart() : [];
      if (off.length === 0) return false;
      if (channel < 0) return off.includes(`skip:${item.stage.replace(/\.add$/, "")}`);
      const name = tileSwitch(item, channel);
      return name !== null && off.includes(name);
    });
    const second = () => lanes.size === 2 && one === last();
    view.skips((sum) => second() && toggle(`skip:${sum.replace(/\.add$/, "")}`));
    view.cells((cell, tapped) => {
      const name = cell && tapped && second() ? tileSwitch(cell.item, cell.channel) : null;
      if (name) toggle(name);
    });
  };

  let ticket = 0;
  /** Computes one network after the other: the first is seen soonest. @param {Lane[]} which */
  const compute = async (which) => {
    const mine = ++ticket;
    const photo = store.state.picture?.blob;
    if (!photo || store.state.engine.status !== "ready") return;
    for (const one of which) {
      const off = one === last() ? apart() : [];
      await one.show(photo, off, off.map(offOf));
      if (mine !== ticket || signal.aborted) return;
      // What is off of a network can only be told once it is there.
      if (one === last() && off.length === 0 && apart().length > 0) await one.show(photo, apart(), apart().map(offOf));
      one.view.follow(camera);
      // A network beside itself has nobody to agree with.
      const several = new Set(all().map(({ id }) => id)).size > 1;
      fill(says, several ? agreement(all().flatMap(({ label }) => label ?? [])).text : "");
    }
    rows.dataset.done = String(Number(rows.dataset.done ?? 0) + 1);
  };
  const arrange = () => {
    if (store.state.engine.status !== "ready")
      return void fill(rows, el("p", { class: "quiet" }, t("answer.starting")));
    const wanted = chosen();
    /** @type {Map<string, Lane>} */
    const next = new Map();
    /** @type {Lane[]} */
    const fresh = [];
    for (const [index, { id, title }] of wanted.entries()) {
      const key = `${wanted.slice(0, index).filter((one) => one.id === id).length} ${id}`;
      const known = lanes.get(key);
      const one =
        known ??
        lane(
          app,
          {
            index,
            id,
            title,
            model: async () => (id === OWN ? /** @type {any} */ (session.models?.own) : session.models?.get(id)),
            href: () =>
              writeUrl({
                ...store.state,
                ...NOTHING_OF_IT,
                view: viewOf(camera),
                tab: "",
                route: "explore",
                model: id,
              }),
          },
          { toggle, back },
        );
      if (!known) fresh.push(one);
      next.set(key, one);
    }
    for (const [key, one] of lanes) if (!next.has(key)) one.close();
    const grown = lanes.size !== next.size;
    lanes = next;
    fill(rows, ...all().map(({ node }) => node));
    rows.dataset.count = String(lanes.size);
    fresh.forEach(link);
    parts.show();
    fillPicker(picker, offered(), wanted, choose);
    for (const one of all()) one.view.draw();
    // With another count the last one is another, or no longer the one that may be without something.
    void compute(grown ? all() : fresh);
  };
  store.show(["models"], arrange, signal);
  store.on(["engine"], () => store.state.engine.status !== "ready" || lanes.size > 0 || arrange(), signal);
  store.on(["picture"], () => void compute(all()), signal);
  store.on(
    ["apart"],
    () => {
      const one = last();
      if (one) void compute([one]);
    },
    signal,
  );
  store.on(
    ["view"],
    ({ view }) => {
      if (view === viewOf(camera)) return;
      camera = cameraOf(view);
      follow(null);
    },
    signal,
  );
  signal.addEventListener("abort", () => all().forEach((one) => one.close()));
  const photo = photoCard(app);
  const figures = tables(app, chosen);
  if (!store.state.picture) void photos.followUrl();
  figures.show();
  const place = el(
    "div",
    { class: "explore compare" },
    el("div", { class: "compare-head" }, el("h1", { class: "visually-hidden" }, t("compare.title")), picker, says),
    el("div", { class: "explore-main" }, el("div", { class: "compare-photo" }, photo.node), rows, figures.node),
    el(
      "div",
      { class: "explore-foot" },
      beforeAndAfter(app, chosen, choose),
      parts.node,
      el("span", { class: "foot-space" }),
      copyLink(app),
      figures.open,
      tools({
        zoom: (by) => all()[0]?.view.zoom(by),
        go: (item) => all()[0]?.view.go(item),
      }),
    ),
  );
  followUpright(place, place, signal, isNarrow);
  return place;
}

/** @param {string} view @returns {Camera} */
function cameraOf(view) {
  const [from, to] = view.split("-").map(Number);
  return view && to > from ? clamped({ from, to }, 1e-6) : { from: 0, to: 1 };
}

/** @param {Camera} camera */
const viewOf = ({ from, to }) => (to - from > 0.995 ? "" : `${from.toFixed(5)}-${to.toFixed(5)}`);

/**
 * @param {HTMLElement} picker @param {Network[]} networks @param {Network[]} chosen @param {(ids: string[]) => void}
 * choose
 */
function fillPicker(picker, networks, chosen, choose) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.network;
  const has = (/** @type {string} */ id) => chosen.some((one) => one.id === id);
  const boxes = networks.map(({ id, title }) => {
    const only = has(id) && new Set(chosen.map((one) => one.id)).size === 1;
    const box = el("input", { type: "checkbox", "data-network": id, checked: has(id), disabled: only });
    box.addEventListener("change", () =>
      choose(networks.map((one) => one.id).filter((other) => (other === id ? box.checked : has(other)))),
    );
    return el("label", { class: "toggle" }, box, el("span", null, title));
  });
  fill(picker, el("legend", { class: "visually-hidden" }, t("compare.networks")), boxes);
  if (focused) /** @type {HTMLElement | null} */ (picker.querySelector(`[data-network="${focused}"]`))?.focus();
}

/**
 * The same network twice, so that one of them can be without something. @param {App} app @param {() => Network[]}
 * chosen @param {(ids: string[]) => void} choose
 */
function beforeAndAfter({ store, signal }, chosen, choose) {
  const twice = () => {
    const ids = store.state.models.split(",");
    return ids.length === 2 && ids[0] === ids[1];
  };
  const node = button(
    t("compare.twice"),
    () => {
      const id = chosen().find((one) => one.id === store.state.model)?.id ?? chosen()[0]?.id;
      if (twice()) choose([]);
      else if (id) choose([id, id]);
    },
    { class: "plain twice", title: t("compare.twiceHint") },
  );
  store.show(["models"], () => node.setAttribute("aria-pressed", String(twice())), signal);
  return node;
}

/**
 * What the second of two networks can be without where the camera is.
 * @param {() => Lane | null} second @param {() => string[]} apart @param {(name: string) => void} toggle
 */
function partTools(second, apart, toggle) {
  const node = el("div", { class: "item-tools", role: "group", "aria-label": t("compare.apart"), hidden: true });
  let shown = "";
  const show = () => {
    const one = second();
    const item = one?.view.path().at(-1) ?? null;
    const key = `${one?.view.model ? one.id : ""} ${item?.id} ${apart().join()}`;
    if (key === shown) return;
    shown = key;
    const names = one?.view.scene && item ? itemSwitches(item, one.view.scene) : [];
    node.hidden = !one;
    fill(
      node,
      el("span", { class: "quiet" }, t(names.length > 0 ? "compare.apart" : "compare.apartHint")),
      names.slice(0, 4).map((name) =>
        button(labelOf(name), () => toggle(name), {
          class: "plain switch",
          "aria-pressed": String(apart().includes(name)),
        }),
      ),
    );
  };
  return { node, show };
}
