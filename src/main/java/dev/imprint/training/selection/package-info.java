/**
 * Which examples a training run learns from, and which judge its head.
 *
 * <p>{@link dev.imprint.training.selection.Selection} leaves out labels with too few examples,
 * {@link dev.imprint.training.selection.Split} divides the others by their digests, and {@code
 * Apart} keeps near duplicates of what judges a head from that head.
 */
@NullMarked
package dev.imprint.training.selection;

import org.jspecify.annotations.NullMarked;
