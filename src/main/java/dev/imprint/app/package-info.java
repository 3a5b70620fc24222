/**
 * The command line: turns commands into calls of the other packages.
 *
 * <p>{@link dev.imprint.app.Imprint} is the entry point; each command is a class of its own that
 * parses, calls and prints. Settings are in {@code app.config}, the running instance in {@code
 * app.service}, the checks of {@code doctor} in {@code app.doctor}; {@code app.sending} and {@code
 * app.replay} are what the commands that write records share. Results go to stdout, everything else
 * to stderr.
 */
@NullMarked
package dev.imprint.app;

import org.jspecify.annotations.NullMarked;
