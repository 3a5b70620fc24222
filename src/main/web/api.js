// Talks to /api/v1 of the service that this page comes from.

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
 * @returns {Promise<any>} the answer's JSON
 */
export function get(path) {
  return send(path, {});
}

/**
 * @param {string} path below /api/v1
 * @param {any} body sent as JSON
 * @returns {Promise<any>} the answer's JSON
 */
export function post(path, body) {
  const headers = { 'Content-Type': 'application/json' };
  return send(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

/**
 * @param {string} path below /api/v1
 * @returns {Promise<any>} the answer's JSON
 */
export function remove(path) {
  return send(path, { method: 'DELETE' });
}

async function send(path, options) {
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

/** @param {{topic: string, partition: number, offset: number, sha256: string}} claim */
export function thumbnailUrl(claim) {
  return `/api/v1/thumbnails/${claim.partition}/${claim.offset}/${claim.sha256}`;
}
