import { html } from './lib/preact.js';
import { bytes, counted, duration, figure, interval, moment, number } from './format.js';
import { useGet } from './use-get.js';
import { Changes } from './versions-changes.js';
import { Compared, ConfusionMatrix, LabelTable, ReliabilityCurve, Scroller } from './versions-figures.js';

export const STATES = {
  serving: 'Serves',
  previous: 'Served before',
  rolled_back: 'Rolled back',
  retired: 'Retired',
  refused: 'Refused',
};

export const STARTED = {
  command: 'by a command',
  labels: 'by the number of new labels',
  time: 'because a new label had waited long enough',
  accuracy_drop: 'by a drop in live accuracy',
  merged_labels: 'by a merge of labels',
  stalled_heads: 'because heads stopped improving with new labels',
};

/** @param {{state: string}} props */
export function StateBadge({ state }) {
  return html`<span class="badge" data-state=${state}>${STATES[state]}</span>`;
}

function Recipe({ model }) {
  const { training, network } = model;
  const examples = Object.entries(training.examples)
    .filter(([, count]) => count > 0)
    .map(([use, count]) => `${number(count)} ${use}`).join(', ');
  const settings = Object.entries(training.configuration).sort(([a], [b]) => a.localeCompare(b));
  const facts = [
    ['Network', network
      ? `fine-tuned: ${network.layers_learned || 'some'} layers`
        + (network.first_layer ? ` from ${network.first_layer} on` : '')
      : 'unchanged; only a head was trained'],
    ['Backbone', model.backbone_id],
    ['Head', bytes(model.head.bytes)],
    ['Examples', examples],
    ['Training', `${duration(training.seconds * 1000)} on ${training.device}, seed ${training.seed}`
      + (training.started_by ? `, started ${STARTED[training.started_by]}` : '')],
    ...(training.lineage ? [['Made by', `Imprint ${training.lineage.release}, ${training.lineage.processor}, `
      + `${training.lineage.threads} threads`]] : []),
    ...(training.unlearned.length > 0
      ? [['Not learned', training.unlearned.join(', ') + ' (too few examples)']] : []),
  ];
  return html`
    <dl class="facts">${facts.map(([name, text]) => html`
      <div key=${name}><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>
    <details>
      <summary>Settings (${settings.length})</summary>
      <${Scroller} name="Settings">
        <table><tbody>${settings.map(([key, value]) => html`
          <tr key=${key}><th scope="row">${key}</th><td>${value}</td></tr>`)}</tbody></table>
      <//>
    </details>
    ${training.trials.length > 0 && html`
      <details>
        <summary>Settings that were tried (${training.trials.length})</summary>
        <${Scroller} name="Settings that were tried">
          <table>
            <thead><tr><th scope="col">Settings</th><th scope="col">Loss</th>
              <th scope="col">Accuracy</th><th scope="col">Epochs</th></tr></thead>
            <tbody>${training.trials.map((trial, i) => html`
              <tr key=${i} class=${trial.chosen ? 'chosen' : ''}>
                <th scope="row">${Object.entries(trial.settings).map((each) => each.join(' ')).join(', ')}
                  ${trial.chosen && ' (chosen)'}</th>
                <td>${trial.loss.toFixed(4)}</td><td>${figure(trial.accuracy)}</td><td>${trial.epochs}</td>
              </tr>`)}</tbody>
          </table>
        <//>
      </details>`}
    <details>
      <summary>Whole record</summary>
      <pre tabindex="0" role="region" aria-label="Whole record">${JSON.stringify(model, null, 1)}</pre>
    </details>`;
}

function Live({ accuracy }) {
  return html`
    <div class="figure">
      <dt>Live accuracy</dt>
      <dd>
        <span class="figure-value">${accuracy ? figure(accuracy.share) : '–'}</span>
        <span class="figure-note">${accuracy
          ? `${interval(accuracy.interval)} (95 %), ${counted(accuracy.answers, 'answer')}`
          : 'no recent answers in the random sample'}</span>
      </dd>
    </div>`;
}

/**
 * All about one version.
 * @param {{version: string, changed: string, accuracy: any, onPromote?: (version: string) => void}}
 *   props changed is another text whenever it is to be read again; without onPromote, one may only look
 */
export function VersionDetail({ version, changed, accuracy, onPromote }) {
  const { answer: detail, problem } = useGet('/versions/' + encodeURIComponent(version), changed);
  if (!detail) {
    return html`<p class=${problem ? 'trouble' : 'faint'}>${problem || 'Loading …'}</p>`;
  }
  const { summary, labels, model } = detail;
  const { quality, champion } = summary;
  return html`
    <div class="version-head">
      <h2 id="version-title">${version}</h2>
      <${StateBadge} state=${summary.state} />
      ${onPromote && summary.state !== 'serving' && html`
        <button type="button" class="quiet" onClick=${() => onPromote(version)}>Promote …</button>`}
    </div>
    <p class="faint"><time datetime=${summary.created_at}>${moment(summary.created_at)}</time>
      ${summary.parent && `, trained while ${summary.parent} served`}</p>
    <p class="verdict">${summary.verdict}</p>
    <dl class="version-figures">
      <${Compared} name="Accuracy" value=${quality.accuracy} range=${quality.accuracy_interval}
        before=${champion?.accuracy} beforeRange=${champion?.accuracy_interval} examples=${quality.examples} />
      <${Compared} name="Macro F1" value=${quality.macro_f1} range=${quality.macro_f1_interval}
        before=${champion?.macro_f1} beforeRange=${champion?.macro_f1_interval} examples=${quality.examples} />
      <${Live} accuracy=${accuracy} />
    </dl>
    <section><h3>Labels (${number(labels.length)})</h3><${LabelTable} labels=${labels} /></section>
    <section><h3>Confusion matrix</h3><${ConfusionMatrix} metrics=${model.judgement.challenger} /></section>
    <section><h3>Reliability</h3><${ReliabilityCurve} calibration=${model.judgement.calibration} /></section>
    <section><h3>Changes</h3>
      ${detail.before ? html`<${Changes} version=${version} />`
        : html`<p class="faint">It is the first version.</p>`}</section>
    <section><h3>Recipe</h3><${Recipe} model=${model} /></section>`;
}
