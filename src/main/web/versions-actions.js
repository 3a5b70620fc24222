import { html, useEffect, useState } from './lib/preact.js';
import { post } from './api.js';
import { Dialog } from './dialog.js';
import { moment, shortVersion } from './format.js';
import { useGet } from './use-get.js';
import { STARTED } from './versions-detail.js';

const ENDED = ['done', 'refused', 'failed'];
const STATES = {
  waiting: 'Waiting', running: 'Running', done: 'Done', refused: 'Refused', failed: 'Failed',
};

/** Ended commands that are shown; the older ones are on their topic. */
const MOST_ENDED = 3;

/** Lines of progress name a count and its end, as in: epoch 20 of at most 200. */
const COUNT = /(\d+) of (?:at most )?(\d+)/;

export const isActive = (command) => !ENDED.includes(command.state);

/** What the dialog of a decision shows and sends. */
export const promotion = (version) => ({
  title: `Promote ${shortVersion(version)}`,
  path: `/versions/${encodeURIComponent(version)}/promotion`,
  confirm: 'Promote',
  options: false,
});

export const ROLLBACK = { title: 'Roll back', path: '/rollback', confirm: 'Roll back', options: false };
export const TRAINING = { title: 'Train a version', path: '/trainings', confirm: 'Train', options: true };

const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const lower = (text) => text.charAt(0).toLowerCase() + text.slice(1);

export function commandName(command) {
  switch (command.kind) {
    case 'retrain': return 'Training of a head';
    case 'fine_tune': return 'Fine-tuning';
    case 'promote': return `Promotion of ${shortVersion(command.version ?? '')}`;
    case 'rollback': return 'Rollback';
    case 'labels': return upper(command.change ?? 'change of labels');
    default: return 'Command';
  }
}

/** The outcome in the words of the command line. */
export function outcome(command) {
  switch (command.state) {
    case 'done': return (command.result ? command.result + ': ' : '') + command.message;
    case 'refused': return (command.result ?? 'refused') + ': ' + command.message;
    default: return command.message;
  }
}

/** Outcomes of the commands that end while somebody looks, for those who hear the page. */
export function useAnnouncement(commands) {
  const [known, setKnown] = useState(/** @type {Record<string, string>} */ ({}));
  const [text, setText] = useState('');
  useEffect(() => {
    const states = Object.fromEntries(commands.map((command) => [command.id, command.state]));
    const changed = commands.find((command) => known[command.id] !== states[command.id]
      && (known[command.id] !== undefined || command.state === 'waiting'));
    setKnown(states);
    if (changed) {
      const name = commandName(changed);
      setText({ waiting: `${name} was sent.`, running: `${name} has begun.` }[changed.state]
        ?? `${name}: ${outcome(changed)}`);
    }
  }, [commands]);
  return text;
}

/** How a version is to be trained. */
function TrainingOptions({ training, onChange }) {
  const kinds = [
    [false, 'A new head', 'seconds to minutes'],
    [true, 'Also the network’s last layers', 'fine-tuning: minutes to hours'],
  ];
  return html`
    <fieldset class="options">
      <legend>Train</legend>
      ${kinds.map(([fineTune, name, note]) => html`
        <label key=${name}>
          <input type="radio" name="kind" checked=${training.fine_tune === fineTune}
            onChange=${() => onChange({ ...training, fine_tune: fineTune })} />
          <span>${name} <span class="faint">(${note})</span></span>
        </label>`)}
      <label>
        <input type="checkbox" checked=${training.force}
          onChange=${(event) => onChange({ ...training, force: event.target.checked })} />
        <span>Even without new labels</span>
      </label>
    </fieldset>`;
}

/** Why a command would not be carried out at once. */
function Busy({ active, labels }) {
  return active.length > 0 && html`
    <p class="notice">The leader is busy (${lower(commandName(active[0]))}). This waits until
      it is done, for at most ten minutes.${!labels && html` <code>imprint models promote</code> and ${' '}
      <code>rollback</code> do not wait; they end a training run in progress.`}</p>`;
}

