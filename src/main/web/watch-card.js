import { html } from './lib/preact.js';
import { thumbnailUrl } from './api.js';
import { bytes, percent, time, words } from './format.js';
import { pictureHash } from './hash.js';
import { useRetriedPicture } from './retried-picture.js';

/**
 * A small picture; words in its place if it cannot be had.
 * @param {{src: string}} props
 */
export function Thumbnail({ src }) {
  const { tries, gone, onError } = useRetriedPicture(src);
  return gone
    ? html`<span class="no-picture">no longer stored</span>`
    : html`<img key=${tries} src=${src} alt="" loading="lazy" decoding="async"
        width="320" height="320" onError=${onError} />`;
}

/** @param {{share: number}} props */
export function ConfidenceBar({ share }) {
  const level = share >= 0.8 ? 'high' : share >= 0.5 ? 'middle' : 'low';
  return html`<span class=${'bar bar-' + level} aria-hidden="true">
    <span style=${{ width: Math.round(share * 100) + '%' }}></span></span>`;
}

/** @param {{prediction: any}} props */
export function PredictionCard({ prediction }) {
  const label = prediction.label ?? 'no label';
  return html`
    <li>
      <a class="card" title=${prediction.image_id} href=${pictureHash(prediction.image_id, prediction.claim)}>
        <span class="card-picture"><${Thumbnail} src=${thumbnailUrl(prediction.claim)} /></span>
        <span class="card-text">
          <span class=${prediction.label === null ? 'card-label none' : 'card-label'}>${label}</span>
          <span class="card-confidence">${percent(prediction.confidence)}</span>
        </span>
        <${ConfidenceBar} share=${prediction.confidence} />
      </a>
    </li>`;
}

/** @param {{letter: any}} props */
export function DeadLetterRow({ letter }) {
  return html`
    <li class="letter">
      <div class="letter-head">
        <strong>${words(letter.reason)}</strong>
        <span class="faint">
          <time datetime=${letter.at}>${time(letter.at)}</time>
          ${' · '}${letter.topic}-${letter.partition}@${letter.offset}
          ${' · '}${bytes(letter.size)}
        </span>
      </div>
      <p class="letter-message">${letter.message}</p>
      ${letter.key !== null && html`<p class="faint letter-key"><a href=${pictureHash(letter.key)}>${letter.key}</a></p>`}
    </li>`;
}
