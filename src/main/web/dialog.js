import { html, useEffect, useRef } from './lib/preact.js';

/**
 * A modal dialog; the browser keeps the focus in it, and gives it back. Escape, the button and a
 * click beside it close it.
 * @param {{title: string, onClose: () => void, children: any}} props
 */
export function Dialog({ title, onClose, children }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const ended = useRef(false); // closes for want of a dialog, not because somebody wants it
  useEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    return () => {
      ended.current = true;
      opened?.close();
    };
  }, []);
  const beside = (event) => {
    if (event.target === dialog.current) {
      onClose();
    }
  };
  return html`
    <dialog ref=${dialog} aria-labelledby="dialog-title" onClose=${() => ended.current || onClose()}
      onClick=${beside}>
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 id="dialog-title">${title}</h2>
          <button type="button" class="quiet" onClick=${onClose}>Close</button>
        </div>
        ${children}
      </div>
    </dialog>`;
}
