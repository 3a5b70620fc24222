import { useEffect, useState } from './lib/preact.js';
import { get } from './api.js';

const PART = 50;
const MOST = 100;
const RUNNING_MS = 1500;
const RETRY_MS = 3000;

/**
 * A list that is read part by part; again whenever {@link again} changes, while the review behind
 * it runs, and while the service does not answer.
 * @param {string} path below /api/v1
 * @param {string} name of the list in the answer
 * @param {any} [again]
 * @returns {{answer: any, problem: string, more: (() => void) | null, refresh: () => void}}
 */
export function useParts(path, name, again) {
  const [state, setState] = useState({ path, answer: /** @type {any} */ (null), problem: '' });
  const [tick, setTick] = useState(0);
  const refresh = () => setTick((before) => before + 1);
  const ask = (from, limit) => get(`${path}${path.includes('?') ? '&' : '?'}from=${from}&limit=${limit}`);
  const known = state.path === path ? state.answer : null;
  const failed = (error) => setState((before) => ({
    path, answer: before.path === path ? before.answer : null, problem: error.message,
  }));
  useEffect(() => {
    let current = true;
    let later = 0;
    const shown = known?.[name].length ?? 0;
    ask(0, Math.min(MOST, Math.max(PART, shown))).then((answer) => {
      if (current) {
        setState({ path, answer, problem: '' });
        later = answer.review?.running ? setTimeout(refresh, RUNNING_MS) : 0;
      }
    }, (error) => {
      if (current) {
        failed(error);
        later = setTimeout(refresh, RETRY_MS);
      }
    });
    return () => {
      current = false;
      clearTimeout(later);
    };
  }, [path, again, tick]);
  const more = () => ask(known[name].length, PART).then(
    (next) => setState({ path, answer: { ...next, [name]: [...known[name], ...next[name]] }, problem: '' }),
    failed);
  return {
    answer: known,
    problem: state.problem,
    more: known && known[name].length < known.total ? more : null,
    refresh,
  };
}
