import { useCallback, useEffect, useRef, useState } from './lib/preact.js';
import { get, post } from './api.js';
import { outbox } from './outbox.js';
import { randomId, store, stored } from './storage.js';

const AHEAD = 8;
const LOADED_AHEAD = 4;
const LOOK_AGAIN_MS = 1500;

/** Pictures that were skipped here, which the service forgets when it restarts; only their claims. */
const ASIDE = 'imprint.aside';
const MOST_ASIDE = 500;
const MOST_TOLD = 100;

export const keyOf = (picture) => `${picture.claim.partition}-${picture.claim.offset}-${picture.claim.sha256}`;

function session() {
  const known = sessionStorage.getItem('imprint.session') ?? randomId();
  sessionStorage.setItem('imprint.session', known);
  return known;
}

const without = (pictures, others) => {
  const keys = new Set(others.map(keyOf));
  return pictures.filter((each) => !keys.has(keyOf(each)));
};

const say = (path, pictures, more = {}) => post(path, { ...more, claims: pictures.map((each) => each.claim) });

/** Is not sent again: at worst, somebody is asked for these, or nobody for ten minutes. */
function tell(path, pictures, more = {}) {
  if (pictures.length > 0) {
    say(path, pictures, more).catch(() => {});
  }
}

/** @returns {any[]} the oldest first */
const aside = () => stored(ASIDE, []);

/** @returns {Promise<boolean>} whether the queue knows them now */
async function tellAside() {
  const all = aside();
  try {
    for (let i = 0; i < all.length; i += MOST_TOLD) {
      await say('/teach/skip', all.slice(i, i + MOST_TOLD));
    }
    return true;
  } catch {
    return false;
  }
}

function skip(pictures) {
  if (pictures.length > 0) {
    store(ASIDE, [...aside(), ...pictures.map(({ claim }) => ({ claim }))].slice(-MOST_ASIDE));
    tell('/teach/skip', pictures);
  }
}

function unskip(pictures) {
  if (pictures.length > 0) {
    store(ASIDE, without(aside(), pictures));
    tell('/teach/unskip', pictures);
  }
}

/** Has the browser load a picture, and decode it, before it is shown. */
function load(picture, images) {
  const key = keyOf(picture);
  if (!images.has(key)) {
    const image = new Image();
    image.src = picture.picture;
    image.decode().catch(() => {}); // the picture itself shows that it failed
    images.set(key, image);
  }
}

/** The pictures to label, the current one first, and the labels that are known. */
export function useQueue() {
  const [pictures, setPictures] = useState(/** @type {any[]} */ ([]));
  const [labels, setLabels] = useState(/** @type {string[]} */ ([]));
  const [problem, setProblem] = useState('');
  const [asked, setAsked] = useState(false);
  const state = useRef({ seen: new Set(), images: new Map(), asking: false, afresh: true, ended: false, trouble: false, queue: '' });

  const wanted = useRef(true);
  wanted.current = pictures.length < AHEAD / 2;
  const none = useRef(true);
  none.current = pictures.length === 0;

  const ask = useCallback(async () => {
    const its = state.current;
    if (its.asking || its.ended) {
      return;
    }
    its.asking = true;
    try {
      const count = wanted.current ? AHEAD : 0; // none: whether the trouble is over
      const query = new URLSearchParams(
        { session: session(), count: String(count), afresh: its.afresh ? 'yes' : 'no' });
      const next = await get('/teach/next?' + query);
      its.afresh = false;
      if (its.queue !== next.queue && await tellAside()) {
        its.queue = next.queue;
      }
      const answered = new Set([...outbox.labels, ...aside()].map(keyOf));
      const fresh = next.pictures.filter((each) => !its.seen.has(keyOf(each)) && !answered.has(keyOf(each)));
      fresh.forEach((each) => its.seen.add(keyOf(each)));
      setPictures((before) => [...before, ...fresh]);
      setLabels((before) => [...new Set([...next.labels, ...before])].sort());
      its.trouble = !next.connected;
      setProblem(next.connected ? '' : 'Kafka does not answer; labels wait here until it does.');
    } catch (error) {
      its.trouble = true;
      its.afresh ||= none.current; // the answer that was lost may have brought some
      setProblem(error.message);
    }
    its.asking = false;
    setAsked(true);
  }, []);

  useEffect(() => {
    state.current.ended = false;
    ask();
    const timer = setInterval(
      () => document.hidden || (wanted.current || state.current.trouble) && ask(), LOOK_AGAIN_MS);
    return () => {
      state.current.ended = true;
      clearInterval(timer);
    };
  }, []);
  useEffect(() => {
    pictures.slice(0, LOADED_AHEAD).forEach((each) => load(each, state.current.images));
    const kept = new Set(pictures.map(keyOf));
    for (const key of state.current.images.keys()) {
      if (!kept.has(key)) {
        state.current.images.delete(key);
      }
    }
    if (wanted.current && asked) {
      ask();
    }
  }, [pictures.length]);

  return {
    pictures, labels, problem, asked,
    remove: (answered) => setPictures((before) => without(before, answered)),
    back: (picture) => setPictures((before) => [picture, ...without(before, [picture])]),
    addLabel: (label) => setLabels((before) => [...new Set([...before, label])].sort()),
    skip,
    unskip,
    similar: ({ claim: { partition, offset, sha256 } }) =>
      get(`/teach/similar/${partition}/${offset}/${sha256}?session=${session()}`),
    /** Anybody may be asked for these, unless they stay here. */
    giveBack: (some) => {
      const back = without(some, pictures);
      back.forEach((each) => state.current.seen.delete(keyOf(each)));
      tell('/teach/return', back, { session: session() });
    },
  };
}
