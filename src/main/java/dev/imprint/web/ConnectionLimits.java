package dev.imprint.web;

import java.time.Duration;

/**
 * Limits on clients' connections.
 *
 * @param connections number open at once
 * @param request time from a request's first byte, or the opening of the connection, to the last
 *     byte of its answer
 * @param idle time between an answer and the next request
 */
record ConnectionLimits(int connections, Duration request, Duration idle) {
  /** Probes and scrapers use a few for milliseconds; Prometheus gives up after ten seconds. */
  static final ConnectionLimits DEFAULTS =
      new ConnectionLimits(256, Duration.ofSeconds(10), Duration.ofSeconds(75));
}
