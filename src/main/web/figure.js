import { html } from './lib/preact.js';

/**
 * One figure with its name, and what it is about below.
 * @param {{name: string, value: any, note?: any, children?: any}} props
 */
export function Figure({ name, value, note, children }) {
  return html`
    <div class="figure">
      <dt>${name}</dt>
      <dd>
        <span class="figure-value">${value}</span>
        ${note && html`<span class="figure-note">${note}</span>`}
        ${children}
      </dd>
    </div>`;
}
