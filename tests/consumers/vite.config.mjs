export default {
  base: "./",
  logLevel: "warn",
  worker: { format: "es" },
  build: { target: "es2022", modulePreload: { polyfill: false } },
};
