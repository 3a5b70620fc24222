// Talks to /api/v1 of the service that this page comes from.

/** An error of the interface (RFC 9457), with words for people as its message. */
export class ProblemError extends Error {
  /** @param {{title?: string, detail?: string, status?: number}} problem */
  constructor(problem) {
    super(problem.detail || problem.title || 'The service does not answer.');
    this.status = problem.status || 0;
  }
}

/**
 * @param {string} path below /api/v1
 * @returns {Promise<any>} the answer's JSON
 */
export const get = (path) => call(path, {});

/**
 * @param {string} path below /api/v1
 * @param {any} body sent as JSON
 * @returns {Promise<any>} the answer's JSON
 */
export const post = (path, body) => call(path, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

async function call(path, options) {
  let response;
  try {
    response = await fetch('/api/v1' + path, options);
  } catch {
    throw new ProblemError({ detail: 'The service does not answer. Is it running?' });
  }
  const json = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new ProblemError(json);
  }
  return json;
}

/** @param {{topic: string, partition: number, offset: number, sha256: string}} claim */
export function thumbnailUrl(claim) {
  return `/api/v1/thumbnails/${claim.partition}/${claim.offset}/${claim.sha256}`;
}
