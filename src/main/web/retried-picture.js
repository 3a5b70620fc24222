import { useEffect, useRef, useState } from './lib/preact.js';

const RETRY_MS = 3000;
const GONE = 404;

/**
 * Has a picture loaded again while the service cannot read it, until it says that it is gone.
 * @param {string} url one alone, as long as the component lives
 * @returns {{tries: number, gone: boolean, away: boolean, onError: () => void}} tries is the key of the img
 */
export function useRetriedPicture(url) {
  const [state, setState] = useState({ tries: 0, gone: false, away: false });
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const onError = async () => {
    const status = await fetch(url, { method: 'HEAD' }).then((answer) => answer.status, () => 0);
    setState((before) => ({ ...before, gone: status === GONE, away: status !== GONE }));
    if (status !== GONE) {
      timer.current = setTimeout(
        () => setState(({ tries }) => ({ tries: tries + 1, gone: false, away: false })), RETRY_MS);
    }
  };
  return { ...state, onError };
}
