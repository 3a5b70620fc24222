import { html, useEffect, useRef, useState } from './lib/preact.js';
import { ProblemError } from './api.js';
import { duration, percent } from './format.js';

const MOST_LABELS = 10;

/** Of the probability: less than that, a map shows next to nothing. */
const LITTLE = 0.1;

/**
 * Server-sent events of a request that is sent once, and whose problem is of interest.
 * @param {string} path below /api/v1
 * @param {AbortSignal} signal
 * @param {(name: string, data: any) => void} take
 */
async function listen(path, signal, take) {
  const response = await fetch('/api/v1' + path, { signal });
  if (!response.ok) {
    throw new ProblemError(await response.json().catch(() => ({})));
  }
  const reader = /** @type {ReadableStream} */ (response.body)
    .pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const events = (text + next.value).split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const [, name, data] = event.match(/^event: (.*)\ndata: (.*)$/) ?? [];
      if (name) {
        take(name, JSON.parse(data));
      }
    }
  }
}

/** How much of the probability a patch takes away, in 0..1. */
const lost = (map, probability) => map.probability > 0
  ? Math.max(0, Math.min(1, (map.probability - probability) / map.probability)) : 0;

function summary(map) {
  const known = map.cells.filter((cell) => cell !== undefined);
  const least = Math.min(...known);
  const at = map.cells.indexOf(least);
  return `The probability of “${map.label}” is ${percent(map.probability)}. It falls to ${percent(least)} at the lowest,`
    + ` with grey around row ${Math.floor(at / map.grid) + 1}, column ${(at % map.grid) + 1} of ${map.grid}.`
    + (lost(map, least) < LITTLE ? ' No single part is decisive.' : '');
}

function HeatMap({ map }) {
  const cells = Array.from({ length: map.grid * map.grid }, (_, i) => map.cells[i]);
  const columns = { gridTemplateColumns: `repeat(${map.grid}, 1fr)` };
  const text = map.cells.length > 0 ? summary(map) : '';
  return html`
    <div class="heat" role="img" aria-label=${text || 'No part of the map is ready yet.'}>
      <img src=${'data:image/jpeg;base64,' + map.jpeg} alt="" />
      <div class="heat-cells" style=${columns}>
        ${cells.map((cell, i) => cell === undefined
          ? html`<span key=${i} class="unknown"></span>`
          : html`<span key=${i} style=${{ opacity: 0.75 * lost(map, cell) }}
              title=${percent(cell)}></span>`)}
      </div>
    </div>
    <p>${text}</p>`;
}

/**
 * An occlusion map on demand; leaving the view ends it.
 * @param {{claim: string, scores: any[]}} props claim is the query of the picture
 */
export function Occlusion({ claim, scores }) {
  const [label, setLabel] = useState(scores[0].label);
  const [map, setMap] = useState(/** @type {any} */ (null));
  const [state, setState] = useState({ running: false, text: '', trouble: false });
  const abort = useRef(new AbortController());
  useEffect(() => () => abort.current.abort(), []);

  const take = (name, data) => {
    if (name === 'begin') {
      setMap({ ...data, cells: [] });
    } else if (name === 'cells') {
      setMap((before) => ({ ...before, cells: [...before.cells, ...data.probabilities] }));
    } else if (name === 'end') {
      setState({
        running: false, trouble: data.problem !== null,
        text: data.problem ?? `Made in ${duration(data.seconds * 1000)}.`,
      });
    }
  };
  const stop = (text, trouble) => setState((before) => before.running ? { running: false, text, trouble } : before);
  const start = async () => {
    abort.current = new AbortController();
    const { signal } = abort.current;
    setMap(null);
    setState({ running: true, text: 'Covering one part after another …', trouble: false });
    try {
      await listen(`/understand/occlusion?${claim}&${new URLSearchParams({ label })}`, signal, take);
      stop('The connection to the service is lost.', true);
    } catch (error) {
      if (!signal.aborted) {
        stop(error.message, true);
      }
    }
  };
  const cancel = () => {
    abort.current.abort();
    stop('Cancelled.', false);
  };
  const labels = scores.slice(0, MOST_LABELS).map((score) => score.label);
  return html`
    <p class="faint">A grey patch, a quarter of the height and width, covers the picture in 8 × 8 places; the redder
      ${' '}a place, the more of its probability the label loses there. The picture is shown as the network sees it.</p>
    <div class="drop-controls">
      <label class="field"><span>Label</span>
        <select value=${label} disabled=${state.running} onChange=${(event) => setLabel(event.target.value)}>
          ${labels.map((each) => html`<option key=${each} value=${each} selected=${each === label}>${each}</option>`)}
        </select></label>
      ${state.running
        ? html`<button type="button" class="quiet" onClick=${cancel}>Cancel</button>`
        : html`<button type="button" class="quiet" onClick=${start}>Make the map</button>`}
    </div>
    ${map && html`<${HeatMap} map=${map} />`}
    <p class=${state.trouble ? 'status trouble' : 'status'} role="status">${state.text}</p>`;
}
