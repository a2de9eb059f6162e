// @ts-check
// The last run of each experiment, kept in this browser as it was at a checkpoint, so that a tab that was closed can go
// on with it. Storage may be forbidden or full: then a run lasts as long as the page.

/** @typedef {import("./history.js").Recorded} Recorded */
/** @typedef {{ spec: import("../engine.js").RunSpec, metrics: import("../engine.js").Metrics[], resume: Blob }} Kept */

const PLACE = "vitrine-runs";
/** Runs reach checkpoints several times a second; so often they are written. */
const EVERY_MS = 2000;

const aboutOf = (/** @type {string} */ experiment) => `${experiment}-about`;
const checkpointOf = (/** @type {string} */ experiment) => `${experiment}-checkpoint`;

/** @param {Recorded} one */
async function keep({ run, metrics }) {
  const { spec, checkpoints } = run;
  const step = checkpoints[checkpoints.length - 1];
  const resume = await run.export({ step });
  try {
    const place = await caches.open(PLACE);
    // Written last: what was cut off before is not taken for whole.
    await place.delete(aboutOf(spec.experiment));
    await place.put(checkpointOf(spec.experiment), new Response(resume));
    const past = metrics.filter((one) => one.step <= step);
    await place.put(aboutOf(spec.experiment), Response.json({ spec, metrics: past }));
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
  const look = (/** @type {boolean} */ rests) => {
    const now = JSON.stringify([run.checkpoints.at(-1), run.spec.set]);
    if (busy || now === last || run.step === 0 || (!rests && performance.now() < next)) return;
    last = now;
    busy = true;
    next = performance.now() + EVERY_MS;
    keep(one)
      .catch((error) => Object(error).code !== "freed" && failed(error))
      .finally(() => {
        busy = false;
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
    const resume = await (await place.match(checkpointOf(experiment)))?.blob();
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
    await Promise.all([place.delete(aboutOf(experiment)), place.delete(checkpointOf(experiment))]);
  } catch {
    // Nothing was kept.
  }
}
