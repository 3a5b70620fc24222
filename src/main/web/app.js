import { html, render, useCallback, useEffect, useState } from './lib/preact.js';
import { REFUSED, get, remove } from './api.js';
import { Classes } from './classes.js';
import { shortVersion } from './format.js';
import { useHash } from './hash.js';
import { Login, User } from './login.js';
import { may } from './roles.js';
import { Teach } from './teach.js';
import { Try } from './try.js';
import { Understand } from './understand.js';
import { Versions } from './versions.js';
import { Watch } from './watch.js';

const RETRY_MS = 2000;
const HEALTH = { up: 'Up', degraded: 'Degraded', down: 'Down' };

/** Views by the first part of the address, such as #/watch; the first one is shown otherwise. */
const VIEWS = {
  watch: { title: 'Watch', View: Watch, role: 'look' },
  teach: { title: 'Teach', View: Teach, role: 'label' },
  classes: { title: 'Classes', View: Classes, role: 'look' },
  understand: { title: 'Understand', View: Understand, role: 'look' },
  try: { title: 'Try', View: Try, role: 'label' },
  versions: { title: 'Versions', View: Versions, role: 'look' },
};

function viewFromHash() {
  const name = location.hash.split(/[/?]/)[1] ?? '';
  return Object.hasOwn(VIEWS, name) ? name : Object.keys(VIEWS)[0];
}

function useView() {
  const view = useHash(viewFromHash);
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

/** Who the caller is: {name, role, login}; null until the service says it. */
function useSession() {
  const [session, setSession] = useState(/** @type {any} */ (null));
  useEffect(() => {
    let later = 0;
    const ask = () => get('/session').then(setSession, (problem) => {
      clearTimeout(later);
      if (problem.status > 0 && problem.status < 500) {
        setSession({ problem: problem.message });
      } else {
        later = setTimeout(ask, RETRY_MS);
      }
    });
    ask();
    addEventListener(REFUSED, ask);
    return () => {
      clearTimeout(later);
      removeEventListener(REFUSED, ask);
    };
  }, []);
  return [session, setSession];
}

function App() {
  const [figures, setFigures] = useState(null);
  const [session, setSession] = useSession();
  const logOut = useCallback(() => remove('/session').then(setSession, () => {}), []);
  const view = useView();
  const { View } = VIEWS[view];
  return html`
    <header>
      <h1>Imprint</h1>
      ${session?.role && html`<nav aria-label="Views">
        ${Object.entries(VIEWS).filter(([, its]) => may(session.role, its.role)).map(([name, { title }]) => html`
          <a key=${name} href=${'#/' + name} aria-current=${name === view ? 'page' : null}>${title}</a>`)}
      </nav>
      <${Instance} figures=${figures} />`}
      ${session?.name && html`<${User} session=${session} onLogout=${logOut} />`}
    </header>
    <main>
      ${session?.role && html`<${View} key=${view} role=${session.role} onInstance=${setFigures} />`}
      ${session && !session.role && (session.login
        ? html`<${Login} onLogin=${setSession} />`
        : html`<p class="notice">${session.problem || 'The proxy does not say who you are.'}</p>`)}
    </main>`;
}

render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById('page')));
