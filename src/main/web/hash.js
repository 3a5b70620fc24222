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

/**
 * The address of the view of one picture, which can be shared.
 * @param {string} imageId
 * @param {{partition: number, offset: number} | null} [place] on the topic of images: with it, the
 *   picture is found however old its prediction is
 */
export const pictureHash = (imageId, place) => '#/understand/' + encodeURIComponent(imageId)
  + (place ? `?at=${place.partition}-${place.offset}` : '');
