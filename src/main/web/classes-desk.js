import { useState } from './lib/preact.js';
import { useOutbox } from './outbox.js';
import { store, stored } from './storage.js';

const STORE = 'imprint.accepted';
const MOST_ACCEPTED = 2000;

/** A label that was given to a picture at a time: a later one has not been accepted. */
export const keyOf = (picture) => `${picture.image_id} ${picture.labelled_at} ${picture.label}`;

/**
 * Corrections of labels. They are feedback on its way to Kafka; what was accepted changes nothing
 * there, so this browser remembers it.
 */
export function useDesk() {
  const outbox = useOutbox();
  const [given, setGiven] = useState(/** @type {Record<string, any>} */ ({}));
  const [accepted, setAccepted] = useState(() => new Set(/** @type {string[]} */ (stored(STORE, []))));
  const keep = (keys) => {
    const newest = [...keys].slice(-MOST_ACCEPTED);
    store(STORE, newest);
    setAccepted(new Set(newest));
  };
  const note = (picture, what) => setGiven((before) => ({ ...before, [keyOf(picture)]: what }));
  const send = (picture, said) =>
    outbox.add({ image_id: picture.image_id, claim: picture.claim, why: 'other', ...said });
  return {
    outbox,
    given: (picture) => given[keyOf(picture)],
    isAccepted: (picture) => accepted.has(keyOf(picture)),
    relabel: (picture, label) => {
      send(picture, { label });
      note(picture, { label });
    },
    accept: (picture) => {
      keep([...accepted, keyOf(picture)]);
      send(picture, { label: picture.label });
      note(picture, { accepted: true });
    },
    takeOut: (picture) => {
      send(picture, { verdict: 'forget' });
      note(picture, { out: true });
    },
    undo: (picture) => {
      if (given[keyOf(picture)].accepted) {
        keep([...accepted].filter((key) => key !== keyOf(picture)));
      } else {
        send(picture, { label: picture.label });
      }
      note(picture, undefined);
    },
  };
}
