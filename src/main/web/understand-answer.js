import { html } from './lib/preact.js';
import { counted, moment, number, percent, shortVersion } from './format.js';
import { pictureHash } from './hash.js';
import { ConfidenceBar, Thumbnail } from './watch-card.js';

const MOST_BARS = 8;

function Bars({ scores, rest }) {
  return html`
    <ol class=${rest ? 'scores rest' : 'scores'} tabindex=${rest ? 0 : null}>
      ${scores.map((score) => html`
        <li key=${score.label}>
          <span class="score-label">${score.label}</span>
          <span class="score-value">${percent(score.confidence)}</span>
          <${ConfidenceBar} share=${score.confidence} />
        </li>`)}
    </ol>`;
}

/** @param {{answered: {answer: any, problem: string}}} props */
export function Probabilities({ answered }) {
  const { answer, problem } = answered;
  if (!answer) {
    return html`<h3>Probabilities</h3>
      <p class=${problem ? 'trouble' : 'faint'}>${problem || 'Asking the model …'}</p>`;
  }
  const top = answer.scores.slice(0, MOST_BARS);
  const rest = answer.scores.slice(MOST_BARS);
  return html`
    <h3>Probabilities now</h3>
    ${top.length > 0 && html`<p class="faint">Calibrated, by <a href=${'#/versions/' + encodeURIComponent(answer.version)}
      title=${answer.version}>${shortVersion(answer.version)}</a>, role ${answer.role}</p>`}
    ${top.length === 0 && html`<p class="faint">The service has no head yet.</p>`}
    <${Bars} scores=${top} />
    ${rest.length > 0 && html`
      <details>
        <summary>${counted(rest.length, 'other label')}</summary>
        <${Bars} scores=${rest} rest />
      </details>`}`;
}

function Neighbour({ near }) {
  return html`
    <li>
      <a class="card" title=${near.image_id} href=${pictureHash(near.image_id)}>
        <span class="card-picture"><${Thumbnail} src=${near.thumbnail} /></span>
        <span class="card-text">
          <span class="card-label">${near.label}</span>
          <span class="card-confidence" title=${`labelled ${moment(near.labelled_at)}`}>
            ${near.similarity.toFixed(2)}</span>
        </span>
      </a>
    </li>`;
}

/** @param {{answered: {answer: any}}} props */
export function Nearest({ answered }) {
  const near = answered.answer?.near;
  return html`
    <h3>Labelled pictures that look most like it</h3>
    ${!near && html`<p class="faint">…</p>`}
    ${near && !near.leads && html`<p class="faint">This instance is not the leader. Only the leader
      ${' '}can compare the labelled pictures: open its page.</p>`}
    ${near?.leads && near.examples.length === 0 && html`
      <p class="faint">There are no other labelled pictures yet, or they are still being read.</p>`}
    ${near?.examples.length > 0 && html`
      <p class="faint">Of ${number(near.compared)}; the figure is the cosine of the embeddings, 1 for the same picture.</p>
      <ul class="near" aria-label="Similar pictures">
        ${near.examples.map((each) => html`<${Neighbour} key=${each.image_id} near=${each} />`)}
      </ul>`}`;
}
