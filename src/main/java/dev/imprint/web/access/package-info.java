/**
 * Who may use the page and its interface: users with passwords, programs with tokens, or whoever a
 * trusted proxy names.
 *
 * <p>{@link dev.imprint.web.access.AccessConfig} has the settings, and {@link
 * dev.imprint.web.access.Access} puts together what they ask for: a {@link
 * dev.imprint.web.api.Callers} that tells who sends a request, and the routes to log in and out.
 * The table of routes has the role that each route takes; it is checked there.
 */
@NullMarked
package dev.imprint.web.access;

import org.jspecify.annotations.NullMarked;
