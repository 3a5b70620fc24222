import { useEffect, useState } from './lib/preact.js';
import { get } from './api.js';

/**
 * The answer to a request, which is sent again whenever the path or {@link again} changes.
 * @param {string} path below /api/v1
 * @param {any} [again]
 * @param {(path: string) => Promise<any>} [ask] another way to ask
 * @returns {{answer: any, problem: string}} null and empty until it is there; of this path alone
 */
export function useGet(path, again, ask = get) {
  const [last, setLast] = useState({ path: '', answer: /** @type {any} */ (null), problem: '' });
  useEffect(() => {
    let current = true;
    ask(path).then(
      (answer) => current && setLast({ path, answer, problem: '' }),
      (error) => current && setLast((before) => ({
        path, answer: before.path === path ? before.answer : null, problem: error.message,
      })));
    return () => { current = false; };
  }, [path, again]);
  return last.path === path ? last : { path, answer: null, problem: '' };
}
