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

/** @param {string} key */
export const drop = (key) => localStorage.removeItem(key);

/** @param {string} prefix @returns {string[]} keys that begin so, sorted */
export const keysOf = (prefix) => Object.keys(localStorage).filter((key) => key.startsWith(prefix)).sort();

/** A random id; crypto.randomUUID is for encrypted connections alone. */
export function randomId() {
  const numbers = crypto.getRandomValues(new Uint8Array(16));
  return [...numbers].map((number) => number.toString(16).padStart(2, '0')).join('');
}
