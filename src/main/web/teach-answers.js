import { useState } from './lib/preact.js';
import { counted } from './format.js';

/**
 * An answer to what a picture shows: a label; that the guess is wrong; that it belongs to none of
 * the labels; or none at all.
 * @typedef {{kind: 'label' | 'wrong' | 'none' | 'skip', label?: string}} Answer
 */

const WHY = { coverage: 'other', uncertain: 'uncertain', random: 'random', similar: 'other' };
const MOST_UNDONE = 50;
const RATE_MS = 60000;

/** A rate of less time says nothing. */
const LEAST_MS = 5000;

/**
 * What an answer says of a picture; null for nothing. A verdict is about the prediction, so there is
 * none where that has no label.
 * @param {Answer} answer
 */
function feedback({ kind, label }, { predicted }) {
  if (kind === 'label') {
    return { label };
  }
  return kind === 'skip' || predicted === null ? null : { verdict: 'incorrect' };
}

/** @param {Answer} answer @param {number} count of pictures */
function inWords({ kind, label }, count) {
  const what = kind === 'label' ? `labelled “${label}”` : kind === 'none' ? 'put aside' : 'skipped';
  return `${counted(count, 'picture')} ${what}.`;
}

function rate(times) {
  const recent = times.filter((at) => performance.now() - at < RATE_MS);
  const span = recent.length < 2 ? 0 : recent[recent.length - 1] - recent[0];
  return span >= LEAST_MS ? Math.round((recent.length - 1) * 60000 / span) : 0;
}

/**
 * Gives answers, and takes them back, the last one first.
 * @param {any} queue
 * @param {any} outbox
 * @param {any} similar
 */
export function useAnswers(queue, outbox, similar) {
  const [times, setTimes] = useState(/** @type {number[]} */ ([]));
  const [none, setNone] = useState(0);
  const [given, setGiven] = useState(/** @type {any[]} */ ([]));
  const [note, setNote] = useState('');
  const current = queue.pictures[0];

  /** @param {any[]} pictures at least one @param {Answer} answer */
  const give = (pictures, answer) => {
    const said = pictures.filter((each) => feedback(answer, each));
    said.forEach((each) => outbox.add({
      image_id: each.image_id, claim: each.claim, why: WHY[each.reason], ...feedback(answer, each),
    }));
    const skipped = answer.kind === 'skip' || answer.kind === 'none' ? pictures : [];
    queue.skip(skipped);
    const labelled = answer.kind === 'label' || answer.kind === 'wrong' ? pictures.length : 0;
    const aside = answer.kind === 'none' ? pictures.length : 0;
    setTimes([...times, ...Array(labelled).fill(performance.now())]);
    setNone(none + aside);
    setNote(similar.shown ? inWords(answer, pictures.length) : '');
    const entry = { current, pictures, said, skipped, labelled, aside, together: Boolean(similar.shown) };
    setGiven([...given, entry].slice(-MOST_UNDONE));
    queue.remove(pictures);
    similar.close(pictures);
  };

  const undo = () => {
    const last = given[given.length - 1];
    last.said.forEach((each) => outbox.add({ image_id: each.image_id, claim: each.claim, verdict: 'forget' }));
    queue.unskip(last.skipped);
    setTimes(times.slice(0, times.length - last.labelled));
    setNone(none - last.aside);
    setNote('');
    setGiven(given.slice(0, -1));
    queue.back(last.current);
    if (last.together) {
      similar.openAgain(last.current, last.pictures);
    }
  };

  return {
    give, none, note, labelled: times.length, aMinute: rate(times), undo: given.length > 0 && undo,
  };
}
