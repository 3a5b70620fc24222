/**
 * An interface of JSON over HTTP, made from one table of routes.
 *
 * <p>A {@link dev.imprint.web.api.Route} says where an operation is, what it takes and returns, and
 * who carries it out; {@code Api} checks requests by the table and answers them, errors as RFC 9457
 * says, and {@code OpenApi} describes the same table. {@link dev.imprint.web.api.EventStream} sends
 * server-sent events.
 */
@NullMarked
package dev.imprint.web.api;

import org.jspecify.annotations.NullMarked;
