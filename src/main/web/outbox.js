import { useEffect, useReducer } from './lib/preact.js';
import { post } from './api.js';
import { drop, keysOf, randomId, store, stored } from './storage.js';

/** Of the entries, one for each label: tabs that write at the same time must not undo each other. */
const PREFIX = 'imprint.label.';
const MOST_AT_ONCE = 20;
const RETRY_MS = 2000;

/** In the order in which they were given. @returns {any[]} */
const waiting = () => keysOf(PREFIX).map((key) => stored(key, null)).filter((label) => label !== null);

const keyOf = (label) => PREFIX + label.at + '.' + label.id;

/**
 * Labels on their way to Kafka: kept by the browser until the service says that Kafka has them.
 * Each has an id, so that one that is sent twice is taken once. What was given cannot be taken out
 * again, as it may be on its way; only another label follows it.
 */
class Outbox {
  constructor() {
    this.listeners = new Set();
    this.sending = false;
    this.problem = '';
    this.refused = '';
    this.last = 0;
    this.timer = 0;
    addEventListener('storage', () => this.changed());
  }

  get labels() {
    return waiting();
  }

  changed() {
    this.listeners.forEach((listener) => listener());
  }

  /** @param {any} label without its id and time */
  add(label) {
    this.last = Math.max(Date.now(), this.last + 1); // which keeps their order
    const given = { ...label, id: randomId(), at: new Date(this.last).toISOString() };
    store(keyOf(given), given);
    this.changed();
    this.send();
  }

  async send() {
    if (this.sending || waiting().length === 0) {
      return;
    }
    this.sending = true;
    clearTimeout(this.timer);
    const labels = waiting().slice(0, MOST_AT_ONCE);
    try {
      const answer = await post('/labels', { labels });
      const done = new Set([...answer.taken, ...answer.refused.map((each) => each.id)]);
      this.problem = '';
      this.refused = answer.refused[0]?.why ?? '';
      labels.filter((label) => done.has(label.id)).forEach((label) => drop(keyOf(label)));
    } catch (error) {
      this.problem = error.message;
    }
    this.sending = false;
    this.changed();
    if (waiting().length > 0) {
      this.timer = setTimeout(() => this.send(), this.problem ? RETRY_MS : 0);
    }
  }
}

export const outbox = new Outbox();

/** The outbox; draws again whenever it changes. */
export function useOutbox() {
  const [, draw] = useReducer((count) => count + 1, 0);
  useEffect(() => {
    outbox.listeners.add(draw);
    outbox.send();
    return () => outbox.listeners.delete(draw);
  }, []);
  return outbox;
}
