import { useEffect, useState } from './lib/preact.js';

/**
 * A part of the address after #, and again whenever that changes.
 * @template T
 * @param {() => T} read
 * @returns {T}
 */
export function useHash(read) {
  const [part, setPart] = useState(read);
  useEffect(() => {
    const changed = () => setPart(read());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return part;
}
