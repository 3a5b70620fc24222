/**
 * Whether a new head serves in place of the one that does.
 *
 * <p>A {@link dev.imprint.training.gate.Contest} pairs the answers of the {@code Challenger} and of
 * the {@link dev.imprint.training.gate.Champion} to the same examples, and {@link
 * dev.imprint.training.gate.Gate} gives the verdict. Its settings, {@link
 * dev.imprint.training.selection.GateConfig}, are below, because they also limit the examples.
 */
@NullMarked
package dev.imprint.training.gate;

import org.jspecify.annotations.NullMarked;
