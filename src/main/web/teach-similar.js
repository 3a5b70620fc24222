import { html, useEffect, useRef, useState } from './lib/preact.js';
import { moveFocus } from './arrows.js';
import { number, percent } from './format.js';
import { keyOf } from './teach-queue.js';
import { Thumbnail } from './watch-card.js';

/**
 * Pictures that are labelled together: those that are shown, and which of them are left out.
 * @typedef {{pictures: any[], out: Set<string>, status: string}} Together
 */

/** @returns {Together} */
const together = (pictures, status = '') => ({ pictures, out: new Set(), status });

function emptyBecause(found) {
  return found.compared
    ? 'There is no other picture without a label to compare with.'
    : 'This instance has not classified the picture lately, so it cannot tell what looks like it.';
}

/**
 * The pictures that look like the one that is asked about, once somebody wants them.
 * @param {any} queue
 */
export function useSimilar(queue) {
  const [shown, setShown] = useState(/** @type {Together | null} */ (null));
  const wanted = useRef(/** @type {any} */ (null)); // the picture that they are looked for
  const close = () => {
    wanted.current = null;
    setShown(null);
  };
  const open = async (picture) => {
    wanted.current = picture;
    setShown(together([picture], 'Looking for pictures like it …'));
    try {
      const found = await queue.similar(picture);
      const pictures = found.pictures.map((each) => each.picture);
      if (wanted.current !== picture) {
        queue.giveBack(pictures);
      } else {
        setShown(together([picture, ...pictures], pictures.length === 0 ? emptyBecause(found) : ''));
      }
    } catch (error) {
      if (wanted.current === picture) {
        setShown(together([picture], error.message));
      }
    }
  };
  useEffect(() => () => { wanted.current = null; }, []);
  return {
    shown,
    chosen: shown?.pictures.filter((each) => !shown.out.has(keyOf(each))) ?? [],
    open,
    /** Shows pictures again whose labels were taken back. */
    openAgain: (asked, answered) => setShown({
      ...together([asked, ...answered.filter((each) => each !== asked)]),
      out: new Set(answered.includes(asked) ? [] : [keyOf(asked)]),
    }),
    /** @param {any[]} [answered] the rest is given back */
    close: (answered = []) => {
      const rest = shown?.pictures.filter((each) => !answered.includes(each)) ?? [];
      queue.giveBack(rest);
      close();
    },
    toggle: (picture) => setShown((before) => {
      const out = new Set(before?.out);
      const key = keyOf(picture);
      out.delete(key) || out.add(key);
      return before && { ...before, out };
    }),
    toggleAll: () => setShown((before) => before && {
      ...before, out: new Set(before.out.size > 0 ? [] : before.pictures.map(keyOf)),
    }),
  };
}

function Tile({ picture, chosen, first, onToggle }) {
  const guess = picture.guess === null ? 'No guess yet' : picture.guess;
  return html`
    <li>
      <button type="button" class="card" title=${picture.image_id} aria-pressed=${chosen} onClick=${onToggle}>
        <span class="card-picture"><${Thumbnail} src=${picture.thumbnail} /></span>
        <span class="card-text">
          <span class=${picture.guess === null ? 'card-label none' : 'card-label'}>
            <span class="sr">${picture.image_id}${first ? ', the picture that was asked about' : ''}, guess: </span>${guess}</span>
          <span class="card-confidence">${picture.top.length > 0 && percent(picture.top[0].confidence)}</span>
        </span>
      </button>
    </li>`;
}

/**
 * A grid of pictures that get one label; a click leaves one out, or takes it in again.
 * @param {{similar: ReturnType<typeof useSimilar>}} props
 */
export function SimilarGrid({ similar }) {
  const { shown, chosen } = similar;
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const count = shown?.pictures.length ?? 0;
  useEffect(() => () => { // the focus would be lost with the grid
    const its = list.current;
    if (its?.contains(document.activeElement)) {
      /** @type {HTMLElement | null} */ (its.closest('[tabindex]'))?.focus();
    }
  }, []);
  useEffect(() => {
    if (count > 1) {
      /** @type {HTMLElement | null | undefined} */ (list.current?.querySelector('.card'))?.focus();
    }
  }, [count]);
  if (!shown) {
    return null;
  }
  return html`
    <section class="similar" aria-labelledby="similar-title">
      <h3 id="similar-title">Pictures that look alike</h3>
      <p role="status">${shown.status || html`<b>${number(chosen.length)}</b> of ${number(count)} will get the label.`}</p>
      ${count > 1 && html`<p class="faint">Click those that should not, or use the arrow keys and the space bar.</p>`}
      <ul class="grid" ref=${list} aria-label="Pictures that look alike" onKeyDown=${moveFocus}>
        ${shown.pictures.map((picture, i) => html`
          <${Tile} key=${keyOf(picture)} picture=${picture} first=${i === 0}
            chosen=${chosen.includes(picture)} onToggle=${() => similar.toggle(picture)} />`)}
      </ul>
    </section>`;
}
