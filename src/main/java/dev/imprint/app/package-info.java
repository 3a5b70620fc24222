/**
 * The command line and its configuration: what a person types becomes the other packages' calls.
 *
 * <p>{@link dev.imprint.app.Imprint} is the entry; each command is a class of its own that parses,
 * calls and prints. Settings are one YAML file, read by {@link dev.imprint.app.ConfigReader} into
 * one tree of records, {@link dev.imprint.app.ImprintConfig}; the records of a section live in the
 * package that they configure and check themselves. {@code Service} wires one instance of these
 * packages, and {@code Reigns} what it holds only while it leads. Results go to stdout, everything
 * else to stderr.
 */
@NullMarked
package dev.imprint.app;

import org.jspecify.annotations.NullMarked;
