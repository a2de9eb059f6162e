// @ts-check
// The last run of each experiment, kept in this browser as it was at a checkpoint, so that a tab that was closed can go
// on with it. Storage may be forbidden or full: then a run lasts as long as the page.

/** @typedef {import("./history.js").Recorded} Recorded */
/** @typedef {{ spec: import("../engine.js").RunSpec, metrics: import("../engine.js").Metrics[], resume: Blob }} Kept */

const PLACE = "vitrine-runs";
/** Runs reach checkpoints several times a second; so often they are written. */
const EVERY_MS = 2000;

const aboutOf = (/** @type {string} */ experiment) => `${experiment}-about`;
/** Two places, so that one is whole at any moment. */
const checkpointOf = (/** @type {string} */ experiment, /** @type {number} */ slot) =>
  `${experiment}-checkpoint-${slot}`;

/** @param {Recorded} one */
async function keep({ run, metrics }) {
  const { spec, checkpoints } = run;
  const step = checkpoints[checkpoints.length - 1];
  const resume = await run.export({ step });
  try {
    const place = await caches.open(PLACE);
    const { experiment } = spec;
    const before = await (await place.match(aboutOf(experiment)))?.json();
    const slot = before?.slot === 0 ? 1 : 0;
    await place.put(checkpointOf(experiment, slot), new Response(resume));
    const past = metrics.filter((one) => one.step <= step);
    // Only now does it take the place of the last one: a tab may be closed at any moment.
    await place.put(aboutOf(experiment), Response.json({ spec, metrics: past, slot }));
    await place.delete(checkpointOf(experiment, 1 - slot));
  } catch {
    // Private browsing, or the disk is full: half of a run is none.
    await forgetRun(spec.experiment);
  }
}

/**
 * Keeps a run whenever it has reached another checkpoint, and where it rests. What learns from the visitor's photos is
 * not kept: these do not survive the page either.
 * @param {Recorded} one @param {(error: unknown) => void} failed
 * @returns {() => void} stops it
 */
export function keepRun(one, failed) {
  const { run } = one;
  if (run.spec.groups?.length) return () => {};
  let last = "";
  let next = 0;
  let busy = false;
  /** A rest that came while something was being written. */
  let waits = false;
  const look = (/** @type {boolean} */ rests) => {
    if (busy) waits ||= rests;
    const now = JSON.stringify([run.checkpoints.at(-1), run.spec.set]);
    if (busy || now === last || run.step === 0 || (!rests && performance.now() < next)) return;
    last = now;
    waits = false;
    busy = true;
    next = performance.now() + EVERY_MS;
    keep(one)
      .catch((error) => Object(error).code !== "freed" && failed(error))
      .finally(() => {
        busy = false;
        if (waits) look(true);
      });
  };
  const ends = [
    run.on("metrics", () => look(false)),
    run.on("state", ({ state }) => state !== "running" && state !== "failed" && look(true)),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** @param {string} experiment @returns {Promise<Kept | null>} */
export async function keptRun(experiment) {
  try {
    if (!(await caches.has(PLACE))) return null;
    const place = await caches.open(PLACE);
    const about = await (await place.match(aboutOf(experiment)))?.json();
    const resume = about && (await (await place.match(checkpointOf(experiment, about.slot)))?.blob());
    return about && resume ? { ...about, resume } : null;
  } catch {
    // Where storage is forbidden nothing was kept.
    return null;
  }
}

/** @param {string} experiment */
export async function forgetRun(experiment) {
  try {
    const place = await caches.open(PLACE);
    const names = [aboutOf(experiment), checkpointOf(experiment, 0), checkpointOf(experiment, 1)];
    await Promise.all(names.map((name) => place.delete(name)));
  } catch {
    // Nothing was kept.
  }
}
