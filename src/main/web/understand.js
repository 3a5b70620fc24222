import { html, useEffect, useMemo, useRef, useState } from './lib/preact.js';
import { NO_VERSION, duration, percent, shortVersion } from './format.js';
import { pictureHash, useHash } from './hash.js';
import { assignKeys } from './keys.js';
import { useOutbox } from './outbox.js';
import { may } from './roles.js';
import { useStatus } from './status.js';
import { Nearest, Probabilities } from './understand-answer.js';
import { History } from './understand-history.js';
import { Occlusion } from './understand-occlusion.js';
import { useGet } from './use-get.js';
import { useKeys } from './use-keys.js';

/** Until what was said is in the history, as a rule. */
const AGAIN_MS = 2000;

/** The picture in an address, such as #/understand/camera%2F1?at=0-17; empty for none. */
function query() {
  const [path, parameters] = location.hash.split('?');
  const at = new URLSearchParams(parameters).get('at');
  try {
    const id = decodeURIComponent(path.split('/')[2] ?? '');
    return id ? new URLSearchParams({ image_id: id, ...(at ? { at } : {}) }).toString() : '';
  } catch { // not in percent encoding
    return '';
  }
}

function Search({ imageId }) {
  const [id, setId] = useState(imageId);
  useEffect(() => setId(imageId), [imageId]);
  const submit = (event) => {
    event.preventDefault();
    if (id) {
      location.hash = pictureHash(id);
    }
  };
  return html`
    <form class="search" role="search" onSubmit=${submit}>
      <label class="field"><span>Image id</span>
        <input value=${id} maxlength="1024" autocomplete="off" spellcheck=${false}
          onInput=${(event) => setId(event.target.value)} /></label>
      <button type="submit" class="quiet">Show</button>
    </form>`;
}

function Large({ found }) {
  const [failed, setFailed] = useState(false);
  return html`
    <div class="understand-picture">
      ${found.picture && !failed
        ? html`<img src=${found.picture} alt=${'The picture ' + found.image_id} onError=${() => setFailed(true)} />`
        : html`<span class="no-picture">${found.stored && !found.claim
          ? 'Its record has no picture.' : 'The picture is no longer stored.'}</span>`}
    </div>`;
}

