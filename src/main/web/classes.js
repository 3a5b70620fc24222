import { html, useEffect, useState } from './lib/preact.js';
import { ChangeDialog } from './classes-change.js';
import { useDesk } from './classes-desk.js';
import { Confusions, Duplicates, Spellings, Suspects } from './classes-findings.js';
import { Labels } from './classes-labels.js';
import { number } from './format.js';
import { useHash } from './hash.js';
import { may } from './roles.js';
import { useParts } from './use-parts.js';
import { CommandList, isActive, useAnnouncement } from './versions-actions.js';
import { useCommands } from './versions-stream.js';

/** The parts of the view by their address, such as #/classes/suspects. */
const PARTS = {
  labels: 'Labels',
  confusions: 'Confusions',
  suspects: 'Suspicious',
  duplicates: 'Duplicates',
  spellings: 'Spellings',
};

/** The instance follows a change of labels a moment after the leader has answered. */
const FOLLOWED_MS = 1500;

function partFromHash() {
  const name = location.hash.split('?')[0].split('/')[2] ?? '';
  return Object.hasOwn(PARTS, name) ? name : 'labels';
}

/** The same, and once again a moment later. */
function useFollowed(changed) {
  const [followed, setFollowed] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setFollowed(changed), FOLLOWED_MS);
    return () => clearTimeout(timer);
  }, [changed]);
  return changed + followed;
}

function unsent({ labels, problem, refused }) {
  if (problem && labels.length > 0) {
    return `${number(labels.length)} ${labels.length === 1 ? 'correction waits' : 'corrections wait'} in this browser and will be sent later: ${problem}`;
  }
  return refused && `A correction was refused: ${refused}`;
}

/**
 * The labels, what is wrong with them, and what to do about it.
 * @param {{role: string, onInstance: (figures: any) => void}} props told about the instance
 */
export function Classes({ role, onInstance }) {
  const { now, commands, connected } = useCommands();
  const part = useHash(partFromHash);
  const desk = useDesk();
  const [change, setChange] = useState(/** @type {any} */ (null));
  const labelled = commands.filter((command) => command.kind === 'labels');
  const again = useFollowed([now?.newest, now?.rollout?.serving, connected,
    ...labelled.map((command) => command.id + command.state)].join(' '));
  const list = useParts('/classes', 'labels', again);
  const announcement = useAnnouncement(commands);
  useEffect(() => onInstance(connected ? now : null), [now, connected]);
  const its = {
    names: list.answer?.names ?? [],
    again,
    desk: may(role, 'label') ? desk : undefined,
    onChange: may(role, 'operate') ? setChange : undefined,
  };
  const problem = unsent(desk.outbox);
  return html`
    <nav class="parts" aria-label="Parts of this view">
      ${Object.entries(PARTS).map(([name, title]) => html`
        <a key=${name} href=${'#/classes/' + name} aria-current=${name === part ? 'page' : null}>${title}</a>`)}
    </nav>
    <p class="sr" role="status">${announcement}</p>
    ${problem && html`<p class="status trouble" role="alert">${problem}</p>`}
    <${CommandList} commands=${commands.filter((command) => command.kind === 'labels' || isActive(command))} />
    <div class="classes" key=${part}>
      ${part === 'labels' && html`<${Labels} ...${its} list=${list} />`}
      ${part === 'confusions' && html`<${Confusions} ...${its} />`}
      ${part === 'suspects' && html`<${Suspects} ...${its} />`}
      ${part === 'duplicates' && html`<${Duplicates} ...${its} />`}
      ${part === 'spellings' && html`<${Spellings} ...${its} />`}
    </div>
    ${change && html`<${ChangeDialog} change=${change} names=${its.names} active=${commands.filter(isActive)}
      onClose=${() => setChange(null)} />`}`;
}
