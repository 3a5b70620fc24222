import { html, useState } from './lib/preact.js';
import { postFile } from './api.js';
import { PICTURES, useDrop } from './drop.js';
import { number } from './format.js';
import { Camera, CameraNote } from './teach-camera.js';

const MOST_FILES = 10000;
const MOST_SHOWN = 20;

/** All files in what was dropped, with their paths. */
async function filesOf(entry, path = '') {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    return [{ id: path + file.name, file }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) { // browsers give up to a hundred at once
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0 || found.length > MOST_FILES) {
      return found;
    }
    for (const each of some) {
      found.push(...await filesOf(each, `${path}${entry.name}/`));
    }
  }
}

function useSending() {
  const [state, setState] = useState({ all: 0, sent: 0, failed: /** @type {any[]} */ ([]) });
  const send = async (files, label) => {
    const some = files.slice(0, MOST_FILES);
    setState((before) => ({ ...before, all: before.all + some.length }));
    for (const { id, file } of some) {
      try {
        const query = new URLSearchParams(label ? { id, label } : { id });
        await postFile('/images?' + query, file);
        setState((before) => ({ ...before, sent: before.sent + 1 }));
      } catch (error) {
        setState((before) => ({ ...before, failed: [...before.failed, { id, why: error.message }] }));
      }
    }
  };
  return /** @type {const} */ ([state, send]);
}

/** @param {{state: {all: number, sent: number, failed: any[]}}} props */
function Progress({ state: { all, sent, failed } }) {
  return html`
    <p role="status" class="faint">${all > 0
      && `${number(sent)} of ${number(all)} sent${sent + failed.length < all ? ' …' : ''}`}</p>
    ${failed.length > 0 && html`
      <ul class="drop-failed" aria-label="Not sent">
        ${failed.slice(0, MOST_SHOWN).map((each, i) => html`<li key=${i}><b>${each.id}</b>: ${each.why}</li>`)}
        ${failed.length > MOST_SHOWN && html`<li>and ${number(failed.length - MOST_SHOWN)} more</li>`}
      </ul>`}`;
}

/** Pictures that are dropped anywhere on the page, or chosen, go to the service. */
export function Drop() {
  const [state, send] = useSending();
  const [label, setLabel] = useState('');
  const over = useDrop(async (dropped) => {
    const entries = [...dropped.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    const files = [];
    for (const entry of entries) {
      files.push(...await filesOf(entry));
    }
    send(files, label.trim());
  });
  const choose = (event) => {
    const files = [...event.target.files].map((file) => ({ id: file.webkitRelativePath || file.name, file }));
    event.target.value = '';
    send(files, label.trim());
  };
  const take = (picture) => send([picture], label.trim());
  const progress = () => html`<${Progress} state=${state} />`;
  const labelField = () => html`
    <label class="field"><span>Label for all, if known</span>
      <input value=${label} maxlength="200" autocomplete="off"
        onInput=${(event) => setLabel(event.target.value)} /></label>`;
  return html`
    <section class=${over ? 'drop over' : 'drop'} aria-label="Send pictures">
      <p>Drop pictures or a folder anywhere on the page, choose them, or take them with a camera.</p>
      <div class="drop-controls">
        <label class="button">Pictures<input type="file" class="sr" multiple
          accept=${PICTURES} onChange=${choose} /></label>
        <label class="button">Folder<input type="file" class="sr" webkitdirectory onChange=${choose} /></label>
        <${Camera} onPicture=${take}>${labelField()}${progress()}<//>
        ${labelField()}
      </div>
      <${CameraNote} />
      ${progress()}
    </section>`;
}
