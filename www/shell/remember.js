// @ts-check
// What the page remembers between visits. Storage may be forbidden: then it forgets.

/** @param {string} key @returns {string | null} */
export function recall(key) {
  try {
    return localStorage.getItem(`vitrine.${key}`);
  } catch {
    // Storage is forbidden: nothing was remembered.
    return null;
  }
}

/** @param {string} key @param {string | null} value */
export function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(`vitrine.${key}`);
    else localStorage.setItem(`vitrine.${key}`, value);
  } catch {
    // Private browsing: the choice holds for this visit.
  }
}
