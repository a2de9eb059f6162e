// @ts-check
// The visitor's own photo, kept in this browser so that it is still there after a reload. Storage may be forbidden:
// then it lasts as long as the page.

const PLACE = "vitrine-photo";
const KEY = "photo";

/** @param {Blob} blob @param {string} name */
export async function keepPhoto(blob, name) {
  try {
    const headers = { "Content-Type": blob.type || "application/octet-stream", "X-Name": encodeURIComponent(name) };
    await (await caches.open(PLACE)).put(KEY, new Response(blob, { headers }));
  } catch {
    // Private browsing, or the disk is full.
  }
}

/** @returns {Promise<{ blob: Blob, name: string } | null>} */
export async function keptPhoto() {
  try {
    const found = await (await caches.open(PLACE)).match(KEY);
    return found ? { blob: await found.blob(), name: decodeURIComponent(found.headers.get("X-Name") ?? "") } : null;
  } catch {
    // Private browsing keeps nothing: there is no photo.
    return null;
  }
}

export async function forgetPhoto() {
  try {
    await caches.delete(PLACE);
  } catch {
    // Nothing was kept.
  }
}
