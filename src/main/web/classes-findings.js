import { html, useState } from './lib/preact.js';
import { counted, number, percent, time } from './format.js';
import { LabelledPicture } from './classes-picture.js';
import { useParts } from './use-parts.js';

/** How the labels were reviewed, and why not all. */
function ReviewNotes({ review }) {
  const judged = review.judged > 0 ? `, ${number(review.judged)} judged by heads that have not learned from them` : '';
  return html`
    <div class="notes" role="status">
      <p class="faint">${review.at
        ? `Reviewed at ${time(review.at)}: ${counted(review.pictures, 'picture')}${judged}.${review.running ? ' Reviewing them again …' : ''}` : 'Reviewing the labels …'}</p>
      ${review.problem && html`<p class="trouble">The last review failed: ${review.problem}</p>`}
      ${review.notes.map((note) => html`<p key=${note} class="faint">${note}</p>`)}
    </div>`;
}

/** One list of findings: its state, its items or why there are none, and more of them. */
function Finding({ title, list, none, children }) {
  const { answer, problem, more } = list;
  const done = answer && (!answer.review || answer.review.at !== null);
  return html`
    <section aria-labelledby="finding-title">
      <h2 id="finding-title">${title}</h2>
      ${problem && html`<p class="trouble">${problem}</p>`}
      ${!answer && !problem && html`<p class="faint">Loading …</p>`}
      ${answer?.review && html`<${ReviewNotes} review=${answer.review} />`}
      ${done && answer.total === 0 && html`<p>${none}</p>`}
      ${children}
      ${more && html`<button type="button" class="quiet" onClick=${more}>Show more</button>`}
    </section>`;
}

/** What the serving version takes for something else. */
export function Confusions({ names, desk, again }) {
  const list = useParts('/classes/confusions', 'confusions', again);
  const { answer } = list;
  const none = answer?.version === null ? 'No version serves yet.'
    : answer?.recorded === false ? `The record of ${answer.version} has no confusion matrix: it knows over 100 labels.`
      : `${answer?.version} confused no labels on the pictures that it was judged on.`;
  return html`
    <${Finding} title="Worst confusions" list=${list} none=${none}>
      ${answer?.confusions.map((each) => html`
        <article key=${each.truth + ' ' + each.taken} class="finding">
          <h3>${each.truth} taken for ${each.taken}</h3>
          <p class="faint">${number(each.count)} of ${counted(each.of, 'picture')}
            (${percent(each.count / each.of)})${each.pictures.length === 0 && '; none of them can be shown'}</p>
          <ul class="labelled-list">${each.pictures.map(({ picture, confidence }) => html`
            <${LabelledPicture} key=${picture.image_id} picture=${picture} suggested=${[each.taken]} accept=${true}
              names=${names} desk=${desk}>
              <p class="faint">${each.taken} at ${percent(confidence)}</p>
            <//>`)}</ul>
        </article>`)}
    <//>`;
}

const doubt = (each) => each.confidence === null
  ? `others say ${each.suggested.join(', ')}`
  : `${each.suggested[0]} at ${percent(each.confidence)}, ${each.picture.label} at ${percent(each.label_confidence)}`;

/** Labels that are probably wrong. */
export function Suspects({ names, desk, again }) {
  const list = useParts('/classes/suspects', 'suspects', again);
  const [all, setAll] = useState(false);
  const suspects = list.answer?.suspects ?? [];
  const isHidden = (each) => desk && desk.isAccepted(each.picture) && !desk.given(each.picture);
  const hidden = suspects.filter(isHidden).length;
  return html`
    <${Finding} title="Suspicious labels" list=${list} none="No label looks wrong.">
      ${hidden > 0 && html`<p class="faint">${number(hidden)} that you kept ${all ? 'are shown, too.' : 'are hidden.'}
        ${' '}<button type="button" class="quiet" onClick=${() => setAll(!all)}>${all ? 'Hide them' : 'Show them'}</button></p>`}
      <ul class="labelled-list">${suspects.filter((each) => all || !isHidden(each)).map((each) => html`
        <${LabelledPicture} key=${each.picture.image_id + each.suggested} picture=${each.picture}
          suggested=${each.suggested} accept=${true} names=${names} desk=${desk}>
          <p class="faint">${doubt(each)}</p>
        <//>`)}</ul>
    <//>`;
}

/** Pictures that occur more than once. */
export function Duplicates({ names, desk, again }) {
  const list = useParts('/classes/duplicates', 'duplicates', again);
  const { answer } = list;
  return html`
    <${Finding} title="Duplicates" list=${list} none="No picture occurs more than once.">
      ${answer?.total > 0 && html`<p class="faint">${number(answer.total)} ${answer.total === 1 ? 'picture occurs' : 'pictures occur'}
        ${' '}more than once, ${number(answer.differing)} with different labels${answer.differing > 0 && answer.differing < answer.total && ', which come first'}.</p>`}
      ${answer?.duplicates.map((each) => html`
        <article key=${each.pictures[0].image_id} class="finding">
          <h3>${each.labels.join(', ')}</h3>
          <p class="faint">${number(each.total)} times, ${each.same_bytes ? 'the same file' : 'nearly the same picture'}
            ${each.total > each.pictures.length && `; ${number(each.pictures.length)} are shown`}</p>
          <ul class="labelled-list">${each.pictures.map((picture) => html`
            <${LabelledPicture} key=${picture.image_id} picture=${picture} names=${names} desk=${desk}
              suggested=${each.labels.filter((label) => label !== picture.label)} />`)}</ul>
        </article>`)}
    <//>`;
}

/** Labels that look like spellings of the same one. */
export function Spellings({ again, onChange }) {
  const list = useParts('/classes/spellings', 'groups', again);
  const merge = (labels) => onChange({ kind: 'merge', labels: labels.slice(0, -1), into: labels[labels.length - 1] });
  return html`
    <${Finding} title="Spelling variants" list=${list} none="No two labels look like spellings of one.">
      ${list.answer?.groups.map(({ spellings }) => {
        const labels = spellings.map((each) => each.label);
        return html`
          <article key=${labels.join()} class="finding">
            <h3>${labels.join(' and ')} look like spellings of one label</h3>
            ${onChange && html`<p><button type="button" class="main" onClick=${() => merge(labels)}>
              Merge into ${labels[labels.length - 1]} …</button></p>`}
            ${spellings.map((each) => html`
              <h4 key=${each.label}>${each.label} <span class="faint">${number(each.examples)}</span></h4>
              <ul class="labelled-list">${each.pictures.map((picture) => html`
                <${LabelledPicture} key=${picture.image_id} picture=${picture} />`)}</ul>`)}
          </article>`;
      })}
    <//>`;
}
