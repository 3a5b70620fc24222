package dev.imprint.web;

import java.time.Duration;

/**
 * What clients may hold.
 *
 * @param connections open at once
 * @param request from a request's first byte, or the connection's opening, to the last of its
 *     answer
 * @param idle between an answer and the next request
 */
record ConnectionLimits(int connections, Duration request, Duration idle) {
  /** Probes and scrapers hold a few for milliseconds; Prometheus gives up after ten seconds. */
  static final ConnectionLimits DEFAULTS =
      new ConnectionLimits(256, Duration.ofSeconds(10), Duration.ofSeconds(75));
}
