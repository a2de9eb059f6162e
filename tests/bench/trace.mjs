/** Tasks of a page's own thread, out of Chromium's trace. */

/** The thread that the page's scripts run on: the renderer's main one with the most of them. */
function mainThread(events) {
  const named = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const scripts = new Map(named.map(({ pid, tid }) => [`${pid} ${tid}`, 0]));
  for (const { name, pid, tid } of events) {
    const key = `${pid} ${tid}`;
    if (name === "FunctionCall" && scripts.has(key)) scripts.set(key, scripts.get(key) + 1);
  }
  return [...scripts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/**
 * All tasks, those that computed longest first, in milliseconds: `wall` from beginning to end, `cpu` for which the
 * thread had a core.
 */
export function tasksOf(events) {
  const thread = mainThread(events);
  return events
    .filter(({ name, ph, pid, tid }) => ph === "X" && /RunTask$/.test(name) && `${pid} ${tid}` === thread)
    .map(({ ts, dur, tdur = 0, pid, tid }) => ({ ts, dur, pid, tid, wall: dur / 1000, cpu: tdur / 1000 }))
    .sort((a, b) => b.cpu - a.cpu);
}

/** What a task spent its time with, as words: the longest kinds of parts, each with what it computed by itself. */
export function partsOf(events, task) {
  const inside = events
    .filter(
      ({ ph, ts, dur = 0, pid, tid }) =>
        ph === "X" && pid === task.pid && tid === task.tid && ts >= task.ts && ts + dur <= task.ts + task.dur,
    )
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const own = new Map();
  const open = [];
  for (const event of inside) {
    while (open.length > 0 && open.at(-1).ts + open.at(-1).dur <= event.ts) open.pop();
    const took = (event.tdur ?? 0) / 1000;
    own.set(event.name, (own.get(event.name) ?? 0) + took);
    const outer = open.at(-1);
    if (outer) own.set(outer.name, own.get(outer.name) - took);
    open.push(event);
  }
  const longest = [...own].sort((a, b) => b[1] - a[1]).slice(0, 5);
  return longest.map(([name, ms]) => `${name} ${ms.toFixed(1)}`).join(", ");
}