/**
 * Says what will happen, and sends the command once that is confirmed.
 * @param {{action: any, active: any[], onClose: (sent: boolean) => void}} props
 */
export function ActionDialog({ action, active, onClose }) {
  const [training, setTraining] = useState({ fine_tune: false, force: false });
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState('');
  const query = action.options ? '?' + new URLSearchParams(/** @type {any} */ (training)) : '';
  const asked = useGet(action.path + query, undefined, action.ask);
  const preview = asked.problem ? { refusal: asked.problem, effects: [] } : asked.answer;
  const confirm = () => {
    setSending(true);
    setProblem('');
    const body = action.options ? training : { ...action.body, expected_serving: preview.expected_serving };
    post(action.path, body).then(
      () => onClose(true),
      (error) => {
        setProblem(error.message);
        setSending(false);
      });
  };
  return html`
    <${Dialog} title=${action.title} onClose=${() => onClose(false)}>
      ${action.options && html`<${TrainingOptions} training=${training} onChange=${setTraining} />`}
      <div class="preview" aria-live="polite">
        ${preview === null && html`<p class="faint">Checking what that would do …</p>`}
        ${preview?.refusal && html`<p class="trouble">It would be refused: ${preview.refusal}</p>`}
        ${preview && !preview.refusal && html`
          <h3>This will happen</h3>
          <ul class="effects">${preview.effects.map((effect) => html`<li key=${effect}>${effect}</li>`)}</ul>
          <${Busy} active=${active} labels=${Boolean(action.body)} />`}
      </div>
      ${problem && html`<p class="trouble" role="alert">${problem}</p>`}
      <div class="buttons">
        <button type="button" class="main" disabled=${sending || !preview || Boolean(preview.refusal)}
          onClick=${confirm}>${sending ? 'Sending …' : action.confirm}</button>
        <button type="button" class="quiet" onClick=${() => onClose(false)}>Cancel</button>
      </div>
    <//>`;
}

function CommandRow({ command, now }) {
  const count = command.state === 'running' ? COUNT.exec(command.message) : null;
  const late = command.state === 'waiting' && Date.parse(command.expires_at) < now;
  const text = late
    ? 'Nobody carried it out in time: is a service with training.enabled running?'
    : command.state === 'waiting' ? 'The leader will carry it out next, or has yet to be elected.' : outcome(command);
  return html`
    <li class="command" data-state=${late ? 'failed' : command.state}>
      <p class="command-head"><strong>${commandName(command)}</strong>
        <span class="badge">${late ? 'Expired' : STATES[command.state]}</span>
        <span class="faint">${command.issued_at && moment(command.issued_at)}
          ${command.by && ` by ${command.by}`}
          ${command.start && `, started ${STARTED[command.start]}`}</span></p>
      ${count && html`<progress aria-label="Progress" value=${count[1]} max=${count[2]}></progress>`}
      ${text && html`<p class="command-text">${text}</p>`}
    </li>`;
}

/** Re-renders now and then while something waits, so that its expiry shows. */
function useClock(runs) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!runs) {
      return undefined;
    }
    const timer = setInterval(() => setNow(Date.now()), 5000);
    return () => clearInterval(timer);
  }, [runs]);
  return now;
}

/** Commands and training runs under way, and the last ones that ended. @param {{commands: any[]}} props */
export function CommandList({ commands }) {
  const now = useClock(commands.some((command) => command.state === 'waiting'));
  const ended = commands.filter((command) => !isActive(command)).slice(0, MOST_ENDED);
  const shown = commands.filter((command) => isActive(command) || ended.includes(command));
  return shown.length > 0 && html`
    <section aria-labelledby="commands-title" class="commands">
      <h2 id="commands-title">Commands and training runs</h2>
      <ul>${shown.map((command) => html`
        <${CommandRow} key=${command.id} command=${command} now=${now} />`)}</ul>
    </section>`;
}
