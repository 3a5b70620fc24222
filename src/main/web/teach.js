import { html, useMemo, useState } from './lib/preact.js';
import { number, percent } from './format.js';
import { pictureHash } from './hash.js';
import { assignKeys } from './keys.js';
import { useOutbox } from './outbox.js';
import { useStatus } from './status.js';
import { Drop } from './teach-drop.js';
import { KeysDialog, NewLabelDialog } from './teach-keys.js';
import { keyOf, useQueue } from './teach-queue.js';
import { useKeys } from './use-keys.js';

const WHY = { coverage: 'other', uncertain: 'uncertain', random: 'random' };
const REASONS = {
  coverage: 'few labels yet',
  uncertain: 'many look like this one, and it is not sure of them',
  random: 'drawn by chance, for an honest accuracy',
};
const MOST_UNDONE = 50;
const RATE_MS = 60000;

/** A rate of less time says nothing. */
const LEAST_MS = 5000;

function Key({ name }) {
  return name ? html`<kbd>${name}</kbd>` : null;
}

function rate(times, now) {
  const recent = times.filter((at) => now - at < RATE_MS);
  const span = recent.length < 2 ? 0 : recent[recent.length - 1] - recent[0];
  return span >= LEAST_MS ? Math.round((recent.length - 1) * 60000 / span) : 0;
}

function statusLine(queue, outbox) {
  const waiting = outbox.labels.length;
  if (outbox.problem && waiting > 0) {
    return `${number(waiting)} ${waiting === 1 ? 'label waits' : 'labels wait'} in this browser, and will be sent: ${outbox.problem}`;
  }
  return outbox.refused ? `A label was refused: ${outbox.refused}` : queue.problem;
}

function Picture({ picture }) {
  const [failed, setFailed] = useState('');
  const key = keyOf(picture);
  const top = picture.top[0];
  return html`
    <figure class="teach-picture">
      ${failed === key
        ? html`<p class="no-picture">This picture is no longer stored: skip it.</p>`
        : html`<img key=${key} src=${picture.picture} data-picture=${key}
            alt=${`To label: ${picture.image_id}`} onError=${() => setFailed(key)} />`}
      <figcaption>
        <span>${picture.guess === null ? 'No guess yet' : html`Guess: <b>${picture.guess}</b> ${percent(top.confidence)}`}</span>
        <span class="faint">Asked because: ${REASONS[picture.reason]}</span>
        <a href=${pictureHash(picture.image_id, picture.claim)}>Look closer</a>
      </figcaption>
    </figure>`;
}

/** What a person did, so that it can be undone. */
function useTeaching(queue, outbox) {
  const [times, setTimes] = useState(/** @type {number[]} */ ([]));
  const [given, setGiven] = useState(/** @type {any[]} */ ([]));
  const current = queue.pictures[0];
  const did = (entry) => {
    setGiven([...given, entry].slice(-MOST_UNDONE));
    queue.advance();
  };
  const say = (said) => {
    if (!current) {
      return;
    }
    const id = outbox.add({
      image_id: current.image_id, claim: current.claim, why: WHY[current.reason], ...said,
    });
    setTimes([...times, performance.now()]);
    did({ picture: current, id });
  };
  const undo = () => {
    const last = given[given.length - 1];
    if (!last) {
      return;
    }
    if (last.id !== null) {
      if (!outbox.takeBack(last.id)) {
        outbox.add({ image_id: last.picture.image_id, claim: last.picture.claim, verdict: 'forget' });
      }
      setTimes(times.slice(0, -1));
    }
    setGiven(given.slice(0, -1));
    queue.back(last.picture);
  };
  const skip = () => {
    if (current) {
      queue.skip(current);
      did({ picture: current, id: null });
    }
  };
  return { current, say, undo, skip, times, canUndo: given.length > 0 };
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
  const { current, say, undo, skip, times, canUndo } = useTeaching(queue, outbox);
  const guess = current?.guess ?? null;
  const actions = {
    Enter: guess !== null && (() => say({ label: guess })),
    u: canUndo && undo,
    s: current && skip,
    n: current && (() => setDialog('new')),
    x: guess !== null && (() => say({ verdict: 'incorrect' })),
    k: queue.labels.length > 0 && (() => setDialog('keys')),
  };
  useKeys((key) => {
    const label = [...keys].find(([, its]) => its === key)?.[0];
    const act = actions[key] || (label !== undefined && current && (() => say({ label })));
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
    say({ label });
  };
  const line = statusLine(queue, outbox);
  return html`
    <h2 class="sr">Teach</h2>
    <div class="teach">
      <div class="teach-stage">
        ${current
          ? html`<${Picture} picture=${current} />`
          : html`<p class="teach-empty">${queue.asked
            ? 'Nothing to label at the moment. New pictures appear here as they come.' : 'Loading …'}</p>`}
      </div>
      <div class="teach-side">
        <p class="teach-count"><b>${number(times.length)}</b> labelled${rate(times, performance.now()) > 0
          && html`, <b>${number(rate(times, performance.now()))}</b> a minute`}</p>
        <div class="teach-labels" role="group" aria-label="Labels">
          ${queue.labels.map((label) => html`
            <button type="button" key=${label} class=${label === guess ? 'guess' : ''} disabled=${!current}
              onClick=${() => say({ label })}>
              <span>${label}</span> <${Key} name=${keys.get(label)} /></button>`)}
          ${queue.labels.length === 0 && html`<p class="faint">No labels yet: name the first with <kbd>n</kbd>.</p>`}
        </div>
        <div class="teach-actions" role="group" aria-label="Other answers">
          ${button('Enter', 'Accept the guess')}
          ${button('x', 'The guess is wrong')}
          ${button('n', 'New label')}
          ${button('s', 'Skip')}
          ${button('u', 'Undo')}
          ${button('k', 'Change keys')}
        </div>
        <p class=${outbox.problem || outbox.refused ? 'status trouble' : 'status'} role="status">${line}</p>
      </div>
    </div>
    <${Drop} />
    ${dialog === 'keys' && html`<${KeysDialog} keys=${keys} labels=${queue.labels}
      onChange=${() => setChanges(changes + 1)} onClose=${() => setDialog('')} />`}
    ${dialog === 'new' && html`<${NewLabelDialog} onLabel=${addLabel} onClose=${() => setDialog('')} />`}`;
}
