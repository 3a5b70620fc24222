import { html, useState } from './lib/preact.js';
import { Dialog } from './dialog.js';
import { changeKey, usable } from './keys.js';

/**
 * Changes the keys of labels.
 * @param {{keys: Map<string, string>, labels: string[], onChange: () => void, onClose: () => void}} props
 */
export function KeysDialog({ keys, labels, onChange, onClose }) {
  const [problem, setProblem] = useState('');
  const press = (label) => (event) => {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey) {
      return; // Tab and Escape work as elsewhere
    }
    event.preventDefault();
    const key = event.key.toLowerCase();
    if (!usable(key)) {
      setProblem(`“${key}” is used by the page: press another letter or digit.`);
      return;
    }
    setProblem('');
    changeKey(label, key);
    onChange();
  };
  return html`
    <${Dialog} title="Keys" onClose=${onClose}>
      <p class="faint">Choose a field, and press the key for its label.</p>
      <p class="status trouble" role="status">${problem}</p>
      <ul class="key-list">
        ${labels.map((label) => html`
          <li key=${label}><label class="key-field">
            <span>${label}</span>
            <input value=${keys.get(label) ?? ''} onKeyDown=${press(label)} readonly
              autocomplete="off" /></label></li>`)}
      </ul>
    <//>`;
}

/** Asks for a new label. @param {{onLabel: (label: string) => void, onClose: () => void}} props */
export function NewLabelDialog({ onLabel, onClose }) {
  const [label, setLabel] = useState('');
  const submit = (event) => {
    event.preventDefault();
    if (label.trim()) {
      onLabel(label.trim());
    }
  };
  return html`
    <${Dialog} title="New label" onClose=${onClose}>
      <form class="new-label" onSubmit=${submit}>
        <label class="field"><span>What does the picture show?</span>
          <input value=${label} maxlength="200" autofocus autocomplete="off"
            onInput=${(event) => setLabel(event.target.value)} /></label>
        <button type="submit" class="primary">Label it</button>
      </form>
    <//>`;
}
