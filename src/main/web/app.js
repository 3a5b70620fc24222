import { html, render, useState } from './lib/preact.js';
import { shortVersion } from './format.js';
import { Watch } from './watch.js';

const HEALTH = { up: 'Up', degraded: 'Degraded', down: 'Down' };

/** @param {{figures: any}} props null while the service cannot be reached */
function Instance({ figures }) {
  const health = figures ? HEALTH[figures.health] : 'Not connected';
  return html`
    <p class="instance">
      ${figures?.serving && html`<span class="faint">serves ${' '}
        <b title=${figures.serving}>${shortVersion(figures.serving)}</b></span>`}
      <a class="health" href="/health" data-health=${figures?.health ?? 'unknown'}>${health}</a>
    </p>`;
}

function App() {
  const [figures, setFigures] = useState(null);
  return html`
    <header>
      <h1>Imprint</h1>
      <${Instance} figures=${figures} />
    </header>
    <main><${Watch} onInstance=${setFigures} /></main>`;
}

render(html`<${App} />`, document.getElementById('page'));
