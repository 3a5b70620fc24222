/**
 * The command line: turns commands into calls of the other packages.
 *
 * <p>{@link dev.imprint.app.Imprint} is the entry point; each command is a class of its own that
 * parses, calls and prints. Commands with a subject of their own are in its package, such as {@code
 * app.labels}, {@code app.models} or {@code app.sending}; the options that they share are in {@code
 * app.options}, the settings in {@code app.config}, the running instance in {@code app.service}.
 * Results go to stdout, everything else to stderr.
 */
@NullMarked
package dev.imprint.app;

import org.jspecify.annotations.NullMarked;
