// @ts-check
// What is said of times that were measured: medians, spread, ratios of engines that took turns, and how times grow.

/** Linear between the values beside it. @param {number[]} values @param {number} share 0 to 1 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

/** @param {number[]} values */
export const median = (values) => quantile(values, 0.5);

/** The median and the quartiles around it. @param {number[]} values */
export const spread = (values) => ({
  middle: median(values),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
});

/**
 * The median of the turns' ratios, and an interval that covers the true one in about 95 of 100 measurements: the order
 * statistics around it, which need no assumption on how the times are spread.
 * @param {number[]} times
 * @param {number[]} others of the same turns
 */
export function interval(times, others) {
  const ratios = times.map((time, turn) => time / others[turn]).sort((a, b) => a - b);
  const n = ratios.length;
  const reach = Math.ceil(0.98 * Math.sqrt(n));
  const at = (/** @type {number} */ i) => ratios[Math.min(n - 1, Math.max(0, i))];
  return { middle: median(ratios), low: at(Math.floor(n / 2) - reach), high: at(Math.ceil(n / 2) + reach - 1) };
}

/**
 * How steeply y grows with x: the exponent of the power law that fits best, the slope of the least squares line through
 * the logarithms.
 * @param {number[]} xs
 * @param {number[]} ys
 */
export function exponent(xs, ys) {
  const mean = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [u, v] = [xs.map(Math.log), ys.map(Math.log)];
  const [mu, mv] = [mean(u), mean(v)];
  const along = u.reduce((sum, x, i) => sum + (x - mu) * (v[i] - mv), 0);
  const square = u.reduce((sum, x) => sum + (x - mu) ** 2, 0);
  return along / square;
}
