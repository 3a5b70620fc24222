// Talks to /api/v1 of the service that this page comes from.

/** The service answers sooner, if it is there. */
const ANSWER_MS = 15000;

/** An error of the interface (RFC 9457), with words for people as its message. */
export class ProblemError extends Error {
  /** @param {{title?: string, detail?: string, status?: number}} problem */
  constructor(problem) {
    super(problem.detail || problem.title || 'The service does not answer.');
    this.status = problem.status || 0;
  }
}

/** Heard when the service refuses something for want of a login: who the caller is may have changed. */
export const REFUSED = 'imprint-refused';

export function refused() {
  dispatchEvent(new Event(REFUSED));
}

/**
 * @param {string} path below /api/v1
 * @param {RequestInit} [options]
 * @returns {Promise<any>} the answer's JSON
 */
async function call(path, options) {
  let response;
  try {
    response = await fetch('/api/v1' + path, options);
  } catch {
    throw new ProblemError({ detail: 'The service does not answer. Is it running?' });
  }
  const json = await response.json().catch(() => ({}));
  if (!response.ok) {
    if (response.status === 401) {
      refused();
    }
    throw new ProblemError(json);
  }
  return json;
}

const soon = () => AbortSignal.timeout(ANSWER_MS);

/** @param {string} path below /api/v1 */
export const get = (path) => call(path, { signal: soon() });

/** @param {string} path @param {string} type @param {BodyInit} body @param {AbortSignal} [signal] */
const send = (path, type, body, signal) =>
  call(path, { method: 'POST', headers: { 'Content-Type': type }, body, signal });

/**
 * @param {string} path below /api/v1
 * @param {any} value sent as JSON
 */
export const post = (path, value) => send(path, 'application/json', JSON.stringify(value), soon());

/** @param {string} path below /api/v1 */
export const remove = (path) => call(path, { method: 'DELETE', signal: soon() });

/**
 * @param {string} path below /api/v1
 * @param {Blob} file
 */
export const postFile = (path, file) => send(path, 'application/octet-stream', file);

/** @param {{topic: string, partition: number, offset: number, sha256: string}} claim */
export function thumbnailUrl(claim) {
  return `/api/v1/thumbnails/${claim.partition}/${claim.offset}/${claim.sha256}`;
}

/** The same, larger. @param {{topic: string, partition: number, offset: number, sha256: string}} claim */
export function pictureUrl(claim) {
  return `/api/v1/pictures/${claim.partition}/${claim.offset}/${claim.sha256}`;
}
