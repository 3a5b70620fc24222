import { useEffect, useState } from './lib/preact.js';
import { get } from './api.js';

const RETRY_MS = 1000;
const MOST_RETRIES = 10;

/**
 * The answer to a request, which is sent again whenever the path or {@link again} changes, and some
 * times if the service is busy or starting.
 * @param {string} path below /api/v1; empty for nothing yet
 * @param {any} [again]
 * @param {(path: string) => Promise<any>} [ask] another way to ask
 * @returns {{path: string, answer: any, problem: string}} null and empty until it is there; of this path alone
 */
export function useGet(path, again, ask = get) {
  const [last, setLast] = useState({ path: '', answer: /** @type {any} */ (null), problem: '' });
  useEffect(() => {
    let current = true;
    let later = 0;
    const failed = (error, retries) => {
      setLast((before) => ({
        path, answer: before.path === path ? before.answer : null, problem: error.message,
      }));
      if (error.status === 503 && retries > 0) {
        later = setTimeout(() => send(retries - 1), RETRY_MS);
      }
    };
    const send = (retries) => ask(path).then(
      (answer) => current && setLast({ path, answer, problem: '' }),
      (error) => current && failed(error, retries));
    if (path) {
      send(MOST_RETRIES);
    }
    return () => {
      current = false;
      clearTimeout(later);
    };
  }, [path, again]);
  return last.path === path ? last : { path, answer: null, problem: '' };
}
