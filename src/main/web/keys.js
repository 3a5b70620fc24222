// Which key gives which label.

import { store, stored } from './storage.js';

const STORE = 'imprint.keys';
const RESERVED = new Set(['u', 's', 'n', 'x', 'k', 'm', '0']);

/** @returns {Record<string, string>} keys that a person has chosen or got before, by label */
const chosen = () => stored(STORE, {});

/** @param {string} key */
export const usable = (key) => /^[\p{L}\p{N}]$/u.test(key) && !RESERVED.has(key.toLowerCase());

/**
 * Each label keeps its key; a new one gets the first of its letters that is free, or a digit.
 * @param {string[]} labels
 * @returns {Map<string, string>} keys by label; labels beyond all keys have none
 */
export function assignKeys(labels) {
  const before = chosen();
  const keys = new Map();
  const taken = new Set();
  const give = (label, key) => {
    if (key && usable(key) && !taken.has(key)) {
      keys.set(label, key);
      taken.add(key);
    }
  };
  labels.forEach((label) => give(label, before[label]));
  for (const label of labels) {
    for (const key of [...label.toLowerCase(), ...'123456789', ...'abcdefghijlopqrtvwyz']) {
      if (!keys.has(label)) {
        give(label, key);
      }
    }
  }
  store(STORE, { ...before, ...Object.fromEntries(keys) });
  return keys;
}

/**
 * Gives a label another key; a label that had it gets a new one.
 * @param {string} label
 * @param {string} key
 */
export function changeKey(label, key) {
  const all = chosen();
  for (const [other, its] of Object.entries(all)) {
    if (its === key) {
      delete all[other];
    }
  }
  all[label] = key;
  store(STORE, all);
}
