import { useEffect, useRef } from './lib/preact.js';
import { refused } from './api.js';

const RETRY_MS = 2000;

/** Without anybody who looks, the service need not send anything. */
const HIDDEN_MS = 15000;

/**
 * Listens to server-sent events while the page can be seen; connects again if that breaks off.
 * @param {string} url another one begins anew
 * @param {Record<string, (data: any) => void>} listeners by event; those of the first call are kept
 * @param {(state: 'reset' | 'open' | 'lost') => void} onState
 */
export function useEvents(url, listeners, onState) {
  const kept = useRef({ listeners, onState }).current;
  useEffect(() => {
    let source = /** @type {EventSource | null} */ (null);
    let later = 0;
    kept.onState('reset');

    const open = () => {
      source?.close();
      source = new EventSource(url);
      source.onopen = () => kept.onState('open');
      source.onerror = () => {
        kept.onState('lost');
        if (source?.readyState === EventSource.CLOSED) { // refused: browsers give up then
          later = setTimeout(open, RETRY_MS);
          refused();
        }
      };
      for (const [name, listener] of Object.entries(kept.listeners)) {
        source.addEventListener(name, (message) => listener(JSON.parse(message.data)));
      }
    };
    const close = () => {
      clearTimeout(later);
      source?.close();
      source = null;
    };
    const seen = () => {
      clearTimeout(later);
      if (document.hidden) {
        later = setTimeout(close, HIDDEN_MS);
      } else if (source === null || source.readyState === EventSource.CLOSED) {
        open();
      }
    };
    open();
    document.addEventListener('visibilitychange', seen);
    return () => {
      document.removeEventListener('visibilitychange', seen);
      close();
    };
  }, [url]);
}
