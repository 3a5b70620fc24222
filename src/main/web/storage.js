// Values that the browser keeps for this page.

/**
 * @param {string} key
 * @param {any} otherwise if there is none, or somebody else's
 */
export function stored(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '') ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** @param {string} key @param {any} value */
export const store = (key, value) => localStorage.setItem(key, JSON.stringify(value));
