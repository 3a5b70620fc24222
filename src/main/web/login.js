import { html, useEffect, useRef, useState } from './lib/preact.js';
import { post } from './api.js';

/** Asks for name and password.
 * @param {{onLogin: (session: any) => void}} props told who has logged in
 */
export function Login({ onLogin }) {
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const name = useRef(/** @type {HTMLInputElement | null} */ (null));
  const password = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => name.current?.focus(), []);

  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem('');
    try {
      onLogin(await post('/session', { name: name.current?.value, password: password.current?.value }));
    } catch (refusal) {
      setBusy(false);
      setProblem(refusal.status === 401 ? 'Name or password is wrong.' : refusal.message);
      password.current?.select();
    }
  };
  return html`
    <form class="login" onSubmit=${submit}>
      <h2>Log in</h2>
      <label class="field">Name
        <input ref=${name} name="name" autocomplete="username" autocapitalize="none" spellcheck=${false}
          required maxlength="100" /></label>
      <label class="field">Password
        <input ref=${password} name="password" type="password" autocomplete="current-password" required /></label>
      <p class="login-problem" role="alert">${problem}</p>
      <button class="primary" disabled=${busy}>${busy ? 'Logging in …' : 'Log in'}</button>
    </form>`;
}

/** Who is logged in, with a button to log out.
 * @param {{session: any, onLogout: () => void}} props
 */
export function User({ session, onLogout }) {
  return html`
    <span class="user">
      <b title=${`Role: ${session.role}`}>${session.name}</b>
      ${session.login && html`<button type="button" class="quiet" onClick=${onLogout}>Log out</button>`}
    </span>`;
}
