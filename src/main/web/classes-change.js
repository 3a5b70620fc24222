import { html, useState } from './lib/preact.js';
import { post } from './api.js';
import { Dialog } from './dialog.js';
import { ActionDialog } from './versions-actions.js';

const TITLES = { rename: 'Rename', merge: 'Merge', retire: 'Retire', restore: 'Restore' };

const title = (change) => `${TITLES[change.kind]} ${change.labels.join(', ')}`;

/** What the dialog of a change of labels shows and sends. */
const action = (change) => ({
  title: title(change),
  path: '/classes/changes',
  ask: () => post('/classes/preview', change),
  body: change,
  confirm: TITLES[change.kind],
  options: false,
});

/** Asks for the other label. */
function Into({ change, names, onInto, onClose }) {
  const [into, setInto] = useState('');
  const renames = change.kind === 'rename';
  const submit = (event) => {
    event.preventDefault();
    if (into.trim()) {
      onInto(into.trim());
    }
  };
  return html`
    <${Dialog} title=${title(change)} onClose=${onClose}>
      <form class="new-label" onSubmit=${submit}>
        <label class="field"><span>${renames ? 'New name' : 'Merge it into'}</span>
          ${renames
            ? html`<input value=${into} maxlength="200" autofocus autocomplete="off"
                onInput=${(event) => setInto(event.target.value)} />`
            : html`<select onChange=${(event) => setInto(event.target.value)}>
                <option value="" selected disabled>Choose a label</option>
                ${names.filter((name) => !change.labels.includes(name)).map((name) => html`
                  <option key=${name}>${name}</option>`)}
              </select>`}</label>
        <button type="submit" class="main" disabled=${!into.trim()}>Check</button>
      </form>
    <//>`;
}

/**
 * Renames, merges, retires or restores labels: asks for what is missing, says what will happen, and
 * sends the command.
 * @param {{change: any, names: string[], active: any[], onClose: () => void}} props
 */
export function ChangeDialog({ change, names, active, onClose }) {
  const [into, setInto] = useState(change.into);
  const asks = into === null && (change.kind === 'rename' || change.kind === 'merge');
  return asks
    ? html`<${Into} change=${change} names=${names} onInto=${setInto} onClose=${onClose} />`
    : html`<${ActionDialog} action=${action({ ...change, into })} active=${active} onClose=${onClose} />`;
}
