/**
 * The service over HTTP: {@code /metrics} for Prometheus, {@code /health} for people, {@code
 * /health/live} and {@code /health/ready} for orchestrators.
 *
 * <p>{@link dev.imprint.web.HttpServer} owns the port and the threads; what it answers comes from
 * small classes, each a {@link dev.imprint.web.Page}. {@code SlowClients} limits their connections,
 * and {@code AccessRules} keeps other sites out.
 */
@NullMarked
package dev.imprint.web;

import org.jspecify.annotations.NullMarked;
