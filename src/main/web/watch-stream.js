import { useEffect, useMemo, useReducer, useRef } from './lib/preact.js';
import { useEvents } from './source.js';

/** Cards on the page; more is nothing that anybody looks at. */
const MOST_SHOWN = 120;
const MOST_WAITING = 240;
const MOST_POINTS = 300;

/** New pictures come together once a second, so that the page does not flicker. */
const PAUSE_MS = 1000;

const START = {
  items: [], waiting: 0, figures: null, points: [], connected: false, opened: false,
};

const key = (event) => event.claim
  ? `${event.claim.partition}-${event.claim.offset}-${event.model_version}`
  : `${event.topic}-${event.partition}-${event.offset}-${event.at}`;

const at = (event) => Date.parse(event.predicted_at || event.at);

function reduce(state, action) {
  switch (action.type) {
    case 'reset':
      return { ...START, points: state.points, figures: state.figures };
    case 'open':
      return { ...state, connected: true, opened: true };
    case 'lost':
      return { ...state, connected: false };
    case 'waiting':
      return { ...state, waiting: action.count };
    case 'items': {
      const known = new Set(state.items.map((item) => item.key));
      const fresh = action.events
        .map((event) => ({ key: key(event), event }))
        .filter((item) => !known.has(item.key));
      const items = [...fresh, ...state.items]
        .sort((a, b) => at(b.event) - at(a.event))
        .slice(0, MOST_SHOWN);
      return { ...state, items, waiting: 0 };
    }
    case 'history': {
      const end = Date.parse(action.history.end) / 1000;
      const images = action.history.images;
      return {
        ...state,
        points: images.map((count, i) => ({ at: end - (images.length - 1 - i), images: count })),
      };
    }
    case 'figures': {
      const point = { at: Date.parse(action.figures.at) / 1000, images: action.figures.images };
      return {
        ...state,
        figures: action.figures,
        points: [...state.points, point].slice(-MOST_POINTS),
      };
    }
    default:
      throw new Error(action.type);
  }
}

/**
 * Follows what the service sees, while the page can be seen; connects again if that breaks off.
 * @param {Record<string, string>} filter parameters of the route
 * @param {boolean} paused whether new events wait
 */
export function useWatch(filter, paused) {
  const [state, dispatch] = useReducer(reduce, START);
  const query = useMemo(() => new URLSearchParams(filter).toString(), [filter]);
  const waiting = useRef(/** @type {any[]} */ ([]));
  const isPaused = useRef(paused);
  const flush = useRef(() => {});
  isPaused.current = paused;

  useEffect(() => {
    let timer = 0;
    let last = 0;
    flush.current = () => {
      if (timer) {
        return;
      }
      timer = setTimeout(() => {
        timer = 0;
        last = performance.now();
        if (isPaused.current) {
          dispatch({ type: 'waiting', count: waiting.current.length });
        } else if (waiting.current.length > 0) {
          dispatch({ type: 'items', events: waiting.current });
          waiting.current = [];
        }
      }, Math.max(0, last + PAUSE_MS - performance.now()));
    };
    return () => clearTimeout(timer);
  }, []);

  const take = (event) => {
    waiting.current.push(event);
    if (waiting.current.length > MOST_WAITING) {
      waiting.current.shift();
    }
    flush.current();
  };
  useEvents('/api/v1/watch?' + query, {
    prediction: take,
    dead_letter: take,
    history: (history) => dispatch({ type: 'history', history }),
    figures: (figures) => dispatch({ type: 'figures', figures }),
  }, (type) => {
    if (type === 'reset') {
      waiting.current = [];
    }
    dispatch({ type });
  });

  useEffect(() => {
    if (!paused) {
      flush.current();
    }
  }, [paused]);
  return state;
}
