/**
 * Augmentation: altered views of a picture to learn from.
 *
 * <p>{@link dev.imprint.augmentation.Augmentation} has the ranges, {@link
 * dev.imprint.augmentation.Recipe} draws a picture's views from them by a seed, and an {@code
 * Alteration} is one draw: one {@code Affine} map, by which the picture is sampled once, then
 * brightness, contrast and blur. {@link dev.imprint.augmentation.ContactSheet} shows the result.
 */
@NullMarked
package dev.imprint.augmentation;

import org.jspecify.annotations.NullMarked;
