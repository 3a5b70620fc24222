import { html } from './lib/preact.js';
import { NO_VERSION, moment, percent, shortVersion, words } from './format.js';
import { useGet } from './use-get.js';

function predicted(prediction) {
  const best = prediction.top[0];
  const what = prediction.label !== null
    ? `'${prediction.label}' with ${percent(prediction.confidence)}`
    : best ? `no label; the best, '${best.label}', had ${percent(best.confidence)}` : 'no label, without a head';
  return `Predicted ${what}`;
}

/** All that is known, the oldest first: {at, what, note, version}. */
function eventsOf(found, history, learned) {
  const came = found.received_at ? [{ at: found.received_at, what: 'The image arrived',
    note: found.claim ? `${found.claim.topic}-${found.claim.partition}@${found.claim.offset}` : '' }] : [];
  const predictions = found.predictions.map((each) => ({
    at: each.predicted_at, what: predicted(each), version: each.model_version === NO_VERSION ? '' : each.model_version,
    note: each.claim.offset === found.claim?.offset && each.claim.partition === found.claim?.partition
      ? '' : `the record ${each.claim.topic}-${each.claim.partition}@${each.claim.offset}`,
  })).reverse();
  const letter = found.dead_letter;
  const dead = letter ? [{ at: letter.at, what: `Became a dead letter: ${words(letter.reason)}`, note: letter.message }] : [];
  const said = (history?.events ?? []).map((each) => ({
    at: each.at, what: each.what.charAt(0).toUpperCase() + each.what.slice(1),
    note: [each.who && `by ${each.who}`, each.why && `because: ${each.why}`, each.place].filter(Boolean).join(', '),
  }));
  const versions = (learned?.versions ?? []).map((each) => ({
    at: each.created_at, version: each.version, note: '',
    what: each.label === null
      ? 'A version learned from it, without a label'
      : `A version learned from it, or was judged on it, as '${each.label}'`,
  })).reverse();
  return [...came, ...predictions, ...dead, ...said, ...versions]
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function Event({ event }) {
  return html`
    <li>
      ${event.what}${event.version && html`, <a href=${'#/versions/' + encodeURIComponent(event.version)}
        title=${event.version}>${shortVersion(event.version)}</a>`}
      <div class="faint"><time datetime=${event.at}>${moment(event.at)}</time>${event.note && ` · ${event.note}`}</div>
    </li>`;
}

/**
 * From the image to its outcome.
 * @param {{found: any, who: string, again: number}} props who is the query of its id
 */
export function History({ found, who, again }) {
  const history = useGet('/understand/history?' + who, again);
  const done = Boolean(history.answer || history.problem);
  const learned = useGet(done && found.claim ? `/understand/versions?sha256=${found.claim.sha256}` : '', again);
  const unread = learned.answer?.unread ?? [];
  const limits = [...new Set([...found.limits, ...(history.answer?.limits ?? []),
    ...(unread.length > 0 ? [`The examples of these versions were not read: ${unread.join(', ')}.`] : [])])];
  const problem = history.problem || learned.problem;
  return html`
    <h3>History</h3>
    <ol class="happened">
      ${eventsOf(found, history.answer, learned.answer).map((event, i) => html`
        <${Event} key=${i} event=${event} />`)}
    </ol>
    ${!done && html`<p class="faint">Reading its history …</p>`}
    ${problem && html`<p class="trouble">${problem}</p>`}
    ${learned.answer?.versions.length === 0 && html`
      <p class="status">No version ${unread.length > 0 ? 'that was read ' : ''}has learned from it.</p>`}
    ${limits.length > 0 && html`
      <div class="notice">There may be more: ${limits.join(' ')}</div>`}`;
}
