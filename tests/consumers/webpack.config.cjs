module.exports = {
  mode: "production",
  entry: "./app.js",
  optimization: { minimize: false },
  performance: { hints: false },
};
