import { html, useState } from './lib/preact.js';
import { Dialog } from './dialog.js';
import { counted, number } from './format.js';
import { LabelledPicture } from './classes-picture.js';
import { useParts } from './use-parts.js';
import { IntervalBar, Scroller } from './versions-figures.js';

const status = ({ status: its, missing }) => ({
  learned: 'Learned',
  waiting: 'Waits for a training run',
  too_few: `Needs ${number(missing)} more`,
  retired: 'Retired',
}[its]);

function Share({ value, interval }) {
  return html`
    <td class="share">${value.toFixed(2)}
      ${interval && html`<span class="faint"> ${interval.low.toFixed(2)}–${interval.high.toFixed(2)}</span>
        <${IntervalBar} value=${value} interval=${interval} />`}</td>`;
}

function Row({ row, most, onShow, onChange }) {
  const { standing, figures } = row;
  const { label } = standing;
  const retired = standing.status === 'retired';
  const action = (kind, text) => html`
    <button type="button" class="quiet" aria-label=${`${text} ${label} …`}
      onClick=${() => onChange({ kind, labels: [label], into: null })}>${text} …</button>`;
  return html`
    <tr data-state=${standing.status}>
      <th scope="row">
        <button type="button" class="plain" disabled=${standing.examples === 0} onClick=${() => onShow(label)}>
          ${label}</button>
        ${standing.former_names.length > 0 && html`
          <span class="faint former">was ${standing.former_names.join(', ')}</span>`}
      </th>
      <td class="count"><span class="count-number">${number(standing.examples)}</span>
        <progress value=${standing.examples} max=${Math.max(1, most)} aria-hidden="true"></progress></td>
      <td><span class="badge" data-state=${standing.status}>${status(standing)}</span></td>
      ${figures
        ? html`<${Share} value=${figures.recall} interval=${figures.recall_interval} />
            <${Share} value=${figures.precision} interval=${figures.precision_interval} />`
        : html`<td class="faint">–</td><td class="faint">–</td>`}
      ${onChange && html`<td><div class="row-buttons">
        ${!retired && action('rename', 'Rename')}
        ${!retired && action('merge', 'Merge')}
        ${retired ? action('restore', 'Restore') : action('retire', 'Retire')}
      </div></td>`}
    </tr>`;
}

/** The pictures of one label. */
function LabelDialog({ label, names, desk, onClose }) {
  const { answer, problem, more } = useParts('/classes/pictures?label=' + encodeURIComponent(label), 'pictures');
  return html`
    <${Dialog} title=${`Pictures of ${label}`} onClose=${onClose}>
      ${problem && html`<p class="trouble">${problem}</p>`}
      ${!answer && !problem && html`<p class="faint">Loading …</p>`}
      ${answer && html`
        <p class="faint">${number(answer.total)} in total, the newest labels first.</p>
        <ul class="labelled-list">${answer.pictures.map((picture) => html`
          <${LabelledPicture} key=${picture.image_id} picture=${picture} names=${names} desk=${desk} />`)}</ul>`}
      ${more && html`<button type="button" class="quiet" onClick=${more}>Show more</button>`}
    <//>`;
}

/**
 * The labels, thin ones first.
 * @param {{names: string[], list: any, desk?: any, onChange?: (change: any) => void}} props
 */
export function Labels({ names, list, desk, onChange }) {
  const { answer, problem, more } = list;
  const [shown, setShown] = useState('');
  return html`
    <section aria-labelledby="labels-title">
      <h2 id="labels-title">Labels</h2>
      ${problem && html`<p class="trouble">${problem}</p>`}
      ${!answer && !problem && html`<p class="faint">Reading the labels …</p>`}
      ${answer && html`
        <p class="faint">${counted(answer.pictures, 'labelled picture')} of ${counted(answer.total, 'label')}, those with
          the fewest first${answer.serving && `; figures of ${answer.serving}, each with its 95 % interval`}.</p>`}
      ${answer?.total === 0 && html`<p>No labels yet. Give some in <a href="#/teach">Teach</a>.</p>`}
      ${answer?.total > 0 && html`
        <${Scroller} name="Table of labels">
          <table class="labels">
            <thead><tr><th scope="col">Label</th><th scope="col">Examples</th><th scope="col">State</th>
              <th scope="col">Recall</th><th scope="col">Precision</th>
              ${onChange && html`<th scope="col">Change</th>`}</tr></thead>
            <tbody>${answer.labels.map((row) => html`
              <${Row} key=${row.standing.label} row=${row} most=${answer.most} onShow=${setShown}
                onChange=${onChange} />`)}</tbody>
          </table>
        <//>`}
      ${more && html`<button type="button" class="quiet" onClick=${more}>Show more</button>`}
      ${shown && html`<${LabelDialog} label=${shown} names=${names} desk=${desk} onClose=${() => setShown('')} />`}
    </section>`;
}
