import { useEffect } from './lib/preact.js';
import { get } from './api.js';

const EVERY_MS = 5000;

function healthOf(status) {
  const all = Object.values(status.health).every((part) => part.status === 'up');
  return !status.ready ? 'down' : all ? 'up' : 'degraded';
}

/**
 * Tells how the instance is, in views without live figures.
 * @param {(figures: any) => void} onInstance null while it cannot be reached
 */
export function useStatus(onInstance) {
  useEffect(() => {
    const ask = () => document.hidden || get('/status').then(
      (status) => onInstance({ health: healthOf(status), serving: status.serving }),
      () => onInstance(null));
    ask();
    const timer = setInterval(ask, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
}
