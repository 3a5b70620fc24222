import { useEffect, useRef, useState } from './lib/preact.js';

/** Types of the pictures that the service reads, for inputs of files. */
export const PICTURES = 'image/jpeg,image/png,image/webp,image/gif,image/bmp';

/**
 * Takes whatever files are dropped anywhere on the page.
 * @param {(dropped: DataTransfer) => void} onDrop
 * @returns {boolean} whether files are held over the page
 */
export function useDrop(onDrop) {
  const [over, setOver] = useState(false);
  const latest = useRef(onDrop);
  latest.current = onDrop;
  useEffect(() => {
    const drag = (event) => {
      if (event.dataTransfer?.types.includes('Files')) {
        event.preventDefault();
        setOver(event.type === 'dragover');
        if (event.type === 'drop') {
          latest.current(event.dataTransfer);
        }
      }
    };
    const events = ['dragover', 'dragleave', 'drop'];
    events.forEach((name) => addEventListener(name, drag));
    return () => events.forEach((name) => removeEventListener(name, drag));
  }, []);
  return over;
}
