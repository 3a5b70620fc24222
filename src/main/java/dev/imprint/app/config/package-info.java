/**
 * The settings: one YAML file becomes one tree of records.
 *
 * <p>{@link dev.imprint.app.config.ConfigReader} reads it into {@link
 * dev.imprint.app.config.ImprintConfig}; the records of a section live in the package that they
 * configure, and check themselves. {@code KnownKeys} suggests what a mistyped key may mean, {@code
 * Interpolation} fills in environment variables and files.
 */
@NullMarked
package dev.imprint.app.config;

import org.jspecify.annotations.NullMarked;
