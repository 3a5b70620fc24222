import { html } from './lib/preact.js';
import { number, shortVersion } from './format.js';
import { useGet } from './use-get.js';
import { Scroller } from './versions-figures.js';

const counts = (labels) => Object.entries(labels)
  .sort(([, a], [, b]) => b - a)
  .map(([label, count]) => `${label} ${number(count)}`)
  .join(', ');

const total = (labels) => Object.values(labels).reduce((sum, count) => sum + count, 0);

function Fact({ name, children }) {
  return html`<div><dt>${name}</dt><dd>${children}</dd></div>`;
}

function Examples({ changes }) {
  const { gained, lost } = changes;
  const parts = [
    `${number(changes.common)} the same`,
    ...(total(gained) > 0 ? [`${number(total(gained))} new (${counts(gained)})`] : []),
    ...(total(lost) > 0 ? [`${number(total(lost))} no longer (${counts(lost)})`] : []),
    ...(changes.relabelled > 0 ? [`${number(changes.relabelled)} under another label`] : []),
    ...(changes.other_picture > 0 ? [`${number(changes.other_picture)} with another picture`] : []),
  ];
  return html`<${Fact} name="Examples">${parts.join('; ')}<//>`;
}

/** What changed from the version that served before. @param {{version: string}} props */
export function Changes({ version }) {
  const { answer: changes, problem } = useGet(`/versions/${encodeURIComponent(version)}/changes`);
  if (!changes) {
    return html`<p class="faint">${problem || 'Comparing …'}</p>`;
  }
  return html`
    <p class="faint">Against ${changes.against}</p>
    <dl class="facts">
      ${changes.gained_labels.length > 0 && html`
        <${Fact} name="New labels">${changes.gained_labels.join(', ')}<//>`}
      ${changes.lost_labels.length > 0 && html`
        <${Fact} name="Lost labels">${changes.lost_labels.join(', ')}<//>`}
      <${Examples} changes=${changes} />
    </dl>
    ${changes.settings.length > 0 && html`
      <${Scroller} name="Settings that differ">
        <table>
          <thead><tr><th scope="col">Setting</th><th scope="col">${shortVersion(changes.against)}</th>
            <th scope="col">${shortVersion(changes.version)}</th></tr></thead>
          <tbody>${changes.settings.map((setting) => html`
            <tr key=${setting.key}><th scope="row">${setting.key}</th>
              <td>${setting.a ?? '–'}</td><td>${setting.b ?? '–'}</td></tr>`)}</tbody>
        </table>
      <//>`}`;
}
