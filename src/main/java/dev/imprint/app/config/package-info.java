/**
 * The settings: one YAML file becomes one tree of records.
 *
 * <p>{@link dev.imprint.app.config.ConfigReader} reads it into {@link
 * dev.imprint.app.config.ImprintConfig}; the record of a section is in the package that it
 * configures, and validates itself. {@code KnownKeys} suggests corrections for mistyped keys,
 * {@code Interpolation} fills in environment variables and files.
 */
@NullMarked
package dev.imprint.app.config;

import org.jspecify.annotations.NullMarked;
