// @ts-check
// The places of the page. A row here makes the place and its link in the navigation; there is no link without a place.

import { exploreRoute } from "../explore/explore.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {{ id: string, title: string, build: (app: App) => HTMLElement | Promise<HTMLElement> }} Route */

/** Whether a place shows one figure and nothing else. @param {App} app */
const alone = ({ store }) => store.state.alone === "1" && store.state.figure !== "";

/** `title` is a key of the text table. @type {Route[]} */
export const ROUTES = [
  {
    id: "explore",
    title: "nav.explore",
    build: (app) =>
      alone(app)
        ? import("../explore/alone.js").then(({ questionAlone }) => questionAlone(app, app.store.state.figure))
        : exploreRoute(app),
  },
  {
    id: "compare",
    title: "nav.compare",
    build: async (app) =>
      alone(app)
        ? (await import("../compare/alone.js")).comparisonAlone(app, app.store.state.figure)
        : (await import("../compare/compare.js")).compareRoute(app),
  },
  {
    id: "lessons",
    title: "nav.lessons",
    build: async (app) => (await import("../lessons/lessons.js")).lessonsRoute(app),
  },
  {
    id: "train",
    title: "nav.train",
    build: async (app) => (await import("../train/train.js")).trainRoute(app),
  },
  {
    id: "numbers",
    title: "nav.numbers",
    build: async (app) => (await import("../measured/measured.js")).numbersRoute(app),
  },
];

/** A place that is no more opens the first. @param {string} id @returns {Route} */
export const routeOf = (id) => ROUTES.find((route) => route.id === id) ?? ROUTES[0];