function Facts({ found, prediction }) {
  const late = prediction && Date.parse(prediction.predicted_at) - Date.parse(prediction.received_at);
  const facts = [
    found.claim && ['Record', `${found.claim.topic}-${found.claim.partition}@${found.claim.offset}`
      + (found.stored ? '' : ', no longer there')],
    found.group !== null && ['Group', found.group],
    prediction && ['Predicted', `${duration(late)} after it arrived`],
    prediction?.ask && ['Sample', 'In the random sample: it asks for a label'],
    prediction?.unlearned.length > 0 && ['May also be',
      prediction.unlearned.join(', ') + ' (labels with too few examples to be learned)'],
  ].filter(Boolean);
  return html`<dl class="facts">${facts.map(([name, text]) => html`
    <div key=${name}><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>`;
}

/**
 * Says that the prediction is wrong, by one key, and then what the picture shows.
 * @param {{found: any, labels: string[]}} props
 */
function Wrong({ found, labels }) {
  const outbox = useOutbox();
  const [said, setSaid] = useState(/** @type {{what: string, choosing: boolean}} */ ({ what: '', choosing: false }));
  const [other, setOther] = useState('');
  const keys = useMemo(() => assignKeys(labels), [labels.join('\n')]);
  const predicted = found.predictions[0]?.label ?? null;
  const say = (answer) => outbox.add({
    image_id: found.image_id, claim: found.claim, why: 'wrong', ...answer,
  });
  const wrong = () => {
    if (predicted !== null) {
      say({ verdict: 'incorrect' });
    }
    setSaid({ what: predicted === null ? '' : `You said: not “${predicted}”.`, choosing: true });
  };
  const choose = (label) => {
    say({ label });
    setSaid({ what: `You said: “${label}”.`, choosing: false });
  };
  useKeys((key) => {
    const label = said.choosing && [...keys].find(([, its]) => its === key)?.[0];
    if (label) {
      choose(label);
    } else if (key === 'x' && !said.choosing) {
      wrong();
    } else {
      return false;
    }
    return true;
  });
  const submit = (event) => {
    event.preventDefault();
    if (other.trim()) {
      choose(other.trim());
      setOther('');
    }
  };
  const waiting = outbox.problem && outbox.labels.length > 0
    ? ` It waits in this browser and will be sent later: ${outbox.problem}` : '';
  const refused = outbox.refused ? ` It was refused: ${outbox.refused}` : '';
  return html`
    <div class="wrong">
      <button type="button" class="main" onClick=${wrong} disabled=${said.choosing}>
        ${predicted === null ? 'Say what it shows' : 'This is wrong'} <kbd>x</kbd></button>
      <p class=${waiting || refused ? 'status trouble' : 'status'} role="status">${said.what}${said.choosing
        && ' What does it show?'}${waiting}${refused}</p>
      ${said.choosing && html`
        <div class="teach-labels" role="group" aria-label="Labels">
          ${labels.map((label) => html`
            <button type="button" key=${label} onClick=${() => choose(label)}>
              <span>${label}</span> ${keys.get(label) && html`<kbd>${keys.get(label)}</kbd>`}</button>`)}
        </div>
        <form class="new-label" onSubmit=${submit}>
          <label class="field"><span>Another label</span>
            <input value=${other} maxlength="200" autocomplete="off"
              onInput=${(event) => setOther(event.target.value)} /></label>
          <button type="submit" class="quiet">Label it</button>
          <button type="button" class="quiet" onClick=${() => setSaid({ ...said, choosing: false })}>
            I do not know</button>
        </form>`}
    </div>`;
}

/** Another number soon after labels have been sent, and so may have come to something. */
function useSent() {
  const waiting = useOutbox().labels.length;
  const before = useRef(waiting);
  const [sent, setSent] = useState(0);
  useEffect(() => {
    const fewer = waiting < before.current;
    before.current = waiting;
    const timer = fewer ? setTimeout(() => setSent((times) => times + 1), AGAIN_MS) : 0;
    return () => clearTimeout(timer);
  }, [waiting]);
  return sent;
}

function verdictOf(prediction) {
  if (!prediction) {
    return 'No prediction was found.';
  }
  if (prediction.model_version === NO_VERSION) {
    return 'Predicted no label, as there was no head yet.';
  }
  const by = `by ${shortVersion(prediction.model_version)} (${prediction.role})`;
  const best = prediction.top[0];
  if (prediction.label === null) {
    return `Predicted no label ${by}: the best, “${best.label}”, had ${percent(best.confidence)}, less than serving.threshold.`;
  }
  return `Predicted “${prediction.label}” with ${percent(prediction.confidence)} ${by}.`;
}

function Picture({ found, mayLabel }) {
  const claim = found.claim;
  const its = claim && new URLSearchParams(
    { at: `${claim.partition}-${claim.offset}`, sha256: claim.sha256 }).toString();
  const who = new URLSearchParams({ image_id: found.image_id }).toString();
  const answered = useGet(its ? `/understand/answer?${its}&${who}` : '');
  const sent = useSent();
  const prediction = found.predictions[0];
  const scores = answered.answer?.scores ?? [];
  const labels = useMemo(() => scores.map((score) => score.label).sort(), [answered.answer]);
  return html`
    <div class="understand">
      <section class="panel" aria-labelledby="picture-title">
        <h2 class="understand-title" id="picture-title">${found.image_id}</h2>
        <${Large} found=${found} />
        <p>${verdictOf(prediction)}</p>
        ${mayLabel && claim && prediction && html`<${Wrong} found=${found} labels=${labels} />`}
        <h3>Facts</h3>
        <${Facts} found=${found} prediction=${prediction} />
      </section>
      <section class="panel" aria-label="Answer">
        ${its
          ? html`<${Probabilities} answered=${answered} />`
          : html`<p class="faint">There is no picture to ask about.</p>`}
        ${scores.length > 0 && html`<section>
          <h3>Where the model looks</h3>
          ${mayLabel
            ? html`<${Occlusion} claim=${its} scores=${scores} />`
            : html`<p class="faint">An occlusion map needs the role label.</p>`}</section>`}
      </section>
      ${its && html`<section class="panel wide" aria-label="Similar pictures">
        <${Nearest} answered=${answered} /></section>`}
      <section class="panel wide" aria-label="History">
        <${History} found=${found} who=${who} again=${sent} /></section>
    </div>`;
}

/**
 * One picture: what is predicted and why, and what became of it.
 * @param {{onInstance: (figures: any) => void, role: string}} props told about the instance
 */
export function Understand({ onInstance, role }) {
  useStatus(onInstance);
  const wanted = useHash(query);
  const { answer: found, problem } = useGet(wanted && '/understand?' + wanted);
  return html`
    <${Search} imageId=${new URLSearchParams(wanted).get('image_id') ?? ''} />
    ${!wanted && html`
      <p class="faint">Enter the id of an image, or choose a picture in <a href="#/watch">Watch</a>.</p>`}
    ${wanted && !found && html`
      <p class=${problem ? 'status trouble' : 'status'} role="status">${problem || 'Looking for it …'}</p>`}
    ${found && html`<${Picture} key=${wanted} found=${found} mayLabel=${may(role, 'label')} />`}`;
}
