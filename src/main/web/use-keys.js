import { useEffect, useRef } from './lib/preact.js';

/**
 * Keys of a view, unless somebody types or a dialog is open.
 * @param {(key: string) => boolean} act is given each key, in lower case; whether it did something
 */
export function useKeys(act) {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const press = (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      const typing = target.closest('input, select, textarea, dialog');
      const clicks = event.key === 'Enter' && target.closest('button, a, label');
      if (typing || clicks || event.repeat || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      if (latest.current(event.key === 'Enter' ? 'Enter' : event.key.toLowerCase())) {
        event.preventDefault();
      }
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}
