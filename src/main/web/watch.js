import { html, useCallback, useEffect, useState } from './lib/preact.js';
import { get } from './api.js';
import { moveFocus } from './arrows.js';
import { RateChart } from './chart.js';
import { Figure } from './figure.js';
import { counted, duration, number, percent, shortVersion } from './format.js';
import { DeadLetterRow, PredictionCard } from './watch-card.js';
import { WatchFilter, filterFromHash, hashOf } from './watch-filter.js';
import { useWatch } from './watch-stream.js';

function useFilter() {
  const [filter, setFilter] = useState(filterFromHash);
  useEffect(() => {
    const changed = () => setFilter(filterFromHash());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return /** @type {const} */ (
    [filter, useCallback((next) => { location.hash = hashOf(next); }, [])]);
}

/** Labels of the version that serves; asked again when another one takes over. */
function useLabels(serving) {
  const [labels, setLabels] = useState([]);
  useEffect(() => {
    if (serving) {
      get('/status').then((status) => setLabels(status.labels), () => {});
    }
  }, [serving]);
  return labels;
}

function Accuracy({ accuracy }) {
  if (accuracy.length === 0) {
    return html`<${Figure} name="Live accuracy" value="–"
      note="no answers in the random sample yet (sampling.random)" />`;
  }
  const [newest, ...older] = accuracy;
  const text = (each) =>
    `${percent(each.interval.low)} to ${percent(each.interval.high)}, ${counted(each.answers, 'answer')}`;
  return html`
    <${Figure} name=${`Live accuracy of ${shortVersion(newest.version)}`} value=${percent(newest.share)}
      note=${text(newest)}>
      ${older.length > 0 && html`
        <span class="figure-note">before: ${older.slice(0, 2).map((each) =>
          `${shortVersion(each.version)} ${percent(each.share)}`).join(', ')}</span>`}
    <//>`;
}

function Figures({ figures, points }) {
  const latency = figures?.latency;
  return html`
    <section class="figures" aria-label="Live figures">
      <dl>
        <${Figure} name="Images a second" value=${figures ? number(figures.images) : '–'} />
        <${Figure} name="Latency (median)" value=${latency ? duration(latency.p50) : '–'}
          note=${latency ? `95 % within ${duration(latency.p95)}` : 'no images in the last ten seconds'} />
        <${Accuracy} accuracy=${figures?.accuracy ?? []} />
      </dl>
      <${RateChart} points=${points} />
    </section>`;
}

/** One line that says what is to be seen, and why not more. */
function statusLine(state, paused, filter) {
  const { figures, items } = state;
  const letters = filter.show === 'dead_letters';
  if (!state.connected) {
    return state.opened || figures ? 'The connection to the service is lost; trying again …' : 'Connecting …';
  }
  if (figures?.problem) {
    return figures.problem;
  }
  if (paused) {
    return `Paused. ${number(state.waiting)} new`;
  }
  if (figures && figures.shown.sent < figures.shown.passed) {
    return `A random sample: ${number(figures.shown.sent)} of ${number(figures.shown.passed)} in the last second`;
  }
  if (items.length === 0) {
    if (letters) {
      return 'No dead letters: every record could be read.';
    }
    return Object.keys(filter).length > 0
      ? 'No matches yet.' : 'Waiting for images.';
  }
  return letters ? 'Newest first; the command \'imprint dlq replay\' sends them again' : 'Newest first';
}

/** The same without numbers that change all the time, for those who hear it. */
const spoken = (line) => line.replaceAll(/\d[\d,.]*/g, '').replaceAll('  ', ' ');

/** @param {{onInstance: (figures: any) => void}} props told about the instance every second */
export function Watch({ onInstance }) {
  const [filter, setFilter] = useFilter();
  const [held, setHeld] = useState(false);
  const [looking, setLooking] = useState(false);
  const paused = held || looking;
  const state = useWatch(filter, paused);
  const { figures, items } = state;
  const labels = useLabels(figures?.serving);
  const letters = filter.show === 'dead_letters';

  useEffect(() => onInstance(state.connected ? figures : null), [figures, state.connected]);
  const look = (event) => setLooking(event.pointerType === 'mouse');
  const versions = [...new Set([
    ...(figures?.serving ? [figures.serving] : []),
    ...(figures?.accuracy ?? []).map((each) => each.version),
    ...items.map((item) => item.event.model_version).filter(Boolean),
    ...(filter.version ? [filter.version] : []),
  ])];
  const trouble = (state.opened && !state.connected) || Boolean(figures?.problem);
  const line = statusLine(state, paused, filter);

  return html`
    <${Figures} figures=${figures} points=${state.points} />
    <div class="toolbar">
      <${WatchFilter} filter=${filter} labels=${labels} versions=${versions} onChange=${setFilter} />
      <button type="button" class="quiet" aria-pressed=${held} onClick=${() => setHeld(!held)}>
        ${held ? 'Resume' : 'Pause'}</button>
    </div>
    <p class=${trouble ? 'status trouble' : 'status'}>${line}</p>
    <p class="sr" role="status">${spoken(line)}</p>
    ${letters
      ? html`<ul class="letters" aria-label="Dead letters">
          ${items.filter((item) => item.event.reason).map((item) => html`
            <${DeadLetterRow} key=${item.key} letter=${item.event} />`)}
        </ul>`
      : html`<ul class="grid" aria-label="Predictions" onKeyDown=${moveFocus}
          onPointerEnter=${look} onPointerLeave=${() => setLooking(false)}
          onFocusIn=${(event) => setLooking(event.target.matches(':focus-visible'))}
          onFocusOut=${() => setLooking(false)}>
          ${items.filter((item) => item.event.claim).map((item) => html`
            <${PredictionCard} key=${item.key} prediction=${item.event} />`)}
        </ul>`}`;
}
