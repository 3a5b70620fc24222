import { useEffect, useReducer } from './lib/preact.js';
import { post } from './api.js';
import { store, stored } from './storage.js';

const STORE = 'imprint.labels';
const MOST_AT_ONCE = 20;
const RETRY_MS = 2000;

/** @returns {any[]} */
const waiting = () => stored(STORE, []);

/**
 * Labels on their way to Kafka: kept by the browser until the service says that Kafka has them.
 * Each has an id, so that one that is sent twice is taken once.
 */
class Outbox {
  constructor() {
    this.listeners = new Set();
    this.sending = false;
    this.problem = '';
    this.refused = '';
    this.inFlight = new Set();
    this.timer = 0;
    addEventListener('storage', () => this.changed());
  }

  get labels() {
    return waiting();
  }

  changed() {
    this.listeners.forEach((listener) => listener());
  }

  store(labels) {
    store(STORE, labels);
    this.changed();
  }

  /** @param {any} label without its id @returns {string} its id */
  add(label) {
    const id = crypto.randomUUID();
    this.store([...waiting(), { ...label, id, at: new Date().toISOString() }]);
    this.send();
    return id;
  }

  /** @param {string} id @returns {boolean} whether it had not been sent, and is gone */
  takeBack(id) {
    const labels = waiting();
    if (this.inFlight.has(id) || !labels.some((label) => label.id === id)) {
      return false;
    }
    this.store(labels.filter((label) => label.id !== id));
    return true;
  }

  async send() {
    if (this.sending || waiting().length === 0) {
      return;
    }
    this.sending = true;
    clearTimeout(this.timer);
    const labels = waiting().slice(0, MOST_AT_ONCE);
    this.inFlight = new Set(labels.map((label) => label.id));
    try {
      const answer = await post('/labels', { labels });
      const done = new Set([...answer.taken, ...answer.refused.map((each) => each.id)]);
      this.problem = '';
      this.refused = answer.refused[0]?.why ?? '';
      this.store(waiting().filter((label) => !done.has(label.id)));
    } catch (error) {
      this.problem = error.message;
    }
    this.inFlight = new Set();
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
