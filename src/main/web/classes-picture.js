import { html, useState } from './lib/preact.js';
import { thumbnailUrl } from './api.js';
import { Dialog } from './dialog.js';

const large = (claim) => thumbnailUrl(claim).replace('/thumbnails/', '/pictures/');

function TakeOutDialog({ picture, onConfirm, onClose }) {
  return html`
    <${Dialog} title="Take a picture out" onClose=${onClose}>
      <p class="preview">The label of ${picture.image_id} is removed, and with it the copy of the picture
        that was kept for learning. The next training run does not learn from it.</p>
      <div class="buttons">
        <button type="button" class="main" onClick=${onConfirm}>Take out</button>
        <button type="button" class="quiet" onClick=${onClose}>Cancel</button>
      </div>
    <//>`;
}

function Corrections({ picture, suggested, accept, names, desk }) {
  const [asking, setAsking] = useState(false);
  const said = desk.given(picture);
  if (said) {
    return html`
      <p class="said">${said.out ? 'Taken out' : said.accepted ? 'Accepted' : html`Now <b>${said.label}</b>`}
        ${!said.out && html`<button type="button" class="quiet" onClick=${() => desk.undo(picture)}>Undo</button>`}</p>`;
  }
  const others = names.filter((name) => name !== picture.label && !suggested.includes(name));
  return html`
    <div class="corrections">
      ${suggested.map((label) => html`
        <button type="button" key=${label} class="main" onClick=${() => desk.relabel(picture, label)}>
          It is ${label}</button>`)}
      ${accept && html`<button type="button" class="quiet" onClick=${() => desk.accept(picture)}>
        Keep ${picture.label}</button>`}
      ${others.length > 0 && html`
        <select aria-label=${`Another label for ${picture.image_id}`}
          onChange=${(event) => desk.relabel(picture, event.target.value)}>
          <option value="" selected disabled>Another label …</option>
          ${others.map((label) => html`<option key=${label}>${label}</option>`)}
        </select>`}
      <button type="button" class="quiet" onClick=${() => setAsking(true)}>Take out …</button>
      ${asking && html`<${TakeOutDialog} picture=${picture} onClose=${() => setAsking(false)}
        onConfirm=${() => { setAsking(false); desk.takeOut(picture); }} />`}
    </div>`;
}

/**
 * A labelled picture, and what can be done about its label.
 * @param {{picture: any, suggested?: string[], accept?: boolean, names?: string[], desk?: any, children?: any}} props
 *   without a desk it can only be looked at
 */
export function LabelledPicture({ picture, suggested = [], accept = false, names = [], desk, children }) {
  const [failed, setFailed] = useState(false);
  return html`
    <li class="labelled">
      <a class="card-picture" href=${large(picture.claim)} target="_blank" rel="noopener">
        ${failed
          ? html`<span class="no-picture">No longer stored: ${picture.image_id}</span>`
          : html`<img src=${thumbnailUrl(picture.claim)} alt=${picture.image_id} loading="lazy"
              onError=${() => setFailed(true)} />`}
      </a>
      <p><b>${picture.label}</b> <span class="faint">${picture.who ? `by ${picture.who}` : ''}</span></p>
      <p class="faint labelled-id" title=${picture.image_id}>${picture.image_id}</p>
      ${children}
      ${desk && html`<${Corrections} picture=${picture} suggested=${suggested} accept=${accept}
        names=${names} desk=${desk} />`}
    </li>`;
}
