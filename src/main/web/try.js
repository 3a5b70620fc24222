import { html, useEffect, useRef, useState } from './lib/preact.js';
import { pictureUrl, postFile } from './api.js';
import { PICTURES, useDrop } from './drop.js';
import { duration, moment, percent, shortVersion } from './format.js';
import { pictureHash } from './hash.js';
import { useEvents } from './source.js';
import { useStatus } from './status.js';
import { ConfidenceBar, DeadLetterRow } from './watch-card.js';

/** After that, it is worth saying that nothing has come. */
const LONG_MS = 10000;

/**
 * A picture on its way: sent is where it lies on Kafka, answer the prediction, and letter the dead
 * letter; took is the time until either, as the browser saw it.
 * @typedef {{id: string, began: number, sent?: any, answer?: any, letter?: any, took?: number, problem?: string}} Trial
 */

/** The picture that was tried last, and a function that tries another one. */
function useTrial() {
  const [trial, setTrial] = useState(/** @type {Trial | null} */ (null));
  const attempt = async (file) => {
    const began = performance.now();
    const id = 'try/' + (file.name || 'picture');
    const add = (what) => setTrial((now) => (now?.began === began ? { ...now, ...what } : now));
    setTrial({ id, began });
    try {
      add({ sent: await postFile('/images?' + new URLSearchParams({ id }), file) });
    } catch (error) {
      add({ problem: error.message });
    }
  };
  const answered = (what) =>
    setTrial((now) => now && { ...now, ...what, took: performance.now() - now.began });
  return { trial, attempt, answered };
}

/**
 * Waits for the answer, until the service says that none came.
 * @param {{sent: any, onAnswer: (what: any) => void, onNothing: (seconds: number) => void}} props
 */
function Listening({ sent, onAnswer, onNothing }) {
  const [lost, setLost] = useState(false);
  const [long, setLong] = useState(false);
  const { partition, offset, sha256 } = sent.claim;
  useEvents(`/api/v1/trials/${partition}/${offset}/${sha256}?since=${Date.parse(sent.at)}`, {
    prediction: (answer) => onAnswer({ answer }),
    dead_letter: (letter) => onAnswer({ letter }),
    nothing: ({ seconds }) => onNothing(seconds),
  }, (state) => setLost(state === 'lost'));
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_MS);
    return () => clearTimeout(timer);
  }, []);
  return html`
    <p class="faint">Waiting for its prediction …</p>
    ${(lost || long) && html`<p class="status trouble">${lost
      ? 'The connection was lost; trying again.'
      : 'No result yet. Many images may be waiting before it, or no instance is serving: see the health above.'}</p>`}`;
}

/** @param {{sent: any, onAnswer: (what: any) => void}} props */
function Waiting({ sent, onAnswer }) {
  const [waited, setWaited] = useState(0);
  return waited === 0
    ? html`<${Listening} sent=${sent} onAnswer=${onAnswer} onNothing=${setWaited} />`
    : html`
      <p class="status trouble" role="status">No prediction within ${duration(waited * 1000)}. Many
        images may be waiting before it, or no instance is serving: see the health above.</p>
      <button type="button" class="quiet" onClick=${() => setWaited(0)}>Wait again</button>`;
}

function Answer({ trial }) {
  const { answer, took } = trial;
  const late = Date.parse(answer.predicted_at) - Date.parse(answer.received_at);
  return html`
    <h3>Probabilities</h3>
    ${answer.top.length === 0 && html`<p class="faint">The service has no head yet: label some pictures first.</p>`}
    <ol class="scores">
      ${answer.top.map((score) => html`
        <li key=${score.label}>
          <span class="score-label">${score.label}</span>
          <span class="score-value">${percent(score.confidence)}</span>
          <${ConfidenceBar} share=${score.confidence} />
        </li>`)}
    </ol>
    ${answer.label === null && answer.top.length > 0 && html`
      <p>No label, because none reaches serving.threshold.</p>`}
    <dl class="facts">
      <div><dt>Version</dt><dd><a href=${'#/versions/' + encodeURIComponent(answer.model_version)}
        title=${answer.model_version}>${shortVersion(answer.model_version)}</a></dd></div>
      <div><dt>Time</dt><dd>${duration(took)} in total, ${duration(late)} of it from the record to the prediction</dd></div>
      <div><dt>Predicted</dt><dd><time datetime=${answer.predicted_at}>${moment(answer.predicted_at)}</time></dd></div>
      <div><dt>Image</dt><dd>${answer.image_id}
        <a href=${pictureHash(answer.image_id, answer.claim)}>Look closer</a></dd></div>
    </dl>`;
}

/** @param {Trial} trial */
function titleOf({ answer, letter, problem, id }) {
  if (answer) {
    return answer.label === null ? 'No label' : `${answer.label}, ${percent(answer.confidence)}`;
  }
  return letter ? 'Refused' : problem ? 'Not sent' : id.slice('try/'.length);
}

function Picture({ sent }) {
  const [failed, setFailed] = useState(false);
  return html`
    <div class="detail-picture">${failed
      ? html`<span class="no-picture">It cannot be shown.</span>`
      : html`<img src=${pictureUrl(sent.claim)} alt="The picture that was sent" onError=${() => setFailed(true)} />`}
    </div>`;
}

/** @param {{trial: Trial, onAnswer: (what: any) => void}} props */
function Result({ trial, onAnswer }) {
  const { sent, answer, letter, problem } = trial;
  return html`
    <section class="try" aria-labelledby="try-title">
      <div role="status"><h3 id="try-title" class="try-title">${titleOf(trial)}</h3></div>
      <div class="detail">
        ${sent && html`<${Picture} key=${trial.began} sent=${sent} />`}
        <div>
          ${!sent && (problem ? html`<p class="trouble">${problem}</p>` : html`<p class="faint">Sending …</p>`)}
          ${sent && !answer && !letter && html`<${Waiting} sent=${sent} onAnswer=${onAnswer} />`}
          ${answer && html`<${Answer} trial=${trial} />`}
          ${letter && html`<ul><${DeadLetterRow} letter=${letter} /></ul>`}
        </div>
      </div>
    </section>`;
}

/**
 * Takes a picture, and shows what the service makes of it.
 * @param {{onInstance: (figures: any) => void}} props told about the instance
 */
export function Try({ onInstance }) {
  useStatus(onInstance);
  const { trial, attempt, answered } = useTrial();
  const latest = useRef(attempt);
  latest.current = attempt;
  const first = (files) => files.length > 0 && latest.current(files[0]);
  const over = useDrop((dropped) => first(dropped.files));
  useEffect(() => {
    const paste = (event) => first(event.clipboardData?.files ?? []);
    addEventListener('paste', paste);
    return () => removeEventListener('paste', paste);
  }, []);
  const choose = (event) => {
    first(event.target.files);
    event.target.value = '';
  };
  return html`
    <h2 class="sr">Try</h2>
    <section class=${over ? 'drop over' : 'drop'} aria-label="A picture">
      <p>Drop a picture anywhere on the page, paste it, or choose it.</p>
      <div class="drop-controls">
        <label class="button">Picture<input type="file" class="sr" accept=${PICTURES} onChange=${choose} /></label>
      </div>
      <p class="faint">It goes through Kafka like all others, so it can be labelled and is kept just as long.</p>
    </section>
    ${trial && html`<${Result} key=${trial.began} trial=${trial} onAnswer=${answered} />`}`;
}
