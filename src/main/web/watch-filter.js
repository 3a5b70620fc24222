import { html } from './lib/preact.js';
import { shortVersion } from './format.js';

const CONFIDENCES = [
  ['', 'Any confidence'],
  ['0-0.5', 'Below 50 %'],
  ['0.5-0.8', '50 to 80 %'],
  ['0.8-1', '80 % and more'],
];

/** The filter in an address, such as #/watch?label=coat. */
export function filterFromHash() {
  const query = location.hash.split('?')[1] ?? '';
  return Object.fromEntries(new URLSearchParams(query));
}

/** @param {Record<string, string>} filter */
export function hashOf(filter) {
  const query = new URLSearchParams(filter).toString();
  return '#/watch' + (query ? '?' + query : '');
}

function Select({ name, value, options, onChange }) {
  return html`
    <label class="field">
      <span>${name}</span>
      <select value=${value} onChange=${(event) => onChange(event.target.value)}>
        ${options.map(([key, text]) => html`
          <option key=${key} value=${key} selected=${key === value}>${text}</option>`)}
      </select>
    </label>`;
}

/**
 * @param {{filter: Record<string, string>, labels: string[], versions: string[],
 *   onChange: (filter: Record<string, string>) => void}} props
 */
export function WatchFilter({ filter, labels, versions, onChange }) {
  const letters = filter.show === 'dead_letters';
  const change = (changes) => {
    const next = { ...filter, ...changes };
    for (const [name, value] of Object.entries(next)) {
      if (value === undefined) {
        delete next[name];
      }
    }
    onChange(next);
  };
  const show = (kind) => onChange(kind === 'dead_letters' ? { show: kind } : {});
  const confidence = filter.from === undefined ? '' : `${filter.from}-${filter.to}`;
  const setConfidence = (range) => {
    const [from, to] = range.split('-');
    change(range === '' ? { from: undefined, to: undefined } : { from, to });
  };
  // A label of the empty name is the interface's word for predictions without one.
  const label = filter.label === undefined ? '*' : filter.label;
  const known = [...new Set([...labels, ...(filter.label ? [filter.label] : [])])];
  return html`
    <form class="filter" aria-label="Filter" onSubmit=${(event) => event.preventDefault()}>
      <fieldset class="segments">
        <legend class="sr">Show</legend>
        ${[['predictions', 'Predictions'], ['dead_letters', 'Dead letters']].map(([kind, text]) => html`
          <label key=${kind}>
            <input type="radio" name="show" value=${kind} checked=${(kind === 'dead_letters') === letters}
              onChange=${() => show(kind)} />
            <span>${text}</span>
          </label>`)}
      </fieldset>
      ${!letters && html`
        <${Select} name="Label" value=${label} options=${[
          ['*', 'All labels'], ['', 'Without a label'], ...known.map((each) => [each, each])]}
          onChange=${(value) => change({ label: value === '*' ? undefined : value })} />
        <${Select} name="Confidence" value=${confidence} options=${CONFIDENCES}
          onChange=${setConfidence} />
        <${Select} name="Version" value=${filter.version ?? ''} options=${[
          ['', 'All versions'], ...versions.map((each) => [each, shortVersion(each)])]}
          onChange=${(value) => change({ version: value || undefined })} />`}
    </form>`;
}
