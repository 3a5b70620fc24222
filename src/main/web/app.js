import { html, render, useEffect, useState } from './lib/preact.js';
import { shortVersion } from './format.js';
import { Versions } from './versions.js';
import { Watch } from './watch.js';

const HEALTH = { up: 'Up', degraded: 'Degraded', down: 'Down' };

/** Views by the first part of the address, such as #/watch; the first one is shown otherwise. */
const VIEWS = {
  watch: { title: 'Watch', View: Watch },
  versions: { title: 'Versions', View: Versions },
};

function viewFromHash() {
  const name = location.hash.split(/[/?]/)[1] ?? '';
  return Object.hasOwn(VIEWS, name) ? name : Object.keys(VIEWS)[0];
}

function useView() {
  const [view, setView] = useState(viewFromHash);
  useEffect(() => {
    const changed = () => setView(viewFromHash());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  useEffect(() => { document.title = VIEWS[view].title + ' – Imprint'; }, [view]);
  return view;
}

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
  const view = useView();
  const { View } = VIEWS[view];
  return html`
    <header>
      <h1>Imprint</h1>
      <nav aria-label="Views">
        ${Object.entries(VIEWS).map(([name, { title }]) => html`
          <a key=${name} href=${'#/' + name} aria-current=${name === view ? 'page' : null}>${title}</a>`)}
      </nav>
      <${Instance} figures=${figures} />
    </header>
    <main><${View} key=${view} onInstance=${setFigures} /></main>`;
}

render(html`<${App} />`, document.getElementById('page'));
