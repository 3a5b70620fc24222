import { html, useMemo, useState } from './lib/preact.js';
import { number, percent } from './format.js';
import { pictureHash } from './hash.js';
import { assignKeys } from './keys.js';
import { useOutbox } from './outbox.js';
import { useRetriedPicture } from './retried-picture.js';
import { useStatus } from './status.js';
import { useAnswers } from './teach-answers.js';
import { Drop } from './teach-drop.js';
import { KeysDialog, NewLabelDialog } from './teach-keys.js';
import { keyOf, useQueue } from './teach-queue.js';
import { SimilarGrid, useSimilar } from './teach-similar.js';
import { useKeys } from './use-keys.js';

const REASONS = {
  coverage: 'few labels yet',
  uncertain: 'many look like this one, and the version is unsure',
  random: 'drawn at random, to measure accuracy without bias',
  similar: 'it looks like another one',
};

function Key({ name }) {
  return name ? html`<kbd>${name}</kbd>` : null;
}

function statusLine(queue, outbox) {
  const waiting = outbox.labels.length;
  if (outbox.problem && waiting > 0) {
    return `${number(waiting)} ${waiting === 1 ? 'label waits' : 'labels wait'} in this browser and will be sent later: ${outbox.problem}`;
  }
  return outbox.refused ? `A label was refused: ${outbox.refused}` : queue.problem;
}

function Picture({ picture }) {
  const { tries, gone, away, onError } = useRetriedPicture(picture.picture);
  const key = keyOf(picture);
  const top = picture.top[0];
  return html`
    <figure class="teach-picture">
      ${gone
        ? html`<p class="no-picture">This picture is no longer stored: skip it.</p>`
        : html`<img key=${tries} src=${picture.picture} data-picture=${key}
            alt=${`To label: ${picture.image_id}`} onError=${onError} />`}
      ${away && html`<p class="no-picture" role="status">The picture is not available at the moment; trying again.</p>`}
      <figcaption>
        <span>${picture.guess === null ? 'No guess yet' : html`Guess: <b>${picture.guess}</b> ${percent(top.confidence)}`}</span>
        <span class="faint">Asked because: ${REASONS[picture.reason]}</span>
        <a href=${pictureHash(picture.image_id, picture.claim)}>Look closer</a>
      </figcaption>
    </figure>`;
}

/**
 * Labels a stream of pictures by keys.
 * @param {{onInstance: (figures: any) => void}} props told about the instance
 */
export function Teach({ onInstance }) {
  useStatus(onInstance);
  const queue = useQueue();
  const outbox = useOutbox();
  const [dialog, setDialog] = useState('');
  const [changes, setChanges] = useState(0);
  const keys = useMemo(() => assignKeys(queue.labels), [queue.labels, changes]);
  const similar = useSimilar(queue);
  const { give, undo, labelled, aMinute, none, note } = useAnswers(queue, outbox, similar);
  const current = queue.pictures[0];
  const single = current && !similar.shown;
  const chosen = similar.shown ? similar.chosen : queue.pictures.slice(0, 1);
  const guess = single ? current.guess : null;
  /** @param {import('./teach-answers.js').Answer} its */
  const answer = (its) => chosen.length > 0 && (() => give(chosen, its));
  const actions = {
    Enter: guess !== null && answer({ kind: 'label', label: guess }),
    u: !similar.shown && undo,
    0: answer({ kind: 'none' }),
    s: answer({ kind: 'skip' }),
    n: chosen.length > 0 && (() => setDialog('new')),
    // A verdict is about the prediction; another version that serves by now may guess something else.
    x: guess !== null && guess === current.predicted && answer({ kind: 'wrong' }),
    k: queue.labels.length > 0 && (() => setDialog('keys')),
    m: current && (() => (similar.shown ? similar.close() : similar.open(current))),
    escape: similar.shown && (() => similar.close()),
    '*': similar.shown && similar.toggleAll,
  };
  useKeys((key) => {
    const label = [...keys].find(([, its]) => its === key)?.[0];
    const act = actions[key] || (label !== undefined && answer({ kind: 'label', label }));
    if (act) {
      act();
    }
    return Boolean(act);
  });
  const button = (key, text, name = key) => html`
    <button type="button" class="quiet" disabled=${!actions[key]} onClick=${actions[key]}>
      ${text} <${Key} name=${name} /></button>`;
  const addLabel = (label) => {
    queue.addLabel(label);
    setDialog('');
    give(chosen, { kind: 'label', label });
  };
  const line = statusLine(queue, outbox);
  return html`
    <h2 class="sr">Teach</h2>
    <div class="teach">
      <div class="teach-stage" role="group" aria-label="Question" tabindex="-1">
        ${similar.shown && html`<${SimilarGrid} similar=${similar} />`}
        ${single && html`<${Picture} key=${keyOf(current)} picture=${current} />`}
        ${!single && !similar.shown && html`<p class="teach-empty">${queue.asked
            ? 'Nothing to label at the moment. New pictures appear here as they arrive.' : 'Loading …'}</p>`}
      </div>
      <div class="teach-side">
        <p class="teach-count"><b>${number(labelled)}</b> labelled${aMinute > 0
          && html`, <b>${number(aMinute)}</b> a minute`}${none > 0
          && html`; <b>${number(none)}</b> put aside`}</p>
        <div class="teach-labels" role="group" aria-label="Labels">
          ${queue.labels.map((label) => html`
            <button type="button" key=${label} class=${label === guess ? 'guess' : ''} disabled=${chosen.length === 0}
              onClick=${answer({ kind: 'label', label })}>
              <span>${label}</span> <${Key} name=${keys.get(label)} /></button>`)}
          ${queue.labels.length === 0 && html`<p class="faint">No labels yet: add the first with <kbd>n</kbd>.</p>`}
        </div>
        <div class="teach-actions" role="group" aria-label="Other answers">
          ${!similar.shown && button('Enter', 'Accept the guess')}
          ${!similar.shown && button('x', 'The guess is wrong')}
          ${button('n', 'New label')}
          ${button('0', 'None of these')}
          ${button('m', similar.shown ? 'Back to one' : 'More like this')}
          ${similar.shown && button('*', similar.shown.out.size > 0 ? 'Take all' : 'Leave all out')}
          ${button('s', 'Skip')}
          ${!similar.shown && button('u', 'Undo')}
          ${button('k', 'Change keys')}
        </div>
        <p class=${outbox.problem || outbox.refused || queue.problem ? 'status trouble' : 'status'} role="status">${line || note}</p>
      </div>
    </div>
    <${Drop} />
    ${dialog === 'keys' && html`<${KeysDialog} keys=${keys} labels=${queue.labels}
      onChange=${() => setChanges(changes + 1)} onClose=${() => setDialog('')} />`}
    ${dialog === 'new' && html`<${NewLabelDialog} onLabel=${addLabel} onClose=${() => setDialog('')} />`}`;
}
