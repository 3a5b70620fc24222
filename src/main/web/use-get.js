import { useEffect, useState } from './lib/preact.js';
import { get } from './api.js';

const RETRY_MS = 2000;

/** Whether the service is away, busy or starting, so that it is worth asking again. */
export const isAway = (error) => [0, 503].includes(error.status);

/**
 * The answer to a request, which is sent again whenever the path or {@link again} changes, and as
 * long as the service is away, busy or starting.
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
    const failed = (error) => {
      setLast((before) => ({
        path, answer: before.path === path ? before.answer : null, problem: error.message,
      }));
      if (isAway(error)) {
        later = setTimeout(send, RETRY_MS);
      }
    };
    const send = () => ask(path).then(
      (answer) => current && setLast({ path, answer, problem: '' }),
      (error) => current && failed(error));
    if (path) {
      send();
    }
    return () => {
      current = false;
      clearTimeout(later);
    };
  }, [path, again]);
  return last.path === path ? last : { path, answer: null, problem: '' };
}
