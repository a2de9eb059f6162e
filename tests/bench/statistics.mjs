/** Medians and intervals of times that were measured in turn. */

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

export function median(values) {
  return quantile(values, 0.5);
}

/**
 * The median of the turns' ratios, and an interval that covers the true one in about 95 of 100 measurements: the order
 * statistics around it, which need no assumption on how the times are spread.
 */
export function interval(times, others) {
  const ratios = times.map((time, turn) => time / others[turn]).sort((a, b) => a - b);
  const n = ratios.length;
  const reach = Math.ceil(0.98 * Math.sqrt(n));
  const at = (i) => ratios[Math.min(n - 1, Math.max(0, i))];
  return { middle: median(ratios), low: at(Math.floor(n / 2) - reach), high: at(Math.ceil(n / 2) + reach - 1) };
}
