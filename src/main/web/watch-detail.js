import { html } from './lib/preact.js';
import { ConfidenceBar, Thumbnail } from './watch-card.js';
import { Dialog } from './dialog.js';
import { duration, moment, percent } from './format.js';

/**
 * All about one prediction.
 * @param {{prediction: any, onClose: () => void}} props
 */
export function PredictionDetail({ prediction, onClose }) {
  const late = Date.parse(prediction.predicted_at) - Date.parse(prediction.received_at);
  const claim = prediction.claim;
  return html`
    <${Dialog} title=${prediction.label ?? 'No label'} onClose=${onClose}>
      <div class="detail">
        <div class="detail-picture"><${Thumbnail} claim=${claim} loading="eager" /></div>
        <div>
          <h3>Probabilities</h3>
          <ol class="scores">
            ${prediction.top.map((score) => html`
              <li key=${score.label}>
                <span class="score-label">${score.label}</span>
                <span class="score-value">${percent(score.confidence)}</span>
                <${ConfidenceBar} share=${score.confidence} />
              </li>`)}
          </ol>
          ${prediction.top.length === 0 && html`<p class="faint">The service has no head yet.</p>`}
          ${prediction.label === null && prediction.top.length > 0 && html`
            <p>No label, because no label reaches serving.threshold.</p>`}
          <dl class="facts">
            <div><dt>Image</dt><dd>${prediction.image_id}</dd></div>
            ${prediction.group !== null && html`
              <div><dt>Group</dt><dd>${prediction.group}</dd></div>`}
            <div><dt>Version</dt><dd>${prediction.model_version}</dd></div>
            <div><dt>Predicted</dt><dd>
              <time datetime=${prediction.predicted_at}>${moment(prediction.predicted_at)}</time>,
              ${' '}${duration(late)} after it arrived</dd></div>
            <div><dt>Record</dt><dd>${claim.topic}-${claim.partition}@${claim.offset}</dd></div>
            ${prediction.ask && html`
              <div><dt>Sample</dt><dd>In the random sample: it asks for a label</dd></div>`}
            ${prediction.unlearned.length > 0 && html`
              <div><dt>May also be</dt><dd>${prediction.unlearned.join(', ')}
                ${' '}(labels with too few examples to be learned)</dd></div>`}
          </dl>
        </div>
      </div>
    <//>`;
}
