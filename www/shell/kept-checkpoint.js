// @ts-check
// The visitor's own checkpoint, kept in this browser so that it is still there after a reload: its address, or its
// files. Storage may be forbidden or too small: then it lasts as long as the page.

const PLACE = "vitrine-checkpoint";
const ABOUT = "about";

/** @typedef {{ source: string | Blob | File[], config: Record<string, unknown> }} Kept */

/** @param {Blob | string | Blob[]} source @param {object} config @returns {Promise<boolean>} whether it is kept */
export async function keepCheckpoint(source, config) {
  try {
    await caches.delete(PLACE);
    const place = await caches.open(PLACE);
    const files = typeof source === "string" ? [] : [source].flat();
    for (const [i, file] of files.entries()) await place.put(`file-${i}`, new Response(file));
    const names = files.map((file) => (file instanceof File ? file.name : "checkpoint"));
    const address = typeof source === "string" ? source : null;
    // Written last: what was cut off before is not taken for whole.
    await place.put(ABOUT, Response.json({ address, names, config }));
    return true;
  } catch {
    // Private browsing, or the disk is full: half of a checkpoint is none.
    await forgetCheckpoint();
    return false;
  }
}

/** @returns {Promise<Kept | null>} */
export async function keptCheckpoint() {
  try {
    if (!(await caches.has(PLACE))) return null;
    const place = await caches.open(PLACE);
    const about = await (await place.match(ABOUT))?.json();
    if (!about) return null;
    if (about.address) return { source: about.address, config: about.config };
    const files = await Promise.all(
      about.names.map(async (/** @type {string} */ name, /** @type {number} */ i) => {
        const blob = await (await place.match(`file-${i}`))?.blob();
        return new File(blob ? [blob] : [], name);
      }),
    );
    return { source: files.length === 1 ? files[0] : files, config: about.config };
  } catch {
    // Where storage is forbidden nothing was kept.
    return null;
  }
}

export async function forgetCheckpoint() {
  try {
    await caches.delete(PLACE);
  } catch {
    // Nothing was kept.
  }
}
