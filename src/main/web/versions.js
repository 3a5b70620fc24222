import { html, useEffect, useState } from './lib/preact.js';
import { get } from './api.js';
import { Figure } from './figure.js';
import { counted, figure, interval, moment, number, percent, shortVersion } from './format.js';
import { useHash } from './hash.js';
import { may } from './roles.js';
import { ActionDialog, CommandList, ROLLBACK, TRAINING, isActive, promotion, useAnnouncement }
  from './versions-actions.js';
import { StateBadge, VersionDetail } from './versions-detail.js';
import { IntervalBar } from './versions-figures.js';
import { isAway } from './use-get.js';
import { useCommands } from './versions-stream.js';

const RETRY_MS = 2000;

const hashOf = (version) => '#/versions/' + encodeURIComponent(version);

/** The version in an address, such as #/versions/v3-15a7825e; empty for none. */
function versionFromHash() {
  try {
    return decodeURIComponent(location.hash.split('?')[0].split('/')[2] ?? '');
  } catch { // not in percent encoding
    return '';
  }
}

/** The pages of versions that were asked for; read again when something changes. */
function useVersions(changed) {
  const [list, setList] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState('');
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let current = true;
    let later = 0;
    const failed = (error) => {
      setProblem(error.message);
      if (isAway(error)) {
        later = setTimeout(() => setTries(tries + 1), RETRY_MS);
      }
    };
    get('/versions?limit=' + Math.min(100, Math.max(20, list?.versions.length ?? 0))).then(
      (its) => { if (current) { setList(its); setProblem(''); } },
      (error) => current && failed(error));
    return () => {
      current = false;
      clearTimeout(later);
    };
  }, [changed, tries]);
  const more = () => get('/versions?before=' + encodeURIComponent(list.next)).then(
    (its) => setList({ ...its, versions: [...list.versions, ...its.versions] }),
    (error) => setProblem(error.message));
  return { list, problem, more };
}

function VersionRow({ each, chosen }) {
  const { quality } = each;
  return html`
    <li data-state=${each.state}>
      <a class="version" href=${hashOf(each.version)} aria-current=${chosen ? 'true' : null}>
        <span class="version-name"><b>${shortVersion(each.version)}</b>
          <${StateBadge} state=${each.state} />
          ${each.fine_tuned && html`<span class="badge">Fine-tuned</span>`}
          ${each.relabelled && html`<span class="badge">Relabelled</span>`}</span>
        <span class="faint"><time datetime=${each.created_at}>${moment(each.created_at)}</time></span>
        <span>macro F1 ${figure(quality.macro_f1)}
          <span class="faint"> (${interval(quality.macro_f1_interval)})</span></span>
        <${IntervalBar} value=${quality.macro_f1} interval=${quality.macro_f1_interval} />
        <span class="faint">accuracy ${figure(quality.accuracy)}, ${counted(each.labels, 'label')},
          ${' '}${number(each.examples.training ?? 0)} examples</span>
      </a>
    </li>`;
}

/** @param {{list: any, now: any, onAction?: (action: any) => void}} props without it, one may only look */
function Summary({ list, now, onAction }) {
  const rollout = now?.rollout ?? list?.rollout;
  const live = now?.accuracy.find((each) => each.version === rollout?.serving);
  const here = now?.serving;
  return html`
    <section class="figures versions-summary" aria-label="Serving now">
      <dl>
        <${Figure} name="Serves" value=${rollout ? shortVersion(rollout.serving) : '–'}
          note=${rollout ? `since ${moment(rollout.at)}, ${rollout.why}, by ${rollout.by}`
            : 'no version has been rolled out yet'}>
          ${rollout && here && here !== rollout.serving && html`
            <span class="figure-note">This instance serves ${here}: it is pinned (rollout.pin), or
              ${' '}still loading.</span>`}
        <//>
        <${Figure} name="Live accuracy" value=${live ? percent(live.share) : '–'}
          note=${live ? `${percent(live.interval.low)} to ${percent(live.interval.high)}, ${counted(live.answers, 'answer')}`
            : 'no answers in the random sample yet (sampling.random)'} />
        <${Figure} name="Versions" value=${number(list?.total ?? 0)} />
      </dl>
      ${onAction && html`
        <div class="buttons">
          <button type="button" class="main" onClick=${() => onAction(TRAINING)}>Train …</button>
          <button type="button" class="quiet" disabled=${!rollout}
            onClick=${() => onAction(ROLLBACK)}>Roll back …</button>
        </div>`}
    </section>`;
}

/**
 * @param {{role: string, onInstance: (figures: any) => void}} props told about the instance when it
 *   changes
 */
export function Versions({ role, onInstance }) {
  const { now, commands, connected, opened } = useCommands();
  const [action, setAction] = useState(/** @type {any} */ (null));
  const decides = may(role, 'operate');
  const changed = `${now?.newest} ${now?.rollout?.at} ${now?.rollout?.serving} ${connected}`;
  const { list, problem, more } = useVersions(changed);
  const chosen = useHash(versionFromHash) || list?.rollout?.serving || list?.versions[0]?.version;
  const announcement = useAnnouncement(commands);
  useEffect(() => onInstance(connected ? now : null), [now, connected]);
  const trouble = opened && !connected
    ? 'The connection to the service is lost; trying again …' : now?.problem || problem;
  const unreadable = Object.entries(list?.unreadable ?? {});

  return html`
    <${Summary} list=${list} now=${now} onAction=${decides ? setAction : undefined} />
    ${trouble && html`<p class="status trouble">${trouble}</p>`}
    <p class="sr" role="status">${announcement}</p>
    ${unreadable.map(([key, why]) => html`
      <p key=${key} class="status trouble">The record ${key} cannot be read: ${why}</p>`)}
    <${CommandList} commands=${commands} />
    ${list && list.total === 0 && html`
      <p class="status">No version yet. One is trained once there are enough labels; send
        some${decides && ', or press Train to see what is missing'}.</p>`}
    ${list && list.total > 0 && html`
      <div class="versions">
        <nav aria-label="Versions, newest first">
          <ol class="timeline">${list.versions.map((each) => html`
            <${VersionRow} key=${each.version} each=${each} chosen=${each.version === chosen} />`)}</ol>
          ${list.next && html`<button type="button" class="quiet" onClick=${more}>Show older</button>`}
        </nav>
        <article aria-labelledby="version-title">
          <${VersionDetail} version=${chosen} changed=${changed}
            accuracy=${now?.accuracy.find((each) => each.version === chosen)}
            onPromote=${decides ? (version) => setAction(promotion(version)) : undefined} />
        </article>
      </div>`}
    ${action && html`<${ActionDialog} action=${action} active=${commands.filter(isActive)}
      onClose=${() => setAction(null)} />`}`;
}
