import { html, useEffect, useRef, useState } from './lib/preact.js';
import { Dialog } from './dialog.js';

const WANTED = {
  video: { facingMode: { ideal: 'environment' }, width: { ideal: 1920 }, height: { ideal: 1080 } },
};
const JPEG_QUALITY = 0.92;

const PROBLEMS = {
  NotAllowedError: 'The browser does not let this page use the camera: allow it in the browser settings for this site, and try again.',
  NotFoundError: 'This device has no camera.',
  NotReadableError: 'The camera does not answer: perhaps another program is using it.',
};

/** Browsers have it on https and on this machine's own address alone. */
const canWatch = () => Boolean(navigator.mediaDevices?.getUserMedia);

const nameNow = () => `camera/${new Date().toISOString().replaceAll(':', '-')}`;

/**
 * Shows what the camera sees, until it is no longer drawn; then the camera is off.
 * @param {{current: HTMLVideoElement | null}} video
 */
function useCamera(video) {
  const [state, setState] = useState({ on: false, problem: '' });
  useEffect(() => {
    let wanted = true;
    let stream = /** @type {MediaStream | null} */ (null);
    const stop = () => stream?.getTracks().forEach((track) => track.stop());
    const failed = (problem) => wanted && setState({ on: false, problem });
    navigator.mediaDevices.getUserMedia(WANTED).then((its) => {
      stream = its;
      if (!wanted || !video.current) { // closed while the browser was asking
        stop();
        return;
      }
      its.getTracks().forEach((track) => {
        track.onended = () => failed('The camera was disconnected.');
      });
      video.current.srcObject = its;
    }, (error) => failed(PROBLEMS[error.name] ?? `The camera cannot be used: ${error.message}`));
    return () => {
      wanted = false;
      stop();
    };
  }, []);
  return { ...state, ready: () => setState((before) => ({ ...before, on: true })) };
}

/**
 * A picture by the device's own camera program.
 * @param {{onPicture: (picture: {id: string, file: Blob}) => void, children: any}} props
 */
function FromDevice({ onPicture, children }) {
  const choose = (event) => {
    const [file] = event.target.files;
    event.target.value = '';
    if (file) {
      onPicture({ id: `${nameNow()}-${file.name}`, file });
    }
  };
  return html`
    <label class="button">${children}<input type="file" class="sr" accept="image/*" capture="environment"
      onChange=${choose} /></label>`;
}

/** @param {{onPicture: (picture: any) => void, onClose: () => void, children: any}} props */
function CameraDialog({ onPicture, onClose, children }) {
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const still = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const [taken, setTaken] = useState(/** @type {Blob | null} */ (null));
  const { on, problem, ready } = useCamera(video);
  const take = () => {
    const from = /** @type {HTMLVideoElement} */ (video.current);
    const to = /** @type {HTMLCanvasElement} */ (still.current);
    to.width = from.videoWidth;
    to.height = from.videoHeight;
    to.getContext('2d')?.drawImage(from, 0, 0);
    to.toBlob(setTaken, 'image/jpeg', JPEG_QUALITY);
  };
  const send = () => {
    onPicture({ id: nameNow() + '.jpg', file: taken });
    setTaken(null);
  };
  return html`
    <${Dialog} title="Camera" onClose=${onClose}>
      <p class=${problem ? 'status trouble' : 'status'} role="status">${problem || (taken
        ? 'Send this picture, or take another one.' : on ? 'This is what the camera sees.' : 'Waiting for the camera …')}</p>
      ${problem
        ? html`<p>You can still use a picture from the device:</p>
          <p class="drop-controls"><${FromDevice} onPicture=${onPicture}>Picture from the device<//></p>`
        : html`
          <div class="camera">
            <video ref=${video} hidden=${taken !== null} autoplay muted playsinline
              aria-label="What the camera sees" onLoadedData=${ready}></video>
            <canvas ref=${still} hidden=${taken === null} role="img" aria-label="The picture that was taken"></canvas>
          </div>
          <div class="drop-controls">
            <button type="button" class="primary" disabled=${!on} onClick=${taken ? send : take}>
              ${taken ? 'Send' : 'Take a picture'}</button>
            ${taken && html`<button type="button" class="quiet" onClick=${() => setTaken(null)}>Take another one</button>`}
          </div>`}
      ${children}
    <//>`;
}

/**
 * Takes pictures by the camera.
 * @param {{onPicture: (picture: {id: string, file: Blob}) => void, children: any}} props
 *   children are shown beside what the camera sees
 */
export function Camera({ onPicture, children }) {
  const [open, setOpen] = useState(false);
  if (!canWatch()) {
    return html`<${FromDevice} onPicture=${onPicture}>Camera<//>`;
  }
  return html`
    <button type="button" class="quiet" onClick=${() => setOpen(true)}>Camera</button>
    ${open && html`<${CameraDialog} onPicture=${onPicture} onClose=${() => setOpen(false)}>${children}<//>`}`;
}

/** Why there is no preview, if there is none. */
export function CameraNote() {
  return canWatch() ? null : html`
    <p class="faint">A camera preview needs https or this machine's own address (localhost);
      without it, the browser asks the device for a picture.</p>`;
}
